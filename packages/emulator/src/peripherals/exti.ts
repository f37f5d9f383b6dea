/**
 * External interrupts and events: RM0383 Rev 3, 10.2 and 10.3. A selected edge on a line, or software by SWIER, makes the
 * line pending where its interrupt is unmasked, and sends the processor an event where its event is. Lines 0..15 are
 * pins; the others belong to blocks that are not modelled, so unmasking them is refused.
 */
import type { InterruptLine } from '../peripheral.ts';
import { type Register, RegisterBlock, WORDS_ONLY } from './register-block.ts';

const R = { IMR: 0x00, EMR: 0x04, RTSR: 0x08, FTSR: 0x0c, SWIER: 0x10, PR: 0x14 } as const;
const LINES = 0x007fffff;
const PIN_LINES = 0x0000ffff;

/** 10.3.1 to 10.3.6. */
const REGISTERS: readonly Register[] = [
  { name: 'IMR', offset: R.IMR, reset: 0, writable: LINES },
  { name: 'EMR', offset: R.EMR, reset: 0, writable: LINES },
  { name: 'RTSR', offset: R.RTSR, reset: 0, writable: LINES },
  { name: 'FTSR', offset: R.FTSR, reset: 0, writable: LINES },
  { name: 'SWIER', offset: R.SWIER, reset: 0, writable: LINES },
  { name: 'PR', offset: R.PR, reset: 0, writable: 0, ignored: LINES },
];

export interface ExtiOptions {
  /** The interrupt of each line 0..15; several lines may share one. */
  readonly interrupts: readonly InterruptLine[];
  /** The port (`A`) whose pin a line watches: SYSCFG knows. */
  readonly portOfLine: (line: number) => string | undefined;
  /** A line sends an event: it wakes a processor that waits for one (WFE). */
  readonly onEvent?: () => void;
}

export class Exti extends RegisterBlock {
  private readonly options: ExtiOptions;
  /** Interrupts and the lines that raise them. */
  private readonly groups = new Map<InterruptLine, number>();

  constructor(options: ExtiOptions) {
    super('EXTI', REGISTERS, WORDS_ONLY);
    this.options = options;
    options.interrupts.forEach((interrupt, line) => {
      this.groups.set(interrupt, (this.groups.get(interrupt) ?? 0) | (1 << line));
    });
  }

  /** The level at a pin changed. */
  pinChanged(port: string, pin: number, level: 0 | 1): void {
    if (this.options.portOfLine(pin) !== port) return;
    const selected = this.get(level === 1 ? R.RTSR : R.FTSR);
    if (selected & (1 << pin)) this.trigger(1 << pin);
  }

  protected override onWrite(offset: number, value: number, lanes: number): void {
    const old = this.get(offset);
    if (offset === R.PR) {
      // Writing a one clears the line, and its software trigger (10.3.5).
      this.set(R.PR, this.get(R.PR) & ~value);
      this.set(R.SWIER, this.get(R.SWIER) & ~value);
    } else {
      const next = this.store(offset, value, lanes);
      if ((offset === R.IMR || offset === R.EMR) && next & ~PIN_LINES) {
        this.refuse(offset, `line ${31 - Math.clz32(next)}`);
      }
      if (offset === R.SWIER) this.trigger(next & ~old);
    }
    this.update();
  }

  protected override onReset(): void {
    this.update();
  }

  protected override loadExtra(): void {
    this.update();
  }

  private trigger(lines: number): void {
    if (lines & this.get(R.EMR)) this.options.onEvent?.();
    this.set(R.PR, this.get(R.PR) | (lines & this.get(R.IMR)));
    this.update();
  }

  private update(): void {
    const active = this.get(R.PR) & this.get(R.IMR);
    for (const [interrupt, lines] of this.groups) interrupt.set((active & lines) !== 0);
  }
}
