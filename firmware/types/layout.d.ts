/**
 * `kickstage/layout` as the toolchain generates it for each image from the Layout: literal constants, so that what a
 * configuration does not need is folded away. Declared here for editors and for the firmware library's own check.
 */
declare module 'kickstage/layout' {
  /** The config's apps by name; values are their ids. */
  export enum App {}
  export const APP_COUNT: u32;
  export const DEFAULT_APP: u32;
  /** How many apps `choice` names: the order in which they are tried when the wanted one is not plausible. */
  export const CHOICE_COUNT: u32;
  export function choice(position: u32): u32;
  export function slotStart(app: u32): usize;
  export function slotSize(app: u32): u32;
  /** The word of boot/decide.ts for a magic word: the app that it names, else the default. */
  export function wantedByMagic(word: u32): u32;
  export function magicOf(app: u32): u32;

  /** All RAM of the chip. */
  export const RAM_START: u32;
  export const RAM_SIZE: u32;
  export const MAILBOX_ADDRESS: usize;
  export const MAILBOX_SIZE: u32;
  /** Whether the mailbox holds a record; else it holds a magic word. */
  export const MAILBOX_IS_RECORD: bool;
  /** Major in bits 24..31, minor in 16..23, patch in 0..15. */
  export const BOOTLOADER_VERSION: u32;

  /** This image's app; NO_UPDATE in the bootloader. */
  export const THIS_APP: u32;
  /** Whether any app has an `update` in the config. */
  export const HAS_UPDATES: bool;
  /** No number of an app that can be updated. */
  export const NO_UPDATE: u32;
  /** An app's number among those that can be updated: its four bits in the journal. NO_UPDATE where it has no `update`. */
  export function updateIndex(app: u32): u32;
  /** STRATEGY_... of kickstage/firmware/abi/update. */
  export function strategyOf(app: u32): u32;
  /** Memory (STORAGE_...) and start of the app's download slot `n`: with `alternate` there are two. */
  export function downloadMemory(app: u32, n: u32): u32;
  export function downloadStart(app: u32, n: u32): usize;
  /** `swap` by offset: bytes before a download in its slot; else 0. */
  export function downloadOffset(app: u32): u32;
  /** `swap`: bytes that change places at once. */
  export function chunkSize(app: u32): u32;
  export const SCRATCH_MEMORY: u32;
  export const SCRATCH_START: usize;
  /** The journal's two halves, and the memory that they are in. */
  export const JOURNAL_MEMORY: u32;
  export const JOURNAL_HALF_SIZE: u32;
  export function journalHalf(half: u32): usize;
  /** Bytes of a slot of the journal; words of a state, and of a slot before its CRC. */
  export const JOURNAL_SLOT_SIZE: u32;
  export const STATE_WORDS: u32;
  /** Whether a state has more words than each one has: those that apps are remembered by. */
  export const STATE_HAS_MORE: bool;
  /** What a header's first word has below its mark, and its third one. */
  export const JOURNAL_FORMAT: u32;
  export const JOURNAL_CONTENTS: u32;
  /** Which word of a state is the fingerprint of the app's verified image, or its security counter; 0: none is. */
  export function fingerprintWord(app: u32): u32;
  export function counterWord(app: u32): u32;
  /** A word of erased flash where the journal is. */
  export const ERASED_WORD: u32;
  /** A word of a memory's erased flash. */
  export function erasedWord(memory: u32): u32;
  /** Bytes of the erase sector that begins at `address`. */
  export function eraseSize(memory: u32, address: usize): u32;
  /** Number of the erase sector that begins at `address`, as the flash controller counts. */
  export function sectorNumber(address: usize): u32;
  /** Milliseconds of the watchdog that is started before an app on trial; 0: none. */
  export const TRIAL_WATCHDOG: u32;
  /** Where the state is kept in RAM, when it is kept there. */
  export const STATE_ADDRESS: usize;
  /** Whether update slots or scratch lie in external flash; its select pin, page size and the command that erases a sector. */
  export const HAS_EXTERNAL_STORAGE: bool;
  export const EXTERNAL_SELECT_PORT: u32;
  export const EXTERNAL_SELECT_PIN: u32;
  export const EXTERNAL_PAGE_SIZE: u32;
  export const EXTERNAL_ERASE_COMMAND: u32;

  /** MPU_RASR of the region that keeps code from being executed from RAM; 0 where the config does not ask for it. */
  export const RAM_REGION: u32;
  /** Whether the bootloader's erase sectors are to be protected by option bytes; the first and the last of them. */
  export const PROTECTS_FLASH: bool;
  export const BOOT_FIRST_SECTOR: u32;
  export const BOOT_LAST_SECTOR: u32;

