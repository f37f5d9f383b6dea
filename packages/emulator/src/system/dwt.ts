/** The cycle counter of the data watchpoint and trace unit: DDI 0403E C1.8. Comparators are not modelled. */
import type { Scheduler } from '../peripheral.ts';
import { RegisterBlock } from '../peripherals/register-block.ts';

const CYCCNTENA = 1;

export class Dwt extends RegisterBlock {
  private readonly scheduler: Scheduler;
  private readonly traceEnabled: () => boolean;
  private base = 0;

  /** `traceEnabled`: DEMCR.TRCENA, without which the unit is off. */
  constructor(scheduler: Scheduler, traceEnabled: () => boolean) {
    super('DWT', [
      { name: 'CTRL', offset: 0x00, reset: 0x40000000, writable: 0x007fffff, ignored: 0xf0000000 },
      { name: 'CYCCNT', offset: 0x04, reset: 0, writable: 0xffffffff },
      { name: 'LAR', offset: 0xfb0, reset: 0, writable: 0, ignored: 0xffffffff },
    ]);
    this.scheduler = scheduler;
    this.traceEnabled = traceEnabled;
  }

  protected override onRead(name: string): number {
    if (name === 'CYCCNT') this.sync();
    return this.get(name);
  }

  protected override onWrite(name: string, value: number, _old: number): void {
    this.sync();
    this.store(name, value);
  }

  protected override saveExtra(): unknown {
    return this.base;
  }

  protected override loadExtra(extra: unknown): void {
    this.base = extra as number;
  }

  private sync(): void {
    const now = this.scheduler.now();
    if (this.traceEnabled() && this.get('CTRL') & CYCCNTENA) this.set('CYCCNT', this.get('CYCCNT') + (now - this.base));
    this.base = now;
  }
}
