/**
 * External interrupts and SYSCFG: RM0383 Rev 3, chapters 10.3 and 7. A line's edge that is selected sets its pending bit
 * when its interrupt is unmasked; software triggers by SWIER. Event outputs (EMR) are kept and wake nothing.
 */
import type { InterruptLine } from '../peripheral.ts';
import { type Register, RegisterBlock } from './register-block.ts';

/** Lines 0..16, 17, 18, 21, 22 (RM0383 Rev 3, 10.2.5). */
const LINES = 0x0067ffff;

const EXTI_REGISTERS: readonly Register[] = [
  { name: 'IMR', offset: 0x00, reset: 0, writable: LINES },
  { name: 'EMR', offset: 0x04, reset: 0, writable: LINES },
  { name: 'RTSR', offset: 0x08, reset: 0, writable: LINES },
  { name: 'FTSR', offset: 0x0c, reset: 0, writable: LINES },
  { name: 'SWIER', offset: 0x10, reset: 0, writable: LINES },
  { name: 'PR', offset: 0x14, reset: 0, writable: 0, ignored: LINES },
];

export class Exti extends RegisterBlock {
  private readonly lines: ReadonlyMap<number, InterruptLine>;
  private readonly syscfg: Syscfg;

  /** `lines`: the interrupt of each EXTI line; several lines may share one. */
  constructor(lines: ReadonlyMap<number, InterruptLine>, syscfg: Syscfg) {
    super('EXTI', EXTI_REGISTERS);
    this.lines = lines;
    this.syscfg = syscfg;
  }

  /** A pin's level changed. */
  pinChanged(port: string, pin: number, level: 0 | 1): void {
    if (this.syscfg.portOfLine(pin) !== port) return;
    const selected = this.get(level === 1 ? 'RTSR' : 'FTSR');
    if (selected & (1 << pin)) this.pend(1 << pin);
  }

  protected override onWrite(name: string, value: number, old: number): void {
    if (name === 'PR') {
      const left = (this.get('PR') & ~value) >>> 0;
      this.set('PR', left);
      this.set('SWIER', this.get('SWIER') & left);
      return this.update();
    }
    this.store(name, value);
    if (name === 'SWIER') this.pend(value & ~old);
    this.update();
  }

  protected override onReset(): void {
    this.update();
  }

  private pend(bits: number): void {
    this.set('PR', this.get('PR') | (bits & this.get('IMR')));
    this.update();
  }

  private update(): void {
    const active = this.get('PR') & this.get('IMR');
    const levels = new Map<InterruptLine, boolean>();
    for (const [line, interrupt] of this.lines) {
      levels.set(interrupt, (levels.get(interrupt) ?? false) || (active & (1 << line)) !== 0);
    }
    for (const [interrupt, level] of levels) interrupt.set(level);
  }
}

const SYSCFG_REGISTERS: readonly Register[] = [
  { name: 'MEMRMP', offset: 0x00, reset: 0, writable: 0x3 },
  { name: 'PMC', offset: 0x04, reset: 0, writable: 0x10000 },
  { name: 'EXTICR1', offset: 0x08, reset: 0, writable: 0xffff },
  { name: 'EXTICR2', offset: 0x0c, reset: 0, writable: 0xffff },
  { name: 'EXTICR3', offset: 0x10, reset: 0, writable: 0xffff },
  { name: 'EXTICR4', offset: 0x14, reset: 0, writable: 0xffff },
  { name: 'CMPCR', offset: 0x20, reset: 0, writable: 0x1, ignored: 0x100 },
];

/** Ports by the value of an EXTICR field (RM0383 Rev 3, 7.2.3). */
const PORTS: Readonly<Record<number, string>> = { 0: 'A', 1: 'B', 2: 'C', 3: 'D', 4: 'E', 7: 'H' };

export class Syscfg extends RegisterBlock {
  constructor() {
    super('SYSCFG', SYSCFG_REGISTERS);
  }

  /** The port whose pin a line (0..15) watches. */
  portOfLine(line: number): string | undefined {
    const control = this.get(`EXTICR${(line >> 2) + 1}`);
    return PORTS[(control >>> (4 * (line & 3))) & 15];
  }

  protected override onWrite(name: string, value: number, _old: number): void {
    if (name === 'MEMRMP' && (value & 3) !== 0) this.refuse('MEMRMP', 'another memory at address 0');
    this.store(name, value);
  }
}
