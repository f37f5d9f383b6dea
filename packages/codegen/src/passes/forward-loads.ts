/**
 * A plain load of what is known to be in memory already is not made: a value stored or loaded before at the same place in
 * the same data object, with nothing between them that may have written there. And a load from a constant that never
 * changes is that constant.
 *
 * Knowledge lives along straight lines only: a block with one predecessor starts with what that one knows, any other with
 * nothing, so that a loop reads again on each turn. Calls, volatile accesses and intrinsics (barriers, sleeping) end all
 * knowledge. Only accesses whose address is a data object plus a constant take part; a store through any other address
 * ends the knowledge of all objects whose address is known beyond loads and stores.
 */
import { predecessors, replaceValues, reversePostorder } from '../ir/edit.ts';
import { LOADER_SYMBOLS } from '../ir/sandbox-facts.ts';
import type { BlockId, DataObject, Func, Inst, IrModule, MemoryAccess, ValueId, ValueType } from '../ir/types.ts';
import { wrapTo } from './fold-context.ts';

/** What is known of some bytes of an object. */
interface Known {
  readonly symbol: string;
  readonly start: number;
  readonly access: MemoryAccess;
  readonly type: ValueType;
  readonly value: ValueId;
}

/** Facts of a whole module that hold while its functions are optimised. */
export interface DataFacts {
  readonly objects: ReadonlyMap<string, DataObject>;
  /** Objects whose address goes nowhere but into the address of loads and stores: no other pointer leads there. */
  readonly private: ReadonlySet<string>;
}

export function collectDataFacts(module: IrModule): DataFacts {
  const objects = new Map(module.data.map((object) => [object.name, object]));
  const exposed = new Set(module.data.flatMap(({ relocations }) => relocations.map(({ symbol }) => symbol)));
  for (const func of module.functions) for (const symbol of exposedBy(func)) exposed.add(symbol);
  return { objects, private: new Set([...objects.keys()].filter((name) => !exposed.has(name))) };
}

function exposedBy(func: Func): string[] {
  const symbols = new Map<ValueId, string>();
  for (const { insts } of func.blocks)
    for (const inst of insts) if (inst.op === 'symbolAddress') symbols.set(inst.results[0], inst.symbol);
  const exposed: ValueId[] = [];
  for (const { insts, terminator } of func.blocks) {
    for (const { op, args } of insts) exposed.push(...(op === 'load' || op === 'store' ? args.slice(1) : args));
    if (terminator.op === 'return') exposed.push(...terminator.values);
    if (terminator.op === 'jump') exposed.push(...terminator.target.args);
    if (terminator.op === 'branch') exposed.push(...terminator.then.args, ...terminator.else.args);
    if (terminator.op === 'switch')
      exposed.push(...terminator.default.args, ...terminator.targets.flatMap(({ args }) => args));
  }
  return exposed.flatMap((value) => symbols.get(value) ?? []);
}

/** Memory of a sandbox: nothing that is reached through it is a data object. */
const SEPARATE: ReadonlySet<string> = new Set([LOADER_SYMBOLS.memory, LOADER_SYMBOLS.memoryLimit]);

/** Start-up code reaches all data through symbols of the linker's, so that a function that names one is left alone. */
export function forwardLoads(func: Func, facts: DataFacts): boolean {
  const names = func.blocks.flatMap(({ insts }) => insts.flatMap((i) => (i.op === 'symbolAddress' ? [i.symbol] : [])));
  if (names.some((name) => !facts.objects.has(name) && !SEPARATE.has(name))) return false;
  return new Forwarding(func, facts).run();
}

class Forwarding {
  private readonly func: Func;
  private readonly facts: DataFacts;
  private readonly places = new Map<ValueId, { symbol: string; offset: number }>();
  private readonly replacements = new Map<ValueId, ValueId>();
  private known: Known[] = [];
  private changed = false;

  constructor(func: Func, facts: DataFacts) {
    this.func = func;
    this.facts = facts;
    for (const { insts } of func.blocks) {
      for (const inst of insts)
        if (inst.op === 'symbolAddress') this.places.set(inst.results[0], { symbol: inst.symbol, offset: inst.offset });
    }
  }

