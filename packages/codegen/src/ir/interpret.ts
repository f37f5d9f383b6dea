/**
 * Executes the IR on a byte memory, for differential tests: the same module in V8, here before and after the passes, and
 * as machine code must give the same results, traps and volatile accesses in the same order. Slow and plain.
 */
import { invariant } from '@kickstage/base/invariant';
import { ArithmeticTrap, BINARY_32, BINARY_64, COMPARE, type IrValue, UNARY } from './arithmetic.ts';
import { FLOAT_ARITHMETIC } from './float-arithmetic.ts';
import { isFloatOp } from './float-operations.ts';
import { InterpreterMemory, MemoryTrap } from './interpret-memory.ts';
import type { BinaryOp, Block, BlockTarget, CompareOp, Func, Inst, IrModule, TrapReason, UnaryOp } from './types.ts';

export type { IrValue } from './arithmetic.ts';

/** Something that the outside can see, in order: a volatile access or an intrinsic. */
export interface IrEvent {
  readonly what: 'load' | 'store' | 'intrinsic';
  /** Of an access `address:width`, else the intrinsic's name. */
  readonly at: string;
  readonly values: readonly IrValue[];
}

export interface InterpretOptions {
  /** Memory from address 0; changed in place. */
  readonly memory?: Uint8Array;
  /** Addresses of symbols that the module does not define. */
  readonly symbols?: ReadonlyMap<string, number>;
  /** Results of an intrinsic; none by default. */
  readonly intrinsic?: (name: string, args: readonly IrValue[]) => readonly IrValue[];
  /** Instructions that one call may take before it ends with `outOfFuel`. */
  readonly fuel?: number;
}

/** `memoryAccess`, `callDepth` and `outOfFuel` are the interpreter's own. */
export type Outcome =
  | { readonly results: readonly IrValue[] }
  | { readonly trap: TrapReason | 'memoryAccess' | 'callDepth' | 'outOfFuel' };

class Stop extends Error {
  readonly reason: Extract<Outcome, { trap: string }>['trap'];

  constructor(reason: Stop['reason']) {
    super(reason);
    this.reason = reason;
  }
}

const MAXIMUM_DEPTH = 1000;

export class Interpreter {
  readonly memory: InterpreterMemory;
  /** What the outside has seen so far. */
  readonly events: IrEvent[] = [];
  private readonly module: IrModule;
  private readonly options: InterpretOptions;
  private readonly functions: ReadonlyMap<string, Func>;
  private readonly blocks = new Map<Func, Map<number, Block>>();
  private fuel = 0;
  private depth = 0;

  constructor(module: IrModule, options: InterpretOptions = {}) {
    this.module = module;
    this.options = options;
    this.functions = new Map(module.functions.map((func) => [func.name, func]));
    this.memory = new InterpreterMemory(module, options.memory ?? new Uint8Array(0), options.symbols ?? new Map());
  }

  /** Calls the function with this exported name. */
  run(exported: string, args: readonly IrValue[]): Outcome {
    const func = this.module.functions.find(({ exports }) => exports.includes(exported));
    invariant(func, `no function is exported as ${exported}`);
    this.fuel = this.options.fuel ?? 1_000_000;
    this.depth = 0;
    try {
      return { results: this.call(func, args) };
    } catch (error) {
      if (error instanceof Stop || error instanceof ArithmeticTrap) return { trap: error.reason };
      if (error instanceof MemoryTrap) return { trap: 'memoryAccess' };
      throw error;
    }
  }

  private call(func: Func, args: readonly IrValue[]): readonly IrValue[] {
    if (++this.depth > MAXIMUM_DEPTH) throw new Stop('callDepth');
    const values: IrValue[] = [];
    let block = func.blocks[0];
    block.params.forEach((param, i) => {
      values[param] = args[i];
    });
    for (;;) {
      for (const inst of block.insts) this.step(func, inst, values);
      this.burn();
      const next = this.next(block, values);
      if (!('block' in next)) {
        this.depth--;
        return next;
      }
      // All arguments are read before any parameter is written.
      const passed = next.args.map((arg) => values[arg]);
      block = this.blockOf(func, next);
      block.params.forEach((param, i) => {
        values[param] = passed[i];
      });
    }
  }

  private burn(): void {
    if (--this.fuel < 0) throw new Stop('outOfFuel');
  }

  private blockOf(func: Func, { block }: BlockTarget): Block {
    let blocks = this.blocks.get(func);
    if (!blocks) {
      blocks = new Map(func.blocks.map((b) => [b.id, b]));
      this.blocks.set(func, blocks);
    }
    return blocks.get(block)!;
  }

