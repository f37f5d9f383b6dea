/**
 * A compiled module on the emulator's processor, called function by function: results, traps, and the registers that a
 * callee must keep. RAM begins at address 0, so that wasm's addresses are the machine's. The calling convention is written
 * here once more, from the standard (IHI 0042), not taken from the compiler.
 *
 * The machine is handed in: the emulator stands beside this package, and only its tests know both.
 */
import { encode } from '@kickstage/armv7m/encode';
import { invariant } from '@kickstage/base/invariant';
import { type CompiledModule, compile } from '../compile.ts';
import { trapReason } from '../emit/traps.ts';
import type { DataInput } from '../frontend/input.ts';
import type { IrValue } from '../ir/interpret.ts';
import type { Call } from './v8-harness.ts';

/** What is used of the emulator's `Machine`. */
export interface TargetMachine {
  readonly cpu: { readonly r: Int32Array; pc: number; readonly fpu: { readonly s: Int32Array } };
  readonly bus: { readonly ram: { readonly bytes: Uint8Array }; write32(address: number, value: number): void };
  readonly clock: { readonly cycles: number };
  load(address: number, bytes: Uint8Array): void;
  reset(kind: 'system'): void;
  readMemory(address: number, size: number): Uint8Array | undefined;
  run(limits: { breakpoints: ReadonlySet<number>; maxInstructions: number }): { readonly reason: string };
}

const FLASH = { start: 0x0800_0000, size: 0x8_0000 };
const RAM = { start: 0, size: 0x4_0000 };
/** What the machine must have. */
export const TARGET_PARTS = { flash: FLASH, ram: RAM, interruptCount: 8, hz: 16_000_000 };

/** Behind wasm's one page. */
const DATA_START = 0x2_0000;
const STACK_TOP = 0x4_0000;
const RETURN_ADDRESS = FLASH.start + 0x100;
const FAULT_HANDLER = FLASH.start + 0x104;
const CODE_START = FLASH.start + 0x200;
const BREAKPOINTS = new Set([RETURN_ADDRESS, FAULT_HANDLER]);
const VTOR = 0xe000_ed08;
const UDF = 0xde00;
const SAVED = [4, 5, 6, 7, 8, 9, 10, 11];
const SAVED_SINGLES = Array.from({ length: 16 }, (_, i) => 16 + i);
/** What is not kept is there before a call as well, so that nothing relies on it. */
const NOISE = 0x7f80_1234;
/** Coprocessor access: full for the floating-point unit (DDI 0403E B3.2.20); default NaN for new contexts (B3.2.23). */
const CPACR = { address: 0xe000_ed88, value: 0xf0_0000 };
const FPDSCR = { address: 0xe000_ef3c, value: 1 << 25 };

export type TargetOutcome = { readonly results: readonly IrValue[] } | { readonly trap: string };

export class Target {
  readonly compiled: CompiledModule;
  /** Cycles that the last call took. */
  cycles = 0;
  private readonly machine: TargetMachine;
  private readonly floats: 'soft' | 'fpu';
  private readonly symbols: ReadonlyMap<string, number>;

  /** Without `floats`, code finds the floating-point unit switched off. */
  constructor(
    wasm: Uint8Array,
    level: 0 | 1 | 2,
    machine: TargetMachine,
    floats: 'soft' | 'fpu' = 'soft',
    data?: readonly DataInput[],
  ) {
    const input = { name: 'test.wasm', wasm, ...(data && { data }) };
    const { value, diagnostics } = compile(input, { level, verify: true, floats });
    invariant(value && diagnostics.length === 0, `not compiled: ${JSON.stringify(diagnostics)}`);
    this.compiled = value;
    this.machine = machine;
    const vectors = new DataView(new ArrayBuffer(64));
    [STACK_TOP, RETURN_ADDRESS | 1, FAULT_HANDLER | 1, FAULT_HANDLER | 1].forEach((word, i) => {
      vectors.setUint32(4 * i, word, true);
    });
    machine.load(FLASH.start, new Uint8Array(vectors.buffer));
    const LOOP = Uint8Array.of(0xfe, 0xe7);
    for (const address of [RETURN_ADDRESS, FAULT_HANDLER]) machine.load(address, LOOP);
    machine.load(0, new Uint8Array(RAM.size));
    this.symbols = place(machine, value.object);
    this.floats = floats;
    this.reset();
  }

  private reset(): void {
    const { machine } = this;
    machine.reset('system');
    machine.bus.write32(VTOR, FLASH.start);
    if (this.floats === 'soft') return;
    for (const { address, value } of [CPACR, FPDSCR]) machine.bus.write32(address, value);
  }

  get memory(): Uint8Array {
    return this.machine.bus.ram.bytes.subarray(0, 0x1_0000);
  }

  /** Makes a function the handler of an exception (1..15). */
  handle(exception: number, name: string): void {
    const address = this.symbols.get(name);
    invariant(address !== undefined, `there is no function ${name}`);
    this.machine.load(FLASH.start + 4 * exception, new Uint8Array(Uint32Array.of(address | 1).buffer));
  }

