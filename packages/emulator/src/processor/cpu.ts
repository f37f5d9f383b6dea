/**
 * The processor: registers, flags, the loop that fetches and executes. DDI 0403E B1 (programmers' model). Exceptions are
 * exceptions.ts's, system registers are system/'s.
 */
import type { Bus } from '../bus.ts';
import type { Clock } from '../clock.ts';
import { EmulationError } from '../peripheral.ts';
import type { SystemControl } from '../system/system-control.ts';
import { CodeCache } from './code-cache.ts';
import { returnFromException } from './exception-return.ts';
import { Exceptions } from './exceptions.ts';
import { Abandoned, CFSR, Fault, unheardBreakpoint } from './fault.ts';
import { Fpu } from './fpu.ts';
import { type Halt, WatchpointHit } from './halt.ts';
import { PollingLoops } from './polling-loop.ts';
import { Translator } from './translate/translator.ts';
import { Watchpoints } from './watchpoints.ts';

/** At most so many cycles at once: a small integer. */
const MOST_CYCLES = 2 ** 30;

export class Cpu {
  /** r0-r15; r13 is the stack pointer in use, r15 reads as the instruction's address + 4 while it executes. */
  readonly r = new Int32Array(16);
  n = 0;
  z = 0;
  c = 0;
  v = 0;
  q = 0;
  ge = 0;
  /** EPSR.T: clear only from a branch to an even address until the fault that this is has been stacked. */
  isThumb = true;
  /** ITSTATE. */
  it = 0;
  /** Carry of the last shifter operand. */
  shiftCarry = 0;
  /** Address of the next instruction to execute. */
  pc = 0;
  /** Where execution goes after the current instruction. */
  next = 0;
  extraCycles = 0;
  /** Number of the exception being handled; 0 in thread mode. */
  ipsr = 0;
  /** The stack pointer that is not in use. */
  otherSp = 0;
  usesPsp = false;
  /** CONTROL.nPRIV. */
  unprivileged = false;
  primask = 0;
  basepri = 0;
  faultmask = 0;
  exclusive: number | undefined;
  eventRegister = false;
  isSleeping = false;
  /** Whether it sleeps by WFE. */
  waitsForEvent = false;
  lockedUp = false;
  /** Makes the loop stop after the current instruction. */
  stopRequested = false;
  /** Why the debugger's machine stopped, until somebody takes note. */
  halted: Halt | undefined;
  /** Nothing is executed before this cycle: flash that code is fetched from is busy. */
  stalledUntil = 0;
  /** Executed, those skipped by an IT condition included. */
  instructions = 0;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly code: CodeCache;
  readonly exceptions: Exceptions;
  readonly fpu: Fpu;
  private readonly polling: PollingLoops;
  readonly watchpoints: Watchpoints;
  readonly translator: Translator;
  readonly system: SystemControl;
  /** Called by BKPT with its immediate; where nobody listens it is a fault. */
  onBreakpoint: ((immediate: number) => void) | undefined;

  constructor(bus: Bus, clock: Clock, system: SystemControl) {
    this.bus = bus;
    this.clock = clock;
    this.system = system;
    this.code = new CodeCache(bus);
    this.exceptions = new Exceptions(this);
    this.fpu = new Fpu(this);
    this.polling = new PollingLoops(this);
    this.watchpoints = new Watchpoints(this);
    this.translator = new Translator(this);
    system.attach(this);
  }

  /** As after a reset: stack pointer and first address from the vector table (DDI 0403E B1.5.5). */
  reset(vectorTable: number): void {
    this.n = this.z = this.c = this.v = this.q = this.ge = this.it = 0;
    this.ipsr = this.primask = this.basepri = this.faultmask = 0;
    this.usesPsp =
      this.unprivileged =
      this.isSleeping =
      this.waitsForEvent =
      this.lockedUp =
      this.eventRegister =
        false;
    this.exclusive = undefined;
    this.isThumb = true;
    this.otherSp = this.stalledUntil = 0;
    this.fpu.reset();
    this.r[14] = -1;
    this.r[13] = this.bus.read32(vectorTable) & ~3;
    const start = this.bus.read32(vectorTable + 4);
    this.pc = start & ~1;
    this.isThumb = (start & 1) !== 0;
    if (!this.isThumb)
      this.exceptions.takeFault(new Fault('UsageFault', CFSR.INVSTATE, 'the reset vector has no Thumb bit'));
  }

