/**
 * What a check of a signature says. Any two of the words differ in 16 bits at least, so that no slip of a few bits makes
 * one of another; only SIGNATURE_VALID is a yes, and any word that is not listed is a no.
 */
export const SIGNATURE_VALID: u32 = 0x3c96a55a;
/** The signature is not that of this message by this key. */
export const SIGNATURE_WRONG: u32 = 0xc369a5a5;
/** The signature's encoding or its range of numbers is not what the standard demands. */
export const SIGNATURE_MALFORMED: u32 = 0xa53c3c69;
/** The public key is no point of the curve. */
export const SIGNATURE_BAD_KEY: u32 = 0x5ac3c396;
