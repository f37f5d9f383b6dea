/** Each pass on small functions written by hand: what goes in, what comes out. */
import { describe, expect, test } from 'vitest';
import { printModule } from '../ir/print.ts';
import type { Func } from '../ir/types.ts';
import { verifyModule } from '../ir/verify.ts';
import { after, parseModule as parse } from '../testing/after-pass.ts';
import { dropUnusedFunctions } from './drop-unused.ts';
import { eliminateDead } from './eliminate-dead.ts';
import { foldConstants } from './fold-constants.ts';
import { collectDataFacts, forwardLoads } from './forward-loads.ts';
import { inlineSmall } from './inline-small.ts';
import { numberValues } from './number-values.ts';
import { simplifyFlow } from './simplify-flow.ts';
import { simplifyParams } from './simplify-params.ts';
import { splitWideParams } from './split-wide-params.ts';

/** Repeats to the end, and removes what nobody needs any more. */
const fold = (func: Func) => {
  while (foldConstants(func));
  eliminateDead(func);
};

const BINARY: readonly (readonly [expression: string, result: string])[] = [
  ['const 3', 'v2: i32 = const 3\n  return v2'],
  ['add v0, v10', 'return v0'],
  ['sub v0, v0', 'v2: i32 = const 0\n  return v2'],
  ['and v0, v11', 'return v0'],
  ['and v0, v10', 'v2: i32 = const 0\n  return v2'],
  ['or v0, v11', 'v2: i32 = const -1\n  return v2'],
  ['or v0, v0', 'return v0'],
  ['xor v0, v0', 'v2: i32 = const 0\n  return v2'],
  ['mul v0, v12', 'v20: i32 = const 3\n  v2: i32 = shl v0, v20\n  return v2'],
  ['mul v12, v0', 'v20: i32 = const 3\n  v2: i32 = shl v0, v20\n  return v2'],
  ['divU v0, v12', 'v20: i32 = const 3\n  v2: i32 = shrU v0, v20\n  return v2'],
  ['remU v0, v12', 'v20: i32 = const 7\n  v2: i32 = and v0, v20\n  return v2'],
  ['divU v12, v10', 'v10: i32 = const 0\n  v12: i32 = const 8\n  v2: i32 = divU v12, v10\n  return v2'],
  ['divS v13, v11', 'v11: i32 = const -1\n  v13: i32 = const -2147483648\n  v2: i32 = divS v13, v11\n  return v2'],
  ['remS v13, v11', 'v2: i32 = const 0\n  return v2'],
  ['ltU v0, v10', 'v2: i32 = const 0\n  return v2'],
  ['geU v0, v10', 'v2: i32 = const 1\n  return v2'],
  ['gtU v10, v0', 'v2: i32 = const 0\n  return v2'],
  ['leS v0, v0', 'v2: i32 = const 1\n  return v2'],
  ['eq v0, v10', 'v2: i32 = eqz v0\n  return v2'],
  ['shl v0, v10', 'return v0'],
  ['rotr v12, v12', 'v2: i32 = const 134217728\n  return v2'],
  ['select v12, v0, v1', 'return v0'],
  ['select v10, v0, v1', 'return v1'],
];

test.each(BINARY)('fold %s', (expression, result) => {
  const constants = 'v10: i32 = const 0 v11: i32 = const -1 v12: i32 = const 8 v13: i32 = const -2147483648';
  const body = `b0(v0: i32, v1: i32): ${constants} v2: i32 = ${expression} v19: i32 = const 0 return v2`;
  expect(after(fold, '(i32, i32) -> (i32)', body)).toBe(`b0(v0: i32, v1: i32):\n  ${result}`);
});