  /** What a data object holds. */
  bytesOf(name: string, size: number): Uint8Array {
    return this.machine.readMemory(this.symbols.get(name)!, size)!;
  }

  run({ name, args }: Call, result: 'i32' | 'i64'): TargetOutcome {
    const { machine } = this;
    const { r } = machine.cpu;
    const { s } = machine.cpu.fpu;
    for (const n of SAVED) r[n] = 0x1111_1111 * n;
    s.fill(NOISE);
    for (const n of SAVED_SINGLES) s[n] = 0x0101_0101 * n;
    r[13] = STACK_TOP - passArguments(machine, args);
    const stack = r[13];
    r[14] = RETURN_ADDRESS | 1;
    const start = this.symbols.get(name);
    invariant(start !== undefined, `there is no function ${name}`);
    machine.cpu.pc = start;
    const before = machine.clock.cycles;
    const stop = machine.run({ breakpoints: BREAKPOINTS, maxInstructions: 5_000_000 });
    this.cycles = machine.clock.cycles - before;
    invariant(stop.reason === 'breakpoint', `${name} stopped at 0x${machine.cpu.pc.toString(16)}: ${stop.reason}`);
    if (machine.cpu.pc >>> 0 === FAULT_HANDLER) return { trap: this.takeTrap() };
    for (const n of SAVED) invariant(r[n] === ((0x1111_1111 * n) | 0), `${name} does not keep r${n}`);
    for (const n of SAVED_SINGLES) invariant(s[n] === ((0x0101_0101 * n) | 0), `${name} does not keep s${n}`);
    invariant(r[13] === stack, `${name} moves the stack pointer`);
    const wide = (BigInt(r[1]) << 32n) | BigInt(r[0] >>> 0);
    return { results: [result === 'i64' ? wide : r[0]] };
  }

  /** The reason is the immediate of the UDF that the exception frame's return address points to (DDI 0403E B1.5.6). */
  private takeTrap(): string {
    const { machine } = this;
    const frame = new DataView(machine.readMemory(machine.cpu.r[13], 32)!.buffer);
    const code = new DataView(machine.readMemory(frame.getUint32(24, true), 2)!.buffer).getUint16(0, true);
    // Out of the handler, so that the next call is not one of a handler.
    this.reset();
    if ((code & 0xff00) !== UDF) return `fault at 0x${frame.getUint32(24, true).toString(16)}`;
    return trapReason(code & 0xff) ?? 'unknown';
  }
}

/** Puts each section somewhere and fills in addresses. */
function place(machine: TargetMachine, object: CompiledModule['object']): Map<string, number> {
  let flash = CODE_START;
  let ram = DATA_START;
  const addresses = object.sections.map(({ kind, size, alignment }) => {
    const align = (address: number) => Math.ceil(address / Math.max(alignment, 4)) * Math.max(alignment, 4);
    if (kind === 'data' || kind === 'bss') {
      const at = align(ram);
      ram = at + size;
      return at;
    }
    const at = align(flash);
    flash = at + size;
    return at;
  });
  const isCode = new Set(object.symbols.filter(({ kind }) => kind === 'function').map(({ name }) => name));
  const symbols = new Map(object.symbols.map(({ name, section, offset }) => [name, addresses[section] + offset]));
  object.sections.forEach(({ bytes, relocations }, i) => {
    const patched = bytes.slice();
    const view = new DataView(patched.buffer);
    for (const { offset, kind, symbol, addend } of relocations) {
      const target = symbols.get(symbol)! + addend;
      if (kind === 'R_ARM_ABS32') view.setUint32(offset, isCode.has(symbol) ? target | 1 : target, true);
      else if (kind === 'R_ARM_THM_CALL') {
        const { halfwords } = encode('BL_T1', { imm32: target - (addresses[i] + offset + 4) });
        halfwords.forEach((halfword, k) => void view.setUint16(offset + 2 * k, halfword, true));
      } else throw new Error(`relocation ${kind}`);
    }
    if (patched.length > 0) machine.load(addresses[i], patched);
  });
  return symbols;
}

/** Registers and stack by the procedure call standard; gives the bytes of stack taken. */
function passArguments(machine: TargetMachine, args: readonly IrValue[]): number {
  const words: (number | undefined)[] = [];
  let register = 0;
  for (const arg of args) {
    const parts =
      typeof arg === 'bigint' ? [Number(BigInt.asIntN(32, arg)), Number(BigInt.asIntN(32, arg >> 32n))] : [arg];
    if (register < 4) {
      const first = parts.length === 2 ? (register + 1) & ~1 : register;
      if (first + parts.length <= 4) {
        parts.forEach((part, i) => {
          machine.cpu.r[first + i] = part;
        });
        register = first + parts.length;
        continue;
      }
      register = 4;
    }
    if (parts.length === 2 && words.length % 2 === 1) words.push(undefined);
    words.push(...parts);
  }
  if (words.length % 2 === 1) words.push(undefined);
  words.forEach((word, i) => {
    const bytes = new Uint8Array(Int32Array.of(word ?? 0).buffer);
    machine.load(STACK_TOP - 4 * words.length + 4 * i, bytes);
  });
  return 4 * words.length;
}
