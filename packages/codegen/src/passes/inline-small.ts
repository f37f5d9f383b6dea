/**
 * Puts the body of a small function in the place of its calls, where that takes about as much code as the call: one block
 * without calls of its own. The source places of the body stay those of the function it came from.
 */
import { replaceValues } from '../ir/edit.ts';
import type { Func, Inst, IrModule, ValueId } from '../ir/types.ts';

/** A call with its arguments in place takes one instruction of 4 bytes; so much code is no more, shared or not. */
const MAXIMUM_COST = 3;

/** Gives the functions that changed. */
export function inlineSmall(module: IrModule): Set<Func> {
  const small = new Map(module.functions.filter(isSmall).map((func) => [func.name, func]));
  const changed = new Set<Func>();
  for (const func of module.functions) {
    const replacements = new Map<ValueId, ValueId>();
    for (const block of func.blocks) {
      block.insts = block.insts.flatMap((inst) => {
        const callee = inst.op === 'call' ? small.get(inst.callee) : undefined;
        if (!callee || callee === func) return [inst];
        changed.add(func);
        return copyBody(func, callee, inst, replacements);
      });
    }
    replaceValues(func, replacements);
  }
  return changed;
}

function isSmall({ blocks: [block, more] }: Func): boolean {
  if (more || block.terminator.op !== 'return') return false;
  return block.insts.reduce((sum, inst) => sum + costOf(inst), 0) <= MAXIMUM_COST;
}

function costOf(inst: Inst): number {
  switch (inst.op) {
    case 'const':
      return inst.value >= -255n && inst.value <= 255n ? 0 : 1;
    case 'call':
    case 'callIndirect':
    case 'memoryCopy':
    case 'memoryFill':
      return Number.POSITIVE_INFINITY;
    default:
      return 1;
  }
}

/** The instruction's own place, with the variables of the caller. */
function placeOf({ place }: Inst, call: Inst): Pick<Inst, 'place'> {
  if (!place) return {};
  const { file, line, column } = place;
  const locals = call.place?.locals;
  return { place: { file, line, column, ...(locals ? { locals } : {}) } };
}

function copyBody(func: Func, callee: Func, call: Inst, replacements: Map<ValueId, ValueId>): Inst[] {
  const [block] = callee.blocks;
  const copies = new Map(block.params.map((param, i) => [param, call.args[i]]));
  const copy = (value: ValueId): ValueId => {
    const known = copies.get(value);
    if (known !== undefined) return known;
    const made = (func.values.push(callee.values[value]) - 1) as ValueId;
    copies.set(value, made);
    return made;
  };
  const body = block.insts.map(
    (inst) => ({ ...inst, args: inst.args.map(copy), results: inst.results.map(copy), ...placeOf(inst, call) }) as Inst,
  );
  if (block.terminator.op === 'return') {
    block.terminator.values.forEach((value, i) => void replacements.set(call.results[i], copy(value)));
  }
  return body;
}