const CHAINS: readonly (readonly [title: string, body: string, result: string])[] = [
  [
    '(x + 1) + 2',
    'v1: i32 = const 1 v2: i32 = const 2 v3: i32 = add v0, v1 v4: i32 = add v3, v2 return v4',
    'v5: i32 = const 3\n  v4: i32 = add v0, v5\n  return v4',
  ],
  [
    '(x << 20) << 20',
    'v1: i32 = const 20 v2: i32 = shl v0, v1 v3: i32 = shl v2, v1 return v3',
    'v3: i32 = const 0\n  return v3',
  ],
  [
    '(x >> 20) >> 20',
    'v1: i32 = const 20 v2: i32 = shrS v0, v1 v3: i32 = shrS v2, v1 return v3',
    'v4: i32 = const 31\n  v3: i32 = shrS v0, v4\n  return v3',
  ],
  [
    '!(x < 5)',
    'v1: i32 = const 5 v2: i32 = ltS v0, v1 v3: i32 = eqz v2 return v3',
    'v1: i32 = const 5\n  v3: i32 = geS v0, v1\n  return v3',
  ],
  ['!!x', 'v1: i32 = eqz v0 v2: i32 = eqz v1 return v2', 'v3: i32 = const 0\n  v2: i32 = ne v0, v3\n  return v2'],
  [
    '!!(x < 5)',
    'v1: i32 = const 5 v2: i32 = ltS v0, v1 v3: i32 = eqz v2 v4: i32 = eqz v3 return v4',
    'v1: i32 = const 5\n  v4: i32 = ltS v0, v1\n  return v4',
  ],
  [
    'x < 5 ? 1 : 0',
    'v1: i32 = const 5 v2: i32 = ltS v0, v1 v3: i32 = const 1 v4: i32 = const 0 v5: i32 = select v2, v3, v4 return v5',
    'v1: i32 = const 5\n  v2: i32 = ltS v0, v1\n  return v2',
  ],
  [
    'an offset',
    `v1: i32 = const 8 v2: i32 = add v0, v1 v3: i32 = load v2 width 4 align 4 offset 4 return v3`,
    'v3: i32 = load v0 width 4 align 4 offset 12\n  return v3',
  ],
  [
    'an offset that is negative',
    'v1: i32 = const -8 v2: i32 = add v0, v1 v3: i32 = load v2 width 4 align 4 offset 4 return v3',
    'v1: i32 = const -8\n  v2: i32 = add v0, v1\n  v3: i32 = load v2 width 4 align 4 offset 4\n  return v3',
  ],
  [
    'an address',
    'v1: i32 = symbolAddress g v2: i32 = const 4 v3: i32 = add v1, v2 return v3',
    'v3: i32 = symbolAddress g + 4\n  return v3',
  ],
  [
    'the words of two words',
    'v1: i64 = extendI32U v0 v2: i64 = const 32 v3: i64 = shl v1, v2 v4: i64 = or v3, v1 v5: i64 = shrU v4, v2 v6: i32 = wrap v5 v7: i32 = wrap v4 v8: i32 = sub v6, v7 return v8',
    'v8: i32 = const 0\n  return v8',
  ],
  [
    'half of a product stays',
    'v1: i64 = extendI32U v0 v2: i64 = mul v1, v1 v3: i32 = wrap v2 return v3',
    'v1: i64 = extendI32U v0\n  v2: i64 = mul v1, v1\n  v3: i32 = wrap v2\n  return v3',
  ],
];

test.each(CHAINS)('fold %s', (_title, body, result) => {
  const text = after(fold, '(i32) -> (i32)', `b0(v0: i32): ${body}`);
  const renamed = (t: string) => {
    const names = new Map<string, string>();
    return t.replace(/v\d+/g, (name) => names.get(name) ?? names.set(name, `x${names.size}`).get(name)!);
  };
  expect(renamed(text)).toBe(renamed(`b0(v0: i32):\n  ${result}`));
});

const A = 'width 4 align 4';
const LOADS: readonly (readonly [title: string, between: string, forwarded: boolean])[] = [
  ['twice in a row', '', true],
  ['a store elsewhere in the object', `store v0, v1 ${A} offset 4`, true],
  ['a store at the place', `store v0, v1 ${A}`, true],
  ['a store of a byte of it', 'store v0, v1 width 1 align 1 offset 3', false],
  ['a store to another object', `v5: i32 = symbolAddress h store v5, v1 ${A}`, true],
  ['a store through a pointer, to an object that none leads to', `store v1, v1 ${A}`, true],
  ['a call', 'v5: i32 = call other(v1)', false],
  ['a barrier', 'intrinsic cpu.dsb()', false],
  ['a volatile load', `v5: i32 = load v1 ${A} volatile`, false],
  ['a volatile store', `store v1, v1 ${A} volatile`, false],
  ['a copy', 'memoryCopy v1, v1, v1', false],
  ['a branch', 'branch v1, b1, b2 b1: return v1 b2:', true],
  ['a join', 'branch v1, b1, b2 b1: jump b2 b2:', false],
  ['a turn of a loop', 'jump b1 b1: jump b2 b2: branch v1, b1, b3 b3:', false],
];

