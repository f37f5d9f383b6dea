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
// Why a verified image is refused. The outcome of an update has the same numbers (update.ts).
/** No image: its header or what stands behind it is not well-formed, or of a kind that cannot be started. */
export const STATUS_NO_IMAGE: u32 = 7;
/** The image is not what its hash was made of: damaged, or changed. */
export const STATUS_WRONG_HASH: u32 = 8;
/** A signature of a trusted key does not verify. */
export const STATUS_WRONG_SIGNATURE: u32 = 9;
/** No key that is trusted for the app has signed. */
export const STATUS_UNTRUSTED_KEY: u32 = 10;
/** Its version is lower than that of the image in place. */
export const STATUS_OLDER_VERSION: u32 = 11;
/** Its security counter is lower than that of the image in place, or than the bootloader's. */
export const STATUS_OLDER_COUNTER: u32 = 12;
/** It is made for another slot. */
export const STATUS_OTHER_SLOT: u32 = 13;

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
