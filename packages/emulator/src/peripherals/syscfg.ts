/**
 * System configuration of the STM32F411: RM0383 Rev 3, chapter 7. Modelled: which port's pin an external interrupt line
 * watches. The compensation cell is ready as soon as it is switched on. Not modelled, and refused: other memory at
 * address 0.
 */
import { PortSelect, selectRegisters } from './port-select.ts';
import type { Register } from './register-block.ts';

const R = { MEMRMP: 0x00, PMC: 0x04, CMPCR: 0x20 } as const;
const CMP_PD = 1 << 0;
const CMP_READY = 1 << 8;

/** 7.2.1 to 7.2.7. */
const REGISTERS: readonly Register[] = [
  { name: 'MEMRMP', offset: R.MEMRMP, reset: 0, writable: 0x3 },
  { name: 'PMC', offset: R.PMC, reset: 0, writable: 0x10000 },
  ...selectRegisters(0xf),
  { name: 'CMPCR', offset: R.CMPCR, reset: 0, writable: CMP_PD, ignored: CMP_READY },
];

/** Ports by the value of a field of EXTICR1..4 (7.2.3). */
const PORTS: Readonly<Record<number, string>> = { 0: 'A', 1: 'B', 2: 'C', 3: 'D', 4: 'E', 7: 'H' };

export class Syscfg extends PortSelect {
  constructor() {
    super(REGISTERS, PORTS);
  }

  protected override onRead(offset: number): number {
    const word = this.get(offset);
    return offset === R.CMPCR && word & CMP_PD ? word | CMP_READY : word;
  }

  protected override onWrite(offset: number, value: number, lanes: number): void {
    if (offset === R.MEMRMP && (value & 3) !== 0) this.refuse(offset, 'another memory at address 0');
    this.store(offset, value, lanes);
  }
}
