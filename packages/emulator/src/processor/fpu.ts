/**
 * The floating-point unit: its registers, who may use it, and its part of exception frames. DDI 0403E A2.5 (registers),
 * B1.4.4, B1.5.6 to B1.5.8 (frames, lazy stacking), B3.2.20 to B3.2.23 (CPACR, FPCCR, FPCAR, FPDSCR).
 *
 * Lazy stacking: an exception that interrupts code with floating-point state leaves room for it in the frame, notes the
 * place in FPCAR and sets FPCCR.LSPACT; the handler's first floating-point instruction stores the state there.
 */
import { EXCEPTION } from '@kickstage/armv7m/exceptions';
import type { Cpu } from './cpu.ts';
import { CFSR, Fault } from './fault.ts';

/** Bits of FPSCR. */
export const AHP = 1 << 26;
export const DN = 1 << 25;
export const FZ = 1 << 24;
export const RMODE_SHIFT = 22;
export const IDC = 1 << 7;
export const IXC = 1 << 4;
export const UFC = 1 << 3;
export const OFC = 1 << 2;
export const DZC = 1 << 1;
export const IOC = 1 << 0;
const FPSCR_MASK = 0xf7c0009f | 0;
/** AHP, DN, FZ and RMode: what a new context takes from FPDSCR. */
const MODES = 0x07c00000;

/** Bits of FPCCR. */
const ASPEN = 0x80000000 | 0;
const LSPEN = 1 << 30;
const READY = { MON: 1 << 8, BF: 1 << 6, MM: 1 << 5, HF: 1 << 4 } as const;
const THREAD = 1 << 3;
const USER = 1 << 1;
const LSPACT = 1 << 0;
const FPCCR_MASK = 0xc000017b | 0;

/** Of the extended frame: where S0..S15 begin, and FPSCR. */
const FRAME_REGISTERS = 0x20;
const REGISTERS_SIZE = 0x40;
/** Bytes of the extended frame: 8 words, S0..S15, FPSCR, and one for alignment. */
export const EXTENDED_FRAME_SIZE = 0x68;

/** Offsets in the system control space, and the values of those that only identify (DDI 0439D 7.3). */
const R = { FPCCR: 0xf34, FPCAR: 0xf38, FPDSCR: 0xf3c, MVFR0: 0xf40, MVFR1: 0xf44 } as const;
const MVFR0 = 0x10110021;
const MVFR1 = 0x11000011;

/** Cycles for 17 words more in a frame: entry takes 29 instead of 12 (ARM AN298, 3). */
const FRAME_CYCLES = 17;

interface FpuState {
  readonly s: Int32Array;
  readonly fpscr: number;
  readonly isActive: boolean;
  readonly fpccr: number;
  readonly fpcar: number;
  readonly fpdscr: number;
}

export class Fpu {
  /** S0..S31 as bits; D0..D15 are pairs of them, the even one in the low half. */
  readonly s = new Int32Array(32);
  fpscr = 0;
  /** CONTROL.FPCA: there is floating-point state that an exception must keep. */
  isActive = false;
  /**
   * Nothing is to be done before a floating-point instruction (`prepare`). Whatever could change that clears it:
   * exceptions, and writes to CPACR, FPCCR and CONTROL.
   */
  isReady = false;
  private fpccr = ASPEN | LSPEN;
  private fpcar = 0;
  private fpdscr = 0;
  private readonly cpu: Cpu;

  constructor(cpu: Cpu) {
    this.cpu = cpu;
  }

  /** The registers themselves are unknown after a reset; here they are zero. */
  reset(): void {
    this.s.fill(0);
    this.fpscr = this.fpcar = this.fpdscr = 0;
    this.fpccr = ASPEN | LSPEN;
    this.isActive = this.isReady = false;
  }

  /** Whether CPACR lets the code that runs use the unit. */
  isAllowed(): boolean {
    const access = (this.cpu.system.scb.cpacr >>> 20) & 3;
    return access === 3 || (access === 1 && this.cpu.isPrivileged());
  }

  checkAccess(): void {
    if (!this.isAllowed())
      throw new Fault('UsageFault', CFSR.NOCP, 'a floating-point instruction, and CPACR does not allow the unit');
  }

  /** Before a floating-point instruction (ExecuteFPCheck): access, lazy stacking, a new context. */
  prepare(): void {
    this.checkAccess();
    if (this.fpccr & LSPACT) this.saveLazily();
    if (this.fpccr & ASPEN && !this.isActive) {
      this.fpscr = (this.fpscr & ~MODES) | this.fpdscr;
      this.isActive = true;
    }
    // Access for privileged code only is looked at each time.
    this.isReady = ((this.cpu.system.scb.cpacr >>> 20) & 3) === 3;
  }