  /** Executes until the clock reaches `cycle`, `count` instructions are done, or something stops it. */
  run(cycle: number, count: number): void {
    let left = count;
    const { clock, system } = this;
    while (left > 0 && clock.cycles < cycle && !this.stopRequested && !this.lockedUp) {
      if (clock.nextEvent <= clock.cycles) {
        clock.runDue();
        if (this.stopRequested) return;
      }
      if (this.stalledUntil > clock.cycles) {
        clock.cycles = Math.min(this.stalledUntil, clock.nextEvent, cycle);
        continue;
      }
      if (system.pendingExists) {
        this.exceptions.enterPending();
        if (this.stopRequested) return;
      }
      if (this.isSleeping && !this.wakes()) {
        if (!this.sleepOn(cycle)) return;
        continue;
      }
      left -= this.burst(cycle, left);
    }
  }

  /** Executes until `cycle`, an event, a pending exception, or anything else that the outer loop must look at. */
  private burst(cycle: number, count: number): number {
    const { clock, bus } = this;
    let done = 0;
    try {
      do {
        // Read each time: a store to a peripheral may have scheduled an earlier event.
        const room = Math.min(cycle, clock.nextEvent) - clock.cycles;
        done += this.translator.run(room < MOST_CYCLES ? room : MOST_CYCLES, count - done);
        if (done >= count || clock.cycles >= cycle || clock.cycles >= clock.nextEvent) break;
        const { pc } = this;
        bus.steadyUntil = 0;
        this.step();
        done++;
        if (bus.steadyUntil > clock.cycles)
          done += this.polling.visit(pc, this.instructions + done, cycle, count - done);
      } while (done < count && clock.cycles < cycle && clock.cycles < clock.nextEvent && !this.mustLook());
    } catch (error) {
      // Those of an instruction that was not completed are not the next one's.
      this.extraCycles = 0;
      if (error instanceof WatchpointHit) {
        this.instructions += done;
        this.haltAfter(error.halt);
        return done;
      }
      done++;
      clock.cycles++;
      this.instructions += done;
      if (error instanceof Abandoned) return done;
      if (!(error instanceof Fault)) throw error;
      this.exceptions.takeFault(error);
      return done;
    }
    this.instructions += done;
    return done;
  }

  /** The processor stands still for so many cycles from now on. */
  stall(cycles: number): void {
    this.stalledUntil = Math.max(this.stalledUntil, this.clock.cycles + cycles);
  }

  private mustLook(): boolean {
    return this.system.pendingExists || this.stopRequested || this.isSleeping || this.stalledUntil > this.clock.cycles;
  }

  /** One instruction by the general path: the program counter goes on, time passes. */
  step(): void {
    const { pc } = this;
    const instruction = this.code.flashSlots[(pc - this.bus.flash.start) >>> 1] ?? this.code.fetch(pc);
    this.r[15] = pc + 4;
    this.next = pc + instruction.size;
    if (this.it === 0) instruction.run(this, instruction);
    else this.conditional();
    this.clock.cycles += instruction.cycles + this.extraCycles;
    this.extraCycles = 0;
    this.pc = this.next;
  }

  /** An instruction of an IT block: executed under its condition, without setting flags where it is 16 bits wide; passed over in one cycle. */
  private conditional(): void {
    const state = this.it;
    const instruction = this.code.fetch(this.pc).inIt;
    if (instruction.size === 0) return instruction.run(this, instruction);
    if (this.passes(state >>> 4)) instruction.run(this, instruction);
    else this.extraCycles = 1 - instruction.cycles;
    if (this.it === state) this.it = (state & 7) === 0 ? 0 : (state & 0xe0) | ((state << 1) & 0x1f);
  }

  /** Lets time pass until something happens; false when nothing ever will before `cycle`. */
  private sleepOn(cycle: number): boolean {
    const { clock } = this;
    const wake = Math.min(clock.nextEvent, cycle);
    if (wake === Number.POSITIVE_INFINITY) {
      this.stopRequested = true;
      return false;
    }
    clock.cycles = Math.max(clock.cycles, wake);
    return clock.cycles < cycle;
  }

  /** WFI (DDI 0403E B1.5.19), WFE (B1.5.18) and SLEEPONEXIT. What ends it is looked at before each instruction. */
  sleep(forEvent: boolean): void {
    if (this.system.sleepsDeeply())
      throw new EmulationError('EMU004', 'deep sleep (SCR.SLEEPDEEP) is not modelled: the low-power modes stop clocks');
    this.isSleeping = true;
    this.waitsForEvent = forEvent;
  }

