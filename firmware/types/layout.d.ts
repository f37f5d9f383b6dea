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
  /** Bits per second of the board's console; using it is refused where the board has none. */
  export const CONSOLE_BAUD: u32;
}
