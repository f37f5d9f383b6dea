/**
 * Puts a function back into SSA form after blocks were copied: a value then has a definition in the block and in each of
 * its copies, and every use gets the one that reaches it, through new block parameters where several meet (Braun et al.,
 * "Simple and Efficient Construction of Static Single Assignment Form", 2013). Parameters that turn out to be the same
 * on all ways in are left to `simplifyParams`.
 */
import { mapTargets, mapTerminatorValues, predecessors } from '../ir/edit.ts';
import type { Block, BlockId, Func, Inst, ValueId } from '../ir/types.ts';
import { repairPlaces } from './repair-places.ts';

/** What a value is called at the end of the blocks that define it: the first definition and its copies. */
export type Definitions = ReadonlyMap<BlockId, ValueId>;

/** `definitions`: by the value as it is named in the uses. Uses in defining blocks are right already. */
export function repairSsa(func: Func, definitions: ReadonlyMap<ValueId, Definitions>): void {
  const before = predecessors(func);
  const used = usesOutside(func, definitions);
  const params = new Map<BlockId, Map<ValueId, ValueId>>();
  for (const [value, blocks] of used) {
    for (const { block, param } of new Repair(func, before, value, definitions.get(value)!).run(blocks)) {
      params.set(block.id, new Map(params.get(block.id)).set(value, param));
    }
  }
  repairPlaces(func, definitions, params);
}

/** Blocks that use a value without defining it, for each value that has such. */
function usesOutside(func: Func, definitions: ReadonlyMap<ValueId, Definitions>): Map<ValueId, Block[]> {
  const used = new Map<ValueId, Block[]>();
  for (const block of func.blocks) {
    const values = new Set<ValueId>(block.insts.flatMap(({ args }) => args));
    mapTerminatorValues(block.terminator, (value) => {
      values.add(value);
      return value;
    });
    for (const value of values) {
      const known = definitions.get(value);
      if (!known || known.has(block.id)) continue;
      used.set(value, [...(used.get(value) ?? []), block]);
    }
  }
  return used;
}

interface NewParam {
  readonly block: Block;
  readonly param: ValueId;
}

class Repair {
  private readonly func: Func;
  private readonly before: ReadonlyMap<BlockId, readonly Block[]>;
  private readonly value: ValueId;
  private readonly definitions: Definitions;
  /** The value's name at the beginning of blocks. */
  private readonly atEntry = new Map<BlockId, ValueId>();
  private readonly params: NewParam[] = [];

  constructor(func: Func, before: ReadonlyMap<BlockId, readonly Block[]>, value: ValueId, definitions: Definitions) {
    this.func = func;
    this.before = before;
    this.value = value;
    this.definitions = definitions;
  }

  /** The parameters that it took. */
  run(users: readonly Block[]): readonly NewParam[] {
    for (const block of users) {
      const name = this.nameAtEntry(block);
      const rename = (value: ValueId) => (value === this.value ? name : value);
      block.insts = block.insts.map((inst) => ({ ...inst, args: inst.args.map(rename) }) as Inst);
      block.terminator = mapTerminatorValues(block.terminator, rename);
    }
    // Finding arguments may make more parameters.
    for (let next = 0; next < this.params.length; next++) {
      const { block, param } = this.params[next];
      block.params = [...block.params, param];
      for (const from of new Set(this.before.get(block.id))) {
        const arg = this.nameAtEnd(from);
        from.terminator = mapTargets(from.terminator, (target) =>
          target.block === block.id ? { ...target, args: [...target.args, arg] } : target,
        );
      }
    }
    return this.params;
  }

  private nameAtEnd(block: Block): ValueId {
    return this.definitions.get(block.id) ?? this.nameAtEntry(block);
  }

  private nameAtEntry(block: Block): ValueId {
    const path: Block[] = [];
    let at = block;
    let name: ValueId | undefined;
    // Straight up while there is one way only.
    for (;;) {
      name = path.length > 0 ? this.definitions.get(at.id) : undefined;
      name ??= this.atEntry.get(at.id);
      if (name !== undefined) break;
      const [only, more] = this.before.get(at.id)!;
      path.push(at);
      if (!only) name = this.value;
      else if (more || path.includes(only)) name = this.newParam(at);
      if (name !== undefined) break;
      at = only;
    }
    for (const { id } of path) this.atEntry.set(id, name);
    return name;
  }

  private newParam(block: Block): ValueId {
    const param = (this.func.values.push(this.func.values[this.value]) - 1) as ValueId;
    this.params.push({ block, param });
    return param;
  }
}
