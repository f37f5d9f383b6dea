/** Leaves out functions that no export, table entry or call reaches. (Data that nobody names is the linker's to leave out.) */
import type { IrModule } from '../ir/types.ts';

export function dropUnusedFunctions(module: IrModule): void {
  const byName = new Map(module.functions.map((func) => [func.name, func]));
  const used = new Set<string>();
  const work = module.functions.filter((func) => func.exports.length > 0).map((func) => func.name);
  for (const table of module.tables) for (const name of table.elements) if (name !== null) work.push(name);
  while (work.length > 0) {
    const name = work.pop()!;
    const func = byName.get(name);
    if (!func || used.has(name)) continue;
    used.add(name);
    for (const block of func.blocks) for (const inst of block.insts) if (inst.op === 'call') work.push(inst.callee);
  }
  module.functions = module.functions.filter((func) => used.has(func.name));
}
