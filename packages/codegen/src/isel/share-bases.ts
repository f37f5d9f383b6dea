/**
 * Peripheral registers lie close together: accesses of one block to constant addresses within reach of each other get
 * one base constant and offsets (DDI 0403E A7.7.43: LDR takes 0..4095), instead of a constant each.
 */
import type { Block, Func, Inst, ValueId } from '../ir/types.ts';

const REACH = 4095;

interface Access {
  readonly inst: Extract<Inst, { op: 'load' | 'store' }>;
  readonly address: number;
}

export function shareBases(func: Func): void {
  const constants = new Map<ValueId, number>();
  for (const block of func.blocks) {
    for (const inst of block.insts) {
      if (inst.op === 'const' && func.values[inst.results[0]] === 'i32') {
        constants.set(inst.results[0], Number(BigInt.asUintN(32, inst.value)));
      }
    }
  }
  for (const block of func.blocks) shareInBlock(func, block, constants);
}

function shareInBlock(func: Func, block: Block, constants: ReadonlyMap<ValueId, number>): void {
  const accesses: Access[] = [];
  for (const inst of block.insts) {
    if (inst.op !== 'load' && inst.op !== 'store') continue;
    const base = constants.get(inst.args[0]);
    if (base !== undefined) accesses.push({ inst, address: (base + inst.access.offset) >>> 0 });
  }
  const sorted = [...accesses].sort((a, b) => a.address - b.address);
  const rewritten = new Map<Inst, Inst>();
  const bases: Inst[] = [];
  for (let i = 0; i < sorted.length; ) {
    const start = sorted[i].address;
    let end = i;
    while (end < sorted.length && sorted[end].address + 4 - start <= REACH) end++;
    const value = func.values.push('i32') - 1;
    bases.push({ op: 'const', value: BigInt(start), results: [value as ValueId], args: [] });
    for (; i < end; i++) {
      const { inst, address } = sorted[i];
      const args = [value as ValueId, ...inst.args.slice(1)];
      rewritten.set(inst, { ...inst, args, access: { ...inst.access, offset: address - start } } as Inst);
    }
  }
  if (bases.length === 0) return;
  const result: Inst[] = [];
  for (const inst of block.insts) {
    const changed = rewritten.get(inst);
    if (changed) {
      const index = bases.findIndex((base) => base.results[0] === changed.args[0]);
      if (index >= 0) result.push({ ...bases.splice(index, 1)[0], ...(inst.place ? { place: inst.place } : {}) });
    }
    result.push(changed ?? inst);
  }
  block.insts = result;
}
