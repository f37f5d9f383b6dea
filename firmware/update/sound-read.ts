/**
 * Whether the flash itself doubts what was read. The STM32L4's flash has an error correcting code: a double word whose
 * programming was interrupted may have two wrong bits, and reading it sets ECCD in FLASH_ECCR and raises the NMI (RM0351
 * Rev 9, 3.3.2 and 3.7.7). The handler, which bootloader and apps export, notes that and removes the flag.
 */
import { FLASH_START, IS_STM32L4 } from 'kickstage/layout';
import { ld32, st32 } from '../intrinsics/mmio';

const ECCR: usize = FLASH_START + 0x18;
/** Two errors, not to be corrected; writing one clears it. */
const ECCD: u32 = 0x80000000;

let doubts: u32 = 0;

/** The next readings are looked at. */
export function startSoundRead(): void {
  if (IS_STM32L4) doubts = 0;
}

/** Whether flash had no doubt since `startSoundRead`. */
export function readIsSound(): bool {
  return !IS_STM32L4 || doubts === 0;
}

/** To be exported as NMI_Handler by every image on an STM32L4 that reads the journal or update slots. */
export function noteFlashDoubt(): void {
  if (!IS_STM32L4) return;
  const register = ld32(ECCR);
  if ((register & ECCD) === 0) return;
  st32(ECCR, register);
  doubts = 1;
}
