/**
 * Calls functions on a bare machine. A called function returns to a breakpoint; a fault goes to another, where the
 * exception frame tells where it came from (DDI 0403E B1.5.6), and a UDF there tells why; an imported function is a
 * breakpoint, too, at which the host does its work, and a return.
 */
import { trapReason } from '@kickstage/codegen/emit/traps';
import type { TrapReason } from '@kickstage/codegen/ir/types';
import { createBareMachine, type Machine } from '@kickstage/emulator/machine';
import type { FuncType, ValueType } from '@kickstage/wasm/module';
import { placesOf, wordCount } from './arguments.ts';
import { FAULT_POINT, FLASH_START, IMPORT_STUBS, type MemoryPlan, RETURN_POINT, STUB_SIZE } from './memory-plan.ts';
import { fromWords, toWords, type WasmValue } from './values.ts';

export type CallEnd =
  | { readonly end: 'returned' }
  | { readonly end: 'trap'; readonly reason: TrapReason }
  /** A fault that no trap instruction raised, or a lockup, or what the emulator does not model. */
  | { readonly end: 'fault'; readonly what: string }
  | { readonly end: 'limit' };

/** An imported function. */
export interface HostFunction {
  /** Types that it gives, where they are fixed: a module that wants others is refused. */
  readonly results?: readonly ValueType[];
  /** `type` is what the module imports it as; there must be a value for each of its results. */
  readonly call: (args: readonly WasmValue[], type: FuncType) => readonly WasmValue[];
}

export interface HostImport {
  readonly type: FuncType;
  readonly call: HostFunction['call'];
}

const VTOR = 0xe000_ed08;
const SCB_CCR = 0xe000_ed14;
/** Full access to the floating-point unit (B3.2.20); its NaN results are the canonical one (B3.2.23, FPDSCR.DN). */
const CPACR = { address: 0xe000_ed88, value: 0x00f0_0000 };
const FPDSCR = { address: 0xe000_ef3c, value: 1 << 25 };
/** CCR.STKALIGN: exception frames at multiples of 8 (DDI 0403E B3.2.8). */
const STKALIGN = 1 << 9;
const EXCEPTIONS = 16;
const BREAKPOINT = { returned: 0, fault: 1, imported: 2 } as const;
const BX_LR = 0x4770;
const bkpt = (immediate: number) => 0xbe00 | immediate;

export class BareProcessor {
  readonly machine: Machine;
  /** Address of results beyond r0-r3, where any function has so many. */
  resultArea = 0;
  private readonly plan: MemoryPlan;
  private readonly imports: readonly HostImport[];
  private met: number | undefined;
  /** What a host function threw: handed on when the machine has stopped. */
  private thrown: unknown;

  /** `flashEnd`: first address behind the code. */
  constructor(plan: MemoryPlan, flashEnd: number, imports: readonly HostImport[]) {
    this.plan = plan;
    this.imports = imports;
    const flash = { start: FLASH_START, size: (flashEnd - FLASH_START + 0x3ff) & ~0x3ff };
    this.machine = createBareMachine({ flash, ram: plan.ram });
    this.machine.cpu.onBreakpoint = (immediate) => this.stopAt(immediate);
    const vectors = new Uint32Array(EXCEPTIONS).fill(FAULT_POINT | 1);
    vectors[0] = plan.stackTop;
    vectors[1] = RETURN_POINT | 1;
    this.load(FLASH_START, vectors);
    this.load(RETURN_POINT, Uint16Array.of(bkpt(BREAKPOINT.returned), BX_LR));
    this.load(FAULT_POINT, Uint16Array.of(bkpt(BREAKPOINT.fault), BX_LR));
    imports.forEach((_, i) => {
      this.load(IMPORT_STUBS + STUB_SIZE * i, Uint16Array.of(bkpt(BREAKPOINT.imported), BX_LR));
    });
    this.reset();
  }

