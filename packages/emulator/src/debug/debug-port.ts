/**
 * What a debug probe can do with a machine: stop it, step it, look and change. Virtual time goes on only while the
 * processor runs; a session does not change what the firmware does or when, unless it writes.
 */
import { formatAddress } from '@kickstage/base/hex';
import type { Machine, Stop } from '../machine.ts';
import type { EmulationError, ResetKind } from '../peripheral.ts';
import type { WatchAccess } from '../processor/halt.ts';
import { readMemory, writeMemory } from './debug-memory.ts';
import { readRegister, writeRegister } from './debug-registers.ts';
import { onlyLoops } from './idle-handler.ts';

export type DebugStop =
  /** Virtual time has reached the limit of this call. */
  | { readonly reason: 'time' }
  /** The instructions of this call are over. */
  | { readonly reason: 'limit' }
  | { readonly reason: 'stepped' }
  | { readonly reason: 'breakpoint' }
  | { readonly reason: 'bkpt' }
  | { readonly reason: 'watchpoint'; readonly access: WatchAccess; readonly address: number }
  /** A fault that nothing handles: at the handler that only loops, or locked up. */
  | { readonly reason: 'fault'; readonly text: string }
  | { readonly reason: 'error'; readonly error: EmulationError };

/** Which faults stop the processor: those that nothing handles, all, or none but a lock-up. */
export type FaultCatch = 'unhandled' | 'all' | 'none';

/** Where a step began, while interrupts that came before its instruction are being served. */
interface Step {
  readonly pc: number;
  readonly sp: number;
  readonly ipsr: number;
}

/** Instructions of one call, so that the caller can look at its input. */
const MOST_INSTRUCTIONS = 300_000;
/** BKPT as a call of the debugger's services, which is not a breakpoint (Arm, Semihosting for AArch32 and AArch64, 3). */
const SEMIHOSTING = 0xab;
const LOCKED_UP = 'the processor is locked up';

export class DebugPort {
  catches: FaultCatch = 'unhandled';
  private readonly machine: Machine;
  private attached = false;
  private readonly breakpoints = new Set<number>();
  private step: Step | undefined;
  private faults: string[] = [];
  /** The last that did not stop the processor: what its handler ran into, if it locks up. */
  private passedFaults: readonly string[] = [];
  /** Address of the BKPT at which the processor stands. */
  private atBkpt: number | undefined;
  private withoutDebugger: Machine['cpu']['onBreakpoint'];

  constructor(machine: Machine) {
    this.machine = machine;
    machine.listen((event) => {
      if (!this.attached || event.event !== 'fault') return;
      this.faults.push(`${event.exception} at ${formatAddress(event.pc)}: ${event.text}`);
      machine.requestStop();
    });
  }

  /** From now on BKPT and faults stop the processor. */
  attach(): void {
    if (this.attached) return;
    const { cpu } = this.machine;
    this.attached = true;
    this.withoutDebugger = cpu.onBreakpoint;
    cpu.onBreakpoint = (immediate) => {
      if (immediate === SEMIHOSTING && this.withoutDebugger) return this.withoutDebugger(immediate);
      this.atBkpt = cpu.pc;
      cpu.next = cpu.pc;
      cpu.haltAfter({ reason: 'bkpt' });
    };
  }

  /** Leaves nothing behind. */
  detach(): void {
    const { cpu } = this.machine;
    if (this.attached) cpu.onBreakpoint = this.withoutDebugger;
    this.attached = false;
    for (const address of [...this.breakpoints]) this.removeBreakpoint(address);
    cpu.watchpoints.removeAll();
    this.skipBkpt();
    this.giveUp();
  }

  readRegister(name: string): number | undefined {
    return readRegister(this.machine.cpu, name);
  }

  writeRegister(name: string, value: number): boolean {
    return writeRegister(this.machine.cpu, name, value);
  }

  readMemory(address: number, size: number): Uint8Array {
    return this.machine.bus.unseen(() => readMemory(this.machine, address, size));
  }

  writeMemory(address: number, bytes: Uint8Array): boolean {
    return this.machine.bus.unseen(() => writeMemory(this.machine, address, bytes));
  }

  /** False where code cannot be. */
  insertBreakpoint(address: number): boolean {
    const at = (address & ~1) >>> 0;
    if (!this.machine.cpu.code.setTrap(at)) return false;
    this.breakpoints.add(at);
    return true;
  }

  removeBreakpoint(address: number): void {
    const at = (address & ~1) >>> 0;
    if (this.breakpoints.delete(at)) this.machine.cpu.code.removeTrap(at);
  }

  insertWatchpoint(access: WatchAccess, address: number, size: number): void {
    this.machine.cpu.watchpoints.add(access, address, size);
  }

  removeWatchpoint(access: WatchAccess, address: number, size: number): void {
    this.machine.cpu.watchpoints.remove(access, address, size);
  }

  reset(kind: ResetKind): void {
    this.giveUp();
    this.passedFaults = [];
    if (kind === 'system') this.machine.onSystemReset?.('software');
    this.machine.reset(kind);
  }

