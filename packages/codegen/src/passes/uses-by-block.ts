/** In which blocks values are used, and whether as conditions alone; kept up to date block by block. */
import { operandsOf, targetsOf } from '../ir/edit.ts';
import type { Block, BlockId, Func, ValueId } from '../ir/types.ts';

const NOWHERE: ReadonlySet<BlockId> = new Set();

export class UsesByBlock {
  /** Values that a block uses: whether as conditions alone. */
  private readonly used = new Map<BlockId, ReadonlyMap<ValueId, boolean>>();
  private readonly users = new Map<ValueId, Set<BlockId>>();

  constructor(func: Func) {
    for (const block of func.blocks) this.update(block);
  }

  /** To be called after every change of a block. */
  update(block: Block): void {
    const { id } = block;
    for (const value of this.used.get(id)?.keys() ?? []) this.users.get(value)!.delete(id);
    const used = usesIn(block);
    this.used.set(id, used);
    for (const value of used.keys()) {
      const users = this.users.get(value);
      if (users) users.add(id);
      else this.users.set(value, new Set([id]));
    }
  }

  /** In no order that means something. */
  blocksOf(value: ValueId): ReadonlySet<BlockId> {
    return this.users.get(value) ?? NOWHERE;
  }

  /** Whether every use is that of a condition: by a branch, a select, or a comparison with 0. */
  isCondition(value: ValueId): boolean {
    return [...this.blocksOf(value)].every((id) => this.used.get(id)!.get(value));
  }
}

function usesIn({ insts, terminator }: Block): ReadonlyMap<ValueId, boolean> {
  const uses = new Map<ValueId, boolean>();
  const note = (value: ValueId, isCondition: boolean) => void uses.set(value, isCondition && (uses.get(value) ?? true));
  for (const { op, args } of insts)
    args.forEach((arg, i) => {
      note(arg, op === 'eqz' || (op === 'select' && i === 0));
    });
  for (const value of operandsOf(terminator)) note(value, terminator.op === 'branch');
  for (const { args } of targetsOf(terminator)) for (const value of args) note(value, false);
  return uses;
}
