/** What a module becomes, as goldens; and what is refused, with its code and place. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { CATALOGUE } from '../catalogue.ts';
import { printModule } from '../ir/print.ts';
import { verifyModule } from '../ir/verify.ts';
import { optimize } from '../passes/pipeline.ts';
import { assembleWat } from '../testing/v8-harness.ts';
import type { CompileInput, DataInput } from './input.ts';
import { lowerToIr } from './lower.ts';

const DATA: readonly DataInput[] = [
  { name: 'static.0', bytes: Uint8Array.of(1, 2, 3, 4, 0, 0, 0, 0), alignment: 4, immutable: false, relocations: [] },
  { name: 'static.1', bytes: new Uint8Array(8), alignment: 8, immutable: false, relocations: [] },
  {
    name: 'static.2',
    bytes: Uint8Array.of(104, 105, 0, 0),
    alignment: 4,
    immutable: true,
    relocations: [],
  },
  {
    name: 'static.3',
    bytes: new Uint8Array(4),
    alignment: 4,
    immutable: false,
    relocations: [{ offset: 0, symbol: 'static.2', addend: 1 }],
  },
];

const input = (wat: string, more: Partial<CompileInput> = {}): CompileInput => ({
  name: 'test.wasm',
  wasm: assembleWat(wat),
  locate: (offset) => ({ file: 'app.ts', line: offset, column: 1 }),
  ...more,
});

const folder = fileURLToPath(new URL('../../fixtures/lower/', import.meta.url));
const goldens = readdirSync(folder).filter((name) => name.endsWith('.wat'));

test.each(goldens)('%s', async (name) => {
  const { value, diagnostics } = lowerToIr(input(readFileSync(folder + name, 'utf8'), { data: DATA }));
  expect(diagnostics).toEqual([]);
  verifyModule(value!, 'translate');
  optimize(value!, { level: 2, verify: true });
  await expect(printModule(value!)).toMatchFileSnapshot(folder + name.replace('.wat', '.ir'));
});

const WITHIN = (body: string, head = '') => `(module ${head} (memory 1) (func (export "f") ${body}))`;

const REFUSED: readonly (readonly [code: string, wat: string, what: RegExp, more?: object])[] = [
  [
    'GEN002',
    '(module (import "mmio" "ld31" (func $f (param i32) (result i32))) (func (drop (call $f (i32.const 0)))))',
    /the import mmio.ld31 is not known/,
    { fix: expect.stringContaining('mmio.ld32') },
  ],
  [
    'GEN002',
    '(module (import "mmio" "ld32" (func $f (param i64) (result i32))) (func (drop (call $f (i64.const 0)))))',
    /the import mmio.ld32 is not known/,
    { why: expect.stringContaining('takes 1 and gives 1') },
  ],
  ['GEN002', '(module (import "env" "print" (func $f)) (func (call $f)))', /the import env.print is not known/],
  [
    'GEN002',
    '(module (import "data" "static.9" (global i32)))',
    /the imported global data.static.9 is not known/,
    { fix: expect.stringContaining('data.static') },
  ],
  ['GEN002', '(module (import "env" "table" (table 1 funcref)))', /the imported table env.table is not known/],
  ['GEN004', WITHIN('(drop (memory.grow (i32.const 1)))'), /no heap to grow/],
  [
    'GEN005',
    '(module (table 2 funcref) (elem $e func $f) (func $f (table.init $e (i32.const 0) (i32.const 0) (i32.const 1))))',
    /table.init is not supported/,
  ],
  [
    'GEN006',
    '(module (import "cpu" "svc" (func $svc (param i32))) (func (param i32) (call $svc (local.get 0))))',
    /cpu.svc takes a constant/,
  ],
  [
    'GEN006',
    '(module (import "cpu" "bkpt" (func $bkpt (param i32))) (func (call $bkpt (i32.const 256))))',
    /cpu.bkpt takes a constant of 0..255/,
    { got: '256' },
  ],
];

test.each(REFUSED.map(([code, wat, what, more = {}]) => ({ code, wat, what, more })))('$code $wat', (row) => {
  const { code, wat, what, more } = row;
  const { value, diagnostics } = lowerToIr(input(wat, { data: DATA }));
  expect(value).toBeUndefined();
  expect(diagnostics[0]).toMatchObject({ code, severity: 'error', what: expect.stringMatching(what), ...more });
  for (const { at } of diagnostics) expect(at).toBeDefined();
});

test('a place is that of the instruction', () => {
  const wasm = assembleWat(WITHIN('(drop (i32.const 7)) (drop (memory.grow (i32.const 1)))'));
  const { diagnostics } = lowerToIr({
    name: 'm',
    wasm,
    locate: (offset) => ({ file: 'app.ts', line: offset, column: 1 }),
  });
  const MEMORY_GROW = 0x40;
  expect(wasm[diagnostics[0].at!.line!]).toBe(MEMORY_GROW);
  const without = lowerToIr({ name: 'm', wasm });
  expect(without.diagnostics[0]).toMatchObject({ at: { file: 'm' }, got: expect.stringContaining('byte offset') });
});

test('all faults are found at once', () => {
  const head = '(table 1 funcref) (elem $e funcref)';
  const wat = WITHIN('(elem.drop $e) (drop (memory.grow (i32.const 1))) (elem.drop $e)', head);
  expect(lowerToIr(input(wat)).diagnostics.map(({ code }) => code)).toEqual(['GEN005', 'GEN004', 'GEN005']);
});

test('GEN007', () => {
  const wat = '(module (memory 1) (data (i32.const 16) "abc") (func (export "f")))';
  expect(lowerToIr(input(wat)).diagnostics).toMatchObject([{ code: 'GEN007' }]);
  expect(lowerToIr(input(wat, { data: [] })).diagnostics).toEqual([]);
});

test('GEN008', () => {
  const wat = '(module (func $f) (start $f))';
  expect(lowerToIr(input(wat)).diagnostics).toMatchObject([{ code: 'GEN008', at: { file: 'app.ts' } }]);
});

test('GEN009', () => {
  const give = (type: string) => `(module (func (export "f") (result ${type} ${type} ${type}) (unreachable)))`;
  expect(lowerToIr(input(give('f64'))).diagnostics).toMatchObject([{ code: 'GEN009', at: { file: 'app.ts' } }]);
  expect(lowerToIr(input(give('f32'))).diagnostics).toEqual([]);
});

test('what is no module', () => {
  const bytes = (wasm: Uint8Array) => lowerToIr({ name: 'm.wasm', wasm }).diagnostics.map(({ code }) => code);
  expect(bytes(new TextEncoder().encode('(module)'))).toEqual(['WASM001']);
  expect(bytes(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 8, 1, 0))).toEqual(['WASM002']);
});

test('each code is in the catalogue, in order', () => {
  const tested = new Set(['GEN001', ...REFUSED.map(([code]) => code), 'GEN007', 'GEN008', 'GEN009']);
  expect(CATALOGUE.map(({ code }) => code)).toEqual([...tested].sort());
});
