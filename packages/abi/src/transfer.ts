/**
 * The transfer of an image over a serial line: frames between `kickstage send` and an app. Constants only; compiled by
 * both the host's and the firmware's compiler. Byte tables: docs/formats/transfer.md.
 *
 * A frame on the line is a zero byte, the frame's bytes in COBS (no zero among them), a zero byte. Text may come between
 * frames. Numbers are little-endian.
 */

export const TRANSFER_VERSION: u32 = 1;

// Frame, offsets in bytes: a head, the payload up to a multiple of 4, the CRC-32 of all before.
/** Command, or command and TRANSFER_REPLY. */
export const TRANSFER_KIND: u32 = 0;
/** A reply has the sequence of its command. A command that is sent again has the same one. */
export const TRANSFER_SEQUENCE: u32 = 1;
/** u16: bytes of the payload. */
export const TRANSFER_LENGTH: u32 = 2;
/** Of a command: its argument. Of a reply: UPDATE_... or TRANSFER_... */
export const TRANSFER_ARGUMENT: u32 = 4;
export const TRANSFER_HEAD_SIZE: u32 = 8;
export const TRANSFER_CRC_SIZE: u32 = 4;
export const TRANSFER_MAX_PAYLOAD: u32 = 256;

export const TRANSFER_REPLY: u32 = 0x80;
/** Who is there? Reply: TransferHello. Ends a transfer that was under way. */
export const TRANSFER_HELLO: u32 = 1;
/** Begins a transfer of so many bytes (argument, a multiple of 8): the download slot is erased. */
export const TRANSFER_BEGIN: u32 = 2;
/** The image's bytes from the offset in the argument, a multiple of 8, in order. Reply's payload: the offset that is wanted next. */
export const TRANSFER_DATA: u32 = 3;
/** Payload: CRC-32 of the whole image. Argument: 1 for good, 0 on trial. After the reply the app asks for the update. */
export const TRANSFER_INSTALL: u32 = 4;

// Payload of HELLO's reply: words.
export const TRANSFER_HELLO_VERSION: u32 = 0;
/** App in bits 0..7, phase of its update in bits 8..15, outcome of the last one in bits 16..23. */
export const TRANSFER_HELLO_STATE: u32 = 4;
/** Bytes that an image may have. */
export const TRANSFER_HELLO_CAPACITY: u32 = 8;
/** The address for which the image has to be linked. */
export const TRANSFER_HELLO_START: u32 = 12;
export const TRANSFER_HELLO_SIZE: u32 = 16;

// Answers beside UPDATE_...
/** A frame that is whole and asks for what there is not. */
export const TRANSFER_UNKNOWN: u32 = 0x100;
/** Not the offset that is wanted next, or no transfer was begun. */
export const TRANSFER_OUT_OF_ORDER: u32 = 0x101;
/** The download slot does not hold what was sent. */
export const TRANSFER_WRONG_CRC: u32 = 0x102;
/** A length or an offset that is no multiple of 8. */
export const TRANSFER_UNALIGNED: u32 = 0x103;
