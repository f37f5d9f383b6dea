/**
 * Decides which data may lie in flash. A datum that the language does not promise to be immutable goes there only if it
 * is seen that nobody writes it: its address flows into loads alone, through additions, selections, block parameters,
 * calls of known functions and returns. Whatever else happens to it (a store through it, an escape into memory, an
 * unknown callee) puts it into RAM: a datum that firmware writes to must never silently lie in flash.
 */
import { targetsOf } from '../ir/edit.ts';
import type { DataObject, Func, Inst, IrModule, ValueId } from '../ir/types.ts';

type Origins = Set<string>;

class Flow {
  readonly written = new Set<string>();
  private readonly values = new Map<Func, Origins[]>();
  private readonly returned = new Map<string, Origins>();
  private readonly byName: Map<string, Func>;
  private changed = false;

  constructor(module: IrModule) {
    this.byName = new Map(module.functions.map((func) => [func.name, func]));
    for (const func of module.functions)
      this.values.set(
        func,
        func.values.map(() => new Set()),
      );
    do {
      this.changed = false;
      for (const func of module.functions) this.visit(func);
    } while (this.changed);
    for (const object of module.data) for (const { symbol } of object.relocations) this.escape(new Set([symbol]));
  }

  private of(func: Func, value: ValueId): Origins {
    return this.values.get(func)![value];
  }

  private add(to: Origins, from: Iterable<string>): void {
    for (const origin of from) {
      if (to.has(origin)) continue;
      to.add(origin);
      this.changed = true;
    }
  }

  private escape(origins: Iterable<string>): void {
    this.add(this.written, origins);
  }

  private visit(func: Func): void {
    for (const block of func.blocks) {
      for (const inst of block.insts) this.visitInst(func, inst);
      for (const target of targetsOf(block.terminator)) {
        const { params } = func.blocks.find((b) => b.id === target.block)!;
        target.args.forEach((arg, i) => this.add(this.of(func, params[i]), this.of(func, arg)));
      }
      if (block.terminator.op !== 'return') continue;
      const result = this.returnedBy(func.name);
      for (const value of block.terminator.values) this.add(result, this.of(func, value));
      if (func.exports.length > 0) this.escape(result);
    }
  }

  private returnedBy(name: string): Origins {
    let set = this.returned.get(name);
    if (!set) {
      set = new Set();
      this.returned.set(name, set);
    }
    return set;
  }

  private visitInst(func: Func, inst: Inst): void {
    const from = (i: number) => this.of(func, inst.args[i]);
    switch (inst.op) {
      case 'symbolAddress':
        return this.add(this.of(func, inst.results[0]), [inst.symbol]);
      case 'load':
        return;
      case 'store':
        this.escape(from(0));
        return this.escape(from(1));
      case 'memoryCopy':
        return this.escape(from(0));
      case 'memoryFill':
        return this.escape(from(0));
      case 'call': {
        const callee = this.byName.get(inst.callee);
        if (!callee) return inst.args.forEach((_, i) => this.escape(from(i)));
        inst.args.forEach((_, i) => this.add(this.of(callee, callee.blocks[0].params[i]), from(i)));
        const result = this.returnedBy(inst.callee);
        return inst.results.forEach((value) => this.add(this.of(func, value), result));
      }
      case 'callIndirect':
      case 'intrinsic':
        return inst.args.forEach((_, i) => this.escape(from(i)));
      default:
        for (const result of inst.results) inst.args.forEach((_, i) => this.add(this.of(func, result), from(i)));
    }
  }
}

/** Gives every data object its kind. Globals and zeroed objects that are written stay in RAM. */
export function placeData(module: IrModule): void {
  const { written } = new Flow(module);
  module.data = module.data.map((object) => placed(object, written.has(object.name)));
}

function placed(object: DataObject, written: boolean): DataObject {
  if (object.kind === 'rodata' || written) return object;
  const bytes = object.kind === 'bss' ? new Uint8Array(object.size) : object.bytes;
  return { ...object, kind: 'rodata', bytes };
}
