/**
 * The system control space at 0xE000E000: NVIC, SCB, SysTick, debug registers as far as firmware sees them (DDI 0403E B3).
 * It keeps exception states and answers the processor's questions about them.
 */
import { EXCEPTION, exceptionName } from '@kickstage/armv7m/exceptions';
import {
  type AccessSize,
  type EmitEvent,
  EmulationError,
  type FaultReport,
  type InterruptLine,
  type Peripheral,
  type ResetKind,
  type Scheduler,
} from '../peripheral.ts';
import type { Cpu } from '../processor/cpu.ts';
import { busFault, CFSR, type Fault } from '../processor/fault.ts';
import type { Fpu } from '../processor/fpu.ts';
import { Mpu } from './mpu.ts';
import { ExceptionStates } from './priorities.ts';
import { readScb, type ScbState, writeScb } from './scb.ts';
import { SysTick } from './systick.ts';

/** Offset of the MPU's registers, aliases included: DDI 0403E B3.5.4. */
const MPU = 0xd90;
const MPU_SIZE = 0x2c;
/** Address, and offset. */
const STIR = 0xe000ef00;
const STIR_OFFSET = 0xf00;
/** Of DEMCR, DFSR and HFSR (C1.6.5, B3.2.16, B3.2.17). */
const MON_EN = 1 << 16;
const DFSR_BKPT = 1 << 1;
const FORCED = 1 << 30;
const DEBUGEVT = 1 << 31;
/** Of CCR. */
const USERSETMPEND = 1 << 1;

export class SystemControl implements Peripheral {
  readonly name = 'SCS';
  readonly states: ExceptionStates;
  readonly systick: SysTick;
  readonly mpu: Mpu;
  /** Something may have become takeable: the processor looks. */
  pendingExists = false;
  readonly scb: ScbState = {
    vtor: 0,
    scr: 0,
    ccr: 0x200,
    shcsr: 0,
    cfsr: 0,
    hfsr: 0,
    dfsr: 0,
    mmfar: 0,
    bfar: 0,
    cpacr: 0,
    demcr: 0,
  };
  /** AIRCR.SYSRESETREQ. */
  onResetRequest: () => void = () => {};
  /** The request lines, in the order in which they were made. */
  private readonly sources: { readonly n: number; isHigh: boolean }[] = [];
  private cpuRef: Cpu | undefined;
  private readonly emit: EmitEvent;

  constructor(scheduler: Scheduler, interrupts: number, emit: EmitEvent) {
    this.emit = emit;
    this.states = new ExceptionStates(interrupts);
    this.systick = new SysTick(scheduler, () => this.pend(EXCEPTION.SysTick));
    this.mpu = new Mpu({
      isPrivileged: () => this.cpu.isPrivileged(),
      executionPriority: () => this.executionPriority(),
      onChange: (isOn) => this.protect(isOn),
    });
  }

  attach(cpu: Cpu): void {
    this.cpuRef = cpu;
  }

  /** Without the MPU nothing looks at accesses. */
  private protect(isOn: boolean): void {
    const { mpu } = this;
    this.cpu.bus.setGuard(
      isOn ? (address, size, isStore) => mpu.check(address, size, isStore ? 'write' : 'read') : undefined,
    );
    this.cpu.code.setCheck(isOn ? (address) => mpu.check(address, 2, 'execute') : undefined);
  }

  private get cpu(): Cpu {
    return this.cpuRef!;
  }

  get fpu(): Fpu {
    return this.cpu.fpu;
  }

  reset(_kind: ResetKind): void {
    this.states.reset();
    this.systick.reset();
    this.mpu.reset();
    Object.assign(this.scb, {
      vtor: 0,
      scr: 0,
      ccr: 0x200,
      shcsr: 0,
      cfsr: 0,
      hfsr: 0,
      dfsr: 0,
      mmfar: 0,
      bfar: 0,
      cpacr: 0,
    });
    this.pendingExists = false;
  }

  /** A request line of an external interrupt. Several may lead to one interrupt: it is high while one of them is. */
  line(irq: number): InterruptLine {
    const n = 16 + irq;
    const source = { n, isHigh: false };
    this.sources.push(source);
    return {
      set: (level) => {
        if (level === source.isHigh) return;
        source.isHigh = level;
        const before = this.states.line[n];
        this.states.line[n] = before + (level ? 1 : -1);
        if (level && before === 0) this.pend(n);
      },
    };
  }

  /** With SCR.SEVONPEND it is an event, too (DDI 0403E B3.2.7). */
  pend(n: number): void {
    if (this.scb.scr & 0x10 && !this.states.pending[n]) this.cpu.eventRegister = true;
    this.states.pending[n] = 1;
    this.pendingExists = true;
  }

  /** Something changed that may let a pending exception in. */
  arbitrate(): void {
    this.pendingExists = true;
  }

  /** Priority at which code runs now, masks counted (DDI 0403E B1.5.4): 256 is the lowest. */
  executionPriority(): number {
    const { cpu, states } = this;
    let boosted = 256;
    if (cpu.basepri !== 0) boosted = states.grouped(cpu.basepri);
    if (cpu.primask) boosted = 0;
    if (cpu.faultmask) boosted = -1;
    return Math.min(boosted, states.activePriority());
  }

