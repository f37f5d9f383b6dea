/** What is computed later than it stands in the source, and what is not. */
import { expect, test } from 'vitest';
import { after } from '../testing/after-pass.ts';
import { sinkValues } from './sink-values.ts';

test('what one way needs is computed on it', () => {
  const text = after(
    sinkValues,
    '(i32, i32) -> (i32)',
    `b0(v0: i32, v1: i32): v2: i32 = mul v0, v0 branch v1, b1, b2
b1: v3: i32 = add v2, v0 return v3
b2: return v0`,
  );
  expect(text).toMatch(/b1:\n {2}v2: i32 = mul/);
});

test('a comparison goes to each branch that asks for it, with its constant', () => {
  const text = after(
    sinkValues,
    '(i32, i32) -> (i32)',
    `b0(v0: i32, v1: i32): v2: i32 = const 44 v3: i32 = eq v0, v2 branch v1, b1, b2
b1: branch v3, b3, b4
b2: branch v3, b4, b3
b3: return v0
b4: return v1`,
  );
  expect(text.match(/eq v0/g)).toHaveLength(2);
  expect(text.match(/const 44/g)!.length).toBeGreaterThanOrEqual(2);
});

test.each([
  ['a loop', 'b1: v4: i32 = add v2, v1 branch v4, b1, b2 b2: return v1'],
  ['a load', 'b1: return v3 b2: return v1'],
])('nothing goes into %s', (_title, rest) => {
  const text = after(
    sinkValues,
    '(i32, i32) -> (i32)',
    `b0(v0: i32, v1: i32): v2: i32 = mul v0, v0 v3: i32 = load v0 width 4 align 4 branch v1, b1, b2 ${rest}`,
  );
  expect(text).toMatch(/b0\(.*\n(.*\n)*.*load(.*\n)*b1/);
  if (rest.includes('v2')) expect(text.indexOf('mul')).toBeLessThan(text.indexOf('b1:'));
});

test('two operands are not kept for one result', () => {
  const text = after(
    sinkValues,
    '(i32, i32) -> (i32)',
    `b0(v0: i32, v1: i32): v5: i32 = load v0 width 4 align 4 v6: i32 = load v1 width 4 align 4 v2: i32 = mul v5, v6 branch v1, b1, b2
b1: return v2
b2: return v0`,
  );
  expect(text.indexOf('mul')).toBeLessThan(text.indexOf('b1:'));
});
