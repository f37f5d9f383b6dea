/**
 * Counters that only say when a loop ends count down to zero, which a subtraction tells by itself: `i < n` from 0 up
 * becomes `n - i`, as long as it is not 0. Where start, step and end are constants, the number of turns is counted here.
 */
import { computeDominators } from '../../ir/dominators.ts';
import { operandsOf, targetsOf } from '../../ir/edit.ts';
import type { Loop } from '../../ir/flow-graph.ts';
import type { Block, BlockTarget, Func, Inst, Terminator, ValueId } from '../../ir/types.ts';
import { evaluate } from '../evaluate.ts';
import {
  addParam,
  append,
  appendConstant,
  blockOf,
  type Counter,
  countersOf,
  frontOf,
  startOf,
} from './loop-counters.ts';

/** Turns of a loop that are counted. */
const MAXIMUM_TURNS = 1 << 16;

interface ExitTest {
  readonly block: Block;
  readonly inst: Inst;
  /** What is compared: the counter, or the counter after its update. */
  readonly isUpdated: boolean;
  /** Which argument of the comparison it is. */
  readonly side: number;
  readonly staysIf: boolean;
}

/** Changes one counter of the loop; gives whether there was one. */
export function countDown(func: Func, loop: Loop): boolean {
  for (const counter of countersOf(func, loop)) {
    const test = findTest(func, loop, counter);
    if (test && replaceTest(func, loop, counter, test)) return true;
  }
  return false;
}

/** The only thing that the counter is for, if that is a test which each turn passes. */
function findTest(func: Func, loop: Loop, { param, updates }: Counter): ExitTest | undefined {
  const updated = new Set(updates.flatMap(({ results }) => results));
  const isCounter = (value: ValueId) => value === param || updated.has(value);
  const users: { block: Block; inst: Inst }[] = [];
  for (const block of func.blocks) {
    for (const inst of block.insts)
      if (!updates.includes(inst) && inst.args.some(isCounter)) users.push({ block, inst });
    if (operandsOf(block.terminator).some(isCounter)) return undefined;
    for (const { block: to, args } of targetsOf(block.terminator))
      if (to !== loop.header && args.some(isCounter)) return undefined;
  }
  if (users.length !== 1 || isPassedOn(func, loop, param, updated)) return undefined;
  const [{ block, inst }] = users;
  const { terminator } = block;
  if (terminator.op !== 'branch' || terminator.condition !== inst.results[0] || countUses(func, inst.results[0]) !== 1)
    return undefined;
  const dominators = computeDominators(func);
  if (!loop.latches.every((latch) => dominators.dominates(block.id, latch))) return undefined;
  const [stays, leaves] = [terminator.then, terminator.else].map((target) => loop.body.has(target.block));
  if (stays === leaves) return undefined;
  const side = inst.args.findIndex(isCounter);
  return { block, inst, isUpdated: inst.args[side] !== param, side, staysIf: stays };
}

/** Whether the counter is an argument for another parameter of the header than itself. */
function isPassedOn(func: Func, { header, latches }: Loop, param: ValueId, updated: ReadonlySet<ValueId>): boolean {
  const own = blockOf(func, header).params.indexOf(param);
  return latches.some((id) =>
    targetsOf(blockOf(func, id).terminator).some(
      ({ block, args }) => block === header && args.some((arg, i) => i !== own && (arg === param || updated.has(arg))),
    ),
  );
}

function countUses(func: Func, value: ValueId): number {
  let count = 0;
  for (const { insts, terminator } of func.blocks) {
    for (const { args } of insts) count += args.filter((arg) => arg === value).length;
    count += operandsOf(terminator).filter((arg) => arg === value).length;
    for (const { args } of targetsOf(terminator)) count += args.filter((arg) => arg === value).length;
  }
  return count;
}

