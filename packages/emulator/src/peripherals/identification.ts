/**
 * What tells one chip from another: the debug unit's IDCODE (RM0383 Rev 3, 23.6; RM0351 Rev 9, 48.6), the unique id and
 * the flash size in system memory (RM0383 Rev 3, chapter 24; RM0351 Rev 9, chapter 49). Freezing timers while the processor is halted by a debugger is not modelled:
 * the bits are kept.
 */
import { type AccessSize, EmulationError, type Peripheral } from '../peripheral.ts';
import { hex, type Register, RegisterBlock } from './register-block.ts';

/** Device 0x431; revision A. RM0383 Rev 3, 23.6.1 and 23.16. */
export const DBGMCU_F411: readonly Register[] = [
  { name: 'IDCODE', offset: 0x00, reset: 0x10006431, writable: 0 },
  { name: 'CR', offset: 0x04, reset: 0, writable: 0x000000e7 },
  { name: 'APB1_FZ', offset: 0x08, reset: 0, writable: 0x00e01c0f },
  { name: 'APB2_FZ', offset: 0x0c, reset: 0, writable: 0x00070001 },
];

/** Device 0x415; revision 4. RM0351 Rev 9, 48.6.1 and 48.16. */
export const DBGMCU_L476: readonly Register[] = [
  { name: 'IDCODE', offset: 0x00, reset: 0x10076415, writable: 0 },
  { name: 'CR', offset: 0x04, reset: 0, writable: 0x000000e7 },
  { name: 'APB1FZR1', offset: 0x08, reset: 0, writable: 0x82e01c3f },
  { name: 'APB1FZR2', offset: 0x0c, reset: 0, writable: 0x00000020 },
  { name: 'APB2FZR', offset: 0x10, reset: 0, writable: 0x00072800 },
];

export class Dbgmcu extends RegisterBlock {
  constructor(registers: readonly Register[] = DBGMCU_F411) {
    super('DBGMCU', registers);
  }

  /** A system reset leaves the debug unit alone (RM0383 Rev 3, 23.6.3). */
  override reset(kind: 'power-on' | 'system'): void {
    if (kind === 'power-on') super.reset(kind);
  }
}

/** Bytes that the factory wrote: read in any width, aligned or not. */
export class SystemIds implements Peripheral {
  readonly name = 'SYSTEM_MEMORY';
  private readonly bytes = new Map<number, number>();

  /** `ids`: what stands at which offset from the block's start, as little-endian words. */
  constructor(ids: readonly { readonly offset: number; readonly size: number; readonly words: readonly number[] }[]) {
    for (const { offset, size, words } of ids) {
      for (let i = 0; i < size; i++) this.bytes.set(offset + i, (words[i >> 2] >>> (8 * (i & 3))) & 0xff);
    }
  }

  read(offset: number, size: AccessSize): number {
    let value = 0;
    for (let i = 0; i < size; i++) {
      const byte = this.bytes.get(offset + i);
      if (byte === undefined) {
        throw new EmulationError('EMU002', `read of ${this.name} at offset ${hex(offset + i, 2)}: there is no id`);
      }
      value += byte * 2 ** (8 * i);
    }
    return value;
  }

  write(offset: number): never {
    throw new EmulationError('EMU007', `write to ${this.name} at offset ${hex(offset, 2)}, which is read-only`);
  }

  reset(): void {}

  snapshot(): unknown {
    return undefined;
  }

  restore(): void {}
}
