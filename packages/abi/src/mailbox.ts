/**
 * The mailbox: words of RAM that no image initialises and that survive a software reset. Constants only; compiled by
 * both the host's and the firmware's compiler. Byte table: docs/formats/mailbox.md.
 *
 * Protocol `record`: one record of MAILBOX_RECORD_SIZE bytes at the end of RAM, with a request half (app to bootloader)
 * and a report half (bootloader to app), each with a CRC-32 of its own. Protocol `magic-word`: one raw word that names
 * an app; the word behind it, where the mailbox has eight bytes, takes the bootloader's report (status in bits 0..7).
 */

/** `KSMB` in little-endian ASCII. */
export const MAILBOX_MAGIC: u32 = 0x424d534b;
export const MAILBOX_VERSION: u32 = 1;
export const MAILBOX_RECORD_SIZE: u32 = 64;

// Request half: 16 bytes; the CRC covers bytes 0..12.
export const MAILBOX_REQUEST_MAGIC: u32 = 0;
/** Version in bits 0..7, request kind in bits 8..15, the rest 0. */
export const MAILBOX_REQUEST_KIND: u32 = 4;
export const MAILBOX_REQUEST_ARGUMENT: u32 = 8;
export const MAILBOX_REQUEST_CRC: u32 = 12;
export const MAILBOX_REQUEST_SIZE: u32 = 16;

// Report half: 32 bytes from MAILBOX_REPORT; the CRC covers its bytes 0..28. Offsets are from the record's start.
export const MAILBOX_REPORT: u32 = 16;
export const MAILBOX_REPORT_MAGIC: u32 = 16;
/** Version in bits 0..7, status (BootStatus) in bits 8..15, reset cause in bits 16..23, slot id in bits 24..31 (0xFF: none). */
export const MAILBOX_REPORT_FLAGS: u32 = 20;
/** Slot id that was wanted in bits 0..7 (0xFF: none), why it was chosen (BootReason) in bits 8..15, why the wanted one was refused (BootStatus) in bits 16..23. */
export const MAILBOX_REPORT_CHOICE: u32 = 24;
/** Attempts since power-on, counted by the bootloader. */
export const MAILBOX_REPORT_ATTEMPTS: u32 = 28;
/** Of the chosen app: outcome of its last update (OUTCOME_...) in bits 0..7, phase (PHASE_...) in bits 8..15. */
export const MAILBOX_REPORT_EXCHANGE: u32 = 32;
/** Bootloader version: major in bits 24..31, minor in bits 16..23, patch in bits 0..15. */
export const MAILBOX_REPORT_BOOTLOADER: u32 = 36;
/** TRUST_... flags of the bootloader; the rest 0. */
export const MAILBOX_REPORT_TRUST: u32 = 40;
export const MAILBOX_REPORT_CRC: u32 = 44;
export const MAILBOX_REPORT_SIZE: u32 = 32;

/** The bootloader trusts a key that is for trials only: such a board must not leave the house. */
export const TRUST_DEVELOPMENT_KEY: u32 = 1;

export const REQUEST_NONE: u32 = 0;
/** Start the app whose id is the argument. */
export const REQUEST_BOOT: u32 = 1;
export const REQUEST_UPDATE: u32 = 2;
export const REQUEST_RECOVERY: u32 = 3;
export const REQUEST_REVERT: u32 = 4;
/** The app on trial works: it stays. Argument as of REQUEST_UPDATE. */
export const REQUEST_CONFIRM: u32 = 5;
/** Of REQUEST_UPDATE's argument: app id in bits 0..7; this bit: for good, without a trial. */
export const REQUEST_PERMANENT: u32 = 0x100;

export const NO_SLOT: u32 = 0xff;

// Protocol `magic-word`: the report word's fields, lowest bit of each. Status is the status of the slot that was wanted.
export const MAGIC_REPORT: u32 = 4;
export const MAGIC_REPORT_STATUS_SHIFT: u32 = 0;
export const MAGIC_REPORT_REASON_SHIFT: u32 = 8;
export const MAGIC_REPORT_SLOT_SHIFT: u32 = 16;
export const MAGIC_REPORT_TAG_SHIFT: u32 = 24;
/** Tells a report from the noise that RAM holds after power-on. */
export const MAGIC_REPORT_TAG: u32 = 0xb7;
