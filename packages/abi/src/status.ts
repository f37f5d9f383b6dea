/** Numbers that the bootloader reports. Constants only; compiled by both the host's and the firmware's compiler. */

// BootStatus: what was found out about a slot, or how the boot ended.
export const STATUS_OK: u32 = 0;
/** The slot is erased. */
export const STATUS_EMPTY: u32 = 1;
/** The initial stack pointer is outside RAM or not aligned to 8 bytes. */
export const STATUS_BAD_STACK: u32 = 2;
/** The reset handler lies outside the slot or lacks the Thumb bit. */
export const STATUS_BAD_RESET_HANDLER: u32 = 3;
/** A request named an app that does not exist. */
export const STATUS_UNKNOWN_APP: u32 = 4;
/** No slot can be started: the bootloader halts. */
export const STATUS_NO_BOOTABLE_APP: u32 = 5;
/** An exchange of images was begun and could not be brought to its end. */
export const STATUS_EXCHANGE_OPEN: u32 = 6;

// BootReason: why the slot was chosen.
export const REASON_DEFAULT: u32 = 1;
export const REASON_MAILBOX: u32 = 2;
export const REASON_FALLBACK: u32 = 3;
export const REASON_HALT: u32 = 4;

// Reset cause, RM0383 Rev 3, 6.3, RCC_CSR.
export const RESET_UNKNOWN: u32 = 0;
export const RESET_POWER_ON: u32 = 1;
export const RESET_PIN: u32 = 2;
export const RESET_SOFTWARE: u32 = 3;
export const RESET_INDEPENDENT_WATCHDOG: u32 = 4;
export const RESET_WINDOW_WATCHDOG: u32 = 5;
export const RESET_LOW_POWER: u32 = 6;
export const RESET_BROWN_OUT: u32 = 7;
