/**
 * Asynchronous serial port of the STM32F4: RM0383 Rev 3, chapter 19. Modelled: transmission and reception of 8 or 9 data
 * bits at the programmed rate, the idle frame that TE sends first (19.3.2), TXE, TC, RXNE, ORE, IDLE and their interrupts,
 * the sequences that clear flags. What it shares with newer ports is in async-port.ts.
 *
 * Not modelled, and refused when switched on: parity, synchronous, LIN, IrDA, smartcard and half-duplex modes, hardware
 * flow control, DMA requests, mute mode, break.
 */
import { AsyncPort, type AsyncPortOptions, IDLE, ORE, type PortLayout, RXNE, TC } from './async-port.ts';
import type { Bus } from './clock-tree.ts';
import type { Register } from './register-block.ts';

const R = { SR: 0x00, DR: 0x04, BRR: 0x08, CR1: 0x0c, CR2: 0x10, CR3: 0x14, GTPR: 0x18 } as const;

/** USART_CR1, 19.6.4. */
const M = 1 << 12;

/** 19.6.1 to 19.6.7. */
const REGISTERS: readonly Register[] = [
  { name: 'SR', offset: R.SR, reset: 0x00c0, writable: 0, ignored: 0xffffffff },
  { name: 'DR', offset: R.DR, reset: 0, writable: 0x1ff },
  { name: 'BRR', offset: R.BRR, reset: 0, writable: 0xffff },
  { name: 'CR1', offset: R.CR1, reset: 0, writable: 0xbfff },
  { name: 'CR2', offset: R.CR2, reset: 0, writable: 0x7f6f },
  { name: 'CR3', offset: R.CR3, reset: 0, writable: 0x0fff },
  { name: 'GTPR', offset: R.GTPR, reset: 0, writable: 0xffff },
];

const LAYOUT: PortLayout = {
  registers: REGISTERS,
  STATUS: R.SR,
  CR1: R.CR1,
  CR2: R.CR2,
  BRR: R.BRR,
  UE: 1 << 13,
  statusName: 'SR',
  refused: [
    [R.CR1, 1 << 10, 'parity'],
    [R.CR1, 1 << 1, 'mute mode'],
    [R.CR1, 1 << 0, 'sending a break'],
    [R.CR2, 1 << 14, 'LIN mode'],
    [R.CR2, 1 << 11, 'synchronous mode'],
    [R.CR3, 0x0700, 'hardware flow control'],
    [R.CR3, 0x00c0, 'DMA'],
    [R.CR3, 1 << 5, 'smartcard mode'],
    [R.CR3, 1 << 3, 'half-duplex mode'],
    [R.CR3, 1 << 1, 'IrDA mode'],
  ],
};

export interface UsartOptions extends Omit<AsyncPortOptions, 'hz'> {
  readonly bus: Bus;
}

export class Usart extends AsyncPort {
  /** SR was read: the first half of the sequences that clear TC (write DR), and ORE and IDLE (read DR). */
  private statusRead = false;

  constructor(options: UsartOptions) {
    super(LAYOUT, { ...options, hz: () => options.clocks.busHz(options.bus) });
  }

  protected override dataBits(): number {
    return this.get(R.CR1) & M ? 9 : 8;
  }

  /** Reading SR twice does what reading it once did. */
  steadyUntil(offset: number): number {
    return offset === R.SR ? Number.POSITIVE_INFINITY : 0;
  }

  protected override onRead(offset: number): number {
    if (offset === R.SR) this.statusRead = true;
    if (offset !== R.DR) return this.get(offset);
    this.clear(this.statusRead ? RXNE | ORE | IDLE : RXNE);
    this.statusRead = false;
    this.update();
    return this.received;
  }

  protected override onWrite(offset: number, value: number, lanes: number): void {
    if (offset === R.DR) this.send(value & (this.get(R.CR1) & M ? 0x1ff : 0xff));
    // RXNE and TC are cleared by writing a zero; ones, and the other bits, change nothing (19.6.1).
    else if (offset === R.SR) this.clear(~value & lanes & (RXNE | TC));
    else this.configure(offset, value, lanes);
    this.update();
  }

  protected override onReset(): void {
    this.statusRead = false;
    super.onReset();
  }

  protected override saveExtra(): unknown {
    return { line: super.saveExtra(), statusRead: this.statusRead };
  }

  protected override loadExtra(extra: unknown): void {
    const { line, statusRead } = extra as { line: unknown; statusRead: boolean };
    this.statusRead = statusRead;
    super.loadExtra(line);
  }

  private send(data: number): void {
    this.transmit(data);
    if (this.statusRead) this.clear(TC);
    this.statusRead = false;
  }
}
