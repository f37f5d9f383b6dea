/**
 * Loops that wait for a flag of a peripheral. When one turn of a loop leaves every register and flag as they were, stored
 * nothing, and read only memory and registers that cannot change before a known cycle, then all turns until that cycle are
 * the same: they are counted, not executed. Instructions and cycles come out as if they had been.
 */
import type { Cpu } from './cpu.ts';

/** Longest turn that is tried, in instructions. */
const LONGEST = 16;
/** After so many failures in a row a place is left alone. */
const MOST_FAILURES = 8;

export class PollingLoops {
  private readonly cpu: Cpu;
  private readonly failures = new Map<number, number>();
  private lastPc = -1;
  private lastInstructions = 0;
  private readonly registers = new Int32Array(15);

  constructor(cpu: Cpu) {
    this.cpu = cpu;
  }

  /**
   * The load at `pc` has just read a register that stays as it is for a while. Executes one turn of the loop that it is
   * in, if any, and skips those that are the same, up to `cycle` and `count` instructions. Returns the instructions done.
   */
  visit(pc: number, executed: number, cycle: number, count: number): number {
    const isLoop = pc === this.lastPc && executed - this.lastInstructions <= LONGEST;
    this.lastPc = pc;
    this.lastInstructions = executed;
    if (!isLoop || (this.failures.get(pc) ?? 0) >= MOST_FAILURES) return 0;
    return this.turn(pc, cycle, count);
  }

  private turn(pc: number, cycle: number, count: number): number {
    const { cpu } = this;
    const { clock, bus } = cpu;
    const flags = this.save();
    const start = clock.cycles;
    let steadyUntil = Number.POSITIVE_INFINITY;
    let done = 0;
    while (done < count && done < LONGEST && clock.cycles < Math.min(cycle, clock.nextEvent)) {
      const at = cpu.pc;
      if (!cpu.code.fetch(at).isPure || cpu.system.pendingExists) return this.fail(pc, done);
      bus.steadyUntil = Number.POSITIVE_INFINITY;
      cpu.step();
      done++;
      steadyUntil = Math.min(steadyUntil, bus.steadyUntil);
      if (at !== pc) continue;
      if (!this.isSame(flags)) return this.fail(pc, done);
      this.failures.delete(pc);
      const end = Math.min(cycle, clock.nextEvent, steadyUntil);
      return done + this.skip(clock.cycles - start, done, end, count - done);
    }
    return done;
  }

  /** Turns that end before `end`. The last one is executed: what it reads may come at its end. */
  private skip(period: number, instructions: number, end: number, count: number): number {
    const { clock } = this.cpu;
    const turns = Math.min(Math.floor((end - clock.cycles) / period) - 1, Math.floor(count / instructions));
    if (!(turns > 0) || turns === Number.POSITIVE_INFINITY) return 0;
    clock.cycles += turns * period;
    return turns * instructions;
  }

  private fail(pc: number, done: number): number {
    this.failures.set(pc, (this.failures.get(pc) ?? 0) + 1);
    return done;
  }

  private save(): number {
    this.registers.set(this.cpu.r.subarray(0, 15));
    return this.cpu.xpsr;
  }

  private isSame(flags: number): boolean {
    return this.cpu.xpsr === flags && this.registers.every((value, i) => value === this.cpu.r[i]);
  }
}
