/**
 * Runs the same WebAssembly module in V8 and in the IR interpreter, call by call, and compares results, traps, memory
 * and volatile accesses. The module's memory is its export `memory`; its imports are those of `mmio`.
 */
import binaryen from 'binaryen';
import { Interpreter, type IrEvent, type IrValue, type Outcome } from '../ir/interpret.ts';
import type { IrModule } from '../ir/types.ts';

/** Text format → bytes. */
export function assembleWat(wat: string): Uint8Array {
  const module = binaryen.parseText(wat);
  module.setFeatures(binaryen.Features.All & ~binaryen.Features.GC);
  // A setting of the whole library: whoever ran before may have asked for names.
  binaryen.setDebugInfo(false);
  const bytes = module.emitBinary();
  module.dispose();
  return bytes;
}

export interface Call {
  readonly name: string;
  readonly args: readonly IrValue[];
}

const TRAPS: readonly [RegExp, readonly string[]][] = [
  [/by zero/, ['integerDivideByZero']],
  [/float unrepresentable/, ['integerOverflow', 'invalidConversionToInteger']],
  [/unrepresentable/, ['integerOverflow']],
  [/out of bounds memory|memory access out of bounds/, ['memoryAccess']],
  [/unreachable/, ['unreachable']],
  [/table index is out of bounds/, ['undefinedElement']],
  [/null function or function signature/, ['undefinedElement', 'indirectCallTypeMismatch']],
];

type V8Outcome = { readonly results: readonly IrValue[] } | { readonly traps: readonly string[] };

/** A module instance in V8. */
export class V8Instance {
  readonly events: IrEvent[] = [];
  private readonly exports: WebAssembly.Exports;

  constructor(wasm: Uint8Array) {
    const module = new WebAssembly.Module(wasm.slice());
    const word = (address: number) => new DataView(this.memory.buffer, address);
    const note = (what: IrEvent['what'], address: number, width: number, value: number) =>
      this.events.push({ what, at: `0x${(address >>> 0).toString(16)}:${width}`, values: [value] });
    const mmio = {
      ld32: (address: number) => {
        const value = word(address).getInt32(0, true);
        note('load', address, 4, value);
        return value;
      },
      st32: (address: number, value: number) => {
        note('store', address, 4, value);
        word(address).setInt32(0, value, true);
      },
      st8: (address: number, value: number) => {
        note('store', address, 1, value & 0xff);
        word(address).setInt8(0, value);
      },
    };
    this.exports = new WebAssembly.Instance(module, { mmio }).exports;
  }

  get memory(): Uint8Array {
    const memory = this.exports.memory as WebAssembly.Memory | undefined;
    return memory ? new Uint8Array(memory.buffer) : new Uint8Array(0);
  }

  run({ name, args }: Call): V8Outcome {
    try {
      const result = (this.exports[name] as (...args: IrValue[]) => unknown)(...args);
      if (result === undefined) return { results: [] };
      return { results: Array.isArray(result) ? (result as IrValue[]) : [result as IrValue] };
    } catch (error) {
      const { message } = error as Error;
      const traps = TRAPS.find(([pattern]) => pattern.test(message))?.[1];
      if (!(error instanceof WebAssembly.RuntimeError) || !traps) throw error;
      return { traps };
    }
  }
}

/**
 * The first difference between V8 and the interpreter over a sequence of calls, or undefined. Ends early where V8 finds
 * an access outside memory: on the chip there is no such limit, and an unused load may be left out.
 */
export function findDifference(wasm: Uint8Array, module: IrModule, calls: readonly Call[]): string | undefined {
  const engine = new V8Instance(wasm);
  const interpreter = new Interpreter(module, { memory: engine.memory.slice() });
  for (const call of calls) {
    const wanted = engine.run(call);
    const got = interpreter.run(call.name, call.args);
    if ('traps' in wanted && wanted.traps.includes('memoryAccess')) return undefined;
    const where = `${call.name}(${call.args.join(', ')})`;
    if (!sameOutcome(wanted, got)) return `${where}: V8 ${text(wanted)}, interpreter ${text(got)}`;
    const events = [text(engine.events), text(interpreter.events)];
    if (events[0] !== events[1]) return `${where}: V8 saw ${events[0]}, the interpreter ${events[1]}`;
    const memory = engine.memory;
    const { low } = interpreter.memory;
    if (Buffer.compare(memory, low.subarray(0, memory.length)) === 0) continue;
    const at = memory.findIndex((byte, i) => byte !== low[i]);
    return `${where}: byte ${at} is ${memory[at]} in V8, ${low[at]} in the interpreter`;
  }
  return undefined;
}

function sameOutcome(wanted: V8Outcome, got: Outcome): boolean {
  if ('traps' in wanted) return 'trap' in got && wanted.traps.includes(got.trap);
  return 'results' in got && text(wanted.results) === text(got.results);
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v));
}
