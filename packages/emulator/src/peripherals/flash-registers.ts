/** Registers, keys and times of the flash interface: RM0383 Rev 3, 3.8, and DS10314 Rev 8, 6.3.12. */
import { BSY, type FlashLayout, LOCK, STRT } from './flash-controller.ts';
import type { Register } from './register-block.ts';

export const R = { ACR: 0x00, KEYR: 0x04, OPTKEYR: 0x08, SR: 0x0c, CR: 0x10, OPTCR: 0x14 } as const;

/** FLASH_SR, 3.8.4. */
export const SR = {
  WRPERR: 1 << 4,
  PGAERR: 1 << 5,
  PGPERR: 1 << 6,
  PGSERR: 1 << 7,
  RDERR: 1 << 8,
} as const;
/** Flags that software clears by writing a one. */
export const SR_CLEARABLE = 0x1f3;

/** FLASH_CR, 3.8.5. */
export const CR = {
  PG: 1 << 0,
  SER: 1 << 1,
  MER: 1 << 2,
  SNB: 0x78,
  PSIZE: 0x300,
} as const;

/** FLASH_OPTCR, 3.8.6. */
export const OPTLOCK = 1 << 0;
export const OPTSTRT = 1 << 1;
export const WDG_SW = 1 << 5;
export const OPTCR_RDP = 0xff00;
export const SPRMOD = 2 ** 31;
/** What the factory wrote: no protection, brown-out reset off, the software watchdog. */
export const FACTORY_OPTIONS = 0x0fffaaec;
/** nWRP0..nWRP7: a zero protects the sector, 3.8.6. */
export const OPTCR_NWRP = 0x00ff0000;

/** 3.8. */
const REGISTERS: readonly Register[] = [
  { name: 'ACR', offset: R.ACR, reset: 0, writable: 0x1f0f },
  { name: 'KEYR', offset: R.KEYR, reset: 0, writable: 0, ignored: 0xffffffff },
  { name: 'OPTKEYR', offset: R.OPTKEYR, reset: 0, writable: 0, ignored: 0xffffffff },
  { name: 'SR', offset: R.SR, reset: 0, writable: 0, ignored: SR_CLEARABLE | BSY },
  { name: 'CR', offset: R.CR, reset: LOCK, writable: 0x0300037f, ignored: LOCK + STRT },
  { name: 'OPTCR', offset: R.OPTCR, reset: FACTORY_OPTIONS | OPTLOCK, writable: 0x0fffffed, ignored: OPTSTRT + SPRMOD },
];

export const LAYOUT: FlashLayout = {
  registers: REGISTERS,
  at: R,
  latency: 0xf,
  optionLock: [R.OPTCR, OPTLOCK],
  latencySource: 'RM0383 Rev 3, 3.4.1',
};

/** Typical seconds to erase the whole array, by PSIZE (8, 16, 32 bits). */
export const MASS_ERASE_SECONDS = [8, 5.5, 4];

/** Highest processor clock in Hz by wait states at 2.7 to 3.6 V: 3.4.1, table 5. */
export const HZ_BY_WAIT_STATES = [30_000_000, 64_000_000, 90_000_000, 100_000_000];
