/**
 * What the asynchronous serial ports of the families share: bytes leave and arrive through a shift register at the
 * programmed rate, one more byte waits in the data register, an idle frame goes first when the transmitter is switched
 * on. Flags and their interrupt enables stand at the same places in every family's registers; how flags are cleared does
 * not, and is the family's own. A byte is reported when its stop bit has left.
 *
 * Strict: writing the data register while it is full, or while the transmitter is off, loses a byte on silicon and ends
 * the run; so does sending while no pin is connected to TX. The line has no noise: framing errors never come.
 */
import { type EmitEvent, EmulationError, type InterruptLine, type Scheduler } from '../peripheral.ts';
import type { ClockTree } from './clock-tree.ts';
import { Countdown } from './countdown.ts';
import { NO_BYTES, type Register, RegisterBlock } from './register-block.ts';

/** Flags of the status register. Interrupt enables stand in CR1 where the flags stand here. */
export const ORE = 1 << 3;
export const IDLE = 1 << 4;
export const RXNE = 1 << 5;
export const TC = 1 << 6;
export const TXE = 1 << 7;
/** Of CR1. */
export const RE = 1 << 2;
export const TE = 1 << 3;
export const OVER8 = 1 << 15;

/** Where a family has what is shared. */
export interface PortLayout {
  readonly registers: readonly Register[];
  /** Offsets. */
  readonly STATUS: number;
  readonly CR1: number;
  readonly CR2: number;
  readonly BRR: number;
  /** Of CR1: switches the port on. */
  readonly UE: number;
  /** `SR`: for messages. */
  readonly statusName: string;
  /** What is refused when switched on: register, bits, words. */
  readonly refused: readonly (readonly [offset: number, bits: number, what: string])[];
}

export interface AsyncPortOptions {
  readonly name: string;
  readonly clocks: ClockTree;
  /** The port's clock in Hz, before it is divided by BRR. */
  readonly hz: () => number;
  readonly scheduler: Scheduler;
  readonly interrupt: InterruptLine;
  readonly emit: EmitEvent;
  /** Undefined where the TX signal reaches a pin, else what would have to be done. */
  readonly whyDisconnected?: (() => string | undefined) | undefined;
}

/** In the shift register: an idle frame instead of a byte. */
const IDLE_FRAME = -1;

export abstract class AsyncPort extends RegisterBlock {
  private readonly layout: PortLayout;
  private readonly port: AsyncPortOptions;
  private readonly sending: Countdown;
  private readonly receiving: Countdown;
  private readonly silence: Countdown;
  /** What the shift register sends; undefined while the line rests. */
  private shifting: number | undefined;
  /** What waits in the data register to be sent. */
  private waiting: number | undefined;
  /** Bytes on their way in; the first is on the line. */
  private readonly incoming: number[] = [];
  protected received = 0;

