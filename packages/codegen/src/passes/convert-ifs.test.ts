/** Which branches become choices, and how comparisons of ranges come out of them. */
import { expect, test } from 'vitest';
import type { Func } from '../ir/types.ts';
import { after } from '../testing/after-pass.ts';
import { convertIfs } from './convert-ifs.ts';
import { eliminateDead } from './eliminate-dead.ts';
import { foldConstants } from './fold-constants.ts';
import { simplifyFlow } from './simplify-flow.ts';
import { simplifyParams } from './simplify-params.ts';

const pass = (func: Func) => {
  for (let round = 0; round < 4; round++) {
    simplifyParams(func);
    foldConstants(func);
    convertIfs(func);
    simplifyFlow(func);
    eliminateDead(func);
  }
};

test.each([
  ['x >= 48 && x <= 57', 'geU', 48, 'leU', 57, 0, ['const -48', 'const 9', 'leU']],
  ['x < 48 || x > 57', 'ltU', 48, 'gtU', 57, 1, ['const -48', 'const 9', 'gtU']],
  ['x >= -3 && x < 4, signed', 'geS', -3, 'ltS', 4, 0, ['const 3', 'const 6', 'leU']],
  ['x < 9 && x < 20', 'ltU', 9, 'ltU', 20, 0, ['const 8', 'leU']],
  ['x < 9 && x > 20: never', 'ltU', 9, 'gtU', 20, 0, ['and']],
] as const)('%s', (_title, first, low, second, high, short, parts) => {
  const [then, otherwise] = short === 0 ? ['b1', 'b2(v9)'] : ['b2(v9)', 'b1'];
  const text = after(
    pass,
    '(i32) -> (i32)',
    `b0(v0: i32): v1: i32 = const ${low} v2: i32 = ${first} v0, v1 v9: i32 = const ${short} branch v2, ${then}, ${otherwise}
b1: v3: i32 = const ${high} v4: i32 = ${second} v0, v3 jump b2(v4)
b2(v5: i32): return v5`,
  );
  for (const part of parts) expect(text).toContain(part);
  expect(text).not.toContain('branch');
});

test.each([
  ['a load', 'v4: i32 = load v0 width 4 align 4', 'v4'],
  ['a value that is no truth', 'v4: i32 = add v0, v0', 'v4'],
  ['a long computation', 'v6: i32 = mul v0, v0 v7: i32 = mul v6, v6 v4: i32 = ltS v7, v6', 'v4'],
])('%s keeps its branch', (_title, side, value) => {
  const text = after(
    pass,
    '(i32) -> (i32)',
    `b0(v0: i32): v1: i32 = const 9 v2: i32 = ltU v0, v1 v9: i32 = const 0 branch v2, b1, b2(v9)
b1: ${side} jump b2(${value})
b2(v5: i32): return v5`,
  );
  expect(text).toContain('branch');
});
