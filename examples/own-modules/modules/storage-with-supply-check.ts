/**
 * A storage of one's own: Kickstage's, but flash is changed only while the supply is good. The STM32F411's flash needs
 * 2.7 V to be programmed by words (RM0383 Rev 3, 3.5.2), and a board on a weak battery may fall below while it works. The
 * programmable voltage detector tells (RM0383 Rev 3, 5.2.2 and 5.4): below its level nothing is begun, and what asked,
 * bootloader or app, is told of an error. The update stays where it is, and is tried again at the next start.
 */
import { ld32, st32 } from 'kickstage/firmware/intrinsics/mmio';
import * as flash from 'kickstage/firmware/storage/storage';
import { closePower, openPower, PWR_CR, PWR_CSR } from './backup-domain';

export { readWord, STORAGE_EXTERNAL, STORAGE_INTERNAL, STORAGE_OK } from 'kickstage/firmware/storage/storage';

/** What `erase` and `program` answer when they have not begun: no bit of a flash controller's. */
export const SUPPLY_IS_LOW: u32 = 1 << 31;

const CR_PVDE: u32 = 1 << 4;
/** PLS: 2.8 V. */
const CR_LEVEL: u32 = 6 << 5;
const CR_PLS: u32 = 7 << 5;
const CSR_PVDO: u32 = 1 << 2;
/** Readings until the detector has settled: some microseconds at 16 MHz. */
const TURNS: u32 = 64;

function isSupplyGood(): bool {
  const before = openPower();
  const settings = ld32(PWR_CR);
  st32(PWR_CR, (settings & ~CR_PLS) | CR_LEVEL | CR_PVDE);
  let isGood = false;
  for (let i: u32 = 0; i < TURNS; i++) isGood = (ld32(PWR_CSR) & CSR_PVDO) === 0;
  st32(PWR_CR, settings);
  closePower(before);
  return isGood;
}

export function erase(memory: u32, address: usize, length: u32): u32 {
  return isSupplyGood() ? flash.erase(memory, address, length) : SUPPLY_IS_LOW;
}

export function program(memory: u32, address: usize, source: usize, length: u32): u32 {
  return isSupplyGood() ? flash.program(memory, address, source, length) : SUPPLY_IS_LOW;
}