  /** The pending exception that preempts what runs now. */
  takeable(): number | undefined {
    const n = this.states.mostUrgentPending();
    if (n === undefined) return undefined;
    return this.states.grouped(this.states.priorityOf(n)) < this.executionPriority() ? n : undefined;
  }

  /** Whether WFI would return at once: PRIMASK is not counted. */
  wouldWake(): boolean {
    const n = this.states.mostUrgentPending();
    if (n === undefined) return false;
    const { cpu } = this;
    const primask = cpu.primask;
    cpu.primask = 0;
    const wakes = this.takeable() !== undefined;
    cpu.primask = primask;
    return wakes;
  }

  activate(n: number): void {
    this.states.pending[n] = 0;
    this.states.active[n] = 1;
    this.pendingExists = true;
  }

  /** A line that is still high pends its interrupt again. */
  deactivate(n: number): void {
    this.states.active[n] = 0;
    if (this.states.line[n]) this.states.pending[n] = 1;
    this.pendingExists = true;
  }

  /** Unprivileged code has no access to the private peripherals (B3.1), STIR aside where CCR.USERSETMPEND allows it. */
  checkPrivilege(address: number): void {
    const { cpu } = this;
    if (cpu.isPrivileged() || cpu.bus.isDebugged) return;
    if (address !== STIR || (this.scb.ccr & USERSETMPEND) === 0) {
      throw busFault(address, 'access to', 'unprivileged code may not');
    }
  }

  isActive(n: number): boolean {
    return this.states.active[n] === 1;
  }

  /** Number of the exception that runs; 0 in thread mode. */
  activeNumber(): number {
    return this.cpu.ipsr;
  }

  activeCount(): number {
    return this.states.active.reduce((sum, a) => sum + a, 0);
  }

  canTakeFault(n: number): boolean {
    const isEnabled = n === EXCEPTION.DebugMonitor ? (this.scb.demcr & MON_EN) !== 0 : this.states.enabled[n] === 1;
    return isEnabled && this.states.grouped(this.states.priorityOf(n)) < this.executionPriority();
  }

  vectorTable(): number {
    return this.scb.vtor;
  }

  /** SVC, which is taken after the instruction. */
  supervisorCall(): void {
    const isUrgent = this.states.grouped(this.states.priorityOf(EXCEPTION.SVCall)) < this.executionPriority();
    if (isUrgent) this.pend(EXCEPTION.SVCall);
    else this.cpu.exceptions.escalateCall();
  }

  trapsDivision(): boolean {
    return (this.scb.ccr & (1 << 4)) !== 0;
  }

  trapsUnaligned(): boolean {
    return (this.scb.ccr & (1 << 3)) !== 0;
  }

  alignsStack(): boolean {
    return (this.scb.ccr & (1 << 9)) !== 0;
  }

  allowsThreadReturn(): boolean {
    return (this.scb.ccr & 1) !== 0;
  }

  sleepsDeeply(): boolean {
    return (this.scb.scr & 4) !== 0;
  }

  sleepsOnExit(): boolean {
    return (this.scb.scr & 2) !== 0;
  }

  recordFault(fault: Fault, escalated: boolean): void {
    this.scb.cfsr = (this.scb.cfsr | fault.bits) >>> 0;
    const address = (fault.address ?? 0) >>> 0;
    if (fault.bits & CFSR.BFARVALID) this.scb.bfar = address;
    if (fault.bits & CFSR.MMARVALID) this.scb.mmfar = address;
    const isDebugEvent = fault.kind === 'DebugMonitor';
    if (isDebugEvent) this.scb.dfsr |= DFSR_BKPT;
    if (escalated) this.scb.hfsr = (this.scb.hfsr | (isDebugEvent ? DEBUGEVT : FORCED)) >>> 0;
  }

  reportFault(n: number, fault: Fault): void {
    this.emit(this.faultReport(exceptionName(n) ?? `exception ${n}`, fault));
  }

  reportLockup(fault: Fault): void {
    this.emit(this.faultReport('Lockup', fault));
  }

  private faultReport(exception: string, { message: text, bits, address }: Fault): FaultReport {
    const { r, pc, xpsr } = this.cpu;
    const [r0, r1, r2, r3, r12, sp, lr] = [0, 1, 2, 3, 12, 13, 14].map((n) => r[n] >>> 0);
    const registers = { r0, r1, r2, r3, r12, sp, lr, xpsr: xpsr >>> 0 };
    const { cfsr, hfsr } = this.scb;
    const known = address === undefined ? {} : { address: address >>> 0 };
    return { event: 'fault', exception, pc: pc >>> 0, text, registers, bits: bits >>> 0, cfsr, hfsr, ...known };
  }

  vtorWritten(address: number): void {
    this.emit({ event: 'vtor', address });
  }

