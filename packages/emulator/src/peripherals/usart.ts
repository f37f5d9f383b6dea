/**
 * Asynchronous serial port: RM0383 Rev 3, chapter 19. Modelled: transmission and reception of 8 or 9 data bits at the
 * programmed rate, the idle frame that TE sends first (19.3.2), TXE, TC, RXNE, ORE, IDLE and their interrupts, the
 * sequences that clear flags. A byte is reported when its stop bit has left.
 *
 * Strict: writing DR while it is full, or while the transmitter is off, loses a byte on silicon and ends the run; so does
 * sending while no pin is connected to TX. Not modelled, and refused when switched on: parity, synchronous, LIN, IrDA,
 * smartcard and half-duplex modes, hardware flow control, DMA requests, mute mode, break. The line has no noise: NF and
 * FE never come.
 */
import { type EmitEvent, EmulationError, type InterruptLine, type Scheduler } from '../peripheral.ts';
import type { Bus, ClockTree } from './clock-tree.ts';
import { Countdown } from './countdown.ts';
import { NO_BYTES, type Register, RegisterBlock } from './register-block.ts';

const R = { SR: 0x00, DR: 0x04, BRR: 0x08, CR1: 0x0c, CR2: 0x10, CR3: 0x14, GTPR: 0x18 } as const;

/** USART_SR, 19.6.1. */
const ORE = 1 << 3;
const IDLE = 1 << 4;
const RXNE = 1 << 5;
const TC = 1 << 6;
const TXE = 1 << 7;
/** USART_CR1, 19.6.4. Interrupt enables stand where their flags stand in SR. */
const RE = 1 << 2;
const TE = 1 << 3;
const M = 1 << 12;
const UE = 1 << 13;
const OVER8 = 1 << 15;

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

/** What is refused when switched on: register, bits, words. */
const REFUSED: readonly (readonly [offset: number, bits: number, what: string])[] = [
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
];

/** In the shift register: an idle frame instead of a byte. */
const IDLE_FRAME = -1;

export interface UsartOptions {
  readonly name: string;
  readonly bus: Bus;
  readonly clocks: ClockTree;
  readonly scheduler: Scheduler;
  readonly interrupt: InterruptLine;
  readonly emit: EmitEvent;
  /** Undefined where the TX signal reaches a pin, else what would have to be done. */
  readonly whyDisconnected?: () => string | undefined;
}

export class Usart extends RegisterBlock {
  private readonly options: UsartOptions;
  private readonly sending: Countdown;
  private readonly receiving: Countdown;
  private readonly silence: Countdown;
  /** What the shift register sends; undefined while the line rests. */
  private shifting: number | undefined;
  /** What waits in the data register to be sent. */
  private waiting: number | undefined;
  /** Bytes on their way in; the first is on the line. */
  private readonly incoming: number[] = [];
  private received = 0;
  /** SR was read: the first half of the sequences that clear TC (write DR), and ORE and IDLE (read DR). */
  private statusRead = false;

  constructor(options: UsartOptions) {
    super(options.name, REGISTERS, NO_BYTES);
    this.options = options;
    const { name, bus, clocks, scheduler } = options;
    const countdown = (key: string, onEnd: () => void) =>
      new Countdown({ key: `${name}.${key}`, scheduler, clocks, hz: () => clocks.busHz(bus), onEnd });
    this.sending = countdown('TX', () => this.sent());
    this.receiving = countdown('RX', () => this.arrived());
    this.silence = countdown('IDLE', () => this.raise(IDLE));
  }

  /** A byte comes in on RX, one frame long, after those that are still coming. A port without a rate sees nothing of it. */
  receive(byte: number): void {
    const clocks = this.frameClocks();
    if (clocks === 0) return;
    this.incoming.push(byte);
    if (!this.receiving.isRunning) this.receiving.start(clocks);
  }

  /** Reading SR twice does what reading it once did. */
  steadyUntil(offset: number): number {
    return offset === R.SR ? Number.POSITIVE_INFINITY : 0;
  }

  protected override onRead(offset: number): number {
    if (offset === R.SR) this.statusRead = true;
    if (offset !== R.DR) return this.get(offset);
    const cleared = this.statusRead ? RXNE | ORE | IDLE : RXNE;
    this.statusRead = false;
    this.set(R.SR, this.get(R.SR) & ~cleared);
    this.update();
    return this.received;
  }

  protected override onWrite(offset: number, value: number, lanes: number): void {
    if (offset === R.DR) this.transmit(value & (this.get(R.CR1) & M ? 0x1ff : 0xff));
    // RXNE and TC are cleared by writing a zero; ones, and the other bits, change nothing (19.6.1).
    else if (offset === R.SR) this.set(R.SR, this.get(R.SR) & (value | ~(lanes & (RXNE | TC))));
    else this.configure(offset, value, lanes);
    this.update();
  }

