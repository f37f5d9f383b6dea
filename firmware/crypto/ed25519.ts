/**
 * Ed25519 (RFC 8032, 5.1.7): whether a signature is that of a message by a public key. Nothing here is secret, so that
 * the time may depend on everything.
 *
 * How strict it is: S must be below the order of the base point, the key must be the one encoding of a point (y below p,
 * and no sign on x = 0), and the encoding of [S]B - [k]A must be R byte by byte, without a cofactor: as OpenSSL and the
 * library of MCUboot do. Keys of small order are taken, as RFC 8032 does: whoever chooses the keys must not choose one.
 *
 *   0       512 548 584     841     1100       2124        3148
 *   │ point │ S │ k │ of S  │ of k  │  │ odd · B  │ odd · -A │
 *
 * The scalars are there as numbers and as sums of few powers of two; the tables hold the odd multiples of two points.
 */
import {
  SIGNATURE_BAD_KEY,
  SIGNATURE_MALFORMED,
  SIGNATURE_VALID,
  SIGNATURE_WRONG,
} from 'kickstage/firmware/abi/signature';
import { BASE_POINT, ORDER, PRIME } from './ed25519-constants';
import { addMultiple, makeTable, PLACE, POINT_SIZE, run, SPARE, startPoint, TABLE_SIZE } from './ed25519-point';
import { DIVIDE_BY_Z, DOUBLE, NEGATE, POWER, PRODUCT_T, RATIO, ROOT, TAKE_Z, TURN } from './ed25519-steps';
import { feed } from './feed';
import { canonical } from './field25519';
import { clear, copy, isBelow, isZero, sameAs, shiftIn, subtract } from './numbers';
import { PLACES, recode } from './recode';
import { sha512Finish, sha512Start, sha512Update } from './sha512';

const SCALAR_S: usize = POINT_SIZE;
const SCALAR_K: usize = SCALAR_S + 36;
const PLACES_S: usize = SCALAR_K + 36;
const PLACES_K: usize = PLACES_S + PLACES;
const TABLE_B: usize = 1100;
const TABLE_A: usize = TABLE_B + TABLE_SIZE;
/** The hash is made before the tables. */
const HASH: usize = TABLE_B;

const X: usize = PLACE;
const Y: usize = PLACE + 32;
const Z: usize = PLACE + 64;

/** Bytes of scratch memory. */
export const ED25519_SCRATCH: usize = TABLE_A + TABLE_SIZE;

/**
 * Gives SIGNATURE_VALID or why not. `publicKey` has 32 bytes, `signature` 64, both as RFC 8032 has them; the message may
 * lie at any address, everything else is aligned to 4. `scratch` has ED25519_SCRATCH bytes.
 */
export function ed25519Verify(publicKey: usize, message: usize, size: u32, signature: usize, scratch: usize): u32 {
  if (!isBelow(signature + 32, ORDER)) return SIGNATURE_MALFORMED;
  startPoint(scratch);
  if (!decodeNegative(publicKey, scratch)) return SIGNATURE_BAD_KEY;
  takeScalar(scratch + SCALAR_S, signature + 32);
  const hash = scratch + HASH;
  sha512Start(hash);
  sha512Update(hash, signature, 32);
  sha512Update(hash, publicKey, 32);
  sha512Update(hash, message, size);
  sha512Finish(hash, scratch + SPARE);
  reduce(scratch + SCALAR_K, scratch + SPARE);
  makeTable(scratch, scratch + TABLE_A);
  copy(scratch + X, BASE_POINT, 96);
  run(PRODUCT_T, scratch);
  makeTable(scratch, scratch + TABLE_B);
  addUp(scratch);
  return ed25519Confirm(signature, scratch);
}

/** The last step of ed25519Verify, whose scratch memory is untouched since: once more, for a decision that must hold. */
export function ed25519Confirm(signature: usize, scratch: usize): u32 {
  return sameAs(scratch + Y, signature, SIGNATURE_VALID, SIGNATURE_WRONG);
}

function isNothing(x: usize): bool {
  canonical(x);
  return isZero(x);
}

/** The point whose negative is encoded (RFC 8032, 5.1.3); false where there is none or it is encoded in another way. */
function decodeNegative(publicKey: usize, point: usize): bool {
  copy(point + Y, publicKey, 32);
  copy(point + Z, BASE_POINT + 64, 32);
  const sign = load<u32>(point + Y, 28) >>> 31;
  store<u32>(point + Y, load<u32>(point + Y, 28) & 0x7fffffff, 28);
  if (!isBelow(point + Y, PRIME)) return false;
  run(RATIO, point);
  run(POWER, point);
  run(ROOT, point);
  if (!isNothing(point + PLACE + 4 * 32)) {
    if (!isNothing(point + PLACE + 5 * 32)) return false;
    run(TURN, point);
  }
  if (isNothing(point + X) && sign !== 0) return false;
  if ((load<u32>(point + X) & 1) === sign) run(NEGATE, point);
  run(PRODUCT_T, point);
  return true;
}

/** A number of 8 words, and one of zeros behind it. */
function takeScalar(to: usize, from: usize): void {
  copy(to, from, 32);
  store<u32>(to, 0, 32);
}

/** scalar = number modulo the order; the number has 16 words. */
function reduce(scalar: usize, number: usize): void {
  // Its top 252 bits are below the order.
  for (let i: usize = 0; i < 32; i += 4) {
    const above: u32 = i === 28 ? 0 : load<u32>(number + i, 36);
    store<u32>(scalar + i, (load<u32>(number + i, 32) >>> 4) | (above << 28));
  }
  store<u32>(scalar, 0, 32);
  for (let i: i32 = 259; i >= 0; i--) {
    shiftIn(scalar, (load<u8>(number + (i >>> 3)) >>> (i & 7)) & 1);
    if (!isBelow(scalar, ORDER)) subtract(scalar, ORDER);
  }
}

/** [S]B - [k]A, and its encoding in Y. */
function addUp(scratch: usize): void {
  recode(scratch + PLACES_S, scratch + SCALAR_S);
  recode(scratch + PLACES_K, scratch + SCALAR_K);
  clear(scratch + X, 96);
  store<u32>(scratch + Y, 1);
  store<u32>(scratch + Z, 1);
  for (let i: i32 = PLACES - 1; i >= 0; i--) {
    feed();
    run(DOUBLE, scratch);
    addMultiple(scratch, scratch + TABLE_B, load<i8>(scratch + PLACES_S + i));
    addMultiple(scratch, scratch + TABLE_A, load<i8>(scratch + PLACES_K + i));
  }
  run(TAKE_Z, scratch);
  run(POWER, scratch);
  run(DIVIDE_BY_Z, scratch);
  canonical(scratch + X);
  canonical(scratch + Y);
  store<u32>(scratch + Y, load<u32>(scratch + Y, 28) | (load<u32>(scratch + X) << 31), 28);
}
