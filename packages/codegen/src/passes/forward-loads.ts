/**
 * A plain load of what is known to be in memory already is not made: a value stored or loaded before at the same place,
 * with nothing between them that may have written there. And a load from a constant that never changes is that constant.
 *
 * Knowledge lives along straight lines only: a block with one predecessor starts with what that one knows, any other with
 * nothing, so that a loop reads again on each turn. Calls, volatile accesses and intrinsics (barriers, sleeping) end all
 * knowledge. A place is a data object or a pointer, plus a constant. A store through a pointer ends what is known through
 * other pointers, and of all objects whose address is known beyond loads and stores.
 */
import { predecessors, replaceValues, reversePostorder } from '../ir/edit.ts';
import { LOADER_SYMBOLS } from '../ir/sandbox-facts.ts';
import type { BlockId, DataObject, Func, Inst, IrModule, MemoryAccess, ValueId, ValueType } from '../ir/types.ts';
import { wrapTo } from './fold-context.ts';

/** Bytes that an access touches: from `start` on in a data object, or behind the address in a value. */
interface Place {
  readonly base: string | ValueId;
  readonly start: number;
}

/** What is known of some bytes. */
interface Known extends Place {
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
    this.known = this.known.filter((k) => !this.mayOverlap(place, inst.access.width, k));
    const value = inst.args[1];
    const type = this.func.values[value];
    const whole = inst.access.width === (type === 'i64' ? 8 : 4);
    if (whole) this.known.push({ ...place, access: inst.access, type, value });
  }

  private mayOverlap({ base, start }: Place, width: number, known: Known): boolean {
    if (known.base === base) return known.start < start + width && start < known.start + known.access.width;
    const isPrivate = (symbol: string | ValueId) => typeof symbol === 'string' && this.facts.private.has(symbol);
    const areObjects = typeof base === 'string' && typeof known.base === 'string';
    return !areObjects && !isPrivate(base) && !isPrivate(known.base);
  }

  /** A data object, if the bytes are all inside of one; else the pointer. */
  private placeOf({ args: [address], access }: Extract<Inst, { op: 'load' | 'store' }>): Place {
    const place = this.places.get(address);
    const object = place && this.facts.objects.get(place.symbol);
    const start = (place?.offset ?? 0) + access.offset;
    const isInside = object !== undefined && start >= 0 && start + access.width <= object.size;
    return isInside ? { base: place!.symbol, start } : { base: this.resolve(address), start: access.offset };
  }

  private resolve(value: ValueId): ValueId {
    let at = value;
    for (let next = this.replacements.get(at); next !== undefined; next = this.replacements.get(at)) at = next;
    return at;
  }

  private constantAt({ base, start }: Place, { width, signed }: MemoryAccess): bigint | undefined {
    if (typeof base !== 'string') return undefined;
    const { kind, bytes, relocations } = this.facts.objects.get(base)!;
    if (kind !== 'rodata') return undefined;
    if (relocations.some(({ offset }) => offset < start + width && start < offset + 4)) return undefined;
    const value = bytes.subarray(start, start + width).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    return signed ? BigInt.asIntN(8 * width, value) : value;
  }
}

function isSame(known: Known, { base, start }: Place, access: MemoryAccess, type: ValueType): boolean {
  if (known.base !== base || known.start !== start || known.type !== type) return false;
  if (known.access.width !== access.width) return false;
  // At full width there is nothing to extend.
  return known.access.signed === access.signed || access.width === (type === 'i64' ? 8 : 4);
}
