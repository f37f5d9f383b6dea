/** The cycle counter of the data watchpoint and trace unit: DDI 0403E C1.8. Comparators are not modelled. */
import type { Scheduler } from '../peripheral.ts';
import { RegisterBlock } from '../peripherals/register-block.ts';

const R = { CTRL: 0x00, CYCCNT: 0x04, LAR: 0xfb0 } as const;
const CYCCNTENA = 1;

export class Dwt extends RegisterBlock {
  private readonly scheduler: Scheduler;
  private readonly traceEnabled: () => boolean;
  private base = 0;

  /** `traceEnabled`: DEMCR.TRCENA, without which the unit is off. */
  constructor(scheduler: Scheduler, traceEnabled: () => boolean) {
    super('DWT', [
      { name: 'CTRL', offset: R.CTRL, reset: 0x40000000, writable: 0x007fffff, ignored: 0xf0000000 },
      { name: 'CYCCNT', offset: R.CYCCNT, reset: 0, writable: 0xffffffff },
      { name: 'LAR', offset: R.LAR, reset: 0, writable: 0, ignored: 0xffffffff },
    ]);
    this.scheduler = scheduler;
    this.traceEnabled = traceEnabled;
  }

  protected override onRead(offset: number): number {
    if (offset === R.CYCCNT) this.sync();
    return this.get(offset);
  }

  protected override onWrite(offset: number, value: number, lanes: number): void {
    this.sync();
    this.store(offset, value, lanes);
  }

  protected override saveExtra(): unknown {
    return this.base;
  }

  protected override loadExtra(extra: unknown): void {
    this.base = extra as number;
  }

  private sync(): void {
    const now = this.scheduler.now();
    const counts = this.traceEnabled() && (this.get(R.CTRL) & CYCCNTENA) !== 0;
    if (counts) this.set(R.CYCCNT, this.get(R.CYCCNT) + (now - this.base));
    this.base = now;
  }
}
