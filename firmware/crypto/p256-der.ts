/**
 * Signatures of P-256 in DER (RFC 3279, 2.2.3; X.690, 8.3 and 10.1): a sequence of two integers, r and s, in the one way
 * that DER has for them. Anything else is malformed: longer forms of lengths, leading zeros, negative numbers, bytes behind
 * the end. Who takes signatures that are padded with zeros, as older signing tools make them, gives the size without.
 */
import { SIGNATURE_MALFORMED } from 'kickstage/firmware/abi/signature';
import { P256_SCRATCH, p256Confirm, p256Verify } from './p256';

const SEQUENCE: u32 = 0x30;
const INTEGER: u32 = 0x02;
/** Where r and s are put, behind what p256Verify needs. */
const RAW: usize = P256_SCRATCH;

/** Bytes of scratch memory. */
export const P256_DER_SCRATCH: usize = RAW + 64;

/** As p256Verify, with a signature of `size` bytes in DER, and P256_DER_SCRATCH bytes of scratch memory. */
export function p256VerifyDer(publicKey: usize, digest: usize, signature: usize, size: u32, scratch: usize): u32 {
  if (!decode(scratch + RAW, signature, size)) return SIGNATURE_MALFORMED;
  return p256Verify(publicKey, digest, scratch + RAW, scratch);
}

/** The last step of p256VerifyDer, whose scratch memory is untouched since: once more, for a decision that must hold. */
export function p256ConfirmDer(scratch: usize): u32 {
  return p256Confirm(scratch + RAW, scratch);
}

/** Writes r and s, 32 bytes each and big-endian; false where that is not what the signature is. */
function decode(raw: usize, der: usize, size: u32): bool {
  if (size < 2 || load<u8>(der) !== SEQUENCE || load<u8>(der, 1) !== size - 2) return false;
  // Two integers of 33 bytes are the most: no length has a long form.
  if (size > 72) return false;
  const end = der + size;
  const second = takeInteger(raw, der + 2, end);
  return second !== 0 && takeInteger(raw + 32, second, end) === end;
}

/** An integer from 0 to 2^256 - 1; gives where the next thing begins, or 0. */
function takeInteger(to: usize, at: usize, end: usize): usize {
  if (end - at < 3 || load<u8>(at) !== INTEGER) return 0;
  let size: u32 = load<u8>(at, 1);
  at += 2;
  if (size === 0 || size > end - at) return 0;
  // A zero in front is there if and only if the number would be negative without it, or is zero itself.
  if (load<u8>(at) >= 0x80) return 0;
  if (load<u8>(at) === 0 && size > 1) {
    at++;
    size--;
    if (load<u8>(at) < 0x80) return 0;
  }
  if (size > 32) return 0;
  for (let i: u32 = 0; i < 32 - size; i++) store<u8>(to++, 0);
  for (const next = at + size; at < next; at++) store<u8>(to++, load<u8>(at));
  return at;
}
