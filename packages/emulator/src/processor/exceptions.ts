/**
 * Exception entry and faults: DDI 0403E B1.5.6 to B1.5.7, B1.5.10 to B1.5.15. Returns are exception-return.ts's.
 *
 * What goes wrong while a frame is written makes a derived exception: it and the first one are pending then, and the more
 * urgent of the two is taken, with the frame as far as it was written.
 */
import { EXCEPTION } from '@kickstage/armv7m/exceptions';
import type { Cpu } from './cpu.ts';
import { Abandoned, CFSR, Fault, type FaultKind } from './fault.ts';
import { EXTENDED_FRAME_SIZE } from './fpu.ts';

export const FRAME_SIZE = 32;
/** Bit of EXC_RETURN. */
export const HAS_NO_FP_STATE = 0x10;
/** Of the stacked xPSR: the stack pointer was aligned. */
export const ALIGNED = 1 << 9;

const NUMBERS: Readonly<Record<FaultKind, number>> = {
  HardFault: EXCEPTION.HardFault,
  MemManage: EXCEPTION.MemManage,
  BusFault: EXCEPTION.BusFault,
  UsageFault: EXCEPTION.UsageFault,
  DebugMonitor: EXCEPTION.DebugMonitor,
};

/** Bits of HFSR, B3.2.16. */
const VECTTBL = 1 << 1;

export class Exceptions {
  private readonly cpu: Cpu;
  /** State is being moved to or from a stack: it cannot be stopped in the middle. */
  isStacking = false;

  constructor(cpu: Cpu) {
    this.cpu = cpu;
  }

  /** Takes the most urgent pending exception, if it is more urgent than what runs. */
  enterPending(): void {
    const number = this.cpu.system.takeable();
    if (number === undefined) {
      this.cpu.system.pendingExists = false;
      return;
    }
    this.cpu.isSleeping = false;
    this.enter(number);
  }

  /** Stacks the state and goes to the handler; execution will go on at the program counter. */
  private enter(number: number): void {
    const returnCode = this.returnCode();
    this.isStacking = true;
    try {
      this.pushFrame();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return this.derive(stackingFault(error), number, returnCode);
    }
    this.startHandler(number, returnCode);
  }

  /** EXC_RETURN: handler, thread with MSP, thread with PSP; bit 4 is clear with floating-point state in the frame. */
  private returnCode(): number {
    const { cpu } = this;
    const code = cpu.ipsr !== 0 ? 0xfffffff1 : cpu.usesPsp ? 0xfffffffd : 0xfffffff9;
    return (cpu.fpu.isActive ? code & ~HAS_NO_FP_STATE : code) | 0;
  }

  /** Goes to the handler; the state is on the stack. */
  startHandler(number: number, returnCode: number): void {
    const { cpu } = this;
    const vector = this.vector(number, returnCode);
    if (vector === undefined) return;
    cpu.selectStack(false);
    cpu.fpu.setActive(false);
    cpu.r[14] = returnCode;
    cpu.ipsr = number;
    cpu.it = 0;
    cpu.exclusive = undefined;
    cpu.eventRegister = true;
    cpu.system.activate(number);
    cpu.clock.cycles += 12;
    this.isStacking = false;
    cpu.pc = vector & ~1;
    cpu.isThumb = (vector & 1) !== 0;
    if (!cpu.isThumb) this.takeFault(new Fault('UsageFault', CFSR.INVSTATE, `vector ${number} has no Thumb bit`));
  }

  /** A handler's address. Where it cannot be read there is a HardFault; the exception stays pending. */
  private vector(number: number, returnCode: number): number | undefined {
    const { cpu } = this;
    try {
      return cpu.bus.readVector(cpu.system.vectorTable() + 4 * number);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      cpu.system.scb.hfsr |= VECTTBL;
      const fault = new Fault('HardFault', 0, `vector ${number} cannot be read: ${error.message}`);
      const isUrgent = number === EXCEPTION.HardFault || number === EXCEPTION.NMI;
      if (isUrgent || cpu.executionPriority() <= -1) this.lockUp(fault);
      else {
        cpu.system.pend(number);
        cpu.system.reportFault(EXCEPTION.HardFault, fault);
        this.startHandler(EXCEPTION.HardFault, returnCode);
      }
      return undefined;
    }
  }

