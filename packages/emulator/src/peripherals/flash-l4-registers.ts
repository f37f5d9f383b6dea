/** Registers and times of the flash interface of the STM32L476: RM0351 Rev 9, 3.7, and DS10198 Rev 8, 6.3.10. */
import { BSY, EOP, EOPIE, ERRIE, type FlashLayout, LOCK, OPERR, STRT } from './flash-controller.ts';
import type { Register } from './register-block.ts';

export const R = {
  ACR: 0x00,
  PDKEYR: 0x04,
  KEYR: 0x08,
  OPTKEYR: 0x0c,
  SR: 0x10,
  CR: 0x14,
  ECCR: 0x18,
  OPTR: 0x20,
  PCROP1SR: 0x24,
  PCROP1ER: 0x28,
  WRP1AR: 0x2c,
  WRP1BR: 0x30,
  PCROP2SR: 0x44,
  PCROP2ER: 0x48,
  WRP2AR: 0x4c,
  WRP2BR: 0x50,
} as const;

/** FLASH_ACR, 3.7.1. */
export const RUN_PD = 1 << 13;

/** FLASH_SR, 3.7.5. */
export const SR = {
  PROGERR: 1 << 3,
  WRPERR: 1 << 4,
  PGAERR: 1 << 5,
  SIZERR: 1 << 6,
  PGSERR: 1 << 7,
  MISERR: 1 << 8,
  FASTERR: 1 << 9,
  RDERR: 1 << 14,
  OPTVERR: 1 << 15,
} as const;
/** Flags of an earlier operation that keep the next one from starting (3.3.6, 3.3.7). */
export const EARLIER_ERRORS = SR.PROGERR | SR.WRPERR | SR.PGAERR | SR.SIZERR | SR.PGSERR | SR.MISERR | SR.FASTERR;
/** Flags that software clears by writing a one. */
export const SR_CLEARABLE = EOP | OPERR | EARLIER_ERRORS | SR.RDERR | SR.OPTVERR;

/** FLASH_CR, 3.7.6. */
export const CR = {
  PG: 1 << 0,
  PER: 1 << 1,
  MER1: 1 << 2,
  PNB: 0x7f8,
  BKER: 1 << 11,
  MER2: 1 << 15,
  OPTSTRT: 1 << 17,
  FSTPG: 1 << 18,
  RDERRIE: 1 << 26,
  OBL_LAUNCH: 1 << 27,
  OPTLOCK: 1 << 30,
} as const;

/** FLASH_ECCR, 3.7.7. ADDR_ECC is an offset in the bank, in bytes. */
export const ECCR = {
  ADDR_ECC: 0x7ffff,
  BK_ECC: 1 << 19,
  ECCIE: 1 << 24,
  ECCC: 1 << 30,
  ECCD: 2 ** 31,
} as const;

/** Registers that show option bytes, and what the factory wrote: two banks, nothing protected (3.4.1). */
export const OPTIONS = {
  OPTR: 0xffeff8aa,
  PCROP1SR: 0x0000ffff,
  PCROP1ER: 0x00000000,
  WRP1AR: 0x000000ff,
  WRP1BR: 0x000000ff,
  PCROP2SR: 0x0000ffff,
  PCROP2ER: 0x00000000,
  WRP2AR: 0x000000ff,
  WRP2BR: 0x000000ff,
} as const;

/** Bits of OPTR, 3.4.1. */
export const OPTR = { RDP: 0xff, IWDG_SW: 1 << 16 } as const;

/** Bits of option registers whose change is not modelled: register, bits, what they do. */
export const FIXED_OPTIONS: readonly (readonly [name: OptionRegister, bits: number, what: string])[] = [
  ['OPTR', 1 << 19, 'the hardware window watchdog (WWDG_SW)'],
  ['OPTR', (1 << 20) | (1 << 21), 'starting from bank 2, or a single bank (BFB2, DUALBANK)'],
  ['OPTR', (1 << 24) | (1 << 25), "SRAM2's parity check or its erase at a reset (SRAM2_PE, SRAM2_RST)"],
  ['PCROP1SR', 0xffff, 'an execute-only area'],
  ['PCROP1ER', 0x8000ffff, 'an execute-only area'],
  ['PCROP2SR', 0xffff, 'an execute-only area'],
  ['PCROP2ER', 0xffff, 'an execute-only area'],
];

export type OptionRegister = keyof typeof OPTIONS;

const CR_WRITABLE =
  CR.PG | CR.PER | CR.MER1 | CR.PNB | CR.BKER | CR.MER2 | CR.FSTPG | EOPIE | ERRIE | CR.RDERRIE | CR.OBL_LAUNCH;

/** 3.7. Option registers are reset by what loads them. */
const REGISTERS: readonly Register[] = [
  { name: 'ACR', offset: R.ACR, reset: 0x600, writable: 0x7f07 },
  { name: 'PDKEYR', offset: R.PDKEYR, reset: 0, writable: 0, ignored: 0xffffffff },
  { name: 'KEYR', offset: R.KEYR, reset: 0, writable: 0, ignored: 0xffffffff },
  { name: 'OPTKEYR', offset: R.OPTKEYR, reset: 0, writable: 0, ignored: 0xffffffff },
  { name: 'SR', offset: R.SR, reset: 0, writable: 0, ignored: SR_CLEARABLE | BSY },
  {
    name: 'CR',
    offset: R.CR,
    reset: LOCK + CR.OPTLOCK,
    writable: CR_WRITABLE,
    ignored: LOCK + CR.OPTLOCK + STRT + CR.OPTSTRT,
  },
  { name: 'ECCR', offset: R.ECCR, reset: 0, writable: ECCR.ECCIE, ignored: 0xc01fffff },
  ...(Object.keys(OPTIONS) as OptionRegister[]).map((name) => ({
    name,
    offset: R[name],
    reset: OPTIONS[name],
    writable: 0xffffffff,
  })),
];

export const LAYOUT: FlashLayout = {
  registers: REGISTERS,
  at: R,
  latency: 0x7,
  optionLock: [R.CR, CR.OPTLOCK],
  latencySource: 'RM0351 Rev 9, 3.3.3',
};

/** Typical seconds to erase one bank or both. */
export const MASS_ERASE_SECONDS = 22.13e-3;

/** Highest processor clock in Hz by wait states, by voltage range: 3.3.3, table 9. */
export const HZ_BY_WAIT_STATES: Readonly<Record<number, readonly number[]>> = {
  1: [16_000_000, 32_000_000, 48_000_000, 64_000_000, 80_000_000],
  2: [6_000_000, 12_000_000, 18_000_000, 26_000_000],
};
