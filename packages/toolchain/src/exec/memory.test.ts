/** Sandboxed memory at every edge, beside V8: widths, offsets and addresses around the end and around 2^32; growing; bulk. */
import { describe, expect, test } from 'vitest';
import { BesideV8 } from './testing/beside-v8.ts';

const PAGE = 65_536;
const BOUNDS = 'out of bounds memory access';

const ACCESSES = [
  ['i32.load8_s', 'i32'],
  ['i32.load16_u', 'i32'],
  ['i32.load', 'i32'],
  ['i64.load8_u', 'i64'],
  ['i64.load32_s', 'i64'],
  ['i64.load', 'i64'],
  ['i32.store8', 'i32'],
  ['i32.store16', 'i32'],
  ['i32.store', 'i32'],
  ['i64.store32', 'i64'],
  ['i64.store', 'i64'],
] as const;
const OFFSETS = [
  0,
  1,
  7,
  4087,
  4088,
  4089,
  PAGE - 8,
  PAGE - 4,
  PAGE - 1,
  PAGE,
  2 * PAGE,
  0x7fff_ffff,
  2 ** 32 - 8,
  2 ** 32 - 1,
];
const ADDRESSES = [
  0,
  1,
  2,
  3,
  4,
  5,
  7,
  8,
  9,
  PAGE - 9,
  PAGE - 8,
  PAGE - 7,
  PAGE - 5,
  PAGE - 4,
  PAGE - 3,
  PAGE - 2,
  PAGE - 1,
  PAGE,
];
const FAR = [-1, -2, -4, -8, -9, 0x7fff_ffff, -0x8000_0000, 1 - PAGE, -PAGE, -4088, -4089, 2 * PAGE - 1, 2 * PAGE];

/** A function for each access at each offset, by a name of the two. */
function accessFunctions(): string {
  return ACCESSES.flatMap(([op, type]) =>
    OFFSETS.map((offset) => {
      const name = `${op}+${offset}`;
      const at = `${op} offset=${offset}`;
      return op.includes('load')
        ? `(func (export "${name}") (param i32) (result ${type}) (${at} (local.get 0)))`
        : `(func (export "${name}") (param i32 ${type}) (${at} (local.get 0) (local.get 1)))`;
    }),
  ).join('\n');
}

const GROW = '(func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))';
const SIZE = '(func (export "size") (result i32) (memory.size))';

function touchAll(both: BesideV8): number {
  let traps = 0;
  for (const [op, type] of ACCESSES) {
    for (const offset of OFFSETS) {
      for (const address of [...ADDRESSES, ...FAR]) {
        const args = op.includes('load') ? [] : [`${type}:${0x0102_0304 + address}`];
        if (both.call(`${op}+${offset}`, `i32:${address}`, ...args) === BOUNDS) traps++;
      }
    }
  }
  return traps;
}

describe('every access at every edge', () => {
  test.each([
    ['a memory of one page', '1 1', ''],
    ['a memory that could grow', '1 4', GROW],
    ['a memory of no pages', '0 0', ''],
    ['a memory of no pages that could grow', '0', GROW],
  ])('%s', (_, limits, more) => {
    const both = new BesideV8(`(module (memory (export "memory") ${limits}) ${accessFunctions()} ${more})`);
    expect(touchAll(both)).toBeGreaterThan(1000);
  });

  test('a memory that has grown', () => {
    const both = new BesideV8(`(module (memory (export "memory") 0 4) ${accessFunctions()} ${GROW})`, {}, { level: 0 });
    both.call('grow', 'i32:1');
    touchAll(both);
    both.call('grow', 'i32:1');
    touchAll(both);
  });
});

test('33 bits: an address and an offset that meet beyond 2^32 do not come back at the beginning', () => {
  const both = new BesideV8(`(module (memory (export "memory") 1) ${accessFunctions()})`);
  expect(both.call('i32.load+1', 'i32:-1')).toBe(BOUNDS);
  expect(both.call(`i64.load+${2 ** 32 - 8}`, 'i32:0')).toBe(BOUNDS);
  expect(both.call(`i32.load8_s+${2 ** 32 - 1}`, 'i32:1')).toBe(BOUNDS);
});

