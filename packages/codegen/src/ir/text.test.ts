/** The text form: what is printed reads back as the same, and what is wrong is said with its place. */
import { expect, test } from 'vitest';
import { lowerToIr } from '../frontend/lower.ts';
import { randomModule } from '../testing/random-wat.ts';
import { assembleWat } from '../testing/v8-harness.ts';
import { parseIr } from './parse.ts';
import { printModule } from './print.ts';

const EXAMPLE = `module "a-b"
data bss global.ticks align 4 size 4
data rodata message align 1 size 6 bytes "686900000000" at 2 other + 4 at 2 third - 1
table table.0 null add

func add (i32, i64) -> (i32, i64) export "add" export "with \\"quotes\\"" @ "a b.ts" 3 1 {
b0(v0: i32, v1: i64):
  v2: i32 = const -7 @ "a b.ts" 4 9
  v3: i32 = symbolAddress message + 2
  v4: i64 = load v3 width 4 signed align 2 offset 8 volatile
  store v3, v4 width 8 align 1
  v5: i32, v6: i64 = call add(v2, v4)
  v7: i32 = callIndirect table.0 (i64) -> (i32) (v5, v6)
  intrinsic cpu.dsb()
  memoryCopy v0, v2, v5
  v8: i32 = select v0, v2, v7
  switch v8, [b1(v0), b2], b3 @ "a b.ts" 5 2
b1(v9: i32):
  branch v9, b2, b3
b2:
  trap integerDivideByZero
b3:
  return v8, v6
}
`;

test('a module with everything in it', () => {
  const { value, diagnostics } = parseIr(EXAMPLE, 'm.ir');
  expect(diagnostics).toEqual([]);
  expect(printModule(value!, { places: true })).toBe(EXAMPLE);
});

test('random modules read back', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { value } = lowerToIr({ name: 'm', wasm: assembleWat(randomModule(seed).wat), data: [] });
    const text = printModule(value!);
    const again = parseIr(text, 'm.ir');
    expect(again.diagnostics).toEqual([]);
    expect(printModule(again.value!)).toBe(text);
  }
});

test.each([
  ['', 1, 1, '`module` expected, not the end'],
  ['module m\nfunc f () -> () {\nb0:\n  jmp b1\n}', 4, 3, 'an operation expected, not jmp'],
  ['module m\n  data ram x', 2, 12, '`rodata`, `data` or `bss` expected, not x'],
  ['module m\nfunc f (i31) -> ()', 2, 12, '`i32` or `i64` expected, not )'],
  ['module m ?', 1, 10, 'unexpected ?'],
])('GEN001 %j', (text, line, column, says) => {
  const { value, diagnostics } = parseIr(text, 'm.ir');
  expect(value).toBeUndefined();
  expect(diagnostics).toEqual([
    { code: 'GEN001', severity: 'error', what: `the text is not IR: ${says}`, at: { file: 'm.ir', line, column } },
  ]);
});
