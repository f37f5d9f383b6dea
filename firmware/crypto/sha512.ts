/**
 * SHA-512 (FIPS 180-4) over memory. The caller gives room for a context, aligned to 4. The length is counted in 32 bits.
 *
 *   0                    640    704      708                2052
 *   │ schedule, 80 words │ hash │ length │ 84 pairs A(t), E(t) │      words of 64 bits
 *
 * The first 16 words of the schedule also collect the bytes of a block that is not complete. Of the eight working
 * variables of a round six are the ones of the round before under another name: here no round moves them. A pair is
 * what a round makes new, a and e; b, c, d and f, g, h are found in the three pairs before.
 */
import { Bytes } from './bytes';
import { feed } from './feed';
import { INITIAL_HASH, ROUND_CONSTANTS } from './sha256-constants';
import { INITIAL_HASH_LOW, ROUND_CONSTANTS_LAST, ROUND_CONSTANTS_LOW } from './sha512-constants';

const HASH: usize = 640;
const LENGTH: usize = 704;
const PAIRS: usize = 708;
const BLOCK: u32 = 128;

/** Bytes of a context. */
export const SHA512_CONTEXT: usize = 2052;
/** Bytes of a digest. */
export const SHA512_SIZE: usize = 64;

export function sha512Start(context: usize): void {
  for (let i: usize = 0; i < 32; i += 4) {
    store<u32>(context + 2 * i, load<u32>(INITIAL_HASH_LOW + i), HASH);
    store<u32>(context + 2 * i, load<u32>(INITIAL_HASH + i), HASH + 4);
  }
  store<u32>(context, 0, LENGTH);
}

/** Takes `size` bytes at `data` into the hash, at any alignment. */
export function sha512Update(context: usize, data: usize, size: u32): void {
  let used = load<u32>(context, LENGTH);
  store<u32>(context, used + size, LENGTH);
  used &= BLOCK - 1;
  const end = data + size;
  while (data < end) {
    if ((used === 0 ? end - data : 0) >= BLOCK) {
      compress(context, data);
      data += BLOCK;
    } else {
      store<u8>(context + used, load<u8>(data++));
      used = (used + 1) & (BLOCK - 1);
      if (used === 0) compress(context, context);
    }
  }
}

/** Ends the hash: 64 bytes to `digest`, which is aligned to 4. The context must be started anew after it. */
export function sha512Finish(context: usize, digest: usize): void {
  const size = load<u32>(context, LENGTH);
  store<u8>(context + (size & (BLOCK - 1)), 0x80);
  // Zeros up to the length of 16 bytes, through the end of this block where they do not fit in it.
  for (let used = (size + 1) & (BLOCK - 1); used !== BLOCK - 16; used = (used + 1) & (BLOCK - 1)) {
    if (used === 0) compress(context, context);
    store<u8>(context + used, 0);
  }
  store<u64>(context, 0, BLOCK - 16);
  store<u32>(context, Bytes.reverse(size >>> 29), BLOCK - 8);
  store<u32>(context, Bytes.reverse(size << 3), BLOCK - 4);
  compress(context, context);
  for (let i: usize = 0; i < 64; i += 8) {
    store<u32>(digest + i, Bytes.reverse(load<u32>(context + i, HASH + 4)));
    store<u32>(digest + i, Bytes.reverse(load<u32>(context + i, HASH)), 4);
  }
}

/** The functions of 4.1.3 on halves: a half of a rotation is two shifts, and each is one instruction with its sum. */
// biome-ignore lint/complexity/noStaticOnlyClass: only a static method can ask to be inlined
class Mix {
  @inline static sum0(a: u64): u64 {
    const x = <u32>a;
    const y = <u32>(a >>> 32);
    return Mix.join(
      (x >>> 28) ^ (y << 4) ^ (y >>> 2) ^ (x << 30) ^ (y >>> 7) ^ (x << 25),
      (y >>> 28) ^ (x << 4) ^ (x >>> 2) ^ (y << 30) ^ (x >>> 7) ^ (y << 25),
    );
  }