test.each(LOADS)('forward a load over %s', (_title, between, forwarded) => {
  const body = `b0(v1: i32): v0: i32 = symbolAddress g v2: i32 = load v0 ${A} ${between} v3: i32 = load v0 ${A} v4: i32 = xor v2, v3 return v4`;
  const text = after((func, module) => forwardLoads(func, collectDataFacts(module)), '(i32) -> (i32)', body);
  expect(text.includes('v3: i32 = load')).toBe(!forwarded);
});

const THROUGH_POINTER: readonly (readonly [title: string, between: string, forwarded: boolean])[] = [
  ['twice in a row', '', true],
  ['a store beside it', `store v0, v1 ${A} offset 4`, true],
  ['a store across it', `store v0, v1 ${A} offset 2`, false],
  ['a store through another pointer', `store v1, v0 ${A}`, false],
  ['a store to an object that none leads to', `v5: i32 = symbolAddress h store v5, v1 ${A}`, true],
  ['a store to an object that a call knows', `v5: i32 = symbolAddress g v6: i32 = call other(v5) v7: i32 = load v0 ${A} store v5, v1 ${A}`, false], // biome-ignore format: a line a case
  ['a call', 'v5: i32 = call other(v1)', false],
  ['a branch', 'branch v1, b1, b2 b1: return v1 b2:', true],
  ['a join', 'branch v1, b1, b2 b1: jump b2 b2:', false],
];

test.each(THROUGH_POINTER)('forward a load through a pointer over %s', (_title, between, forwarded) => {
  const body = `b0(v0: i32, v1: i32): v2: i32 = load v0 ${A} ${between} v3: i32 = load v0 ${A} v4: i32 = xor v2, v3 return v4`;
  const text = after((func, module) => forwardLoads(func, collectDataFacts(module)), '(i32, i32) -> (i32)', body);
  expect(text.includes('v3: i32 = load')).toBe(!forwarded);
});

describe('forward', () => {
  const run = (type: string, body: string) =>
    after((func, module) => forwardLoads(func, collectDataFacts(module)), type, body);

  test('a pointer may lead to an object whose address is known elsewhere', () => {
    const body = `b0(v1: i32): v0: i32 = symbolAddress g v2: i32 = load v0 ${A} v5: i32 = call other(v0) v3: i32 = load v0 ${A} store v1, v1 ${A} v4: i32 = load v0 ${A} v6: i32 = xor v3, v4 return v6`;
    expect(run('(i32) -> (i32)', body)).toContain('v4: i32 = load');
  });

  test('a loop reads again on each turn', () => {
    const body = `b0: jump b1 b1: v0: i32 = symbolAddress g v1: i32 = load v0 ${A} branch v1, b2, b1 b2: return`;
    expect(run('() -> ()', body)).toContain('load');
  });

  test('constants', () => {
    const load = (access: string) =>
      run('() -> (i32)', `b0: v0: i32 = symbolAddress constant v1: i32 = load v0 ${access} return v1`);
    expect(load('width 4 align 4')).toContain('const -2147222015');
    expect(load('width 1 align 1 offset 1')).toContain('const 254');
    expect(load('width 1 signed align 1 offset 1')).toContain('const -2');
    expect(load('width 2 signed align 2 offset 2')).toContain('const -32765');
    expect(load('width 4 align 1 offset 2')).toContain('load');
    expect(load('width 4 align 4 volatile')).toContain('load');
  });

  test("a function that knows the linker's symbols", () => {
    const body = `b0: v0: i32 = symbolAddress __bss_start v1: i32 = symbolAddress g v2: i32 = load v1 ${A} store v0, v2 ${A} v3: i32 = load v1 ${A} return v3`;
    expect(run('() -> (i32)', body)).toContain('v3: i32 = load');
  });
});

test('number values: across a dominated block, not across a sibling', () => {
  const body =
    'b0(v0: i32): v1: i32 = mul v0, v0 branch v0, b1, b2 b1: v2: i32 = mul v0, v0 v3: i32 = add v0, v0 jump b3(v2, v3) b2: v4: i32 = add v0, v0 jump b3(v1, v4) b3(v5: i32, v6: i32): v7: i32 = sub v5, v6 return v7';
  const text = after(numberValues, '(i32) -> (i32)', body);
  expect(text).toContain('jump b3(v1, v3)');
  expect(text.match(/mul/g)).toHaveLength(1);
  expect(text.match(/add/g)).toHaveLength(2);
});

