/** Loops as the loop passes want them: a block of their own in front, and parameters that a constant is added to on each turn. */
import { mapTargets, predecessors, targetsOf } from '../../ir/edit.ts';
import type { Loop } from '../../ir/flow-graph.ts';
import type { Block, BlockId, Func, Inst, ValueId, ValueType } from '../../ir/types.ts';

/** A parameter of the header that changes by the same number on each turn. */
export interface Counter {
  readonly param: ValueId;
  /** Among the header's parameters. */
  readonly index: number;
  readonly step: number;
  /** The additions, one for each way back at most. */
  readonly updates: readonly Inst[];
}

export function blockOf(func: Func, id: BlockId): Block {
  return func.blocks.find((block) => block.id === id)!;
}

export function countersOf(func: Func, { header, latches }: Loop): Counter[] {
  const definitions = new Map<ValueId, Inst>();
  for (const { insts } of func.blocks) for (const inst of insts) definitions.set(inst.results[0], inst);
  const back = latches.flatMap((id) => targetsOf(blockOf(func, id).terminator).filter(({ block }) => block === header));
  return blockOf(func, header).params.flatMap((param, index): Counter[] => {
    if (func.values[param] !== 'i32') return [];
    const updates = [...new Set(back.map(({ args }) => definitions.get(args[index])))];
    const steps = new Set(updates.map((update) => stepOf(update, param, definitions)));
    const [step] = steps;
    if (steps.size !== 1 || step === undefined) return [];
    return [{ param, index, step, updates: updates.map((update) => update!) }];
  });
}

function stepOf(inst: Inst | undefined, param: ValueId, definitions: ReadonlyMap<ValueId, Inst>): number | undefined {
  if (inst?.op !== 'add' || inst.args[0] !== param) return undefined;
  const amount = definitions.get(inst.args[1]);
  return amount?.op === 'const' ? Number(BigInt.asIntN(32, amount.value)) : undefined;
}

/** The block from which alone the loop is entered, and which goes nowhere else: it is made if there is none. */
export function frontOf(func: Func, { header, body }: Loop): Block {
  const before = predecessors(func)
    .get(header)!
    .filter(({ id }) => !body.has(id));
  const outside = [...new Set(before)];
  if (outside.length === 1 && outside[0].terminator.op === 'jump') return outside[0];
  const head = blockOf(func, header);
  const id = (Math.max(...func.blocks.map((block) => block.id)) + 1) as BlockId;
  const params = head.params.map((param) => (func.values.push(func.values[param]) - 1) as ValueId);
  const { place } = outside[0].terminator;
  const jump = { op: 'jump', target: { block: header, args: params }, ...(place ? { place } : {}) } as const;
  const front: Block = { id, params, insts: [], terminator: jump };
  for (const block of outside) {
    block.terminator = mapTargets(block.terminator, (target) =>
      target.block === header ? { ...target, block: id } : target,
    );
  }
  func.blocks.splice(func.blocks.indexOf(head), 0, front);
  return front;
}

/** What the front gives to a parameter of the header. */
export function startOf(front: Block, index: number): ValueId {
  return targetsOf(front.terminator)[0].args[index];
}

/** Gives the header one more parameter, with its first value and those that the ways back bring. */
export function addParam(
  func: Func,
  { header, latches }: Loop,
  front: Block,
  start: ValueId,
  next: (latch: Block, param: ValueId) => ValueId,
): ValueId {
  const head = blockOf(func, header);
  const param = (func.values.push(func.values[start]) - 1) as ValueId;
  head.params = [...head.params, param];
  const pass = (block: Block, arg: ValueId) => {
    block.terminator = mapTargets(block.terminator, (target) =>
      target.block === header ? { ...target, args: [...target.args, arg] } : target,
    );
  };
  pass(front, start);
  for (const id of latches) {
    const latch = blockOf(func, id);
    pass(latch, next(latch, param));
  }
  return param;
}

/** Puts an instruction with one result at the end of a block. */
export function append(
  func: Func,
  block: Block,
  inst: { op: string; args: readonly ValueId[] } & Record<string, unknown>,
  type: ValueType = 'i32',
): ValueId {
  const result = (func.values.push(type) - 1) as ValueId;
  const { place } = block.terminator;
  block.insts = [...block.insts, { ...inst, results: [result], ...(place ? { place } : {}) } as unknown as Inst];
  return result;
}

export function appendConstant(func: Func, block: Block, value: number): ValueId {
  return append(func, block, { op: 'const', args: [], value: BigInt(value | 0) });
}
