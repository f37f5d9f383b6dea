/**
 * The microcontroller's own flash: erase a sector, program write units. Each call unlocks the controller, works, and
 * locks it again; it comes back when the controller is done. Code that runs from the same flash stands still meanwhile.
 * STM32F4: RM0383 Rev 3, 3.5 and 3.8. STM32L4: RM0351 Rev 9, 3.3 and 3.7.
 *
 * Answers are STORAGE_OK, or the controller's error flags.
 */
import { FLASH_START, IS_STM32F4, IS_STM32L4, sectorNumber } from 'kickstage/layout';
import { dsb } from '../intrinsics/cpu';
import { ld32, st32 } from '../intrinsics/mmio';
import { ld32 as readMemory, st32 as writeMemory } from '../intrinsics/volatile';

const KEYR: usize = FLASH_START + (IS_STM32L4 ? 0x08 : 0x04);
const SR: usize = FLASH_START + (IS_STM32L4 ? 0x10 : 0x0c);
const CR: usize = FLASH_START + (IS_STM32L4 ? 0x14 : 0x10);
/** STM32L4: whether instructions and data are cached (3.7.1). */
const ACR: usize = FLASH_START;
/** RM0383, 3.5.1; RM0351, 3.3.5. */
const KEY1: u32 = 0x45670123;
const KEY2: u32 = 0xcdef89ab;

const SR_BSY: u32 = 1 << 16;
/** STM32F4: OPERR, WRPERR, PGAERR, PGPERR, PGSERR, RDERR; STM32L4: OPERR, PROGERR … FASTERR, RDERR, OPTVERR. */
const SR_ERRORS: u32 = IS_STM32L4 ? 0xc3fa : 0x1f2;
const CR_PG: u32 = 1 << 0;
/** SER of the STM32F4, PER of the STM32L4. */
const CR_ERASE: u32 = 1 << 1;
const CR_NUMBER_SHIFT: u32 = 3;
const CR_BANK2: u32 = 1 << 11;
/** STM32F4: 32 bits at once, which needs 2.7 V (3.5.2). */
const CR_PSIZE_X32: u32 = IS_STM32L4 ? 0 : 2 << 8;
const CR_STRT: u32 = 1 << 16;
const CR_LOCK: u32 = 0x80000000;
/** Pages of a bank of the STM32L4: the second bank's numbers follow with a bit of their own. */
const BANK_BIT: u32 = 1 << 8;
const ACR_CACHES: u32 = 3 << 9;
const ACR_RESETS: u32 = 3 << 11;

/** Erases the sector that begins at `address`. */
export function eraseSector(address: usize): u32 {
  if (!IS_STM32F4 && !IS_STM32L4) ERROR('storage/internal-flash does not know the flash of this chip.family');
  const number = sectorNumber(address);
  const bank: u32 = IS_STM32L4 && (number & BANK_BIT) !== 0 ? CR_BANK2 : 0;
  begin();
  st32(CR, CR_ERASE | CR_PSIZE_X32 | ((number & 0xff) << CR_NUMBER_SHIFT) | bank);
  st32(CR, CR_ERASE | CR_PSIZE_X32 | ((number & 0xff) << CR_NUMBER_SHIFT) | bank | CR_STRT);
  const errors = end();
  resetCaches();
  return errors;
}

/** Programs `length` bytes, whole write units, from `source` in RAM. */
export function programUnits(address: usize, source: usize, length: u32): u32 {
  begin();
  st32(CR, CR_PG | CR_PSIZE_X32);
  let errors: u32 = 0;
  const step: u32 = IS_STM32L4 ? 8 : 4;
  for (let done: u32 = 0; done < length && errors === 0; done += step) {
    writeMemory(address + done, readMemory(source + done));
    if (IS_STM32L4) writeMemory(address + done + 4, readMemory(source + done + 4));
    errors = wait();
  }
  return end() | errors;
}

/** A word of it. */
export function readWord(address: usize): u32 {
  return readMemory(address);
}

function begin(): void {
  wait();
  st32(SR, SR_ERRORS);
  st32(KEYR, KEY1);
  st32(KEYR, KEY2);
}

/** Waits until the controller is idle; gives its error flags. */
function wait(): u32 {
  dsb();
  let status = ld32(SR);
  while ((status & SR_BSY) !== 0) status = ld32(SR);
  return status & SR_ERRORS;
}

function end(): u32 {
  const errors = wait();
  st32(CR, CR_LOCK);
  return errors;
}

/**
 * The STM32L4's caches may hold what was there before (RM0351, 3.3.6), those of the STM32F4 too where they are on
 * (RM0383, 3.5.3). They are switched off, emptied, and on again.
 */
function resetCaches(): void {
  const before = ld32(ACR);
  const on = before & ACR_CACHES;
  if (on === 0) return;
  st32(ACR, before & ~ACR_CACHES);
  st32(ACR, (before & ~ACR_CACHES) | ACR_RESETS);
  st32(ACR, before);
}
