/**
 * What the SPI ports of the families share: a master that clocks frames of 8 or 16 bits out of a queue and what comes in
 * into another, one frame at a time at the clock of its bus divided by CR1.BR. Whoever is selected on the bus answers
 * each byte when its frame ends. How long the queues are, and when TXE and RXNE stand, is the family's own.
 *
 * Strict: what loses or spoils a frame on silicon ends the run: a write to a port that is off or full, switching off or
 * changing the format while a frame is under way, sending while no pin is connected. An overrun is no error of the run:
 * it is reported in SR, as on silicon, for firmware that only sends ignores it.
 *
 * Not modelled, and refused: slave mode, hardware management of NSS, one data line, receive-only, CRC, TI frames, DMA.
 */
import { type AccessSize, EmulationError, type InterruptLine, type Scheduler } from '../peripheral.ts';
import type { Bus, ClockTree } from './clock-tree.ts';
import { Countdown } from './countdown.ts';
import { field, NO_BYTES, type Register, RegisterBlock } from './register-block.ts';

export const R = { CR1: 0x00, CR2: 0x04, SR: 0x08, DR: 0x0c, CRCPR: 0x10, RXCRCR: 0x14, TXCRCR: 0x18 } as const;

/** CR1: RM0383 Rev 3, 20.5.1; RM0351 Rev 9, 42.6.1. */
export const CR1 = {
  CPHA: 1 << 0,
  CPOL: 1 << 1,
  MSTR: 1 << 2,
  BR: 0x38,
  SPE: 1 << 6,
  LSBFIRST: 1 << 7,
  SSI: 1 << 8,
  SSM: 1 << 9,
  RXONLY: 1 << 10,
  CRC: (1 << 12) | (1 << 13),
  BIDI: (1 << 14) | (1 << 15),
} as const;
const FORMAT = CR1.CPHA | CR1.CPOL | CR1.MSTR | CR1.BR | CR1.LSBFIRST;

/** Flags of SR, and the enables of CR2 that stand for them. */
export const RXNE = 1 << 0;
export const TXE = 1 << 1;
const MODF = 1 << 5;
const OVR = 1 << 6;
const BSY = 1 << 7;
const ERRIE = 1 << 5;
const RXNEIE = 1 << 6;
const TXEIE = 1 << 7;
const DMA = 0x3;
const FRF = 1 << 4;

/** The clock's level at rest and the edge that samples: CPOL and CPHA as a number of two bits. */
export type SpiMode = 0 | 1 | 2 | 3;

/** What is connected to a port. */
export interface SpiBus {
  /** A byte goes out, most significant bit first; gives the byte that comes in with it. */
  exchange(byte: number, mode: SpiMode): number;
  /** The port was reset in the middle of a frame: the clock stopped. */
  cutShort(): void;
}

export interface SpiOptions {
  readonly name: string;
  readonly bus: Bus;
  readonly clocks: ClockTree;
  readonly scheduler: Scheduler;
  readonly interrupt: InterruptLine;
  readonly connected: SpiBus;
  /** Undefined where the port's signals reach pins, else what would have to be done. */
  readonly whyDisconnected?: (() => string | undefined) | undefined;
}

export abstract class SpiPort extends RegisterBlock {
  protected readonly options: SpiOptions;
  private readonly frame: Countdown;
  /** Frames that wait to be sent, and that wait to be read. */
  protected readonly sending: number[] = [];
  protected readonly received: number[] = [];
  private shifting: number | undefined;
  private last = 0;
  /** Of SR: OVR and MODF. */
  private errors = 0;
  /** The data register was read while OVR stood: the next read of SR clears it (20.3.10; 42.4.11). */
  private dataRead = false;

  constructor(registers: readonly Register[], options: SpiOptions) {
    super(options.name, registers, NO_BYTES);
    this.options = options;
    const { name, scheduler, clocks, bus } = options;
    const hz = () => clocks.busHz(bus);
    this.frame = new Countdown({ key: name, scheduler, clocks, hz, onEnd: () => this.ended() });
  }

