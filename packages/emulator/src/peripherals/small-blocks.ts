/** Blocks of a few registers: power control, debug identification, the ids in system memory. */
import { type Register, RegisterBlock } from './register-block.ts';

/** Power control: RM0383 Rev 3, 5.4. The voltage scaling is ready at once; sleep modes beyond WFI are refused. */
const PWR_REGISTERS: readonly Register[] = [
  { name: 'CR', offset: 0x00, reset: 0x0000c000, writable: 0x3ffff & ~0x0000c, ignored: 0xc },
  { name: 'CSR', offset: 0x04, reset: 0x00004000, writable: 0x00000300, ignored: 0x4007 },
];

export class Pwr extends RegisterBlock {
  constructor() {
    super('PWR', PWR_REGISTERS);
  }

  protected override onWrite(name: string, value: number, _old: number): void {
    if (name === 'CSR' && value & 0x200) this.refuse('CSR', 'the backup regulator');
    if (name === 'CR' && value & 0x2) this.refuse('CR', 'standby mode');
    this.store(name, value);
  }
}

/** Debug support: RM0383 Rev 3, 23.6. IDCODE of the F411: device 0x431, revision A. */
const DBGMCU_REGISTERS: readonly Register[] = [
  { name: 'IDCODE', offset: 0x00, reset: 0x10006431, writable: 0, ignored: 0xffffffff },
  { name: 'CR', offset: 0x04, reset: 0, writable: 0xe7 },
  { name: 'APB1_FZ', offset: 0x08, reset: 0, writable: 0x00e01c0f },
  { name: 'APB2_FZ', offset: 0x0c, reset: 0, writable: 0x00070001 },
];

export class Dbgmcu extends RegisterBlock {
  constructor() {
    super('DBGMCU', DBGMCU_REGISTERS);
  }
}

/** System memory, the page with the ids: unique id at 0x1FFF7A10, flash size in KiB at 0x1FFF7A22 (RM0383 Rev 3, 24). */
export class SystemIds extends RegisterBlock {
  constructor(uniqueId: readonly [number, number, number], flashKib: number) {
    super('SYSTEM_IDS', [
      { name: 'UID0', offset: 0x10, reset: uniqueId[0], writable: 0 },
      { name: 'UID1', offset: 0x14, reset: uniqueId[1], writable: 0 },
      { name: 'UID2', offset: 0x18, reset: uniqueId[2], writable: 0 },
      { name: 'FLASHSIZE', offset: 0x20, reset: (flashKib << 16) >>> 0, writable: 0 },
    ]);
  }

  protected override onWrite(name: string): void {
    this.refuse(name, 'writing to system memory');
  }
}
