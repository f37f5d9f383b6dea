/**
 * Words that the check of an image is made of. Constants only; compiled by both the host's and the firmware's compiler. Any
 * two of them, 0 and all ones included, differ in 13 bits at least: no slip of a few bits makes one of another.
 *
 * A check leaves a sum behind, its evidence: where the image lies, and what each step found. It is worth PASS_START more
 * than the place of the vector table only if each step found what it should; what an app needs is in the word that the
 * layout has for it. The address that the bootloader jumps to is taken from that sum.
 */

/** What is verified of an app. */
export const LEVEL_NONE: u32 = 0x52e6b438;
export const LEVEL_HASH: u32 = 0xf2a74de4;
export const LEVEL_SIGNATURE: u32 = 0x0c5c7fd0;

/** The image's hash is the one that stands behind it. */
export const HASH_SAME: u32 = 0x128b2f33;
export const HASH_OTHER: u32 = 0x5d9dc9f8;
/** Version and counter are not below those in place. */
export const NOT_LOWER: u32 = 0x0ed90475;

/** The image is the one that was verified before: what the journal remembers of it, less what it is. */
export const IMAGE_KNOWN: u32 = 0xb0c11fde;

/** Evidence less this is the vector table that may be started. */
export const PASS_START: u32 = 0x0f21ddb6;
/** Evidence less this is the vector table of a download that may be installed. */
export const PASS_INSTALL: u32 = 0xa09f76b5;
/** The second finding of a signature and of a comparison counts with its bits turned by so many places. */
export const SECOND_TURN: u32 = 7;