  read(offset: number, size: AccessSize): number {
    const word = this.readWord(offset & ~3) >>> 0;
    const shift = (offset & 3) * 8;
    return size === 4 ? word : (word >>> shift) & (size === 1 ? 0xff : 0xffff);
  }

  write(offset: number, size: AccessSize, value: number): void {
    if (size === 4) return this.writeWord(offset, value >>> 0);
    // Bytes and halfwords are for priorities; the others take words (DDI 0403E B3.1.1).
    const isPriority = (offset >= 0x400 && offset < 0x600) || (offset >= 0xd18 && offset < 0xd24);
    if (!isPriority) throw new EmulationError('EMU003', `SCS at offset 0x${offset.toString(16)} takes words only`);
    for (let i = 0; i < size; i++) this.writePriority(offset + i, (value >>> (8 * i)) & 0xff);
    this.arbitrate();
  }

  snapshot(): unknown {
    return {
      states: this.states.snapshot(),
      scb: { ...this.scb },
      systick: this.systick.snapshot(),
      mpu: this.mpu.snapshot(),
      sources: this.sources.map(({ isHigh }) => isHigh),
    };
  }

  restore(state: unknown): void {
    const { states, scb, systick, mpu, sources } = state as {
      states: unknown;
      scb: ScbState;
      systick: unknown;
      mpu: unknown;
      sources: boolean[];
    };
    this.sources.forEach((source, i) => {
      source.isHigh = sources[i];
    });
    this.states.restore(states);
    Object.assign(this.scb, scb);
    this.systick.restore(systick);
    this.mpu.restore(mpu);
    this.pendingExists = true;
  }

  private readWord(offset: number): number {
    if (offset >= 0x10 && offset < 0x20) return this.systick.read(offset - 0x10);
    const bits = this.interruptBits(offset);
    if (bits) return this.gather(bits.array, bits.first);
    if (offset >= 0x400 && offset < 0x5f0) return this.readPriorities(16 + (offset - 0x400));
    if (offset >= MPU && offset < MPU + MPU_SIZE) return this.mpu.read(offset - MPU);
    if (offset === 0x04) return Math.ceil((this.states.count - 16) / 32) - 1;
    return readScb(this, offset);
  }

  private writeWord(offset: number, value: number): void {
    if (offset >= 0x10 && offset < 0x20) return this.systick.write(offset - 0x10, value);
    const bits = this.interruptBits(offset);
    if (bits) return this.scatter(bits.array, bits.first, value, bits.sets);
    if (offset >= 0x400 && offset < 0x5f0) {
      for (let i = 0; i < 4; i++) this.writePriority(offset + i, (value >>> (8 * i)) & 0xff);
      return this.arbitrate();
    }
    if (offset >= MPU && offset < MPU + MPU_SIZE) return this.mpu.write(offset - MPU, value);
    if (offset === STIR_OFFSET) return this.pend(16 + (value & 0x1ff));
    writeScb(this, offset, value);
    this.arbitrate();
  }

  /** ISER, ICER, ISPR, ICPR, IABR: DDI 0403E B3.4. */
  private interruptBits(offset: number): { array: Uint8Array; first: number; sets: boolean | undefined } | undefined {
    const first = 16 + 8 * (offset & 0x7f);
    if (offset >= 0x100 && offset < 0x140) return { array: this.states.enabled, first, sets: true };
    if (offset >= 0x180 && offset < 0x1c0) return { array: this.states.enabled, first, sets: false };
    if (offset >= 0x200 && offset < 0x240) return { array: this.states.pending, first, sets: true };
    if (offset >= 0x280 && offset < 0x2c0) return { array: this.states.pending, first, sets: false };
    if (offset >= 0x300 && offset < 0x340) return { array: this.states.active, first, sets: undefined };
    return undefined;
  }

  private gather(array: Uint8Array, first: number): number {
    let word = 0;
    for (let bit = 0; bit < 32; bit++) if (array[first + bit]) word |= 1 << bit;
    return word;
  }

  private scatter(array: Uint8Array, first: number, value: number, sets: boolean | undefined): void {
    if (sets === undefined) return;
    for (let bit = 0; bit < 32; bit++) {
      if (!(value & (1 << bit)) || first + bit >= this.states.count) continue;
      if (sets && array === this.states.pending) this.pend(first + bit);
      else array[first + bit] = sets ? 1 : 0;
      // A level that is still there pends again at once.
      if (!sets && array === this.states.pending && this.states.line[first + bit] && !this.states.active[first + bit])
        array[first + bit] = 1;
    }
    this.arbitrate();
  }

  private readPriorities(n: number): number {
    const p = this.states.priority;
    return (p[n] ?? 0) | ((p[n + 1] ?? 0) << 8) | ((p[n + 2] ?? 0) << 16) | ((p[n + 3] ?? 0) << 24);
  }

  /** Four bits are implemented (RM0383 Rev 3, 10.1.1): the lower four read as zero. */
  writePriority(offset: number, value: number): void {
    const n = offset >= 0xd18 ? offset - 0xd18 + 4 : 16 + (offset - 0x400);
    if (n < this.states.count && n > 3) this.states.priority[n] = value & 0xf0;
  }
}
