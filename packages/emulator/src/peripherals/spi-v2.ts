/**
 * SPI port of the STM32L4: RM0351 Rev 9, chapter 42. Queues of four bytes; frames of 8 or 16 bits (CR2.DS); an access of
 * 16 bits to the data register carries two frames of 8 (42.4.9). TXE stands while half of the queue is free, RXNE from half
 * of it on, or from a quarter on (CR2.FRXTH). What it shares with the port of the STM32F4 is in spi-port.ts.
 *
 * Not modelled, and refused: frames of other lengths. The pulse on NSS (NSSP) concerns hardware management alone.
 */
import type { AccessSize } from '../peripheral.ts';
import { field, type Register } from './register-block.ts';
import { R, type SpiOptions, SpiPort } from './spi-port.ts';

const QUEUE_BYTES = 4;
const DS = 0xf00;
const FRXTH = 1 << 12;
/** Frames of 4 bits; smaller values mean 8 (42.6.2). */
const LEAST_DS = 3;

/** 42.6.1 to 42.6.7. */
const REGISTERS: readonly Register[] = [
  { name: 'CR1', offset: R.CR1, reset: 0, writable: 0xffff },
  { name: 'CR2', offset: R.CR2, reset: 0x700, writable: 0x7fff },
  { name: 'SR', offset: R.SR, reset: 0x2, writable: 0, ignored: 0x1fff },
  { name: 'DR', offset: R.DR, reset: 0, writable: 0xffff },
  { name: 'CRCPR', offset: R.CRCPR, reset: 0x7, writable: 0xffff },
  { name: 'RXCRCR', offset: R.RXCRCR, reset: 0, writable: 0 },
  { name: 'TXCRCR', offset: R.TXCRCR, reset: 0, writable: 0 },
];

export class SpiV2 extends SpiPort {
  constructor(options: SpiOptions) {
    super(REGISTERS, options);
  }

  protected override frameBits(): number {
    return field(this.get(R.CR2), DS) === 15 ? 16 : 8;
  }

  protected override capacity(): number {
    return QUEUE_BYTES / this.frameBytes();
  }

  protected override framesOf(size: AccessSize): number {
    return size > 1 && this.frameBytes() === 1 ? 2 : 1;
  }

  protected override isEmptyEnough(): boolean {
    return this.sending.length * this.frameBytes() <= QUEUE_BYTES / 2;
  }

  protected override isFullEnough(): boolean {
    const least = this.get(R.CR2) & FRXTH ? QUEUE_BYTES / 4 : QUEUE_BYTES / 2;
    return this.received.length * this.frameBytes() >= least;
  }

  /** FTLVL and FRLVL: empty, a quarter, a half, more. */
  protected override moreFlags(): number {
    const level = (frames: number) => Math.min(3, frames * this.frameBytes());
    return (level(this.sending.length) << 11) | (level(this.received.length) << 9);
  }

  protected override checkControl2(next: number): void {
    const ds = field(next, DS);
    if (ds < LEAST_DS) this.set(R.CR2, (next & ~DS) | 0x700);
    else if (ds !== 7 && ds !== 15) this.refuse(R.CR2, `a frame of ${ds + 1} bits`);
  }

  private frameBytes(): number {
    return this.frameBits() / 8;
  }
}