  /**
   * A taken exception has ended the sleep already. WFI ends, too, with an exception that only PRIMASK holds back; WFE
   * with the event register, which it clears.
   */
  private wakes(): boolean {
    const woken = this.waitsForEvent ? this.eventRegister : this.system.wouldWake();
    if (!woken) return false;
    if (this.waitsForEvent) this.eventRegister = false;
    this.isSleeping = false;
    return true;
  }

  passes(cond: number): boolean {
    switch (cond >>> 1) {
      case 0:
        return (this.z === 1) !== ((cond & 1) === 1);
      case 1:
        return (this.c === 1) !== ((cond & 1) === 1);
      case 2:
        return (this.n === 1) !== ((cond & 1) === 1);
      case 3:
        return (this.v === 1) !== ((cond & 1) === 1);
      case 4:
        return (this.c === 1 && this.z === 0) !== ((cond & 1) === 1);
      case 5:
        return (this.n === this.v) !== ((cond & 1) === 1);
      case 6:
        return (this.n === this.v && this.z === 0) !== ((cond & 1) === 1);
      default:
        return true;
    }
  }

  /** Writes a register; a write of the PC branches. */
  write(rd: number, value: number): void {
    if (rd === 15) {
      this.next = value & ~1;
      this.extraCycles = 2;
    } else if (rd === 13) this.r[13] = value & ~3;
    else this.r[rd] = value;
  }

  /** LDR, LDM and POP to the PC, and BX: EXC_RETURN values return from an exception in handler mode. */
  loadPc(value: number): void {
    this.extraCycles = 2;
    this.branchExchange(value);
  }

  branchExchange(target: number): void {
    if (this.ipsr !== 0 && target >>> 28 === 0xf) returnFromException(this, target);
    else this.branchInterworking(target);
  }

  /** The fault of an even target belongs to the first instruction there, not to the branch (DDI 0403E B1.5.14). */
  branchInterworking(target: number): void {
    this.next = target & ~1;
    if ((target & 1) !== 0) return;
    this.pc = this.next;
    this.isThumb = false;
    throw new Fault('UsageFault', CFSR.INVSTATE, 'a branch to an address without the Thumb bit');
  }

  breakpoint(immediate: number): void {
    if (!this.onBreakpoint) throw unheardBreakpoint(immediate);
    this.onBreakpoint(immediate);
  }

  /** Halts after what is under way. */
  haltAfter(halt: Halt): void {
    this.halted = halt;
    this.stopRequested = true;
  }

  /** Halts in an instruction's place: nothing was executed, though the loop will count one. */
  haltBefore(halt: Halt): void {
    this.haltAfter(halt);
    this.instructions--;
  }

  isPrivileged(): boolean {
    return this.ipsr !== 0 || !this.unprivileged;
  }

  executionPriority(): number {
    return this.system.executionPriority();
  }

  get msp(): number {
    return this.usesPsp ? this.otherSp : this.r[13];
  }

  get psp(): number {
    return this.usesPsp ? this.r[13] : this.otherSp;
  }

  set msp(value: number) {
    if (this.usesPsp) this.otherSp = value & ~3;
    else this.r[13] = value & ~3;
  }

  set psp(value: number) {
    if (this.usesPsp) this.r[13] = value & ~3;
    else this.otherSp = value & ~3;
  }

  /** Makes the process stack (or the main one) the one in use. */
  selectStack(process: boolean): void {
    if (process === this.usesPsp) return;
    const current = this.r[13];
    this.r[13] = this.otherSp;
    this.otherSp = current;
    this.usesPsp = process;
  }

  /** APSR with Q and GE. */
  get apsr(): number {
    return (this.n << 31) | (this.z << 30) | (this.c << 29) | (this.v << 28) | (this.q << 27) | (this.ge << 16);
  }

  set apsr(value: number) {
    this.n = value >>> 31;
    this.z = (value >>> 30) & 1;
    this.c = (value >>> 29) & 1;
    this.v = (value >>> 28) & 1;
    this.q = (value >>> 27) & 1;
    this.ge = (value >>> 16) & 15;
  }

  get xpsr(): number {
    return this.apsr | this.ipsr | (this.isThumb ? 1 << 24 : 0) | ((this.it & 3) << 25) | ((this.it >>> 2) << 10);
  }
}
