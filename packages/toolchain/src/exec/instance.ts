/** A module that has been placed in a machine and lives there: its functions are called, its globals and memory read. */
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { nearMiss } from '@kickstage/base/near-miss';
import { TRAP_NAMES } from '@kickstage/codegen/emit/traps';
import { type GlobalFacts, SANDBOX_SYMBOLS, type SandboxFacts } from '@kickstage/codegen/ir/sandbox-facts';
import type { RelocationTarget } from '@kickstage/linker/relocate';
import type { FuncType } from '@kickstage/wasm/module';
import { wordCount } from './arguments.ts';
import type { MemoryPlan } from './memory-plan.ts';
import type { BareProcessor, CallEnd } from './processor.ts';
import { fromWords, kindOf, type WasmValue } from './values.ts';

export type Outcome =
  | { readonly values: readonly WasmValue[] }
  /** As the specification's tests name it. */
  | { readonly trap: string }
  | { readonly error: Diagnostic };

export interface InstanceParts {
  readonly name: string;
  readonly processor: BareProcessor;
  readonly plan: MemoryPlan;
  readonly symbols: ReadonlyMap<string, RelocationTarget>;
  /** By exported name: the function's symbol and type. */
  readonly functions: ReadonlyMap<string, { readonly symbol: string; readonly type: FuncType }>;
  readonly facts: SandboxFacts | undefined;
  /** In instructions, for each call. */
  readonly limit: number;
}

const PAGE = 65_536;

export class Instance {
  private readonly parts: InstanceParts;

  constructor(parts: InstanceParts) {
    this.parts = parts;
  }

  /** Exported functions by name. */
  get functions(): InstanceParts['functions'] {
    return this.parts.functions;
  }

  /** Instructions executed so far. */
  get instructions(): number {
    return this.parts.processor.machine.cpu.instructions;
  }

  invoke(name: string, args: readonly WasmValue[]): Outcome {
    const found = this.parts.functions.get(name);
    if (!found) return { error: this.unknown('function', name, [...this.parts.functions.keys()]) };
    const { symbol, type } = found;
    const wanted = type.params.map(kindOf).join(' ');
    const given = args.map((arg) => kindOf(arg.type)).join(' ');
    if (wanted !== given) return { error: wrongArguments(name, wanted, given) };
    return this.call(symbol, type, args);
  }

  /** Calls a function by its symbol. */
  call(symbol: string, type: FuncType, args: readonly WasmValue[]): Outcome {
    const { processor, symbols, limit } = this.parts;
    const end = processor.call(symbols.get(symbol)!.address, args, limit);
    if (end.end === 'returned') return { values: processor.results(type.results) };
    return end.end === 'trap' ? { trap: TRAP_NAMES[end.reason] } : { error: this.failed(end) };
  }

  /** The value of an exported global. */
  global(name: string): WasmValue | Diagnostic {
    const globals: ReadonlyMap<string, GlobalFacts> = this.parts.facts?.globals ?? new Map();
    const global = globals.get(name);
    if (!global) return this.unknown('global', name, [...globals.keys()]);
    if ('value' in global) return { type: global.type, bits: BigInt.asUintN(64, global.value) };
    const { address } = this.parts.symbols.get(global.symbol)!;
    const words = this.parts.processor.wordsAt(address, wordCount([global.type]));
    return fromWords([global.type], words)[0];
  }

  /** Linear memory 0 as it is now: a view that a later call may change, and that a growing memory outgrows. */
  get memory(): Uint8Array {
    const { plan, processor } = this.parts;
    const { bytes, start } = processor.machine.bus.ram;
    const at = (plan.memories[0]?.start ?? start) - start;
    return bytes.subarray(at, at + this.memorySize);
  }

  private get memorySize(): number {
    const { facts, symbols, processor, plan } = this.parts;
    if (!facts?.memories[0]?.grows) return (plan.memories[0]?.pages ?? 0) * PAGE;
    const size = symbols.get(SANDBOX_SYMBOLS.memorySize)!;
    return processor.wordsAt(size.address, 1)[0] >>> 0;
  }

  private unknown(kind: string, name: string, known: readonly string[]): Diagnostic {
    const near = nearMiss(name, known);
    return {
      code: 'EXE001',
      severity: 'error',
      what: `the module exports no ${kind} \`${name}\``,
      at: { file: this.parts.name },
      ...(near ? { fix: `did you mean ${near}?` } : {}),
    };
  }

  private failed(end: Extract<CallEnd, { end: 'fault' | 'limit' }>): Diagnostic {
    const at = { file: this.parts.name };
    if (end.end === 'fault')
      return {
        code: 'EXE006',
        severity: 'error',
        what: 'the processor faulted',
        at,
        got: end.what,
        why: 'no trap instruction raised it: with sandboxed memory this is a fault of Kickstage',
      };
    return {
      code: 'EXE005',
      severity: 'error',
      what: `the call takes more than ${this.parts.limit} instructions`,
      at,
      fix: 'raise the limit with --limit, or look for a loop that does not end',
    };
  }
}

function wrongArguments(name: string, wanted: string, given: string): Diagnostic {
  return {
    code: 'EXE002',
    severity: 'error',
    what: `\`${name}\` takes other arguments`,
    got: `(${given})`,
    why: `its type is (${wanted})`,
    fix: 'give one type:bits for each parameter, for instance i32:7',
  };
}