  /**
   * Eight words, 26 with floating-point state; the stack is aligned to 8 when CCR.STKALIGN says so or there is such state,
   * which xPSR bit 9 remembers.
   */
  pushFrame(): void {
    const { cpu } = this;
    const sp = cpu.r[13];
    const { isActive } = cpu.fpu;
    const aligns = (isActive || cpu.system.alignsStack()) && (sp & 4) !== 0;
    const frame = (sp - (isActive ? EXTENDED_FRAME_SIZE : FRAME_SIZE) - (aligns ? 4 : 0)) | 0;
    const words = [
      cpu.r[0],
      cpu.r[1],
      cpu.r[2],
      cpu.r[3],
      cpu.r[12],
      cpu.r[14],
      cpu.pc,
      cpu.xpsr | (aligns ? ALIGNED : 0),
    ];
    cpu.r[13] = frame;
    words.forEach((word, i) => cpu.bus.write32(frame + 4 * i, word));
    if (isActive) cpu.fpu.pushState(frame);
  }

  /** A fault of the instruction at the program counter. */
  takeFault(fault: Fault): void {
    const number = this.note(fault);
    if (number !== undefined) this.enter(number);
  }

  /**
   * Records a fault and gives the exception that handles it: HardFault where its own cannot run (B1.5.14). Undefined where
   * none can: the processor has locked up.
   */
  private note(fault: Fault): number | undefined {
    const { cpu } = this;
    const wanted = NUMBERS[fault.kind];
    const escalates = wanted === EXCEPTION.HardFault || !cpu.system.canTakeFault(wanted);
    const number = escalates ? EXCEPTION.HardFault : wanted;
    cpu.system.recordFault(fault, escalates && wanted !== EXCEPTION.HardFault);
    cpu.system.reportFault(number, fault);
    if (!escalates || cpu.executionPriority() > -1) return number;
    this.lockUp(fault);
    return undefined;
  }

  /** A fault while the frame of another exception was written. */
  private derive(fault: Fault, original: number, returnCode: number): void {
    const { system } = this.cpu;
    const number = this.note(fault);
    if (number === undefined) return;
    system.pend(original);
    system.pend(number);
    this.startHandler(system.takeable() ?? number, returnCode);
  }

  /**
   * A fault of an exception's return, which has ended: its handler starts as if it were tail-chained, with the frame where
   * it is and the EXC_RETURN of the return that failed (B1.5.8).
   */
  chainFault(fault: Fault, returnCode: number): void {
    const { cpu } = this;
    const number = this.note(fault);
    if (number === undefined) return;
    cpu.system.pend(number);
    cpu.selectStack(false);
    this.startHandler(cpu.system.takeable() ?? number, returnCode | 0xf0000000);
    cpu.next = cpu.pc;
  }

  /** An SVC that cannot be taken is a HardFault after it (B1.5.14). */
  escalateCall(): void {
    const { cpu } = this;
    cpu.system.scb.hfsr = (cpu.system.scb.hfsr | (1 << 30)) >>> 0;
    const fault = new Fault('HardFault', 0, 'SVC where it cannot be taken');
    cpu.system.reportFault(EXCEPTION.HardFault, fault);
    if (cpu.executionPriority() <= -1) this.lockUp(fault);
    else cpu.system.pend(EXCEPTION.HardFault);
  }

  /**
   * A fault of lazy stacking (B1.5.7): of the instruction that caused it, or later where the exception cannot be taken now.
   * `canRun` and `canEscalate` are what FPCCR remembers of the fault's exception and of HardFault.
   */
  takeLazyFault(fault: Fault, canRun: boolean, canEscalate: boolean): void {
    const { cpu } = this;
    cpu.system.recordFault(fault, !canRun);
    const number = canRun ? NUMBERS[fault.kind] : EXCEPTION.HardFault;
    cpu.system.reportFault(number, fault);
    if (!canRun && !canEscalate) this.lockUp(fault);
    else cpu.system.pend(number);
    if (cpu.lockedUp || cpu.system.takeable() !== undefined) throw new Abandoned();
  }

  lockUp(fault: Fault): void {
    this.isStacking = false;
    this.cpu.lockedUp = true;
    this.cpu.system.reportLockup(fault);
  }
}

/** What a fault becomes that happens while a frame is written. */
function stackingFault(fault: Fault): Fault {
  if (fault.bits & CFSR.NOCP) return fault;
  const text = `stacking failed: ${fault.message}`;
  return fault.kind === 'MemManage'
    ? new Fault('MemManage', CFSR.MSTKERR, text)
    : new Fault('BusFault', CFSR.STKERR, text);
}
