/**
 * What the external interrupt controllers of the families share. A selected edge on a line, or software by SWIER, makes
 * the line pending where its interrupt is unmasked, and sends the processor an event where its event is. Lines 0..15 are
 * pins; the others belong to blocks that are not modelled, so unmasking them is refused. A family may have more banks of
 * lines; pins are all in the first.
 */
import type { InterruptLine } from '../peripheral.ts';
import { type Register, RegisterBlock, WORDS_ONLY } from './register-block.ts';

/** Offsets within a bank. */
const IMR = 0x00;
const EMR = 0x04;
const RTSR = 0x08;
const FTSR = 0x0c;
const SWIER = 0x10;
const PR = 0x14;
const BANK_SIZE = 0x20;
const PIN_LINES = 0x0000ffff;

/** A bank's lines, as masks. */
export interface ExtiBank {
  /** What the manual appends to the registers' names: nothing, `1`, `2`. */
  readonly suffix: string;
  /** Lines that can be masked. */
  readonly lines: number;
  /** Lines with edges to select and a pending bit; the others are direct. */
  readonly edges: number;
  /** IMR after reset: direct lines may be unmasked. */
  readonly unmasked: number;
}

export interface ExtiOptions {
  /** The interrupt of each line 0..15; several lines may share one. */
  readonly interrupts: readonly InterruptLine[];
  /** The port (`A`) whose pin a line watches: SYSCFG knows. */
  readonly portOfLine: (line: number) => string | undefined;
  /** A line sends an event: it wakes a processor that waits for one (WFE). */
  readonly onEvent?: () => void;
}

function registers({ suffix, lines, edges, unmasked }: ExtiBank, index: number): Register[] {
  const base = index * BANK_SIZE;
  const row = (name: string, offset: number, writable: number, reset = 0): Register => ({
    name: name + suffix,
    offset: base + offset,
    reset,
    writable,
  });
  return [
    row('IMR', IMR, lines, unmasked),
    row('EMR', EMR, lines),
    row('RTSR', RTSR, edges),
    row('FTSR', FTSR, edges),
    row('SWIER', SWIER, edges),
    { ...row('PR', PR, 0), ignored: edges },
  ];
}

export abstract class ExtiLines extends RegisterBlock {
  private readonly banks: readonly ExtiBank[];
  private readonly options: ExtiOptions;
  /** Interrupts and the lines that raise them. */
  private readonly groups = new Map<InterruptLine, number>();

  constructor(banks: readonly ExtiBank[], options: ExtiOptions) {
    super('EXTI', banks.flatMap(registers), WORDS_ONLY);
    this.banks = banks;
    this.options = options;
    options.interrupts.forEach((interrupt, line) => {
      this.groups.set(interrupt, (this.groups.get(interrupt) ?? 0) | (1 << line));
    });
  }

  /** The level at a pin changed. */
  pinChanged(port: string, pin: number, level: 0 | 1): void {
    if (this.options.portOfLine(pin) !== port) return;
    const selected = this.get(level === 1 ? RTSR : FTSR);
    if (selected & (1 << pin)) this.trigger(1 << pin);
  }

  protected override onWrite(offset: number, value: number, lanes: number): void {
    const old = this.get(offset);
    const bank = Math.floor(offset / BANK_SIZE);
    const base = bank * BANK_SIZE;
    const place = offset - base;
    if (place === PR) {
      // Writing a one clears the line, and its software trigger.
      this.set(offset, old & ~value);
      this.set(base + SWIER, this.get(base + SWIER) & ~value);
    } else {
      const next = this.store(offset, value, lanes);
      if (place === IMR || place === EMR) this.refuseOthers(offset, next, bank);
      if (place === SWIER && bank === 0) this.trigger(next & ~old);
    }
    this.update();
  }

  protected override onReset(): void {
    this.update();
  }

  protected override loadExtra(): void {
    this.update();
  }

  /** Lines that are no pins, but for the direct ones that a reset unmasks. */
  private refuseOthers(offset: number, lines: number, bank: number): void {
    const others = lines & ~((bank === 0 ? PIN_LINES : 0) | this.banks[bank].unmasked);
    if (others !== 0) this.refuse(offset, `line ${32 * bank + 31 - Math.clz32(others)}`);
  }

  private trigger(lines: number): void {
    if (lines & this.get(EMR)) this.options.onEvent?.();
    this.set(PR, this.get(PR) | (lines & this.get(IMR)));
    this.update();
  }

  private update(): void {
    const active = this.get(PR) & this.get(IMR);
    for (const [interrupt, lines] of this.groups) interrupt.set((active & lines) !== 0);
  }
}
