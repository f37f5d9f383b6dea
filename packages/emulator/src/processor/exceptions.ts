/** Exception entry, return and faults: DDI 0403E B1.5.6 to B1.5.15. */
import { EXCEPTION } from '@kickstage/armv7m/exceptions';
import type { Cpu } from './cpu.ts';
import { CFSR, Fault, type FaultKind } from './fault.ts';
import { EXTENDED_FRAME_SIZE } from './fpu.ts';

const FRAME_SIZE = 32;
/** Bit of EXC_RETURN. */
const HAS_NO_FP_STATE = 0x10;
const NUMBERS: Readonly<Record<FaultKind, number>> = {
  HardFault: EXCEPTION.HardFault,
  MemManage: EXCEPTION.MemManage,
  BusFault: EXCEPTION.BusFault,
  UsageFault: EXCEPTION.UsageFault,
};

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
    this.enter(number, this.cpu.pc);
  }

  /** Stacks the state and goes to the handler. `returnAddress` is where execution will go on. */
  private enter(number: number, returnAddress: number): void {
    this.isStacking = true;
    try {
      this.pushFrame(returnAddress);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return this.stackFault(error);
    }
    this.startHandler(number, this.returnCode());
  }

  /** EXC_RETURN: handler, thread with MSP, thread with PSP; bit 4 is clear with floating-point state in the frame. */
  private returnCode(): number {
    const { cpu } = this;
    const code = cpu.ipsr !== 0 ? 0xfffffff1 : cpu.usesPsp ? 0xfffffffd : 0xfffffff9;
    return (cpu.fpu.isActive ? code & ~HAS_NO_FP_STATE : code) | 0;
  }

  private startHandler(number: number, returnCode: number): void {
    const { cpu } = this;
    cpu.selectStack(false);
    cpu.fpu.setActive(false);
    cpu.r[14] = returnCode;
    cpu.ipsr = number;
    cpu.it = 0;
    cpu.exclusive = undefined;
    cpu.eventRegister = true;
    cpu.system.activate(number);
    cpu.clock.cycles += 12;
    const handler = cpu.bus.readVector(cpu.system.vectorTable() + 4 * number);
    this.isStacking = false;
    cpu.pc = handler & ~1;
    if ((handler & 1) === 0)
      this.takeFault(new Fault('UsageFault', CFSR.INVSTATE, `vector ${number} has no Thumb bit`));
  }

  /**
   * Eight words, 26 with floating-point state; the stack is aligned to 8 when CCR.STKALIGN says so or there is such state,
   * which xPSR bit 9 remembers.
   */
  private pushFrame(returnAddress: number): void {
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
      returnAddress,
      cpu.xpsr | (aligns ? 1 << 9 : 0),
    ];
    cpu.r[13] = frame;
    words.forEach((word, i) => cpu.bus.write32(frame + 4 * i, word));
    if (isActive) cpu.fpu.pushState(frame);
  }

  /** BX or POP of an EXC_RETURN value. */
  return(code: number): void {
    this.isStacking = true;
    try {
      this.leave(code);
    } finally {
      this.isStacking = false;
    }
  }

  private leave(code: number): void {
    const { cpu } = this;
    const kind = code & 15;
    const toHandler = kind === 1;
    const isValid = (code | 0x1f) === -1 && (kind === 1 || kind === 9 || kind === 13);
    if (!isValid) {
      return this.badReturn(`EXC_RETURN 0x${(code >>> 0).toString(16)} is not valid`);
    }
    const ended = cpu.ipsr;
    if (!cpu.system.isActive(ended)) return this.badReturn(`return from exception ${ended}, which is not active`);
    cpu.system.deactivate(ended);
    if (ended !== EXCEPTION.NMI) cpu.faultmask = 0;
    if (toHandler !== cpu.system.anyActive()) {
      if (!toHandler && !cpu.system.allowsThreadReturn())
        return this.badReturn('return to thread mode while handlers are active');
      if (toHandler) return this.badReturn('return to handler mode while no handler is active');
    }
    const next = cpu.system.takeable();
    if (next !== undefined) {
      // Tail-chaining: the frame stays where it is (DDI 0403E B1.5.12).
      cpu.selectStack(false);
      this.chain(next, code);
      return;
    }
    if (kind === 13) cpu.selectStack(true);
    this.unstack(toHandler, (code & HAS_NO_FP_STATE) === 0);
    cpu.exclusive = undefined;
    cpu.eventRegister = true;
    if (!toHandler && cpu.system.sleepsOnExit()) cpu.sleep(false);
  }

  private chain(number: number, code: number): void {
    const { cpu } = this;
    cpu.clock.cycles -= 6;
    this.startHandler(number, code);
    cpu.next = cpu.pc;
  }

  /** Accesses have the privilege of the code that is returned to. Those that the MPU forbids are faults of unstacking. */
  private unstack(toHandler: boolean, hasFpState: boolean): void {
    const { cpu } = this;
    try {
      if (!toHandler && cpu.unprivileged) cpu.system.mpu.withoutPrivilege(() => this.popFrame(toHandler, hasFpState));
      else this.popFrame(toHandler, hasFpState);
    } catch (error) {
      if (!(error instanceof Fault) || error.kind !== 'MemManage') throw error;
      throw new Fault('MemManage', CFSR.MUNSTKERR, error.message);
    }
  }

  private popFrame(toHandler: boolean, hasFpState: boolean): void {
    const { cpu } = this;
    const frame = cpu.r[13];
    const word = (i: number) => cpu.bus.read32(frame + 4 * i);
    const [r0, r1, r2, r3, r12, lr, pc, psr] = [0, 1, 2, 3, 4, 5, 6, 7].map(word);
    cpu.r[0] = r0;
    cpu.r[1] = r1;
    cpu.r[2] = r2;
    cpu.r[3] = r3;
    cpu.r[12] = r12;
    cpu.r[14] = lr;
    cpu.r[13] = (frame + (hasFpState ? EXTENDED_FRAME_SIZE : FRAME_SIZE) + (psr & (1 << 9) ? 4 : 0)) | 0;
    cpu.apsr = psr;
    cpu.ipsr = psr & 0x1ff;
    cpu.it = ((psr >>> 25) & 3) | ((psr >>> 8) & 0xfc);
    if (hasFpState) cpu.fpu.popState(frame);
    cpu.fpu.setActive(hasFpState);
    cpu.next = pc & ~1;
    cpu.clock.cycles += 10;
    if (toHandler !== (cpu.ipsr !== 0))
      throw new Fault('UsageFault', CFSR.INVPC, 'the stacked xPSR does not fit EXC_RETURN');
    if ((psr & (1 << 24)) === 0) throw new Fault('UsageFault', CFSR.INVSTATE, 'the stacked xPSR has no Thumb bit');
    cpu.system.arbitrate();
  }

  private badReturn(text: string): never {
    throw new Fault('UsageFault', CFSR.INVPC, text);
  }

  /** A fault of the instruction at `pc`: escalated to HardFault where its own handler cannot run (DDI 0403E B1.5.14). */
  takeFault(fault: Fault): void {
    const { cpu } = this;
    const wanted = NUMBERS[fault.kind];
    const escalates = wanted === EXCEPTION.HardFault || !cpu.system.canTakeFault(wanted);
    const number = escalates ? EXCEPTION.HardFault : wanted;
    cpu.system.recordFault(fault, escalates && wanted !== EXCEPTION.HardFault);
    cpu.system.reportFault(number, fault);
    if (cpu.executionPriority() <= -1) return this.lockUp(fault);
    this.enter(number, cpu.pc);
  }

  /** Stacking failed: the fault is taken all the same, with what was written. */
  private stackFault(fault: Fault): void {
    const { cpu } = this;
    const [kind, bits] = stackingFault(fault);
    const wanted = NUMBERS[kind];
    const escalates = !cpu.system.canTakeFault(wanted);
    const taken = new Fault(kind, bits, `the stack cannot be written: ${fault.message}`);
    cpu.system.recordFault(taken, escalates);
    if (cpu.executionPriority() <= -1) return this.lockUp(taken);
    const number = escalates ? EXCEPTION.HardFault : wanted;
    cpu.system.reportFault(number, taken);
    this.startHandler(number, this.returnCode());
  }

  private lockUp(fault: Fault): void {
    this.isStacking = false;
    this.cpu.lockedUp = true;
    this.cpu.system.reportLockup(fault);
  }
}

/** What a fault becomes that happens while a frame is written. */
function stackingFault(fault: Fault): readonly [FaultKind, number] {
  if (fault.bits & CFSR.NOCP) return [fault.kind, fault.bits];
  return fault.kind === 'MemManage' ? ['MemManage', CFSR.MSTKERR] : ['BusFault', CFSR.STKERR];
}
