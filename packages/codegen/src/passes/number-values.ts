/**
 * Value numbering over the dominator tree: a pure computation that a dominating one has made is not made again. Constants
 * and addresses are shared within a block only: making one again is cheaper than keeping it in a register.
 */
import { computeDominators } from '../ir/dominators.ts';
import { isPure, replaceValues } from '../ir/edit.ts';
import type { Block, BlockId, Func, Inst, ValueId } from '../ir/types.ts';

export function numberValues(func: Func): boolean {
  const numbering = new Numbering(func);
  numbering.run();
  replaceValues(func, numbering.replacements);
  return numbering.replacements.size > 0 || numbering.dropsTraps;
}

class Numbering {
  readonly replacements = new Map<ValueId, ValueId>();
  dropsTraps = false;
  private readonly func: Func;
  /** What the blocks that dominate the current one have computed. */
  private readonly known = new Map<string, ValueId>();
  /** Constants and addresses by what they are: two of one kind are the same number, though each block keeps its own. */
  private readonly names = new Map<ValueId, string>();

  constructor(func: Func) {
    this.func = func;
  }

  /** Down and up the dominator tree without recursion: functions may be deep. */
  run(): void {
    const { order, immediate } = computeDominators(this.func);
    const children = new Map<BlockId, Block[]>(order.map((block) => [block.id, []]));
    for (const block of order.slice(1)) children.get(immediate.get(block.id)!)!.push(block);
    const path = [{ added: this.visit(order[0]), left: children.get(order[0].id)! }];
    while (path.length > 0) {
      const { added, left } = path[path.length - 1];
      const next = left.pop();
      if (next) path.push({ added: this.visit(next), left: children.get(next.id)! });
      else {
        for (const key of added) this.known.delete(key);
        path.pop();
      }
    }
  }

  /** Numbers one block; gives the keys that it adds to what is known. */
  private visit(block: Block): string[] {
    const added: string[] = [];
    const local = new Map<string, ValueId>();
    block.insts = block.insts.filter((inst) => {
      if (inst.op === 'trapIf') return this.isNewTrap(inst, added);
      const key = this.keyOf(inst);
      if (key === undefined) return true;
      const isNamed = inst.op === 'const' || inst.op === 'symbolAddress';
      if (isNamed) this.names.set(inst.results[0], key);
      const same = this.known.get(key) ?? local.get(key);
      if (same !== undefined) {
        this.replacements.set(inst.results[0], same);
        return false;
      }
      if (isNamed) local.set(key, inst.results[0]);
      else {
        this.known.set(key, inst.results[0]);
        added.push(key);
      }
      return true;
    });
    return added;
  }

  /** A condition that was 0 where it was tested before is still 0: values do not change. */
  private isNewTrap({ reason, args }: Extract<Inst, { op: 'trapIf' }>, added: string[]): boolean {
    const key = `trapIf ${reason} ${this.numberOf(args[0])}`;
    if (this.known.has(key)) {
      this.dropsTraps = true;
      return false;
    }
    this.known.set(key, args[0]);
    added.push(key);
    return true;
  }

  private keyOf(inst: Inst): string | undefined {
    if (!isPure(inst) || inst.results.length !== 1) return undefined;
    const type = this.func.values[inst.results[0]];
    if (inst.op === 'const') return `const ${type} ${inst.value}`;
    if (inst.op === 'symbolAddress') return `symbol ${inst.symbol}+${inst.offset}`;
    const args = inst.args.map((arg) => this.numberOf(arg));
    return `${inst.op} ${type} ${args.join(' ')}`;
  }

  private numberOf(value: ValueId): string {
    return this.names.get(value) ?? `v${this.replacements.get(value) ?? value}`;
  }
}
