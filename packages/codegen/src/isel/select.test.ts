/** Selection, whatever the order of the blocks is: a definition may stand behind what it dominates. */
import { expect, test } from 'vitest';
import { parseIr } from '../ir/parse.ts';
import { verifyModule } from '../ir/verify.ts';
import { allocate } from '../regalloc/allocate.ts';
import { checkAllocation } from '../regalloc/checker.ts';
import { beforeAllocation } from '../regalloc/checker-steps.ts';
import { selectFunction } from './select.ts';

const BEHIND = `module behind
func f (i32, i32) -> (i32) {
b0(v0: i32, v1: i32):
  jump b2(v0)
b1:
  v2: i32 = const 6
  v3: i32 = eq v5, v2
  branch v3, b3, b2(v5)
b2(v4: i32):
  v6: i32 = const 1
  v5: i32 = add v4, v6
  v7: i32 = gtU v4, v1
  branch v7, b1, b3
b3:
  return v4
}
`;

test('a value that is used in a block before that of its definition', () => {
  const { value: module, diagnostics } = parseIr(BEHIND, 'behind.ir');
  expect(diagnostics).toEqual([]);
  verifyModule(module!, 'parse');
  const selected = selectFunction(module!.functions[0], module!);
  expect(selected.blocks.flatMap(({ insts }) => insts.map(({ op }) => op))).toContain('add');
  const before = beforeAllocation(selected);
  checkAllocation(before, selected, allocate(selected));
});