  /** VMSR. */
  writeStatus(value: number): void {
    this.fpscr = value & FPSCR_MASK;
  }

  /** CONTROL.FPCA by MSR. */
  setActive(isActive: boolean): void {
    this.isActive = isActive;
    this.isReady = false;
  }

  /** The extended part of a frame at `frame`: stored now, or room noted for it. */
  pushState(frame: number): void {
    if (this.fpccr & LSPEN) return this.noteFrame(frame + FRAME_REGISTERS);
    this.checkAccess();
    this.store(frame + FRAME_REGISTERS);
  }

  /** UpdateFPCCR: which faults the handler's first floating-point instruction may raise is decided here. */
  private noteFrame(address: number): void {
    const { cpu } = this;
    const { states, scb } = cpu.system;
    const priority = cpu.executionPriority();
    const canRun = (n: number, isEnabled: boolean) => isEnabled && priority > states.grouped(states.priorityOf(n));
    let bits = LSPACT;
    if (!cpu.isPrivileged()) bits |= USER;
    if (cpu.ipsr === 0) bits |= THREAD;
    if (priority > -1) bits |= READY.HF;
    if (canRun(EXCEPTION.BusFault, states.enabled[EXCEPTION.BusFault] === 1)) bits |= READY.BF;
    if (canRun(EXCEPTION.MemManage, states.enabled[EXCEPTION.MemManage] === 1)) bits |= READY.MM;
    if (canRun(EXCEPTION.DebugMonitor, (scb.demcr & (1 << 16)) !== 0)) bits |= READY.MON;
    this.fpccr = (this.fpccr & (ASPEN | LSPEN)) | bits;
    this.fpcar = address & ~7;
  }

  private store(address: number): void {
    const { bus, clock } = this.cpu;
    clock.cycles += FRAME_CYCLES;
    for (let i = 0; i < 16; i++) bus.write32(address + 4 * i, this.s[i]);
    bus.write32(address + REGISTERS_SIZE, this.fpscr);
  }

  private saveLazily(): void {
    const { exceptions, system } = this.cpu;
    try {
      if (this.fpccr & USER) system.mpu.withoutPrivilege(() => this.store(this.fpcar));
      else this.store(this.fpcar);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const isProtection = error.kind === 'MemManage';
      const text = `lazy stacking: ${error.message}`;
      const fault = isProtection
        ? new Fault('MemManage', CFSR.MLSPERR, text)
        : new Fault('BusFault', CFSR.LSPERR, text);
      const canRun = (this.fpccr & (isProtection ? READY.MM : READY.BF)) !== 0;
      exceptions.takeLazyFault(fault, canRun, (this.fpccr & READY.HF) !== 0);
    }
    this.fpccr &= ~LSPACT;
  }

  /** The extended part of a frame comes back, or never left. */
  popState(frame: number): void {
    if (this.fpccr & LSPACT) {
      this.fpccr &= ~LSPACT;
      return;
    }
    this.checkAccess();
    const { bus, clock } = this.cpu;
    clock.cycles += FRAME_CYCLES;
    const address = frame + FRAME_REGISTERS;
    for (let i = 0; i < 16; i++) this.s[i] = bus.read32(address + 4 * i);
    this.writeStatus(bus.read32(address + REGISTERS_SIZE));
  }

  /** Its registers in the system control space; undefined where there is none. */
  readRegister(offset: number): number | undefined {
    switch (offset) {
      case R.FPCCR:
        return this.fpccr;
      case R.FPCAR:
        return this.fpcar;
      case R.FPDSCR:
        return this.fpdscr;
      case R.MVFR0:
        return MVFR0;
      case R.MVFR1:
        return MVFR1;
      default:
        return undefined;
    }
  }

  /** Whether there is such a register. */
  writeRegister(offset: number, value: number): boolean {
    this.isReady = false;
    switch (offset) {
      case R.FPCCR:
        this.fpccr = value & FPCCR_MASK;
        return true;
      case R.FPCAR:
        this.fpcar = value & ~7;
        return true;
      case R.FPDSCR:
        this.fpdscr = value & MODES;
        return true;
      default:
        return offset === R.MVFR0 || offset === R.MVFR1;
    }
  }

  snapshot(): unknown {
    const { s, fpscr, isActive, fpccr, fpcar, fpdscr } = this;
    return { s: s.slice(), fpscr, isActive, fpccr, fpcar, fpdscr } satisfies FpuState;
  }

  restore(state: unknown): void {
    const { s, ...rest } = state as FpuState;
    this.s.set(s);
    Object.assign(this, rest);
    this.isReady = false;
  }
}