function replaceTest(func: Func, loop: Loop, counter: Counter, test: ExitTest): boolean {
  const front = frontOf(func, loop);
  const start = startOf(front, counter.index);
  const constants = new Map<ValueId, bigint>();
  for (const { insts } of func.blocks)
    for (const inst of insts) if (inst.op === 'const') constants.set(inst.results[0], inst.value);
  const bound = test.inst.args[1 - test.side];
  const limit = bound === undefined ? 0n : constants.get(bound);
  const first = constants.get(start);
  let turns: ValueId | undefined;
  if (limit !== undefined && first !== undefined) {
    const count = countTurns(counter.step, Number(first), test, limit);
    if (count === undefined) return false;
    // It does so already.
    if (limit === 0n && counter.step === -1 && count === Number(first)) return false;
    turns = appendConstant(func, front, count);
  } else if (bound !== undefined && !test.isUpdated && isBefore(func, loop, bound)) {
    turns = variableTurns(func, front, counter, test, { start, first, bound });
  }
  if (turns === undefined) return false;
  useTurns(func, loop, front, test, turns);
  return true;
}

/** How often the loop's body is executed, for the test behind the update; how often it is entered for the one before. */
function countTurns(step: number, start: number, { inst, side, isUpdated, staysIf }: ExitTest, limit: bigint) {
  let value = isUpdated ? (start + step) | 0 : start | 0;
  for (let count = isUpdated ? 1 : 0; count <= MAXIMUM_TURNS; count++) {
    const args =
      inst.args.length === 1 ? [BigInt(value)] : side === 0 ? [BigInt(value), limit] : [limit, BigInt(value)];
    const result = evaluate(inst.op, 'i32', args);
    if (result === undefined) return undefined;
    if ((result !== 0n) !== staysIf) return count;
    value = (value + step) | 0;
  }
  return undefined;
}

/** The number of turns, where it is not a constant: of a loop that counts from 0 by 1 up to a bound that stays the same. */
function variableTurns(
  func: Func,
  front: Block,
  { step }: Counter,
  { inst, side, staysIf }: ExitTest,
  { start, first, bound }: { start: ValueId; first: bigint | undefined; bound: ValueId },
): ValueId | undefined {
  const isEqual = (inst.op === 'ne' && staysIf) || (inst.op === 'eq' && !staysIf);
  if (isEqual && step === 1) return first === 0n ? bound : append(func, front, { op: 'sub', args: [bound, start] });
  if (isEqual && step === -1) return append(func, front, { op: 'sub', args: [start, bound] });
  const below = side === 0 ? ['ltU', 'geU'] : ['gtU', 'leU'];
  const isBelow = inst.op === below[staysIf ? 0 : 1];
  return isBelow && first === 0n && step === 1 ? bound : undefined;
}

function isBefore(func: Func, { header, body }: Loop, value: ValueId): boolean {
  const home = func.blocks.find(
    ({ params, insts }) => params.includes(value) || insts.some(({ results }) => results.includes(value)),
  )!;
  return !body.has(home.id) && computeDominators(func).dominates(home.id, header);
}

/** The test asks whether turns are left. */
function useTurns(func: Func, loop: Loop, front: Block, test: ExitTest, turns: ValueId): void {
  const less = (block: Block, left: ValueId) =>
    append(func, block, { op: 'add', args: [left, appendConstant(func, block, -1)] });
  const { block } = test;
  if (!test.isUpdated) {
    const left = addParam(func, loop, front, turns, less);
    block.terminator = branchOn(block.terminator, left, test.staysIf);
    return;
  }
  // One subtraction, in front of the test, which all ways back pass.
  const made: { left?: ValueId } = {};
  addParam(func, loop, front, turns, (_latch, param) => {
    made.left ??= less(block, param);
    return made.left;
  });
  block.terminator = branchOn(block.terminator, made.left!, test.staysIf);
}

function branchOn(terminator: Terminator, condition: ValueId, staysIf: boolean): Terminator {
  if (terminator.op !== 'branch') return terminator;
  const [stays, leaves]: BlockTarget[] = staysIf
    ? [terminator.then, terminator.else]
    : [terminator.else, terminator.then];
  return { ...terminator, condition, then: stays, else: leaves };
}