  @inline static sum1(e: u64): u64 {
    const x = <u32>e;
    const y = <u32>(e >>> 32);
    return Mix.join(
      (x >>> 14) ^ (y << 18) ^ (x >>> 18) ^ (y << 14) ^ (y >>> 9) ^ (x << 23),
      (y >>> 14) ^ (x << 18) ^ (y >>> 18) ^ (x << 14) ^ (x >>> 9) ^ (y << 23),
    );
  }

  @inline static sigma0(w: u64): u64 {
    const x = <u32>w;
    const y = <u32>(w >>> 32);
    return Mix.join(
      (x >>> 1) ^ (y << 31) ^ (x >>> 8) ^ (y << 24) ^ (x >>> 7) ^ (y << 25),
      (y >>> 1) ^ (x << 31) ^ (y >>> 8) ^ (x << 24) ^ (y >>> 7),
    );
  }

  @inline static sigma1(w: u64): u64 {
    const x = <u32>w;
    const y = <u32>(w >>> 32);
    return Mix.join(
      (x >>> 19) ^ (y << 13) ^ (y >>> 29) ^ (x << 3) ^ (x >>> 6) ^ (y << 26),
      (y >>> 19) ^ (x << 13) ^ (x >>> 29) ^ (y << 3) ^ (y >>> 6),
    );
  }

  @inline static join(low: u32, high: u32): u64 {
    return <u64>low | ((<u64>high) << 32);
  }
}

/** One block (6.4.2). */
function compress(context: usize, block: usize): void {
  feed();
  schedule(context, block);
  spread(context);
  let high = ROUND_CONSTANTS;
  let pair = context + PAIRS + 64;
  for (let w = context; w < context + HASH; w += 8) {
    const low = ROUND_CONSTANTS_LOW + ((w - context) >> 1);
    if (high === ROUND_CONSTANTS + 256) high = ROUND_CONSTANTS_LAST;
    const e = load<u64>(pair - 16, 8);
    const g = load<u64>(pair - 48, 8);
    const t =
      load<u64>(pair - 64, 8) +
      Mix.sum1(e) +
      (((load<u64>(pair - 32, 8) ^ g) & e) ^ g) +
      load<u64>(w) +
      Mix.join(load<u32>(low), load<u32>(high));
    store<u64>(pair, load<u64>(pair - 64) + t, 8);
    const a = load<u64>(pair - 16);
    const b = load<u64>(pair - 32);
    store<u64>(pair, t + Mix.sum0(a) + (((a ^ b) & (b ^ load<u64>(pair - 48))) ^ b));
    high += 4;
    pair += 16;
  }
  gather(context, pair);
}

/** The hash becomes the pairs before the first round. */
function spread(context: usize): void {
  for (let i: usize = 0; i < 32; i += 8) {
    const pair = context + PAIRS + 48 - 2 * i;
    store<u64>(pair, load<u64>(context + i, HASH));
    store<u64>(pair, load<u64>(context + i, HASH + 32), 8);
  }
}

/** Adds the last pairs, which end at `end`, to the hash. */
function gather(context: usize, end: usize): void {
  for (let i: usize = 0; i < 32; i += 8) {
    end -= 16;
    store<u64>(context + i, load<u64>(context + i, HASH) + load<u64>(end), HASH);
    store<u64>(context + i, load<u64>(context + i, HASH + 32) + load<u64>(end, 8), HASH + 32);
  }
}

function schedule(context: usize, block: usize): void {
  let w = context;
  for (const end = w + BLOCK; w < end; w += 8) {
    const high = Bytes.reverse(load<u32>(block));
    store<u64>(w, Mix.join(Bytes.reverse(load<u32>(block, 4)), high));
    block += 8;
  }
  w = context;
  for (const end = w + 512; w < end; w += 8) {
    store<u64>(w, load<u64>(w) + load<u64>(w, 72) + Mix.sigma0(load<u64>(w, 8)) + Mix.sigma1(load<u64>(w, 112)), 128);
  }
}
