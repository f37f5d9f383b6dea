/**
 * Follows a run on the emulator and keeps the truth about calls: who called, what sp and the kept registers were. It
 * looks at what the processor does (BL, BLX, exceptions, returns), not at what the compiler meant. At each instruction
 * it asks the call frame information the same, and compares.
 */
import { decode, instructionSize } from '@kickstage/armv7m/decode';
import type { Machine } from '@kickstage/emulator/machine';
import { type CfiRow, type Fde, rulesAt } from './cfi.ts';

interface Call {
  /** sp before the call: the CFA of the callee. */
  readonly sp: number;
  /** Where it goes on, with the Thumb bit; or EXC_RETURN. Undefined where nobody called. */
  readonly returnAddress: number | undefined;
  readonly kept: readonly number[];
}

interface Instruction {
  readonly mnemonic: string | undefined;
  readonly size: number;
}

const KEPT = [4, 5, 6, 7, 8, 9, 10, 11];
const SP = 13;
const LR = 14;

export interface Tally {
  instructions: number;
  /** Instructions whose return address the information gives. */
  found: number;
  /** Registers of callers that were found in memory, or still in place. */
  registers: number;
  deepest: number;
  exceptions: number;
}

export class ShadowStack {
  readonly tally: Tally = { instructions: 0, found: 0, registers: 0, deepest: 0, exceptions: 0 };
  /** Addresses of instructions that were checked. */
  readonly seen = new Set<number>();
  private readonly machine: Machine;
  private readonly fdes: readonly Fde[];
  private calls: Call[] = [];
  private readonly instructions = new Map<number, Instruction>();
  private readonly rules = new Map<number, CfiRow | undefined>();

  constructor(machine: Machine, fdes: readonly Fde[]) {
    this.machine = machine;
    this.fdes = fdes;
    this.restart();
  }

  /** Nobody has called what runs now. */
  restart(): void {
    this.calls = [this.callNow(undefined)];
  }

  /** Compares, executes one instruction, and follows; gives what is wrong. */
  step(): string | undefined {
    const { machine } = this;
    const { cpu } = machine;
    this.takeException();
    const pc = cpu.pc >>> 0;
    const wrong = this.check(pc);
    if (wrong) return `0x${pc.toString(16)}: ${wrong}`;
    const before = this.callNow(undefined);
    const { mnemonic, size } = this.instructionAt(pc);
    const isCall = mnemonic === 'BL' || mnemonic === 'BLX';
    machine.step();
    const returnAddress = ((pc + size) | 1) >>> 0;
    if (isCall && cpu.r[LR] >>> 0 === returnAddress) this.calls.push({ ...before, returnAddress });
    else this.returned();
    this.tally.deepest = Math.max(this.tally.deepest, this.calls.length);
    return undefined;
  }

  /** What the processor's loop does before an instruction, so that the handler's first one is seen, too. */
  private takeException(): void {
    const { cpu, clock, system } = this.machine;
    const before = cpu.ipsr;
    if (clock.nextEvent <= clock.cycles) clock.runDue();
    if (system.pendingExists) cpu.exceptions.enterPending();
    if (cpu.ipsr === before) return;
    this.tally.exceptions++;
    this.calls.push(this.callNow(cpu.r[LR] >>> 0));
  }

  private callNow(returnAddress: number | undefined): Call {
    const { r } = this.machine.cpu;
    return { sp: r[SP] >>> 0, returnAddress, kept: KEPT.map((n) => r[n]) };
  }

  /** Calls end where execution is back at their return address with their stack pointer. */
  private returned(): void {
    const { cpu } = this.machine;
    const top = this.calls.at(-1)!;
    const isBack = top.returnAddress === (cpu.pc | 1) >>> 0 && top.sp === cpu.r[SP] >>> 0;
    const isException = top.returnAddress !== undefined && top.returnAddress >>> 28 === 15;
    if (isBack) this.calls.pop();
    else if (isException && cpu.ipsr === 0) this.calls.pop();
  }

  private instructionAt(pc: number): Instruction {
    const known = this.instructions.get(pc);
    if (known) return known;
    const found = this.decodeAt(pc);
    this.instructions.set(pc, found);
    return found;
  }

  private decodeAt(pc: number): Instruction {
    const read = (at: number) => new DataView(this.machine.readMemory(at, 2)!.buffer).getUint16(0, true);
    const first = read(pc);
    const size = instructionSize(first);
    return { mnemonic: decode(first, size === 4 ? read(pc + 2) : 0)?.mnemonic, size };
  }

  private word(address: number): number {
    const bytes = this.machine.readMemory(address, 4);
    return bytes ? new DataView(bytes.buffer).getUint32(0, true) : Number.NaN;
  }

  private check(pc: number): string | undefined {
    if (!this.rules.has(pc)) this.rules.set(pc, rulesAt(this.fdes, pc));
    const rules = this.rules.get(pc);
    if (!rules) return undefined;
    const { r } = this.machine.cpu;
    const call = this.calls.at(-1)!;
    this.tally.instructions++;
    this.seen.add(pc);
    const link = rules.registers.get(LR);
    if (rules.cfaRegister !== SP) return 'the CFA is not found by sp';
    const cfa = (r[SP] + rules.cfaOffset) >>> 0;
    // The hand-over of the bootloader: sp is the app's already.
    if (link === 'undefined' && this.instructionAt(pc).mnemonic === 'BX') return undefined;
    if (cfa !== call.sp) return `CFA 0x${cfa.toString(16)}, the caller's sp was 0x${call.sp.toString(16)}`;
    const value = (n: number) => {
      const rule = rules.registers.get(n);
      return rule === undefined ? r[n] >>> 0 : rule === 'undefined' ? undefined : this.word(cfa + rule);
    };
    if (link === 'undefined') return undefined;
    const returnAddress = value(LR);
    if (call.returnAddress !== undefined && returnAddress !== call.returnAddress) {
      return `return address 0x${returnAddress?.toString(16)}, not 0x${call.returnAddress.toString(16)}`;
    }
    this.tally.found++;
    for (const [i, n] of KEPT.entries()) {
      const kept = value(n);
      if (kept === undefined) continue;
      if (kept !== call.kept[i] >>> 0)
        return `r${n} of the caller is 0x${(call.kept[i] >>> 0).toString(16)}, not 0x${kept.toString(16)}`;
      this.tally.registers++;
    }
    return undefined;
  }
}
