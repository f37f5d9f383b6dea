/** Exception states and priorities: DDI 0403E B1.5.4. Kept apart from the registers that show them. */

/** Exceptions 1..15 and interrupts from 16 on. */
export class ExceptionStates {
  readonly count: number;
  readonly pending: Uint8Array;
  readonly active: Uint8Array;
  readonly enabled: Uint8Array;
  /** 0..255; the upper four bits count. */
  readonly priority: Uint8Array;
  /** How many of each interrupt's request lines are high. */
  readonly line: Uint8Array;
  /** AIRCR.PRIGROUP. */
  group = 0;

  constructor(interrupts: number) {
    this.count = 16 + interrupts;
    this.pending = new Uint8Array(this.count);
    this.active = new Uint8Array(this.count);
    this.enabled = new Uint8Array(this.count);
    this.priority = new Uint8Array(this.count);
    this.line = new Uint8Array(this.count);
    this.reset();
  }

  reset(): void {
    for (const array of [this.pending, this.active, this.enabled, this.priority]) array.fill(0);
    // System exceptions are not enabled one by one, but for the three faults (SHCSR).
    for (const n of [2, 3, 11, 12, 14, 15]) this.enabled[n] = 1;
    this.group = 0;
  }

  /** Priority of an exception as a number: lower is more urgent. */
  priorityOf(n: number): number {
    if (n === 2) return -2;
    return n === 3 ? -1 : this.priority[n];
  }

  /** The part of a priority that decides preemption. */
  grouped(priority: number): number {
    if (priority < 0) return priority;
    const subBits = this.group + 1;
    return subBits >= 8 ? 0 : (priority >>> subBits) << subBits;
  }

  /** Most urgent pending and enabled exception; the lower number wins among equals. */
  mostUrgentPending(): number | undefined {
    let best: number | undefined;
    for (let n = 2; n < this.count; n++) {
      if (!this.pending[n] || !this.enabled[n]) continue;
      if (best === undefined || this.priorityOf(n) < this.priorityOf(best)) best = n;
    }
    return best;
  }

  /** Priority of the most urgent active exception, 256 where there is none. */
  activePriority(): number {
    let best = 256;
    for (let n = 2; n < this.count; n++) if (this.active[n]) best = Math.min(best, this.grouped(this.priorityOf(n)));
    return best;
  }

  snapshot(): unknown {
    const { pending, active, enabled, priority, line, group } = this;
    return {
      pending: pending.slice(),
      active: active.slice(),
      enabled: enabled.slice(),
      priority: priority.slice(),
      line: line.slice(),
      group,
    };
  }

  restore(state: unknown): void {
    const saved = state as Record<'pending' | 'active' | 'enabled' | 'priority' | 'line', Uint8Array> & {
      group: number;
    };
    for (const key of ['pending', 'active', 'enabled', 'priority', 'line'] as const) this[key].set(saved[key]);
    this.group = saved.group;
  }
}