  run(): boolean {
    const before = predecessors(this.func);
    const atEnd = new Map<BlockId, Known[]>();
    for (const block of reversePostorder(this.func)) {
      const [only, more] = before.get(block.id)!;
      this.known = only && !more ? [...(atEnd.get(only.id) ?? [])] : [];
      block.insts = block.insts.flatMap((inst) => this.visit(inst));
      atEnd.set(block.id, this.known);
    }
    replaceValues(this.func, this.replacements);
    return this.changed;
  }

  private visit(inst: Inst): Inst[] {
    switch (inst.op) {
      case 'load':
        if (!inst.access.volatile) return this.visitLoad(inst);
        this.known = [];
        return [inst];
      case 'store':
        if (inst.access.volatile) this.known = [];
        else this.visitStore(inst);
        return [inst];
      case 'call':
      case 'callIndirect':
      case 'memoryCopy':
      case 'memoryFill':
      case 'intrinsic':
        this.known = [];
        return [inst];
      default:
        return [inst];
    }
  }

  private visitLoad(inst: Extract<Inst, { op: 'load' }>): Inst[] {
    const place = this.placeOf(inst);
    if (!place) return [inst];
    const [result] = inst.results;
    const type = this.func.values[result];
    const constant = this.constantAt(place, inst.access);
    if (constant !== undefined) {
      this.changed = true;
      const { results, place: at } = inst;
      return [{ op: 'const', args: [], results, value: wrapTo(type, constant), ...(at ? { place: at } : {}) }];
    }
    const same = this.known.find((k) => isSame(k, place, inst.access, type));
    if (!same) {
      this.known.push({ ...place, access: inst.access, type, value: result });
      return [inst];
    }
    this.changed = true;
    this.replacements.set(result, same.value);
    return [];
  }

  private visitStore(inst: Extract<Inst, { op: 'store' }>): void {
    const place = this.placeOf(inst);
    const { private: hidden } = this.facts;
    if (!place) {
      this.known = this.known.filter(({ symbol }) => hidden.has(symbol));
      return;
    }
    const end = place.start + inst.access.width;
    const overlaps = (k: Known) => k.symbol === place.symbol && k.start < end && place.start < k.start + k.access.width;
    this.known = this.known.filter((k) => !overlaps(k));
    const value = inst.args[1];
    const type = this.func.values[value];
    const whole = inst.access.width === (type === 'i64' ? 8 : 4);
    if (whole) this.known.push({ ...place, access: inst.access, type, value });
  }

  /** The bytes of a data object that the access touches, if it is one and they are all inside. */
  private placeOf({
    args,
    access,
  }: Extract<Inst, { op: 'load' | 'store' }>): { symbol: string; start: number } | undefined {
    const place = this.places.get(args[0]);
    const object = place && this.facts.objects.get(place.symbol);
    if (!place || !object) return undefined;
    const start = place.offset + access.offset;
    return start >= 0 && start + access.width <= object.size ? { symbol: place.symbol, start } : undefined;
  }

  private constantAt(
    { symbol, start }: { symbol: string; start: number },
    { width, signed }: MemoryAccess,
  ): bigint | undefined {
    const { kind, bytes, relocations } = this.facts.objects.get(symbol)!;
    if (kind !== 'rodata') return undefined;
    if (relocations.some(({ offset }) => offset < start + width && start < offset + 4)) return undefined;
    const value = bytes.subarray(start, start + width).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    return signed ? BigInt.asIntN(8 * width, value) : value;
  }
}

function isSame(
  known: Known,
  { symbol, start }: { symbol: string; start: number },
  access: MemoryAccess,
  type: ValueType,
): boolean {
  if (known.symbol !== symbol || known.start !== start || known.type !== type) return false;
  if (known.access.width !== access.width) return false;
  // At full width there is nothing to extend.
  return known.access.signed === access.signed || access.width === (type === 'i64' ? 8 : 4);
}
