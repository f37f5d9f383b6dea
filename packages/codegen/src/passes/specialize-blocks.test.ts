/** Which blocks are copied for a known number, and what is left then. */
import { expect, test } from 'vitest';
import type { Func, ValueId } from '../ir/types.ts';
import { after, parseModule } from '../testing/after-pass.ts';
import { eliminateDead } from './eliminate-dead.ts';
import { foldConstants } from './fold-constants.ts';
import { simplifyFlow } from './simplify-flow.ts';
import { simplifyParams } from './simplify-params.ts';
import { blockSpecializer } from './specialize-blocks.ts';

const pass = (func: Func) => {
  blockSpecializer()(func);
  for (let round = 0; round < 4; round++) {
    simplifyParams(func);
    foldConstants(func);
    simplifyFlow(func);
    eliminateDead(func);
  }
};
const blocksIn = (text: string) => [...text.matchAll(/^b\d+/gm)].length;
const count = (text: string, word: string) => text.split(word).length - 1;

test('a loop whose first test is sure to pass tests at its end', () => {
  const text = after(
    pass,
    '(i32) -> (i32)',
    `b0(v0: i32): v1: i32 = const 0 jump b1(v0, v1)
b1(v2: i32, v3: i32): v4: i32 = const 8 v5: i32 = ltS v3, v4 branch v5, b2, b3
b2: v6: i32 = const 1 v7: i32 = shrU v2, v6 v8: i32 = add v3, v6 jump b1(v7, v8)
b3: return v2`,
  );
  expect(blocksIn(text)).toBe(3);
  expect(text).toMatch(/branch v\d+, b(\d+)\(v\d+, v\d+\), b\d+\n/);
});

test('a loop whose first test may fail stays', () => {
  const text = after(
    pass,
    '(i32) -> (i32)',
    `b0(v0: i32): v1: i32 = const 0 jump b1(v1)
b1(v3: i32): v5: i32 = ltS v3, v0 branch v5, b2, b3
b2: v6: i32 = const 1 v8: i32 = add v3, v6 jump b1(v8)
b3: return v3`,
  );
  expect(blocksIn(text)).toBe(4);
});

test('a flag that is set to be tested is jumped past', () => {
  const text = after(
    pass,
    '(i32, i32) -> (i32)',
    `b0(v0: i32, v1: i32): branch v0, b1, b2
b1: v2: i32 = ltS v1, v0 jump b3(v2)
b2: v3: i32 = const 0 jump b3(v3)
b3(v4: i32): branch v4, b4, b5
b4: return v0
b5: return v1`,
  );
  expect(count(text, 'branch')).toBe(2);
  expect(text).not.toContain('(v4');
});

const SWITCH = `b0(v0: i32): v1: i32 = const 0 jump b1(v1, v0)
b1(v2: i32, v3: i32): branch v3, b2, b9
b2: v4: i32 = load v3 width 4 align 4 switch v2, [b3, b4], b5
b3: v5: i32 = const 1 jump b6(v5)
b4: v6: i32 = const 0 jump b6(v6)
b5: v7: i32 = const 2 jump b6(v7)
b6(v8: i32): jump b1(v8, v4)
b9: return v2`;

test('a switch on a state that was just assigned becomes jumps', () => {
  const text = after(pass, '(i32) -> (i32)', SWITCH);
  expect(text).not.toContain('switch');
});

test('an argument that is chosen between numbers becomes two ways', () => {
  const text = after(
    pass,
    '(i32, i32) -> (i32)',
    `b0(v0: i32, v1: i32): v2: i32 = const 1 v3: i32 = const 2 v9: i32 = const 7
  v4: i32 = select v0, v2, v3 jump b1(v4)
b1(v5: i32): switch v5, [b2, b3], b4
b2: return v9
b3: return v0
b4: return v1`,
  );
  expect(text).not.toContain('switch');
  expect(text).not.toContain('select');
});

test('an iteration of a loop is not copied', () => {
  const body = `b0(v0: i32): v1: i32 = const 0 jump b1(v0, v1)
b1(v2: i32, v3: i32): v6: i32 = const 1 v7: i32 = shrU v2, v6 v10: i32 = xor v7, v0 v11: i32 = mul v10, v7 v8: i32 = add v3, v6
  v4: i32 = const 8 v5: i32 = ltS v8, v4 branch v5, b1(v11, v8), b3
b3: return v2`;
  expect(blocksIn(after(pass, '(i32) -> (i32)', body))).toBe(3);
});

test('a choice of choices is split until each number has its way', () => {
  const text = after(
    pass,
    '(i32, i32) -> (i32)',
    `b0(v0: i32, v1: i32): v2: i32 = const 0 v3: i32 = const 1 v4: i32 = const 2 v5: i32 = eq v0, v1 v6: i32 = ltS v0, v1 v7: i32 = select v6, v3, v4 v8: i32 = select v5, v2, v7 jump b1(v8)
b1(v9: i32): switch v9, [b2, b3], b4
b2: return v0
b3: return v1
b4: return v4`,
  );
  expect(text).not.toContain('switch');
  expect(text).not.toContain('select');
});

/** What each block tells of a value. */
function toldOf(body: string, value: number): Map<number, number | undefined> {
  const func = parseModule(`module m\nfunc f (i32, i32) -> (i32) {\n${body}\n}`).functions[0];
  const place = { file: 'f.ts', line: 1, column: 1, locals: [value as ValueId] };
  for (const block of func.blocks) block.terminator = { ...block.terminator, place };
  blockSpecializer()(func);
  return new Map(func.blocks.map(({ id, terminator }) => [id, terminator.place?.locals?.[0]]));
}

test('debuggers are told of the value that reaches a block, and of none where ways differ', () => {
  const told = toldOf(
    `b0(v0: i32, v1: i32): branch v0, b1, b2
b1: v2: i32 = ltS v1, v0 jump b3(v2)
b2: v3: i32 = const 0 jump b3(v3)
b3(v4: i32): branch v4, b4, b5
b4: return v0
b5: return v1`,
    4,
  );
  expect(told.get(3)).toBe(4);
  expect(told.get(4)).toBe(4);
  const [copy] = [...told.keys()].filter((id) => id > 5);
  expect(told.get(copy)).toBeGreaterThan(4);
  expect(told.has(5)).toBe(true);
  expect(told.get(5)).toBeUndefined();
});
