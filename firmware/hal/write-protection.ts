/**
 * Option bytes that keep the bootloader's sectors from being erased and programmed. STM32F4: RM0383 Rev 3, 3.6 and 3.8.6,
 * one bit for each sector. STM32L4: RM0351 Rev 9, 3.4 and 3.7.12, pages from one to another; the chip is reset to load them.
 *
 * They are written once, at the first start. If the power fails in that moment the chip may load option bytes that do not
 * match, and protect itself against debuggers until it is erased: flash new boards on a steady supply.
 */
import { BOOT_FIRST_SECTOR, BOOT_LAST_SECTOR, FLASH_START, IS_STM32F4, IS_STM32L4 } from 'kickstage/layout';
import { dsb } from '../intrinsics/cpu';
import { ld32, st32 } from '../intrinsics/mmio';

const KEYR: usize = FLASH_START + 0x08;
const OPTKEYR: usize = FLASH_START + (IS_STM32L4 ? 0x0c : 0x08);
const SR: usize = FLASH_START + (IS_STM32L4 ? 0x10 : 0x0c);
const CR: usize = FLASH_START + 0x14;
const OPTCR: usize = FLASH_START + 0x14;
const WRP1AR: usize = FLASH_START + 0x2c;
const KEY1: u32 = 0x45670123;
const KEY2: u32 = 0xcdef89ab;
const OPTION_KEY1: u32 = 0x08192a3b;
const OPTION_KEY2: u32 = 0x4c5d6e7f;
const BSY: u32 = 1 << 16;
/** STM32F4: FLASH_OPTCR. */
const OPTLOCK: u32 = 1;
const OPTSTRT_F4: u32 = 1 << 1;
const PROTECTED_SHIFT: u32 = 16;
/** STM32L4: FLASH_CR. */
const OPTSTRT_L4: u32 = 1 << 17;
const OBL_LAUNCH: u32 = 1 << 27;

export function protectBootloader(): void {
  if (!IS_STM32F4 && !IS_STM32L4) ERROR('hal/write-protection does not know the option bytes of this chip.family');
  if (IS_STM32F4) protectSectors();
  if (IS_STM32L4) protectPages();
}

/** A zero protects. */
function protectSectors(): void {
  const sectors: u32 = ((2 << BOOT_LAST_SECTOR) - (1 << BOOT_FIRST_SECTOR)) << PROTECTED_SHIFT;
  const options = ld32(OPTCR);
  if ((options & sectors) === 0) return;
  wait();
  st32(OPTKEYR, OPTION_KEY1);
  st32(OPTKEYR, OPTION_KEY2);
  const wanted = options & ~(sectors | OPTLOCK | OPTSTRT_F4);
  st32(OPTCR, wanted);
  st32(OPTCR, wanted | OPTSTRT_F4);
  wait();
  st32(OPTCR, wanted | OPTLOCK);
}

function protectPages(): void {
  const wanted = BOOT_FIRST_SECTOR | (BOOT_LAST_SECTOR << 16);
  if ((ld32(WRP1AR) & 0x00ff00ff) === wanted) return;
  wait();
  st32(KEYR, KEY1);
  st32(KEYR, KEY2);
  st32(OPTKEYR, OPTION_KEY1);
  st32(OPTKEYR, OPTION_KEY2);
  st32(WRP1AR, wanted);
  st32(CR, OPTSTRT_L4);
  wait();
  st32(CR, OBL_LAUNCH);
  while (true) {}
}

function wait(): void {
  dsb();
  while ((ld32(SR) & BSY) !== 0) {}
}