test('an access without alignment, whatever the module claims', () => {
  const both = new BesideV8(`(module (memory (export "memory") 1)
    (func (export "f") (param i32) (result i64)
      (i64.store align=8 (local.get 0) (i64.const 0x0123456789abcdef))
      (i64.add (i64.load align=8 (local.get 0)) (i64.load32_u offset=3 align=4 (local.get 0)))))`);
  for (const address of [0, 1, 2, 3, 5, 65527, 65528]) both.call('f', `i32:${address}`);
});

test('known addresses', () => {
  const at = (address: number, i: number) =>
    `(func (export "l${i}") (result i32) (i32.load (i32.const ${address})))
     (func (export "s${i}") (i64.store offset=${i} (i32.const ${address}) (i64.const -1)))`;
  const addresses = [0, 65532, 65533, 65528, 65529, -1, -4];
  const both = new BesideV8(`(module (memory (export "memory") 1) ${addresses.map(at).join('\n')})`);
  addresses.forEach((_, i) => {
    both.call(`l${i}`);
    both.call(`s${i}`);
  });
});

test('a load whose value nobody uses still traps, and nothing behind it happens', () => {
  const both = new BesideV8(`(module (memory (export "memory") 1) (global $g (export "g") (mut i32) (i32.const 0))
    (func (export "f") (param i32)
      (global.set $g (i32.const 1))
      (drop (i32.load (local.get 0)))
      (global.set $g (i32.const 2))
      (i32.store (i32.const 0) (i32.const 7))))`);
  expect(both.call('f', 'i32:65533')).toBe(BOUNDS);
  expect(both.global('g')).toBe('i32:1');
  both.call('f', 'i32:65532');
  expect(both.global('g')).toBe('i32:2');
});

describe('memory.grow', () => {
  test('up to the maximum, and no further', () => {
    const both = new BesideV8(`(module (memory (export "memory") 1 3) ${GROW} ${SIZE}
      (func (export "last") (result i32) (i32.load8_u (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 1))))
      (func (export "behind") (result i32) (i32.load8_u (i32.mul (memory.size) (i32.const 65536)))))`);
    const calls: [string, string, string?][] = [
      ['size', 'i32:1'],
      ['grow', 'i32:1', 'i32:0'],
      ['behind', BOUNDS],
      ['grow', 'i32:1', 'i32:1'],
      ['last', 'i32:0'],
      ['behind', BOUNDS],
      ['grow', 'i32:4294967295', 'i32:2'],
      ['grow', 'i32:4294967295', 'i32:-1'],
      ['grow', 'i32:4294967295', 'i32:-2147483648'],
      ['grow', 'i32:4294967295', 'i32:65536'],
      ['grow', 'i32:2', 'i32:1'],
      ['grow', 'i32:4294967295', 'i32:1'],
      ['grow', 'i32:3', 'i32:0'],
      ['size', 'i32:3'],
    ];
    for (const [name, wanted, ...args] of calls) expect(both.call(name, ...(args as string[])), name).toBe(wanted);
  });

  test('without a maximum, as far as the loader has kept room', () => {
    const both = new BesideV8(`(module (memory (export "memory") 0) ${GROW} ${SIZE})`);
    expect(both.call('grow', 'i32:800')).toBe('i32:0');
    expect(both.call('grow', 'i32:65536')).toBe('i32:4294967295');
    expect(both.call('size')).toBe('i32:800');
  });

  test('in the middle of a function: what was checked before is checked again', () => {
    const both = new BesideV8(`(module (memory (export "memory") 1 2)
      (func (export "f") (param i32) (result i32)
        (i32.store8 (i32.const 65535) (i32.const 9))
        (drop (memory.grow (i32.const 1)))
        (i32.store8 (local.get 0) (i32.const 8))
        (i32.load8_u (local.get 0))))`);
    expect(both.call('f', 'i32:131071')).toBe('i32:8');
    expect(both.call('f', 'i32:131072')).toBe(BOUNDS);
  });
});