  /** A step that is under way is not completed. */
  giveUp(): void {
    this.step = undefined;
    this.atBkpt = undefined;
  }

  /** Runs until something stops it, at most until virtual time `untilSeconds`. A breakpoint at `pc` stops it at once. */
  runUntil(untilSeconds: number): DebugStop {
    this.skipBkpt();
    const { cpu } = this.machine;
    const end = cpu.instructions + MOST_INSTRUCTIONS;
    for (;;) {
      const stop = this.look(this.machine.run({ untilSeconds, maxInstructions: end - cpu.instructions }));
      if (stop) return stop;
    }
  }

  /**
   * Executes the instruction at `pc`, whether there is a breakpoint or not. Interrupts that come before it are served
   * first, handlers and all: breakpoints in them stop it. `time`, `limit`: it is not done yet, call again.
   */
  stepUntil(untilSeconds: number): DebugStop {
    if (this.skipBkpt()) return { reason: 'stepped' };
    const { cpu } = this.machine;
    this.step ??= { pc: cpu.pc, sp: cpu.r[13], ipsr: cpu.ipsr };
    const { step } = this;
    while (!this.isAt(step) || this.isInterrupted()) {
      const stop = this.serve(step, untilSeconds);
      if (!stop) continue;
      return this.ended(stop);
    }
    const stop = this.look(this.withoutTrap(cpu.pc, () => this.machine.run({ untilSeconds, maxInstructions: 1 })));
    return this.ended(!stop || stop.reason === 'limit' ? { reason: 'stepped' } : stop);
  }

  private ended(stop: DebugStop): DebugStop {
    if (stop.reason !== 'limit' && stop.reason !== 'time') this.step = undefined;
    return stop;
  }

  private isAt({ pc, sp, ipsr }: Step): boolean {
    const { cpu } = this.machine;
    return cpu.pc === pc && cpu.r[13] === sp && cpu.ipsr === ipsr && !cpu.isSleeping;
  }

  /** Whether the next instruction would be an interrupt handler's. */
  private isInterrupted(): boolean {
    const { clock, system } = this.machine;
    if (clock.nextEvent <= clock.cycles) clock.runDue();
    return system.pendingExists && system.takeable() !== undefined;
  }

  /** Runs until the processor is where the step began; undefined when it may be there. */
  private serve(step: Step, untilSeconds: number): DebugStop | undefined {
    const { cpu } = this.machine;
    const { code } = cpu;
    const isOurs = !this.breakpoints.has(step.pc >>> 0);
    // A handler that executes the same code: past it.
    if (cpu.pc === step.pc && !cpu.isSleeping && !this.isInterrupted() && isOurs)
      return this.look(this.withoutTrap(step.pc, () => this.machine.run({ maxInstructions: 1 })));
    code.setTrap(step.pc);
    const stop = this.look(this.machine.run({ untilSeconds, maxInstructions: MOST_INSTRUCTIONS }));
    if (isOurs) code.removeTrap(step.pc);
    return stop?.reason === 'breakpoint' && cpu.pc === step.pc && (isOurs || this.isAt(step)) ? undefined : stop;
  }

  private withoutTrap<T>(address: number, act: () => T): T {
    const { code } = this.machine.cpu;
    const hadTrap = code.hasTrap(address);
    code.removeTrap(address);
    const result = act();
    if (hadTrap) code.setTrap(address);
    return result;
  }

  /** A BKPT that has been reported is done; gdb knows nothing of it and would stand there for ever. */
  private skipBkpt(): boolean {
    const { cpu } = this.machine;
    const isThere = this.atBkpt !== undefined && this.atBkpt === cpu.pc;
    if (isThere) cpu.pc += 2;
    this.atBkpt = undefined;
    return isThere;
  }

  /** What a stop of the machine is for the debugger; undefined where it is nothing to it. */
  private look(stop: Stop): DebugStop | undefined {
    const faults = this.faults.splice(0);
    switch (stop.reason) {
      case 'time':
        return { reason: 'time' };
      case 'instructions':
        return { reason: 'limit' };
      case 'lockup':
        return { reason: 'fault', text: [...this.passedFaults, ...faults].join('\n') || LOCKED_UP };
      case 'error':
        return { reason: 'error', error: stop.error! };
      case 'stopped':
        if (this.isCaught(faults)) return { reason: 'fault', text: faults.join('\n') };
        if (faults.length > 0) this.passedFaults = faults;
        return undefined;
      case 'power-cut':
        return { reason: 'fault', text: 'power was cut' };
      case 'watchpoint':
        return { reason: 'watchpoint', access: stop.access!, address: stop.address! };
      default:
        return { reason: stop.reason };
    }
  }

  /** The processor stands before the first instruction of the fault's handler. */
  private isCaught(faults: readonly string[]): boolean {
    if (faults.length === 0 || this.catches === 'none') return false;
    return this.catches === 'all' || onlyLoops(this.machine, this.machine.cpu.pc);
  }
}
