/**
 * A loop that is tested at its beginning is tested once before it and then at its end: the header is copied for the ways
 * back, so that a turn has one branch. Only a header that does nothing but test is worth two of its kind.
 */
import { isPure, mapTargets, mapTerminatorValues } from '../../ir/edit.ts';
import type { Loop } from '../../ir/flow-graph.ts';
import type { Block, BlockId, Func, Inst, ValueId } from '../../ir/types.ts';
import { repairSsa } from '../repair-ssa.ts';
import { blockOf } from './loop-counters.ts';

/** Instructions of a header that is copied, constants left out. */
const MAXIMUM_COST = 1;

/** Gives whether the loop was turned round. */
export function rotateLoop(func: Func, { header, body, latches }: Loop): boolean {
  const head = blockOf(func, header);
  const { terminator } = head;
  if (terminator.op !== 'branch' || latches.includes(header)) return false;
  if (!head.insts.every(isPure) || head.insts.filter(({ op }) => op !== 'const').length > MAXIMUM_COST) return false;
  const [then, otherwise] = [terminator.then.block, terminator.else.block].map((id) => body.has(id));
  if (then === otherwise) return false;
  const names = new Map<ValueId, ValueId>();
  const define = (value: ValueId) => {
    names.set(value, (func.values.push(func.values[value]) - 1) as ValueId);
    return names.get(value)!;
  };
  const rename = (value: ValueId) => names.get(value) ?? value;
  const copy: Block = {
    id: (Math.max(...func.blocks.map(({ id }) => id)) + 1) as BlockId,
    params: head.params.map(define),
    insts: [],
    terminator,
  };
  copy.insts = head.insts.map((inst) => {
    const args = inst.args.map(rename);
    return { ...inst, args, results: inst.results.map(define) } as Inst;
  });
  copy.terminator = mapTerminatorValues(terminator, rename);
  for (const id of latches) {
    const latch = blockOf(func, id);
    latch.terminator = mapTargets(latch.terminator, (target) =>
      target.block === header ? { ...target, block: copy.id } : target,
    );
  }
  const last = Math.max(...latches.map((id) => func.blocks.findIndex((block) => block.id === id)));
  func.blocks.splice(last + 1, 0, copy);
  const definitions = [...names].map(([old, made]) => [old, new Map([[head.id, old]]).set(copy.id, made)] as const);
  repairSsa(func, new Map(definitions));
  return true;
}