  constructor(layout: PortLayout, options: AsyncPortOptions) {
    super(options.name, layout.registers, NO_BYTES);
    this.layout = layout;
    this.port = options;
    const { name, hz, clocks, scheduler } = options;
    const countdown = (key: string, onEnd: () => void) =>
      new Countdown({ key: `${name}.${key}`, scheduler, clocks, hz, onEnd });
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

  protected abstract dataBits(): number;

  protected override onReset(): void {
    this.stop();
    this.receiving.stop();
    this.silence.stop();
    this.incoming.length = 0;
    this.received = 0;
    this.update();
  }

  protected override saveExtra(): unknown {
    const { shifting, waiting, received, sending, receiving, silence } = this;
    const ends = [sending.snapshot(), receiving.snapshot(), silence.snapshot()];
    return { fields: { shifting, waiting, received }, incoming: [...this.incoming], ends };
  }

  protected override loadExtra(extra: unknown): void {
    const { fields, incoming, ends } = extra as {
      fields: { shifting?: number; waiting?: number; received: number };
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

  /** Writes a register that sets the port up. */
  protected configure(offset: number, value: number, lanes: number): void {
    const was = this.isSending();
    const next = this.store(offset, value, lanes);
    for (const [register, bits, what] of this.layout.refused) {
      if (register === offset && next & bits) this.refuse(offset, what);
    }
    if (this.isSending() === was) return;
    if (!was) return this.shift(IDLE_FRAME);
    const isBusy = this.waiting !== undefined || (this.shifting ?? IDLE_FRAME) !== IDLE_FRAME;
    const { statusName } = this.layout;
    if (isBusy) throw this.lost(`the transmitter is switched off before it has left: wait for ${statusName}.TC first`);
    this.stop();
  }

  protected isOn(what: number): boolean {
    const wanted = this.layout.UE | what;
    return (this.get(this.layout.CR1) & wanted) === wanted;
  }

  /** Whether a byte is coming in. */
  protected isReceiving(): boolean {
    return this.receiving.isRunning;
  }

  /** A byte is written to the data register. */
  protected transmit(data: number): void {
    const { STATUS, statusName } = this.layout;
    if (!this.isSending()) throw this.lost('its transmitter is off (CR1.UE, CR1.TE)');
    if (!(this.get(STATUS) & TXE)) throw this.lost(`its data register is full: wait for ${statusName}.TXE first`);
    const why = this.port.whyDisconnected?.();
    if (why !== undefined) throw this.lost(`no pin is connected to it: ${why}`);
    if (this.shifting === undefined) return this.shift(data);
    this.waiting = data;
    this.clear(TXE);
  }

  protected clear(flags: number): void {
    this.set(this.layout.STATUS, this.get(this.layout.STATUS) & ~flags);
  }

  protected raise(flags: number): void {
    this.set(this.layout.STATUS, this.get(this.layout.STATUS) | flags);
    this.update();
  }

  /** ORE shares the enable of RXNE. */
  protected update(): void {
    const status = this.get(this.layout.STATUS);
    const cr1 = this.get(this.layout.CR1);
    const overrun = (status & ORE) !== 0 && (cr1 & RXNE) !== 0;
    this.port.interrupt.set(overrun || (status & cr1 & (IDLE | RXNE | TC | TXE)) !== 0);
  }

  /** Clocks of a bit: BRR, or less with OVER8. 0 without a rate. */
  protected bitClocks(): number {
    const brr = this.get(this.layout.BRR);
    return this.get(this.layout.CR1) & OVER8 ? (brr >>> 4) * 8 + (brr & 7) : brr;
  }

  private isSending(): boolean {
    return this.isOn(TE);
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
    this.set(this.layout.STATUS, this.get(this.layout.STATUS) | TXE | TC);
  }

  private sent(): void {
    const data = this.shifting!;
    const next = this.waiting;
    this.shifting = undefined;
    this.waiting = undefined;
    if (next !== undefined) this.shift(next);
    this.raise(next === undefined ? TC : TXE);
    if (data !== IDLE_FRAME) this.port.emit({ event: 'uart', port: this.name, byte: data & 0xff });
  }

  /** The receiver takes a byte if it is on; one that is still unread stays, and the new one is lost. */
  private arrived(): void {
    const data = this.incoming.shift()!;
    if (this.incoming.length > 0) this.receiving.start(this.frameClocks());
    else this.silence.start(this.frameClocks());
    if (!this.isOn(RE)) return;
    if (this.get(this.layout.STATUS) & RXNE) return this.raise(ORE);
    this.received = data;
    this.raise(RXNE);
  }

  /** Clocks of start bit, data and stop bits. 0 without a rate. */
  private frameClocks(): number {
    const stopBits = [1, 0.5, 2, 1.5][(this.get(this.layout.CR2) >>> 12) & 3];
    return (1 + this.dataBits() + stopBits) * this.bitClocks();
  }
}