  /** Whether a frame is under way, or waits. */
  get isBusy(): boolean {
    return this.shifting !== undefined || this.sending.length > 0;
  }

  /** 8 or 16. */
  protected abstract frameBits(): number;
  /** Frames that each of the queues can hold. */
  protected abstract capacity(): number;
  protected abstract isEmptyEnough(): boolean;
  protected abstract isFullEnough(): boolean;
  /** Flags of SR beside those that both families have. */
  protected abstract moreFlags(): number;
  /** Refuses what CR2 switches on and the model lacks. */
  protected abstract checkControl2(next: number): void;
  /** Frames of an access of that width to the data register. */
  protected abstract framesOf(size: AccessSize): number;

  override read(offset: number, size: AccessSize): number {
    return offset === R.DR ? this.readData(size) : super.read(offset, size);
  }

  override write(offset: number, size: AccessSize, value: number): void {
    if (offset === R.DR) this.writeData(size, value);
    else super.write(offset, size, value);
  }

  steadyUntil(offset: number): number {
    return offset === R.SR && !(this.errors & OVR && this.dataRead) ? Number.POSITIVE_INFINITY : 0;
  }

  protected override onRead(offset: number): number {
    if (offset !== R.SR) return this.get(offset);
    const status = this.status();
    if (this.dataRead) this.errors &= ~OVR;
    this.dataRead = false;
    this.update();
    return status;
  }

  protected override onWrite(offset: number, value: number, lanes: number): void {
    if (offset === R.CR1) this.writeControl(value, lanes);
    else if (offset === R.CR2) this.writeControl2(value, lanes);
    else this.store(offset, value, lanes);
    this.update();
  }

  protected override onReset(): void {
    if (this.shifting !== undefined) this.options.connected.cutShort();
    this.frame.stop();
    this.shifting = undefined;
    this.sending.length = this.received.length = 0;
    this.last = this.errors = 0;
    this.dataRead = false;
    this.update();
  }

  protected override saveExtra(): unknown {
    const { shifting, last, errors, dataRead } = this;
    const queues = [[...this.sending], [...this.received]];
    return { fields: { shifting, last, errors, dataRead }, queues, end: this.frame.snapshot() };
  }

  protected override loadExtra(extra: unknown): void {
    const { fields, queues, end } = extra as { fields: object; queues: number[][]; end: number | undefined };
    Object.assign(this, fields);
    this.sending.splice(0, this.sending.length, ...queues[0]);
    this.received.splice(0, this.received.length, ...queues[1]);
    this.frame.restore(end);
    this.update();
  }

  protected misuse(text: string): EmulationError {
    return new EmulationError('EMU012', `${this.name}: ${text}`);
  }

  private isOn(): boolean {
    return (this.get(R.CR1) & CR1.SPE) !== 0;
  }

  private status(): number {
    const empty = this.isEmptyEnough() ? TXE : 0;
    const full = this.isFullEnough() ? RXNE : 0;
    return empty | full | this.errors | (this.isBusy ? BSY : 0) | this.moreFlags();
  }

  private writeControl(value: number, lanes: number): void {
    const old = this.get(R.CR1);
    if (value & CR1.BIDI) this.refuse(R.CR1, 'one data line for both directions');
    if (value & CR1.RXONLY) this.refuse(R.CR1, 'receiving only');
    if (value & CR1.CRC) this.refuse(R.CR1, 'CRC');
    const next = this.store(R.CR1, value, lanes);
    // A write of CR1 after a read of SR clears MODF.
    this.errors &= ~MODF;
    if (this.isBusy && !(next & CR1.SPE))
      throw this.misuse('it is switched off while a frame is under way: wait for BSY');
    if (this.isBusy && (next ^ old) & FORMAT) throw this.misuse('CR1 is changed while a frame is under way');
    if (!(next & CR1.SPE)) return;
    if (!(next & CR1.SSM)) this.refuse(R.CR1, 'hardware management of NSS (SSM = 0)');
    if (next & CR1.MSTR && !(next & CR1.SSI)) return this.failMode(next);
    if (!(next & CR1.MSTR)) this.refuse(R.CR1, 'slave mode');
  }

