/** Each row: what a program does with the address of its datum `d`, and where `d` lies then. */
import { expect, test } from 'vitest';
import { parseIr } from '../ir/parse.ts';
import { placeData } from './place-data.ts';

const ACCESS = 'width 4 align 4';
const HELPERS = `
func read (i32) -> (i32) {
b0(v0: i32):
  v1: i32 = load v0 ${ACCESS}
  return v1
}
func write (i32) -> () {
b0(v0: i32):
  store v0, v0 ${ACCESS}
  return
}
func same (i32) -> (i32) {
b0(v0: i32):
  return v0
}
func pick () -> (i32) {
b0:
  v0: i32 = symbolAddress d + 4
  return v0
}`;

/** `body` begins with v0: the address of d, v1: a number; ends before `return`. */
function kindOf(datum: string, body: string, rest = HELPERS): string {
  const text = `module m
data ${datum}
data bss other align 4 size 4
table table.0 pick
func f (i32) -> () export "f" {
b0(v1: i32):
  v0: i32 = symbolAddress d
  ${body}
  return
}
${rest}`;
  const { value, diagnostics } = parseIr(text, 'm.ir');
  expect(diagnostics).toEqual([]);
  placeData(value!);
  return value!.data[0].kind;
}

const DATA = 'data d align 4 size 8 bytes "0102030405060708"';

test.each([
  ['nothing', '', 'rodata'],
  ['a load', `v2: i32 = load v0 ${ACCESS}`, 'rodata'],
  ['a load at an index', `v2: i32 = add v0, v1 v3: i32 = load v2 ${ACCESS}`, 'rodata'],
  ['a store', `store v0, v1 ${ACCESS}`, 'data'],
  ['a store at an index', `v2: i32 = sub v0, v1 store v2, v1 ${ACCESS}`, 'data'],
  ['a store through a selection', `v2: i32 = select v1, v0, v1 store v2, v1 ${ACCESS}`, 'data'],
  ['stored somewhere', `v2: i32 = symbolAddress other store v2, v0 ${ACCESS}`, 'data'],
  ['a volatile load', `v2: i32 = load v0 ${ACCESS} volatile`, 'data'],
  ['given to a peripheral', `store v1, v0 ${ACCESS} volatile`, 'data'],
  ['the source of a copy', 'memoryCopy v1, v0, v1', 'rodata'],
  ['the target of a copy', 'memoryCopy v0, v1, v1', 'data'],
  ['filled', 'memoryFill v0, v1, v1', 'data'],
  ['given to a reader', 'v2: i32 = call read(v0)', 'rodata'],
  ['given to a writer', 'call write(v0)', 'data'],
  ['through a function', `v2: i32 = call same(v0) store v2, v1 ${ACCESS}`, 'data'],
  ['given to the table', 'v2: i32 = callIndirect table.0 (i32) -> (i32) (v1, v0)', 'data'],
  ['given to an intrinsic', 'intrinsic cpu.bootload(v0, v1)', 'data'],
  ['through a block parameter', `jump b1(v0) b1(v2: i32): store v2, v1 ${ACCESS}`, 'data'],
  [
    'around a loop',
    `jump b1(v0) b1(v2: i32): v3: i32 = add v2, v1 branch v1, b1(v3), b2 b2: store v3, v1 ${ACCESS}`,
    'data',
  ],
])('%s', (_title, body, kind) => {
  // The function that gives the address away stands in the table, so it is left out where the row does not need it.
  const rest = HELPERS.replace('symbolAddress d + 4', 'symbolAddress other');
  expect(kindOf(DATA, body, rest)).toBe(kind);
});

test('an address that a table function returns may be written by whoever calls it', () => {
  expect(kindOf(DATA, '')).toBe('data');
});

test('zeroed data that is only read', () => {
  const rest = HELPERS.replace('symbolAddress d + 4', 'symbolAddress other');
  expect(kindOf('bss d align 4 size 4', `v2: i32 = load v0 ${ACCESS}`, rest)).toBe('rodata');
  expect(kindOf('bss d align 4 size 4', `store v0, v1 ${ACCESS}`, rest)).toBe('bss');
});

test('a promised datum stays in flash when it escapes, not when it is written', () => {
  const datum = DATA.replace('data d', 'rodata d');
  expect(kindOf(datum, `v2: i32 = symbolAddress other store v2, v0 ${ACCESS}`)).toBe('rodata');
  expect(kindOf(datum, `store v0, v1 ${ACCESS}`)).toBe('data');
});

test('an address in another datum', () => {
  const rest = HELPERS.replace('symbolAddress d + 4', 'symbolAddress other');
  const pointer = `${DATA}\ndata data pointer align 4 size 4 bytes "00000000" at 0 d`;
  expect(kindOf(pointer, '', rest)).toBe('data');
});
