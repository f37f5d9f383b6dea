/**
 * System configuration of the STM32L4: RM0351 Rev 9, chapter 9. Modelled: which port's pin an external interrupt line
 * watches. Flash is at address 0, bank 1 first: MEMRMP reads 0. CFGR1 and CFGR2 are kept. Not modelled, and refused: other
 * memory at address 0, exchanged banks, the firewall, erasing and protecting SRAM2.
 */
import { PortSelect, selectRegisters } from './port-select.ts';
import type { Register } from './register-block.ts';

const R = { MEMRMP: 0x00, CFGR1: 0x04, SCSR: 0x18, CFGR2: 0x1c, SWPR: 0x20, SKR: 0x24 } as const;
const FWDIS = 1 << 0;

/** 9.2.1 to 9.2.10. */
const REGISTERS: readonly Register[] = [
  { name: 'MEMRMP', offset: R.MEMRMP, reset: 0, writable: 0x107 },
  { name: 'CFGR1', offset: R.CFGR1, reset: 0x7c000001, writable: 0xfc7f0101 },
  ...selectRegisters(0x7),
  { name: 'SCSR', offset: R.SCSR, reset: 0, writable: 0x1, ignored: 0x2 },
  { name: 'CFGR2', offset: R.CFGR2, reset: 0, writable: 0xf, ignored: 0x100 },
  { name: 'SWPR', offset: R.SWPR, reset: 0, writable: 0xffffffff },
  { name: 'SKR', offset: R.SKR, reset: 0, writable: 0, ignored: 0xff },
];

/** Ports by the value of a field of EXTICR1..4 (9.2.3). */
const PORTS = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'];

export class SyscfgL4 extends PortSelect {
  constructor() {
    super(REGISTERS, PORTS);
  }

  protected override onWrite(offset: number, value: number, lanes: number): void {
    if (offset === R.MEMRMP && value & 0x7) this.refuse(offset, 'another memory at address 0');
    if (offset === R.MEMRMP && value & 0x100) this.refuse(offset, 'exchanging the flash banks');
    if (offset === R.CFGR1 && this.get(offset) & lanes & ~value & FWDIS) this.refuse(offset, 'the firewall');
    if (offset === R.SCSR && value & 1) this.refuse(offset, 'erasing SRAM2');
    if (offset === R.SWPR && value !== 0) this.refuse(offset, 'write protection of SRAM2');
    this.store(offset, value, lanes);
  }
}
