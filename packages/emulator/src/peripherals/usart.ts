/**
 * Asynchronous serial port: RM0383 Rev 3, chapter 19. Modelled: transmission and reception of 8 or 9 bits at the
 * programmed rate, TXE, TC, RXNE, ORE, IDLE never, their interrupts. Not modelled, and refused when switched on:
 * synchronous, LIN, IrDA, smartcard and half-duplex modes, hardware flow control, DMA requests, parity.
 */
import type { EmitEvent, InterruptLine, Scheduler } from '../peripheral.ts';
import type { Bus, ClockTree } from './clock-tree.ts';
import { type Register, RegisterBlock } from './register-block.ts';

const RXNE = 1 << 5;
const TC = 1 << 6;
const TXE = 1 << 7;
const ORE = 1 << 3;
const RE = 1 << 2;
const TE = 1 << 3;
const M = 1 << 12;
const PCE = 1 << 10;
const UE = 1 << 13;
const OVER8 = 1 << 15;

/** RM0383 Rev 3, 19.6. */
const REGISTERS: readonly Register[] = [
  { name: 'SR', offset: 0x00, reset: 0x00c0, writable: 0, ignored: 0x3ff },
  { name: 'DR', offset: 0x04, reset: 0, writable: 0x1ff },
  { name: 'BRR', offset: 0x08, reset: 0, writable: 0xffff },
  { name: 'CR1', offset: 0x0c, reset: 0, writable: 0xbfff },
  { name: 'CR2', offset: 0x10, reset: 0, writable: 0x7f6f },
  { name: 'CR3', offset: 0x14, reset: 0, writable: 0x0fff },
  { name: 'GTPR', offset: 0x18, reset: 0, writable: 0xffff },
];

export interface UsartOptions {
  readonly name: string;
  readonly bus: Bus;
  readonly clocks: ClockTree;
  readonly scheduler: Scheduler;
  readonly interrupt: InterruptLine;
  readonly emit: EmitEvent;
}

export class Usart extends RegisterBlock {
  private readonly options: UsartOptions;
  /** The byte in the shift register; undefined while the line is idle. */
  private shifting: number | undefined;
  /** The byte that waits in the data register. */
  private waiting: number | undefined;
  private received = 0;
  private statusRead = false;

  constructor(options: UsartOptions) {
    super(options.name, REGISTERS);
    this.options = options;
  }

  /** A byte arrives on RX. An unread byte before it is an overrun. */
  receive(byte: number): void {
    const enabled = (this.get('CR1') & (UE | RE)) === (UE | RE);
    if (!enabled) return;
    if (this.get('SR') & RXNE) this.set('SR', this.get('SR') | ORE);
    else {
      this.received = byte;
      this.set('SR', this.get('SR') | RXNE);
    }
    this.update();
  }

  protected override onRead(name: string): number {
    if (name === 'SR') this.statusRead = true;
    if (name !== 'DR') return this.get(name);
    this.set('SR', this.get('SR') & ~(RXNE | (this.statusRead ? ORE : 0)));
    this.statusRead = false;
    this.update();
    return this.received;
  }

  protected override onWrite(name: string, value: number, old: number): void {
    switch (name) {
      case 'SR':
        // RXNE and TC are cleared by writing 0 (RM0383 Rev 3, 19.6.1); ones change nothing.
        this.set('SR', old & (value | ~(RXNE | TC)));
        break;
      case 'DR':
        this.transmit(value & 0x1ff);
        break;
      case 'CR1':
        if (value & PCE) this.refuse('CR1', 'parity');
        this.store(name, value);
        break;
      case 'CR2':
        if (value & 0x4800) this.refuse('CR2', 'LIN or synchronous mode');
        this.store(name, value);
        break;
      case 'CR3':
        if (value & 0x03ea) this.refuse('CR3', 'DMA, flow control or another mode');
        this.store(name, value);
        break;
      default:
        this.store(name, value);
    }
    this.update();
  }

  protected override onReset(): void {
    this.options.scheduler.cancel(this.name);
    this.shifting = undefined;
    this.waiting = undefined;
    this.update();
  }

  protected override saveExtra(): unknown {
    return {
      shifting: this.shifting,
      waiting: this.waiting,
      received: this.received,
      end: this.end,
      statusRead: this.statusRead,
    };
  }

  protected override loadExtra(extra: unknown): void {
    const state = extra as { shifting?: number; waiting?: number; received: number; end: number; statusRead: boolean };
    ({
      shifting: this.shifting,
      waiting: this.waiting,
      received: this.received,
      end: this.end,
      statusRead: this.statusRead,
    } = state);
    if (this.shifting !== undefined) this.options.scheduler.schedule(this.name, this.end, () => this.shifted());
  }

  private end = 0;

  private transmit(byte: number): void {
    if ((this.get('CR1') & (UE | TE)) !== (UE | TE)) return;
    this.set('SR', this.get('SR') & ~TC);
    if (this.shifting === undefined) this.startShifting(byte);
    else {
      this.waiting = byte;
      this.set('SR', this.get('SR') & ~TXE);
    }
  }

  /** Clock cycles of the processor for start bit, data and stop bits (RM0383 Rev 3, 19.3.4: baud = f / (8 (2 - OVER8) DIV)). */
  private frameCycles(): number {
    const { clocks, bus } = this.options;
    const brr = this.get('BRR');
    const isOver8 = (this.get('CR1') & OVER8) !== 0;
    const divisor = isOver8 ? (brr >>> 4) * 8 + (brr & 7) : brr;
    const stop = [1, 0.5, 2, 1.5][(this.get('CR2') >>> 12) & 3];
    const bits = 1 + (this.get('CR1') & M ? 9 : 8) + stop;
    return Math.max(1, Math.round((bits * divisor * clocks.cpuHz()) / clocks.busHz(bus)));
  }

  private startShifting(byte: number): void {
    const { scheduler } = this.options;
    this.shifting = byte;
    this.set('SR', this.get('SR') | TXE);
    this.end = scheduler.now() + this.frameCycles();
    scheduler.schedule(this.name, this.end, () => this.shifted());
  }

  private shifted(): void {
    const byte = this.shifting!;
    this.shifting = undefined;
    this.options.emit({ event: 'uart', port: this.name, byte: byte & 0xff });
    const next = this.waiting;
    this.waiting = undefined;
    if (next === undefined) this.set('SR', this.get('SR') | TC);
    else this.startShifting(next);
    this.update();
  }

  /** Interrupt enables stand at the same places in CR1 as their flags in SR (RM0383 Rev 3, 19.4). */
  private update(): void {
    const sr = this.get('SR');
    const enabled = this.get('CR1') & (RXNE | TC | TXE);
    const overrun = (sr & ORE) !== 0 && (enabled & RXNE) !== 0;
    this.options.interrupt.set((sr & enabled) !== 0 || overrun);
  }
}
