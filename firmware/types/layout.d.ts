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

  /** Number of the chip's external interrupts, gaps included. */
  export const INTERRUPT_COUNT: u32;
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
  /** Bits per second of the board's console. */
  export const CONSOLE_BAUD: u32;
}