  private next({ terminator }: Block, values: readonly IrValue[]): BlockTarget | readonly IrValue[] {
    switch (terminator.op) {
      case 'jump':
        return terminator.target;
      case 'branch':
        return values[terminator.condition] !== 0 ? terminator.then : terminator.else;
      case 'switch':
        return terminator.targets[(values[terminator.index] as number) >>> 0] ?? terminator.default;
      case 'return':
        return terminator.values.map((value) => values[value]);
      case 'trap':
        throw new Stop(terminator.reason);
      case 'unreachable':
        throw new Stop('unreachable');
    }
  }

  private step(func: Func, inst: Inst, values: IrValue[]): void {
    this.burn();
    const args = inst.args.map((arg) => values[arg]);
    const results = this.execute(func, inst, args);
    inst.results.forEach((result, i) => {
      values[result] = results[i];
    });
  }

  private execute(func: Func, inst: Inst, args: readonly IrValue[]): readonly IrValue[] {
    switch (inst.op) {
      case 'const':
        return [func.values[inst.results[0]] === 'i64' ? inst.value : Number(inst.value)];
      case 'symbolAddress':
        return [(this.memory.addressOf(inst.symbol) + inst.offset) | 0];
      case 'select':
        return [args[0] !== 0 ? args[1] : args[2]];
      case 'load':
      case 'store':
        return this.access(func, inst, args);
      case 'call':
        return this.call(this.functions.get(inst.callee)!, args);
      case 'callIndirect':
        return this.callIndirect(inst, args);
      case 'trapIf':
        if (args[0] !== 0) throw new Stop(inst.reason);
        return [];
      case 'memoryCopy':
        this.memory.copy(args[0] as number, args[1] as number, (args[2] as number) >>> 0);
        return [];
      case 'memoryFill':
        this.memory.fill(args[0] as number, args[1] as number, (args[2] as number) >>> 0);
        return [];
      case 'intrinsic': {
        this.events.push({ what: 'intrinsic', at: inst.name, values: args });
        return this.options.intrinsic?.(inst.name, args) ?? inst.results.map(() => 0);
      }
      default:
        return [isFloatOp(inst.op) ? FLOAT_ARITHMETIC[inst.op](args[0], args[1]) : compute(inst.op, args)];
    }
  }

  private access(
    func: Func,
    { op, access, results }: Extract<Inst, { op: 'load' | 'store' }>,
    args: readonly IrValue[],
  ): readonly IrValue[] {
    const address = ((args[0] as number) + access.offset) >>> 0;
    const at = `0x${address.toString(16)}:${access.width}`;
    if (op === 'store') {
      if (access.volatile) this.events.push({ what: 'store', at, values: [truncated(args[1], access.width)] });
      this.memory.store(address, access, args[1]);
      return [];
    }
    const value = this.memory.load(func.values[results[0]], address, access);
    if (access.volatile) this.events.push({ what: 'load', at, values: [value] });
    return [value];
  }

  private callIndirect(inst: Extract<Inst, { op: 'callIndirect' }>, args: readonly IrValue[]): readonly IrValue[] {
    const table = this.module.tables.find(({ name }) => name === inst.table);
    const element = table?.elements[(args[0] as number) >>> 0];
    if (element === undefined || element === null) throw new Stop('undefinedElement');
    const callee = this.functions.get(element)!;
    const same = (a: readonly string[], b: readonly string[]) => a.join() === b.join();
    const agrees =
      same(callee.type.params, inst.type.params) &&
      same(callee.type.results, inst.type.results) &&
      callee.type.wasm === inst.type.wasm;
    if (!agrees) throw new Stop('indirectCallTypeMismatch');
    return this.call(callee, args.slice(1));
  }
}

function compute(op: BinaryOp | CompareOp | UnaryOp, [a, b]: readonly IrValue[]): IrValue {
  if (op in UNARY) return UNARY[op as UnaryOp](a);
  if (op in COMPARE) return COMPARE[op as CompareOp](a, b) ? 1 : 0;
  if (typeof a === 'bigint') return BINARY_64[op as BinaryOp](a, b as bigint);
  return BINARY_32[op as BinaryOp](a, b as number);
}

/** What a store of so many bytes writes, as the smallest unsigned number, or as an i32 or i64 where nothing is cut off. */
function truncated(value: IrValue, width: number): IrValue {
  if (width === 8) return value;
  const bits = BigInt.asUintN(8 * width, BigInt(value));
  return width === 4 ? Number(BigInt.asIntN(32, bits)) : Number(bits);
}
