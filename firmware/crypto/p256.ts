/**
 * ECDSA on P-256 (FIPS 186-5, 6.4.2): whether a signature is that of a digest by a public key. Nothing here is secret, so
 * that the time may depend on everything.
 *
 * How strict it is: r and s must be from 1 to n - 1; both coordinates of the key must be below p, and it must lie on the
 * curve. That s and n - s are both taken is the standard's way.
 *
 *   0       480  516  552      809      1068       2348       3628
 *   │ point │ u1 │ u2 │ of u1  │ of u2  │ odd · G  │ odd · Q  │
 *
 * The scalars are there as numbers and as sums of few powers of two; the tables hold the odd multiples of two points.
 */
import {
  SIGNATURE_BAD_KEY,
  SIGNATURE_MALFORMED,
  SIGNATURE_VALID,
  SIGNATURE_WRONG,
} from 'kickstage/firmware/abi/signature';
import { Bytes } from './bytes';
import { feed } from './feed';
import { canonical, multiply } from './montgomery';
import { clear, copy, isBelow, isZero, sameAs, subtract } from './numbers';
import { BASE_POINT, CURVE_NUMBERS, ORDER, PRIME, SQUARE_FOR_ORDER } from './p256-constants';
import { addMultiple, isNothing, makeTable, PLACE, POINT_SIZE, run, startPoint, TABLE_SIZE, WORK } from './p256-point';
import { COMPARE, DOUBLE, LOAD } from './p256-steps';
import { PLACES, recode } from './recode';

const SCALAR_1: usize = POINT_SIZE;
const SCALAR_2: usize = SCALAR_1 + 36;
const PLACES_1: usize = SCALAR_2 + 36;
const PLACES_2: usize = PLACES_1 + PLACES;
const TABLE_G: usize = 1068;
const TABLE_Q: usize = TABLE_G + TABLE_SIZE;

const X: usize = PLACE;
const Y: usize = PLACE + 32;
const Z: usize = PLACE + 64;
const PLACE_4: usize = PLACE + 4 * 32;
const PLACE_5: usize = PLACE + 5 * 32;
const PLACE_6: usize = PLACE + 6 * 32;
const PLACE_7: usize = PLACE + 7 * 32;

/** Bytes of scratch memory. */
export const P256_SCRATCH: usize = TABLE_Q + TABLE_SIZE;

/**
 * Gives SIGNATURE_VALID or why not. `publicKey` is x and y, `signature` r and s, each of 32 bytes and big-endian; `digest`
 * has 32 bytes. They may lie at any address; `scratch`, of P256_SCRATCH bytes, is aligned to 4.
 */
export function p256Verify(publicKey: usize, digest: usize, signature: usize, scratch: usize): u32 {
  if (!isInRange(scratch + PLACE_4, signature)) return SIGNATURE_MALFORMED;
  if (!isInRange(scratch + PLACE_5, signature + 32)) return SIGNATURE_MALFORMED;
  makeScalars(scratch, digest);
  startPoint(scratch);
  if (!takeKey(publicKey, scratch)) return SIGNATURE_BAD_KEY;
  makeTable(scratch, scratch + TABLE_Q);
  copy(scratch + X, BASE_POINT, 96);
  makeTable(scratch, scratch + TABLE_G);
  addUp(scratch);
  if (isNothing(scratch, Z)) return SIGNATURE_WRONG;
  return p256Confirm(signature, scratch);
}

/** The last step of p256Verify, whose scratch memory is untouched since: once more, for a decision that must hold. */
export function p256Confirm(signature: usize, scratch: usize): u32 {
  takeReversed(scratch + PLACE_5, signature);
  // r + n is another x with the same r, where it is below p.
  copy(scratch + PLACE_4, PRIME, 32);
  subtract(scratch + PLACE_4, ORDER);
  const hasSecond = isBelow(scratch + PLACE_5, scratch + PLACE_4);
  copy(scratch + PLACE_6, CURVE_NUMBERS, 32);
  copy(scratch + PLACE_7, ORDER, 32);
  run(COMPARE, scratch);
  canonical(scratch + X, PRIME);
  canonical(scratch + PLACE_5, PRIME);
  canonical(scratch + PLACE_7, PRIME);
  const first = sameAs(scratch + X, scratch + PLACE_5, SIGNATURE_VALID, SIGNATURE_WRONG);
  if (first === SIGNATURE_VALID || !hasSecond) return first;
  return sameAs(scratch + X, scratch + PLACE_7, SIGNATURE_VALID, SIGNATURE_WRONG);
}

/** A big-endian number of 32 bytes at any address. */
function takeReversed(to: usize, from: usize): void {
  for (let i: usize = 0; i < 32; i += 4) store<u32>(to + 28 - i, Bytes.reverse(load<u32>(from + i)));
}

/** Takes a number; whether it is from 1 to n - 1. */
function isInRange(to: usize, from: usize): bool {
  takeReversed(to, from);
  return isBelow(to, ORDER) && !isZero(to);
}

/** u1 = digest / s and u2 = r / s modulo n, of r in place 4 and s in place 5. */
function makeScalars(scratch: usize, digest: usize): void {
  const inverse = scratch + PLACE_6;
  const exponent = scratch + PLACE_7;
  const work = scratch + WORK;
  // By Fermat, 1 / s is s^(n - 2).
  copy(exponent, ORDER, 32);
  store<u32>(exponent, load<u32>(exponent) - 2);
  multiply(scratch + PLACE_5, scratch + PLACE_5, SQUARE_FOR_ORDER, work, ORDER);
  copy(inverse, scratch + PLACE_5, 32);
  for (let i: i32 = 254; i >= 0; i--) {
    feed();
    multiply(inverse, inverse, inverse, work, ORDER);
    if (((load<u8>(exponent + (i >>> 3)) >>> (i & 7)) & 1) !== 0) {
      multiply(inverse, inverse, scratch + PLACE_5, work, ORDER);
    }
  }
  takeReversed(exponent, digest);
  multiply(scratch + SCALAR_1, inverse, exponent, work, ORDER);
  multiply(scratch + SCALAR_2, inverse, scratch + PLACE_4, work, ORDER);
  clear(scratch + SCALAR_1 + 32, 4);
  clear(scratch + SCALAR_2 + 32, 4);
}

/** The key as a point; false where it is none of the curve. */
function takeKey(publicKey: usize, point: usize): bool {
  takeReversed(point + X, publicKey);
  takeReversed(point + Y, publicKey + 32);
  if (!isBelow(point + X, PRIME) || !isBelow(point + Y, PRIME)) return false;
  copy(point + Z, BASE_POINT + 64, 32);
  copy(point + PLACE_6, CURVE_NUMBERS, 64);
  run(LOAD, point);
  return isNothing(point, PLACE_4);
}

/** u1 · G + u2 · Q. */
function addUp(scratch: usize): void {
  recode(scratch + PLACES_1, scratch + SCALAR_1);
  recode(scratch + PLACES_2, scratch + SCALAR_2);
  clear(scratch + Z, 32);
  for (let i: i32 = PLACES - 1; i >= 0; i--) {
    feed();
    run(DOUBLE, scratch);
    addMultiple(scratch, scratch + TABLE_G, load<i8>(scratch + PLACES_1 + i));
    addMultiple(scratch, scratch + TABLE_Q, load<i8>(scratch + PLACES_2 + i));
  }
}
