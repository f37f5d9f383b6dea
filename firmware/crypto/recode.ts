/**
 * A scalar as a sum of few powers of two with small odd factors (windowed non-adjacent form). Each factor is odd and
 * between -15 and 15, and after each come four zeros at least: one in six on average.
 */

/** Places that a number of 256 bits takes: a carry may go one beyond its last bit. */
export const PLACES: u32 = 257;
/** The factors' bits, sign included. */
const WIDTH: u32 = 5;

/**
 * Writes the factors of 2^0, 2^1, ... as signed bytes to `places`. `scalar` has 8 words and one more behind them of
 * zeros; the rest of `places` need not be zero before.
 */
export function recode(places: usize, scalar: usize): void {
  let carry: u32 = 0;
  let next: u32 = 0;
  for (let i: u32 = 0; i < PLACES; i++) {
    let digit: i32 = 0;
    if (i >= next) {
      const bits = load<u32>(scalar + (i >>> 3)) >>> (i & 7);
      if ((bits & 1) !== carry) {
        digit = <i32>((bits & ((1 << WIDTH) - 1)) + carry);
        carry = <u32>digit >>> (WIDTH - 1);
        digit -= <i32>(carry << WIDTH);
        next = i + WIDTH;
      }
    }
    store<i8>(places + i, digit);
  }
}