test('number values: equal constants of two blocks are one number', () => {
  const body =
    'b0(v0: i32): v1: i32 = const 3 v2: i32 = shl v0, v1 branch v0, b1, b2 b1: v3: i32 = const 3 v4: i32 = shl v0, v3 return v4 b2: return v2';
  const text = after(numberValues, '(i32) -> (i32)', body);
  expect(text).toContain('b1:\n  v3: i32 = const 3\n  return v2');
});

test('eliminate dead: volatile accesses, divisions and calls stay', () => {
  const body = `b0(v0: i32): v1: i32 = load v0 ${A} v2: i32 = load v0 ${A} volatile v3: i32 = divU v0, v0 v4: i32 = call other(v0) v5: i32 = mul v0, v0 return v0`;
  const text = after(eliminateDead, '(i32) -> (i32)', body);
  expect(text.match(/load .*/g)).toEqual([`load v0 ${A} volatile`]);
  expect(text).toContain('divU');
  expect(text).toContain('call');
  expect(text).not.toContain('mul');
});

test('simplify params: the same on all ways in, and unused', () => {
  const body =
    'b0(v0: i32, v1: i32): branch v0, b1(v0, v1, v0), b1(v0, v0, v1) b1(v2: i32, v3: i32, v4: i32): branch v2, b1(v2, v3, v4), b2 b2: return v3';
  expect(after(simplifyParams, '(i32, i32) -> (i32)', body)).toBe(`b0(v0: i32, v1: i32):
  branch v0, b1(v1), b1(v0)
b1(v3: i32):
  branch v0, b1(v3), b2
b2:
  return v3`);
});

test('simplify flow: constant branches, empty blocks, chains', () => {
  const body =
    'b0(v0: i32): v1: i32 = const 1 branch v1, b1, b2 b1: jump b3(v0) b2: trap unreachable b3(v2: i32): v3: i32 = const 9 switch v3, [b4, b5], b6 b4: trap abort b5: return v1 b6: return v2';
  expect(after(simplifyFlow, '(i32) -> (i32)', body)).toBe(`b0(v0: i32):
  v1: i32 = const 1
  v3: i32 = const 9
  return v0`);
});

test('split wide params: two words that travel in one value', () => {
  const body =
    'b0(v0: i32, v1: i64): v2: i64 = extendI32U v0 branch v0, b1(v1), b1(v2) b1(v3: i64): v4: i64 = const 32 v5: i64 = shrU v3, v4 v6: i32 = wrap v5 v7: i32 = wrap v3 v8: i32 = sub v6, v7 return v8';
  const text = after(splitWideParams, '(i32, i64) -> (i32)', body);
  expect(text).toMatch(/b1\(v\d+: i32, v\d+: i32\):/);
});

test('split wide params: not one that is used whole', () => {
  const body =
    'b0(v0: i32, v1: i64): jump b1(v1) b1(v2: i64): v3: i32 = wrap v2 branch v3, b1(v2), b2(v2) b2(v4: i64): v5: i32 = eqz v4 return v5';
  expect(after(splitWideParams, '(i32, i64) -> (i32)', body)).toContain('b1(v2: i64)');
});

describe('module passes', () => {
  const MODULE = `module m
data bss g align 4 size 4
table table.0 null inTable
func base (i32) -> (i32) {
b0(v0: i32):
  v1: i32 = const 10
  v2: i32 = shl v0, v1
  return v2
}
func inTable () -> () {
b0:
  return
}
func long (i32) -> (i32) {
b0(v0: i32):
  v1: i32 = mul v0, v0
  v2: i32 = mul v1, v1
  v3: i32 = mul v2, v2
  v4: i32 = mul v3, v3
  return v4
}
func unused () -> () {
b0:
  v0: i32 = const 1
  v1: i32 = call long(v0)
  return
}
func f (i32) -> (i32) export "f" {
b0(v0: i32):
  v1: i32 = call base(v0)
  v2: i32 = call base(v1)
  v3: i32 = call long(v2)
  return v3
}`;

  test('inline small', () => {
    const module = parse(MODULE);
    expect([...inlineSmall(module)].map(({ name }) => name)).toEqual(['f']);
    verifyModule(module, 'inline-small');
    const text = printModule(module).split('func f ')[1];
    expect(text.match(/shl/g)).toHaveLength(2);
    expect(text.match(/call .*/g)).toEqual(['call long(v7)']);
  });

  test('drop unused', () => {
    const module = parse(MODULE);
    dropUnusedFunctions(module);
    expect(module.functions.map(({ name }) => name)).toEqual(['base', 'inTable', 'long', 'f']);
  });
});
