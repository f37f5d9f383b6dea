/**
 * Storage as the boot core and the app's update library see it: memories that are read, erased by whole sectors and
 * programmed by whole write units. STORAGE_INTERNAL is the microcontroller's own flash, with the processor's addresses;
 * STORAGE_EXTERNAL serial flash on the board, with the addresses of its commands.
 *
 * To bring your own, name a module in the config, `updates: { storageModule: 'modules/my-storage.ts' }`, that exports the
 * same constants and functions (examples/own-modules). Answers are STORAGE_OK or what the memory's driver found wrong.
 */
import { eraseSize, HAS_EXTERNAL_STORAGE } from 'kickstage/layout';
import * as external from '../drivers/serial-nor';
import { feedWatchdog } from '../hal/watchdog';
import * as internal from './internal-flash';

export const STORAGE_INTERNAL: u32 = 0;
export const STORAGE_EXTERNAL: u32 = 1;

export const STORAGE_OK: u32 = 0;

/** The word at `address`, which is a multiple of 4. */
export function readWord(memory: u32, address: usize): u32 {
  if (HAS_EXTERNAL_STORAGE && memory === STORAGE_EXTERNAL) return external.readWord(address);
  return internal.readWord(address);
}

/** Erases whole sectors, from `address`, where one begins, until `length` bytes are erased. */
export function erase(memory: u32, address: usize, length: u32): u32 {
  const end = address + length;
  while (address < end) {
    feedWatchdog();
    const isExternal = HAS_EXTERNAL_STORAGE && memory === STORAGE_EXTERNAL;
    const errors = isExternal ? external.eraseSector(address) : internal.eraseSector(address);
    if (errors !== STORAGE_OK) return errors;
    address += eraseSize(memory, address);
  }
  return STORAGE_OK;
}

/** Programs `length` bytes from `source` in RAM; address and length are multiples of the memory's write unit and of 4. */
export function program(memory: u32, address: usize, source: usize, length: u32): u32 {
  feedWatchdog();
  if (HAS_EXTERNAL_STORAGE && memory === STORAGE_EXTERNAL) return external.programBytes(address, source, length);
  return internal.programUnits(address, source, length);
}
