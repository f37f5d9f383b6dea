/** Exception return: DDI 0403E B1.5.8, and tail-chaining, B1.5.12. */
import { EXCEPTION } from '@kickstage/armv7m/exceptions';
import type { Cpu } from './cpu.ts';
import { ALIGNED, FRAME_SIZE, HAS_NO_FP_STATE } from './exceptions.ts';
import { CFSR, Fault } from './fault.ts';
import { EXTENDED_FRAME_SIZE } from './fpu.ts';

/** Of EXC_RETURN: where it goes. */
const TO_HANDLER = 1;
const TO_THREAD = 9;
const TO_THREAD_ON_PSP = 13;
/** Of xPSR. */
const THUMB = 1 << 24;
const EXCEPTION_NUMBER = 0x1ff;

/** BX, POP or LDM of the EXC_RETURN value `code` in handler mode. */
export function returnFromException(cpu: Cpu, code: number): void {
  const { exceptions } = cpu;
  exceptions.isStacking = true;
  try {
    leave(cpu, code);
  } finally {
    exceptions.isStacking = false;
  }
}

function leave(cpu: Cpu, code: number): void {
  const { system, exceptions } = cpu;
  const refusal = refusalOf(cpu, code);
  system.deactivate(cpu.ipsr);
  if (cpu.ipsr !== EXCEPTION.NMI) cpu.faultmask = 0;
  if (refusal !== undefined) return exceptions.chainFault(new Fault('UsageFault', CFSR.INVPC, refusal), code);
  const next = system.takeable();
  if (next !== undefined) return chain(cpu, next, code);
  try {
    unstack(cpu, code);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return exceptions.chainFault(unstackingFault(error), code);
  }
  finish(cpu, code);
}

/** Why a return does not even begin. */
function refusalOf(cpu: Cpu, code: number): string | undefined {
  const { system, ipsr } = cpu;
  const kind = code & 15;
  if (!system.isActive(ipsr)) return `return from exception ${ipsr}, which is not active`;
  if ((code | 0x1f) !== -1 || (kind !== TO_HANDLER && kind !== TO_THREAD && kind !== TO_THREAD_ON_PSP))
    return `EXC_RETURN 0x${(code >>> 0).toString(16)} is not valid`;
  if (kind !== TO_HANDLER && system.activeCount() > 1 && !system.allowsThreadReturn())
    return 'return to thread mode while handlers are active';
  return undefined;
}

/** Tail-chaining: the frame stays where it is. */
function chain(cpu: Cpu, number: number, code: number): void {
  cpu.clock.cycles -= 6;
  cpu.exceptions.startHandler(number, code);
  cpu.next = cpu.pc;
}

/** The frame comes back: accesses have the privilege of the code that is returned to. */
function unstack(cpu: Cpu, code: number): void {
  const toHandler = (code & 15) === TO_HANDLER;
  if (!toHandler && cpu.unprivileged) cpu.system.mpu.withoutPrivilege(() => popFrame(cpu, code));
  else popFrame(cpu, code);
}

function popFrame(cpu: Cpu, code: number): void {
  const onPsp = (code & 15) === TO_THREAD_ON_PSP;
  const hasFpState = (code & HAS_NO_FP_STATE) === 0;
  const frame = onPsp ? cpu.psp : cpu.msp;
  const [r0, r1, r2, r3, r12, lr, pc, psr] = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => cpu.bus.read32(frame + 4 * i));
  if (hasFpState) cpu.fpu.popState(frame);
  cpu.fpu.setActive(hasFpState);
  cpu.selectStack(onPsp);
  cpu.r[0] = r0;
  cpu.r[1] = r1;
  cpu.r[2] = r2;
  cpu.r[3] = r3;
  cpu.r[12] = r12;
  cpu.r[14] = lr;
  cpu.r[13] = (frame + (hasFpState ? EXTENDED_FRAME_SIZE : FRAME_SIZE) + (psr & ALIGNED ? 4 : 0)) | 0;
  cpu.apsr = psr;
  cpu.ipsr = psr & EXCEPTION_NUMBER;
  cpu.it = ((psr >>> 25) & 3) | ((psr >>> 8) & 0xfc);
  cpu.isThumb = (psr & THUMB) !== 0;
  cpu.pc = cpu.next = pc & ~1;
  cpu.clock.cycles += 10;
}

/** With the state that came back. */
function finish(cpu: Cpu, code: number): void {
  const { exceptions, system } = cpu;
  const toHandler = (code & 15) === TO_HANDLER;
  if (toHandler !== (cpu.ipsr !== 0)) {
    // The frame is put back for the handler of this fault.
    exceptions.pushFrame();
    const text = 'the stacked xPSR does not fit EXC_RETURN';
    return exceptions.chainFault(new Fault('UsageFault', CFSR.INVPC, text), code);
  }
  cpu.exclusive = undefined;
  cpu.eventRegister = true;
  system.arbitrate();
  if (!cpu.isThumb) throw new Fault('UsageFault', CFSR.INVSTATE, 'the stacked xPSR has no Thumb bit');
  if (!toHandler && system.sleepsOnExit()) cpu.sleep(false);
}

/** What a fault becomes that happens while a frame is read. */
function unstackingFault(fault: Fault): Fault {
  if (fault.bits & CFSR.NOCP) return fault;
  const text = `unstacking failed: ${fault.message}`;
  return fault.kind === 'MemManage'
    ? new Fault('MemManage', CFSR.MUNSTKERR, text)
    : new Fault('BusFault', CFSR.UNSTKERR, text);
}