  /** NSS is low: another master has the bus. MSTR and SPE fall (20.3.10; 42.4.11). */
  private failMode(cr1: number): void {
    this.errors |= MODF;
    this.set(R.CR1, cr1 & ~(CR1.MSTR | CR1.SPE));
  }

  private writeControl2(value: number, lanes: number): void {
    if (value & DMA) this.refuse(R.CR2, 'DMA');
    if (value & FRF) this.refuse(R.CR2, 'the TI frame format');
    this.checkControl2(this.store(R.CR2, value, lanes));
  }

  private writeData(size: AccessSize, value: number): void {
    const bits = this.frameBitsFor(size);
    const count = this.framesOf(size);
    if (!this.isOn()) throw this.misuse('a frame is written while it is off (CR1.SPE): it is lost');
    if (this.sending.length + count > this.capacity()) {
      throw this.misuse('a frame is written while there is no room for it: wait for SR.TXE first');
    }
    const why = this.options.whyDisconnected?.();
    if (why !== undefined) throw this.misuse(`a frame is written while a signal reaches no pin: ${why}`);
    for (let i = 0; i < count; i++) this.sending.push((value >>> (bits * i)) & (2 ** bits - 1));
    this.shift();
    this.update();
  }

  /** An empty queue gives what was read last. */
  private readData(size: AccessSize): number {
    const bits = this.frameBitsFor(size);
    const count = this.framesOf(size);
    if (count > 1 && this.received.length < count) {
      throw this.misuse(`DR is read with ${size * 8} bits while ${this.received.length} bytes wait in it`);
    }
    let value = 0;
    for (let i = 0; i < count; i++) {
      this.last = this.received.shift() ?? this.last;
      value |= this.last << (bits * i);
    }
    if (this.errors & OVR) this.dataRead = true;
    this.update();
    return value & (size === 1 ? 0xff : 0xffff);
  }

  private frameBitsFor(size: AccessSize): number {
    const bits = this.frameBits();
    if (size * 8 < bits) throw this.misuse(`DR is accessed with ${size * 8} bits while a frame has ${bits}`);
    return bits;
  }

  private shift(): void {
    if (this.shifting !== undefined || this.sending.length === 0) return;
    this.shifting = this.sending.shift()!;
    this.frame.start(this.frameBits() * 2 ** (field(this.get(R.CR1), CR1.BR) + 1));
  }

  private ended(): void {
    const sent = this.shifting!;
    this.shifting = undefined;
    const came = this.exchange(sent);
    if (this.received.length < this.capacity()) this.received.push(came);
    else this.errors |= OVR;
    this.shift();
    this.update();
  }

  private exchange(frame: number): number {
    const cr1 = this.get(R.CR1);
    const bits = this.frameBits();
    const turn = (value: number) => (cr1 & CR1.LSBFIRST ? reverse(value, bits) : value);
    const mode = (((cr1 & CR1.CPOL) | (cr1 & CR1.CPHA)) & 3) as SpiMode;
    const out = turn(frame);
    let came = 0;
    for (let shift = bits - 8; shift >= 0; shift -= 8) {
      came = (came << 8) | (this.options.connected.exchange((out >>> shift) & 0xff, mode) & 0xff);
    }
    return turn(came);
  }

  protected update(): void {
    const cr2 = this.get(R.CR2);
    const status = this.status();
    const wanted = (cr2 & TXEIE ? TXE : 0) | (cr2 & RXNEIE ? RXNE : 0) | (cr2 & ERRIE ? OVR | MODF : 0);
    this.options.interrupt.set((status & wanted) !== 0);
  }
}

function reverse(value: number, bits: number): number {
  let result = 0;
  for (let i = 0; i < bits; i++) result |= ((value >>> i) & 1) << (bits - 1 - i);
  return result;
}
