/**
 * Decides which data may lie in flash. A datum that the language does not promise to be immutable goes there only if it
 * is seen that nobody writes it: its address flows into plain loads alone, through additions, selections, block
 * parameters, calls of known functions and returns. Whatever else happens to it puts it into RAM: a store through it, an
 * escape into memory, into another datum, to an unknown callee, or into a volatile access (which says that somebody else
 * uses it too). A promised datum goes into RAM when firmware itself writes to it. So nothing that firmware writes to
 * ever lies silently in flash.
 */
import { targetsOf } from '../ir/edit.ts';
import type { DataObject, Func, Inst, IrModule, ValueId } from '../ir/types.ts';

/** Symbols that an address may have come from. */
type Origins = Set<string>;

class AddressFlow {
  /** Written by an instruction of this module. */
  readonly written: Origins = new Set();
  /** Known to somebody else, who may write it. */
  readonly escaped: Origins = new Set();
  private readonly values = new Map<Func, Origins[]>();
  private readonly returned = new Map<string, Origins>();
  private readonly byName: ReadonlyMap<string, Func>;
  /** Functions whose callers are not all known. */
  private readonly open: ReadonlySet<string>;
  private changed = false;

  constructor(module: IrModule) {
    const { functions, tables, data } = module;
    this.byName = new Map(functions.map((func) => [func.name, func]));
    const exported = functions.flatMap(({ name, exports }) => (exports.length > 0 ? [name] : []));
    this.open = new Set([...exported, ...tables.flatMap(({ elements }) => elements.filter((name) => name !== null))]);
    for (const func of functions) {
      const origins = func.values.map((): Origins => new Set());
      this.values.set(func, origins);
      this.returned.set(func.name, new Set());
    }
    for (const { relocations } of data) for (const { symbol } of relocations) this.escaped.add(symbol);
    do {
      this.changed = false;
      for (const func of functions) this.visit(func);
    } while (this.changed);
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

  private visit(func: Func): void {
    const params = new Map(func.blocks.map((block) => [block.id, block.params]));
    for (const { insts, terminator } of func.blocks) {
      for (const inst of insts) this.visitInst(func, inst);
      for (const { block, args } of targetsOf(terminator)) {
        args.forEach((arg, i) => this.add(this.of(func, params.get(block)![i]), this.of(func, arg)));
      }
      if (terminator.op !== 'return') continue;
      const result = this.returned.get(func.name)!;
      for (const value of terminator.values) this.add(result, this.of(func, value));
      if (this.open.has(func.name)) this.add(this.escaped, result);
    }
  }

  private visitInst(func: Func, inst: Inst): void {
    const from = (i: number) => this.of(func, inst.args[i]);
    const leak = (origins: Origins) => this.add(this.escaped, origins);
    switch (inst.op) {
      case 'symbolAddress':
        return this.add(this.of(func, inst.results[0]), [inst.symbol]);
      case 'load':
        return inst.access.volatile ? leak(from(0)) : undefined;
      case 'store':
        this.add(this.written, from(0));
        return leak(from(1));
      case 'memoryCopy':
      case 'memoryFill':
        return this.add(this.written, from(0));
      case 'call':
        return this.visitCall(func, inst);
      case 'callIndirect':
      case 'intrinsic':
        return inst.args.forEach((_, i) => leak(from(i)));
      default:
        for (const result of inst.results) inst.args.forEach((_, i) => this.add(this.of(func, result), from(i)));
    }
  }

  private visitCall(func: Func, { callee: name, args, results }: Extract<Inst, { op: 'call' }>): void {
    const callee = this.byName.get(name);
    if (!callee) return args.forEach((arg) => this.add(this.escaped, this.of(func, arg)));
    args.forEach((arg, i) => this.add(this.of(callee, callee.blocks[0].params[i]), this.of(func, arg)));
    for (const result of results) this.add(this.of(func, result), this.returned.get(name)!);
  }
}

/** Gives every data object its kind. What is zeroed or a global, and written, stays in RAM. */
export function placeData(module: IrModule): void {
  const { written, escaped } = new AddressFlow(module);
  module.data = module.data.map((object) => placed(object, written.has(object.name), escaped.has(object.name)));
}

function placed(object: DataObject, written: boolean, escaped: boolean): DataObject {
  if (object.kind === 'rodata') return written ? { ...object, kind: 'data' } : object;
  if (written || escaped) return object;
  const bytes = object.kind === 'bss' ? new Uint8Array(object.size) : object.bytes;
  return { ...object, kind: 'rodata', bytes };
}