  protected override onReset(): void {
    this.stop();
    this.receiving.stop();
    this.silence.stop();
    this.incoming.length = 0;
    this.received = 0;
    this.statusRead = false;
    this.update();
  }

  protected override saveExtra(): unknown {
    const { shifting, waiting, received, statusRead, sending, receiving, silence } = this;
    const ends = [sending.snapshot(), receiving.snapshot(), silence.snapshot()];
    return { fields: { shifting, waiting, received, statusRead }, incoming: [...this.incoming], ends };
  }

  protected override loadExtra(extra: unknown): void {
    const { fields, incoming, ends } = extra as {
      fields: { shifting?: number; waiting?: number; received: number; statusRead: boolean };
      incoming: number[];
      ends: (number | undefined)[];
    };
    Object.assign(this, fields);
    this.incoming.splice(0, this.incoming.length, ...incoming);
    this.sending.restore(ends[0]);
    this.receiving.restore(ends[1]);
    this.silence.restore(ends[2]);
    this.update();
  }

  private configure(offset: number, value: number, lanes: number): void {
    const was = this.isSending();
    const next = this.store(offset, value, lanes);
    for (const [register, bits, what] of REFUSED) if (register === offset && next & bits) this.refuse(offset, what);
    if (this.isSending() === was) return;
    if (!was) return this.shift(IDLE_FRAME);
    const isBusy = this.waiting !== undefined || (this.shifting ?? IDLE_FRAME) !== IDLE_FRAME;
    if (isBusy) throw this.lost('the transmitter is switched off before it has left: wait for SR.TC first');
    this.stop();
  }

  private isSending(): boolean {
    return (this.get(R.CR1) & (UE | TE)) === (UE | TE);
  }

  private transmit(data: number): void {
    if (!this.isSending()) throw this.lost('its transmitter is off (CR1.UE, CR1.TE)');
    if (!(this.get(R.SR) & TXE)) throw this.lost('its data register is full: wait for SR.TXE first');
    const why = this.options.whyDisconnected?.();
    if (why !== undefined) throw this.lost(`no pin is connected to it: ${why}`);
    if (this.statusRead) this.set(R.SR, this.get(R.SR) & ~TC);
    this.statusRead = false;
    if (this.shifting === undefined) return this.shift(data);
    this.waiting = data;
    this.set(R.SR, this.get(R.SR) & ~TXE);
  }

  private lost(why: string): EmulationError {
    return new EmulationError('EMU010', `a byte is written to ${this.name} and lost: ${why}`);
  }

  private shift(data: number): void {
    const clocks = this.frameClocks();
    if (clocks === 0) throw new EmulationError('EMU006', `${this.name} sends while ${this.name}_BRR is 0`);
    this.shifting = data;
    this.sending.start(clocks);
  }

  private stop(): void {
    this.sending.stop();
    this.shifting = undefined;
    this.waiting = undefined;
    this.set(R.SR, this.get(R.SR) | TXE | TC);
  }

  private sent(): void {
    const data = this.shifting!;
    const next = this.waiting;
    this.shifting = undefined;
    this.waiting = undefined;
    if (next !== undefined) this.shift(next);
    this.raise(next === undefined ? TC : TXE);
    if (data !== IDLE_FRAME) this.options.emit({ event: 'uart', port: this.name, byte: data & 0xff });
  }

  /** The receiver takes a byte if it is on; one that is still unread stays, and the new one is lost (19.3.3). */
  private arrived(): void {
    const data = this.incoming.shift()!;
    if (this.incoming.length > 0) this.receiving.start(this.frameClocks());
    else this.silence.start(this.frameClocks());
    if ((this.get(R.CR1) & (UE | RE)) !== (UE | RE)) return;
    if (this.get(R.SR) & RXNE) return this.raise(ORE);
    this.received = data;
    this.raise(RXNE);
  }

  /** Bus clocks of start bit, data and stop bits: a bit takes BRR clocks, or less with OVER8 (19.3.4). 0 without a rate. */
  private frameClocks(): number {
    const brr = this.get(R.BRR);
    const cr1 = this.get(R.CR1);
    const bitClocks = cr1 & OVER8 ? (brr >>> 4) * 8 + (brr & 7) : brr;
    const stopBits = [1, 0.5, 2, 1.5][(this.get(R.CR2) >>> 12) & 3];
    return (1 + (cr1 & M ? 9 : 8) + stopBits) * bitClocks;
  }

  private raise(flags: number): void {
    this.set(R.SR, this.get(R.SR) | flags);
    this.update();
  }

  /** ORE shares the enable of RXNE (19.4, table 88). */
  private update(): void {
    const sr = this.get(R.SR);
    const cr1 = this.get(R.CR1);
    const overrun = (sr & ORE) !== 0 && (cr1 & RXNE) !== 0;
    this.options.interrupt.set(overrun || (sr & cr1 & (IDLE | RXNE | TC | TXE)) !== 0);
  }
}
