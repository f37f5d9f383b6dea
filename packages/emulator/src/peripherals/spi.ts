/**
 * SPI port of the STM32F4: RM0383 Rev 3, chapter 20. One frame of 8 or 16 bits (CR1.DFF) waits to be sent, one to be read.
 * What it shares with newer ports is in spi-port.ts. I2S is refused.
 */
import type { AccessSize } from '../peripheral.ts';
import type { Register } from './register-block.ts';
import { R, type SpiOptions, SpiPort } from './spi-port.ts';

const I2SCFGR = 0x1c;
const I2SPR = 0x20;
const DFF = 1 << 11;
const SPE = 1 << 6;
const I2SMOD = 1 << 11;

/** 20.5.1 to 20.5.9. */
const REGISTERS: readonly Register[] = [
  { name: 'CR1', offset: R.CR1, reset: 0, writable: 0xffff },
  { name: 'CR2', offset: R.CR2, reset: 0, writable: 0xf7 },
  { name: 'SR', offset: R.SR, reset: 0x2, writable: 0, ignored: 0x1ff },
  { name: 'DR', offset: R.DR, reset: 0, writable: 0xffff },
  { name: 'CRCPR', offset: R.CRCPR, reset: 0x7, writable: 0xffff },
  { name: 'RXCRCR', offset: R.RXCRCR, reset: 0, writable: 0 },
  { name: 'TXCRCR', offset: R.TXCRCR, reset: 0, writable: 0 },
  { name: 'I2SCFGR', offset: I2SCFGR, reset: 0, writable: 0xfbf },
  { name: 'I2SPR', offset: I2SPR, reset: 0x2, writable: 0x3ff },
];

export class Spi extends SpiPort {
  constructor(options: SpiOptions) {
    super(REGISTERS, options);
  }

  protected override onWrite(offset: number, value: number, lanes: number): void {
    if (offset === I2SCFGR && value & I2SMOD) this.refuse(offset, 'I2S');
    const old = this.get(R.CR1);
    if (offset === R.CR1 && old & SPE && (old ^ value) & lanes & DFF) {
      throw this.misuse('CR1.DFF is changed while it is on (20.5.1)');
    }
    super.onWrite(offset, value, lanes);
  }

  protected override frameBits(): number {
    return this.get(R.CR1) & DFF ? 16 : 8;
  }

  protected override capacity(): number {
    return 1;
  }

  protected override framesOf(_size: AccessSize): number {
    return 1;
  }

  protected override isEmptyEnough(): boolean {
    return this.sending.length === 0;
  }

  protected override isFullEnough(): boolean {
    return this.received.length > 0;
  }

  protected override moreFlags(): number {
    return 0;
  }

  protected override checkControl2(): void {}
}
