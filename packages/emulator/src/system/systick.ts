/** The system timer: DDI 0403E B3.3. Counts down from LOAD to 0 at the processor's clock, or an eighth of it. */
import type { Scheduler } from '../peripheral.ts';

const ENABLE = 1;
const TICKINT = 2;
const CLKSOURCE = 4;
const COUNTFLAG = 1 << 16;
/** TENMS for 100 MHz / 8 as the F411's calibration says: RM0383 Rev 3, 10.1.2 (no reference to the skew). */
const CALIB = 0x40002904;

export class SysTick {
  private readonly scheduler: Scheduler;
  private readonly pend: () => void;
  private control = 0;
  private load = 0;
  private value = 0;
  private base = 0;
  private countFlag = false;

  constructor(scheduler: Scheduler, pend: () => void) {
    this.scheduler = scheduler;
    this.pend = pend;
  }

  reset(): void {
    this.control = 0;
    this.load = 0;
    this.value = 0;
    this.countFlag = false;
    this.scheduler.cancel('SysTick');
  }

  /** By offset from 0xE000E010. */
  read(offset: number): number {
    this.sync();
    if (offset === 0) {
      const flag = this.countFlag ? COUNTFLAG : 0;
      this.countFlag = false;
      return this.control | flag;
    }
    return offset === 4 ? this.load : offset === 8 ? this.value : CALIB;
  }

  write(offset: number, value: number): void {
    this.sync();
    if (offset === 0) this.control = value & 7;
    else if (offset === 4) this.load = value & 0xffffff;
    else if (offset === 8) {
      this.value = 0;
      this.countFlag = false;
    }
    this.base = this.scheduler.now();
    this.arm();
  }

  snapshot(): unknown {
    this.sync();
    const { control, load, value, base, countFlag } = this;
    return { control, load, value, base, countFlag };
  }

  restore(state: unknown): void {
    Object.assign(this, state);
    this.arm();
  }

  private divisor(): number {
    return this.control & CLKSOURCE ? 1 : 8;
  }

  private sync(): void {
    if (!(this.control & ENABLE)) return;
    let ticks = Math.floor((this.scheduler.now() - this.base) / this.divisor());
    this.base += ticks * this.divisor();
    while (ticks > 0) {
      if (this.value === 0) {
        if (this.load === 0) return;
        this.value = this.load;
        ticks--;
      } else {
        const taken = Math.min(ticks, this.value);
        this.value -= taken;
        ticks -= taken;
        if (this.value === 0) this.countFlag = true;
      }
    }
  }

  private arm(): void {
    if (!(this.control & ENABLE) || !(this.control & TICKINT) || (this.load === 0 && this.value === 0)) {
      return this.scheduler.cancel('SysTick');
    }
    const ticks = this.value === 0 ? this.load + 1 : this.value;
    this.scheduler.schedule('SysTick', this.base + ticks * this.divisor(), () => {
      this.sync();
      this.pend();
      this.arm();
    });
  }
}