describe('bulk', () => {
  const BULK = `(module (memory (export "memory") 1) (data $p "abcdefgh") (data $q "xyz") (data $r (i32.const 100) "active")
    (func (export "fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
    (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
    (func (export "init") (param i32 i32 i32) (memory.init $p (local.get 0) (local.get 1) (local.get 2)))
    (func (export "initDropped") (param i32 i32 i32) (memory.init $q (local.get 0) (local.get 1) (local.get 2)))
    (func (export "initActive") (param i32 i32 i32) (memory.init $r (local.get 0) (local.get 1) (local.get 2)))
    (func (export "drop") (data.drop $q)))`;
  const EDGES = [0, 1, 3, 8, 9, 65528, 65535, 65536, 65537, -1, -8, -65536, -2147483648];

  test.each(['fill', 'copy', 'init', 'initDropped', 'initActive'])('%s', (name) => {
    const both = new BesideV8(BULK);
    for (const a of EDGES)
      for (const b of EDGES) for (const c of EDGES) both.call(name, `i32:${a}`, `i32:${b}`, `i32:${c}`);
  });

  test('a dropped segment is empty', () => {
    const both = new BesideV8(BULK);
    expect(both.call('initDropped', 'i32:0', 'i32:0', 'i32:3')).toBe('');
    both.call('drop');
    both.call('drop');
    expect(both.call('initDropped', 'i32:0', 'i32:0', 'i32:1')).toBe(BOUNDS);
    expect(both.call('initDropped', 'i32:0', 'i32:0', 'i32:0')).toBe('');
    expect(both.call('initDropped', 'i32:0', 'i32:1', 'i32:0')).toBe(BOUNDS);
  });

  test('in a memory that grows', () => {
    const both = new BesideV8(`(module (memory (export "memory") 1 2) ${GROW}
      (func (export "fill") (param i32 i32) (memory.fill (local.get 0) (i32.const 5) (local.get 1)))
      (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2))))`);
    for (let turn = 0; turn < 2; turn++) {
      for (const a of [65534, 65536, 65537, 131070, 131071, 131072, 131073]) {
        for (const size of [0, 1, 2, 3, -1]) {
          both.call('fill', `i32:${a}`, `i32:${size}`);
          both.call('copy', `i32:${a}`, 'i32:65530', `i32:${size}`);
          both.call('copy', 'i32:10', `i32:${a}`, `i32:${size}`);
        }
      }
      both.call('grow', 'i32:1');
    }
  });
});

describe('data segments', () => {
  test('are in memory before the first call', () => {
    const both = new BesideV8(
      `(module (import "env" "base" (global $base i32)) (memory (export "memory") 1)
        (data (i32.const 0) "zero") (data (global.get $base) "base") (data (i32.const 65535) "!") (data (i32.const 2) "RO")
        (func (export "f")))`,
      { globals: { 'env.base': 'i32:1000' } },
    );
    expect(both.call('f')).toBe('');
  });

  test.each([
    ['(data (i32.const 65535) "ab")', '1'],
    ['(data (i32.const -1) "a")', '1'],
    ['(data (i32.const 0) "a")', '0'],
    ['(data (i32.const 65537) "")', '1'],
    ['(data (i32.const 65536) "") (data (i32.const 0) "x")', '1'],
  ])('%s in %s page', (data, pages) => {
    const both = new BesideV8(`(module (memory ${pages}) ${data})`);
    expect(both.failed ?? []).toEqual(data.startsWith('(data (i32.const 65536)') ? [] : [BOUNDS]);
  });
});

test('16 MiB', () => {
  const both = new BesideV8(`(module (memory 256)
    (func (export "f") (param i32) (result i64)
      (i64.store (local.get 0) (i64.const -2)) (i64.load (local.get 0))))`);
  expect(both.call('f', 'i32:16777208')).toBe('i64:18446744073709551614');
  expect(both.call('f', 'i32:16777209')).toBe(BOUNDS);
});