  /** Whether any app's image is verified; whether some app's is not. */
  export const HAS_VERIFY: bool;
  export const HAS_UNVERIFIED: bool;
  /** Whether any app is verified when its image changes only; whether the counter of any is kept. */
  export const VERIFIES_ON_CHANGE: bool;
  export const KEEPS_COUNTERS: bool;
  /** Which signatures are verified. */
  export const VERIFIES_ED25519: bool;
  export const VERIFIES_P256: bool;
  export const TRUSTS_DEVELOPMENT_KEY: bool;
  /** Bytes before an app's vector table. */
  export function headerSize(app: u32): u32;
  /** LEVEL_... of kickstage/firmware/abi/verify. */
  export function verifyLevel(app: u32): u32;
  /** What an image's evidence lacks, without the place, to be PASS_START: less what each step of the check finds. */
  export function evidenceGap(app: u32): u32;
  /** The same of an image that is known from before. */
  export function knownGap(app: u32): u32;
  /** What makes of that PASS_INSTALL, less what comparisons of versions find. */
  export function installGap(app: u32): u32;
  /** Images with a lower security counter are not started. */
  export function counterFloor(app: u32): u32;
  /** Whether updates of the app with a lower version or counter are refused. */
  export function refusesLower(app: u32): bool;
  /** Keys: how many; bit n of `trustedKeys` for key n; its KEYHASH and the key itself; whether it is Ed25519's or P-256's. */
  export const KEY_COUNT: u32;
  export function trustedKeys(app: u32): u32;
  export function keyHash(key: u32): usize;
  export function keyPoint(key: u32): usize;
  export function keyIsEd25519(key: u32): bool;
  /** Images with this security counter or a higher one may not be signed with it; all ones: any may. */
  export function keyRevokedAt(key: u32): u32;

  /** The chip's family: which registers its peripherals have. Neither is true for a family that firmware/ does not know. */
  export const IS_STM32F4: bool;
  export const IS_STM32L4: bool;
  /** Number of the chip's external interrupts, gaps included. */
  export const INTERRUPT_COUNT: u32;
  /**
   * Register blocks of the chip: start, register of the clock enable and the bits in it. 0 where the chip names none. GPIO
   * is port A; the others follow in steps of 0x400, their enable bits one by one.
   */
  export const RCC_START: usize;
  export const GPIO_START: usize;
  export const GPIO_ENABLE: usize;
  export const GPIO_ENABLE_BITS: u32;
  export const SYSCFG_START: usize;
  export const SYSCFG_ENABLE: usize;
  export const SYSCFG_ENABLE_BITS: u32;
  export const EXTI_START: usize;
  export const TIM1_START: usize;
  export const TIM1_ENABLE: usize;
  export const TIM1_ENABLE_BITS: u32;
  export const USART2_START: usize;
  export const USART2_ENABLE: usize;
  export const USART2_ENABLE_BITS: u32;
  /** The flash controller and the independent watchdog. */
  export const FLASH_START: usize;
  export const IWDG_START: usize;
  export const SPI1_START: usize;
  export const SPI1_ENABLE: usize;
  export const SPI1_ENABLE_BITS: u32;
  /** The register that tells a reset's cause, the bit that clears it, and its flags; 0 for what the chip does not tell. */
  export const RESET_FLAGS: usize;
  export const RESET_FLAGS_CLEAR: u32;
  export const RESET_FLAG_POWER_ON: u32;
  export const RESET_FLAG_BROWN_OUT: u32;
  export const RESET_FLAG_PIN: u32;
  export const RESET_FLAG_SOFTWARE: u32;
  export const RESET_FLAG_WATCHDOG: u32;
  export const RESET_FLAG_WINDOW_WATCHDOG: u32;
  export const RESET_FLAG_LOW_POWER: u32;
  /** The external crystal; 0 where there is none. */
  export const HSE_HZ: u32;
  /** Pins as port (0 is A) and number; port NO_PIN where the board has none. */
  export const NO_PIN: u32;
  export const LED_PORT: u32;
  export const LED_PIN: u32;
  export const LED_ACTIVE_LOW: bool;
  export const BUTTON_PORT: u32;
  export const BUTTON_PIN: u32;
  export const BUTTON_ACTIVE_LOW: bool;
  /** Bits per second of the board's console; 0 where the board has none: its driver is refused then. */
  export const CONSOLE_BAUD: u32;
}