  /** The processor as after a reset; memory keeps what it holds. */
  reset(): void {
    this.machine.reset('system');
    this.machine.bus.write32(VTOR, FLASH_START);
    this.machine.bus.write32(SCB_CCR, STKALIGN);
    for (const { address, value } of [CPACR, FPDSCR]) this.machine.bus.write32(address, value);
  }

  /** Calls the function at `address`; `limit` is in instructions. */
  call(address: number, args: readonly WasmValue[], limit: number): CallEnd {
    const { machine } = this;
    const { r } = machine.cpu;
    this.pass(args);
    r[14] = RETURN_POINT | 1;
    machine.cpu.pc = address;
    this.met = undefined;
    this.thrown = undefined;
    const stop = machine.run({ maxInstructions: limit });
    if (this.thrown !== undefined) throw this.thrown;
    if (this.met === BREAKPOINT.returned) return { end: 'returned' };
    const end = this.failure(stop.reason, stop.error?.message);
    this.reset();
    return end;
  }

  /** What a function that has returned gave. */
  results(types: readonly ValueType[]): WasmValue[] {
    const { r } = this.machine.cpu;
    const area = this.wordsAt(this.resultArea, Math.max(0, wordCount(types) - 4));
    return fromWords(types, [...r.slice(0, 4), ...area]);
  }

  wordsAt(address: number, count: number): number[] {
    return Array.from({ length: count }, (_, i) => this.machine.bus.read32(address + 4 * i));
  }

  private load(address: number, words: Uint16Array | Uint32Array): void {
    this.machine.load(address, new Uint8Array(words.buffer));
  }

  private pass(args: readonly WasmValue[]): void {
    const { r } = this.machine.cpu;
    const { places, stackSize } = placesOf(args.map(({ type }) => type));
    r[13] = this.plan.stackTop - stackSize;
    args.forEach((arg, i) => {
      const place = places[i];
      toWords(arg).forEach((word, k) => {
        if ('stack' in place) this.machine.bus.write32(r[13] + place.stack + 4 * k, word);
        else r[place.registers[k]] = word;
      });
    });
  }

  private stopAt(immediate: number): void {
    if (immediate === BREAKPOINT.imported) {
      try {
        this.answerImport();
        return;
      } catch (error) {
        this.thrown = error;
      }
    }
    this.met = immediate;
    this.machine.requestStop();
  }

  /** While an instruction executes, r15 is its address + 4. */
  private answerImport(): void {
    const { r } = this.machine.cpu;
    const { type, call } = this.imports[(r[15] - 4 - IMPORT_STUBS) / STUB_SIZE];
    const { params } = type;
    const { places } = placesOf(params);
    const words = params.flatMap((param, i) => {
      const place = places[i];
      if ('registers' in place) return place.registers.map((register) => r[register]);
      return this.wordsAt(r[13] + place.stack, wordCount([param]));
    });
    const results = call(fromWords(params, words), type).flatMap(toWords);
    results.forEach((word, i) => {
      if (i < 4) r[i] = word;
      else this.machine.bus.write32(this.resultArea + 4 * (i - 4), word);
    });
  }

  private failure(reason: string, error: string | undefined): CallEnd {
    if (this.met === BREAKPOINT.fault) return this.trapAt();
    if (reason === 'instructions') return { end: 'limit' };
    return { end: 'fault', what: error ?? `the processor stopped: ${reason}` };
  }

  private trapAt(): CallEnd {
    const { machine } = this;
    const RETURN_ADDRESS = 24;
    const [at] = this.wordsAt(machine.cpu.r[13] + RETURN_ADDRESS, 1);
    const UDF = 0xde00;
    const code = machine.readMemory(at, 2);
    const halfword = code ? code[0] | (code[1] << 8) : 0;
    const trap = (halfword & 0xff00) === UDF ? trapReason(halfword & 0xff) : undefined;
    if (trap) return { end: 'trap', reason: trap };
    return { end: 'fault', what: `a fault at 0x${(at >>> 0).toString(16).padStart(8, '0')}` };
  }
}
