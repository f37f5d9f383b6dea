/**
 * Splits an i64 block parameter whose halves alone are used into two i32 parameters. A function that returns two words in
 * one value, once inlined, leaves such parameters behind; without this each way in would put the value together and the
 * join would take it apart.
 */
import { mapTargets, operandsOf, replaceValues, targetsOf } from '../ir/edit.ts';
import type { Block, BlockId, Func, Inst, ValueId } from '../ir/types.ts';

interface Halves {
  readonly low: ValueId;
  readonly high: ValueId;
}

export function splitWideParams(func: Func): boolean {
  const candidates = findCandidates(func);
  if (candidates.size === 0) return false;
  const newValue = (): ValueId => (func.values.push('i32') - 1) as ValueId;
  const halves = new Map(
    [...candidates].map((param): [ValueId, Halves] => [param, { low: newValue(), high: newValue() }]),
  );
  for (const [param, split] of halves) func.halves.set(param, split);
  const positions = new Map<BlockId, boolean[]>();
  for (const block of func.blocks) {
    positions.set(
      block.id,
      block.params.map((param) => halves.has(param)),
    );
    block.params = block.params.flatMap((param) => {
      const split = halves.get(param);
      return split ? [split.low, split.high] : [param];
    });
  }
  for (const block of func.blocks) splitArguments(func, block, positions, halves);
  replaceUses(func, halves);
  return true;
}

/** A shift of an i64 that leaves its high half at the bottom. */
function takesHigh(inst: Inst, constants: ReadonlyMap<ValueId, bigint>): boolean {
  return inst.op === 'shrU' && constants.get(inst.args[1]) === 32n;
}

function findCandidates(func: Func): Set<ValueId> {
  const constants = new Map<ValueId, bigint>();
  for (const { insts } of func.blocks)
    for (const inst of insts) if (inst.op === 'const') constants.set(inst.results[0], inst.value);
  const params = new Map(func.blocks.map((block) => [block.id, block.params]));
  const isWide = (param: ValueId) => func.values[param] === 'i64';
  const candidates = new Set(func.blocks.slice(1).flatMap((block) => block.params.filter(isWide)));
  for (const { insts, terminator } of func.blocks) {
    for (const inst of insts) {
      if (inst.op !== 'wrap' && !takesHigh(inst, constants)) for (const arg of inst.args) candidates.delete(arg);
    }
    for (const value of operandsOf(terminator)) candidates.delete(value);
  }
  // A parameter that goes on into one that stays whole has to stay whole, too.
  for (let changed = true; changed; ) {
    changed = false;
    for (const { terminator } of func.blocks) {
      for (const { block, args } of targetsOf(terminator)) {
        args.forEach((arg, i) => {
          if (!candidates.has(params.get(block)![i]) && candidates.delete(arg)) changed = true;
        });
      }
    }
  }
  return candidates;
}

/** Passes two halves where one value was passed; values that are no candidates are taken apart at the end of the block. */
function splitArguments(
  func: Func,
  block: Block,
  positions: ReadonlyMap<BlockId, readonly boolean[]>,
  halves: ReadonlyMap<ValueId, Halves>,
): void {
  const made = new Map<ValueId, Halves>();
  const { place } = block.terminator;
  const emit = (type: 'i32' | 'i64', inst: object): ValueId => {
    const result = (func.values.push(type) - 1) as ValueId;
    block.insts.push({ ...inst, results: [result], ...(place ? { place } : {}) } as unknown as Inst);
    return result;
  };
  const halvesOf = (value: ValueId): Halves => {
    const known = halves.get(value) ?? made.get(value);
    if (known) return known;
    const amount = emit('i64', { op: 'const', args: [], value: 32n });
    const shifted = emit('i64', { op: 'shrU', args: [value, amount] });
    const split = {
      low: emit('i32', { op: 'wrap', args: [value] }),
      high: emit('i32', { op: 'wrap', args: [shifted] }),
    };
    made.set(value, split);
    return split;
  };
  block.terminator = mapTargets(block.terminator, ({ block: to, args }) => ({
    block: to,
    args: args.flatMap((arg, i) => {
      if (!positions.get(to)![i]) return [arg];
      const { low, high } = halvesOf(arg);
      return [low, high];
    }),
  }));
}

/** `wrap p` is the low half; `p >> 32` the high half, extended. */
function replaceUses(func: Func, halves: ReadonlyMap<ValueId, Halves>): void {
  const replacements = new Map<ValueId, ValueId>();
  for (const block of func.blocks) {
    block.insts = block.insts.flatMap((inst): Inst[] => {
      const split = halves.get(inst.args[0]);
      if (!split) return [inst];
      if (inst.op === 'wrap') {
        replacements.set(inst.results[0], split.low);
        return [];
      }
      return [{ ...inst, op: 'extendI32U', args: [split.high] } as Inst];
    });
  }
  replaceValues(func, replacements);
}
