/** Planted faults: the verifier finds each, and finds none in what is right. */
import { expect, test } from 'vitest';
import { parseIr } from './parse.ts';
import { verifyModule } from './verify.ts';

const RIGHT = `module m
data bss "global.x" align 4 size 4
data data words align 4 size 8 bytes "0000000000000000" at 4 "global.x" + 2
table table.0 null callee
func callee (i32) -> (i32) {
b0(v0: i32):
  return v0
}
func f (i32, i64) -> (i32) export "f" {
b0(v0: i32, v1: i64):
  v2: i32 = const -1
  v3: i32 = wrap v1
  branch v0, b1(v2), b2
b1(v4: i32):
  v5: i32 = load v4 width 4 align 4 offset 8 volatile
  v6: i32 = call callee(v5)
  v7: i32 = callIndirect table.0 (i32) -> (i32) (v6, v3)
  intrinsic cpu.dsb()
  v8: i32 = eqz v1
  v9: i64 = select v8, v1, v1
  store v4, v9 width 8 align 1
  switch v7, [b1(v7), b2], b2
b2:
  v10: i32 = symbolAddress "global.x"
  memoryFill v10, v3, v3
  return v2
}`;

function verify(text: string): void {
  const { value, diagnostics } = parseIr(text, 'm.ir');
  expect(diagnostics).toEqual([]);
  verifyModule(value!, 'planting');
}

test('what is right', () => {
  verify(RIGHT);
});

const FAULTS: readonly (readonly [title: string, from: string, to: string, says: RegExp])[] = [
  ['defined twice', 'v3: i32 = wrap', 'v2: i32 = wrap', /v2 is defined twice/],
  ['never defined', 'return v2', 'return v99', /v99 is used in b2 and never defined/],
  ['not dominating', 'return v2', 'return v5', /v5 does not dominate its use in b2/],
  ['used before its definition', 'call callee(v5)', 'call callee(v7)', /v7 does not dominate/],
  ['argument type', 'wrap v1', 'wrap v0', /wrap is i32->i32, not i64->i32/],
  ['result type', 'v8: i32 = eqz', 'v8: i64 = eqz', /eqz is i64->i64, not i64->i32/],
  ['select of two types', 'select v8, v1, v1', 'select v8, v1, v0', /select is/],
  ['number of arguments', 'memoryFill v10, v3, v3', 'memoryFill v10, v3', /memoryFill is/],
  ['constant out of range', 'const -1', 'const 4294967295', /not in the range of 32 bits/],
  ['missing block', 'branch v0, b1(v2), b2', 'branch v0, b1(v2), b9', /goes to b9, which does not exist/],
  ['to the entry', 'switch v7, [b1(v7), b2], b2', 'switch v7, [b0(v7, v9), b2], b2', /goes to the entry/],
  ['missing block argument', 'branch v0, b1(v2), b2', 'branch v0, b1, b2', /gives b1/],
  ['type of a block argument', 'b1(v2), b2', 'b1(v1), b2', /gives b1 i64, not i32/],
  ['condition of 64 bits', 'branch v0', 'branch v1', /not i32/],
  ['two blocks of one id', 'b2:\n', 'b1:\n', /two blocks have one id/],
  ['entry parameters', 'f (i32, i64)', 'f (i32, i32)', /other parameters/],
  ['return type', 'return v2', 'return v1', /b2 returns/],
  ['missing callee', 'call callee(v5)', 'call other(v5)', /calls other, which does not exist/],
  ['type of a call', 'call callee(v5)', 'call callee(v9)', /does not dominate|call is/],
  ['missing table', 'callIndirect table.0', 'callIndirect table.1', /no table table.1/],
  ['missing intrinsic', 'cpu.dsb', 'cpu.dbs', /no intrinsic cpu.dbs/],
  ['too wide', 'load v4 width 4', 'load v4 width 8', /load of 8 bytes as i32/],
  ['volatile and unaligned', 'width 4 align 4 offset', 'width 4 align 2 offset', /volatile load/],
  ['alignment', 'width 8 align 1', 'width 8 align 3', /alignment 3/],
  ['name there twice', 'func callee', 'func words', /words is there twice|callee/],
  ['missing table element', 'null callee', 'null other', /names the function other/],
  ['bytes and size', 'size 8 bytes', 'size 12 bytes', /8 bytes for a size of 12/],
  ['address outside', 'at 4 "global.x"', 'at 6 "global.x"', /holds an address at 6/],
  ['alignment of data', 'words align 4', 'words align 6', /alignment 6/],
];

test.each(FAULTS)('planted: %s', (_title, from, to, says) => {
  expect(RIGHT.includes(from)).toBe(true);
  expect(() => verify(RIGHT.replace(from, to))).toThrow(says);
});
