/**
 * SHA-256 (FIPS 180-4) over memory. The caller gives room for a context, aligned to 4; there is no heap. The length is
 * counted in 32 bits: a message has less than 4 GiB.
 *
 *   0                     256     288      292
 *   │ schedule, 64 words  │ hash  │ length │
 *
 * The first 16 words of the schedule also collect the bytes of a block that is not complete. The hash lies where the
 * rounds end up that walk along the schedule: that saves a register in the loop that all time is spent in.
 */
import { Bytes } from './bytes';
import { feed } from './feed';
import { INITIAL_HASH, ROUND_CONSTANTS } from './sha256-constants';

const HASH: usize = 256;
const LENGTH: usize = 288;
const BLOCK: u32 = 64;

/** Bytes of a context. */
export const SHA256_CONTEXT: usize = 292;
/** Bytes of a digest. */
export const SHA256_SIZE: usize = 32;

export function sha256Start(context: usize): void {
  for (let i: usize = 0; i < 32; i += 4) store<u32>(context + i, load<u32>(INITIAL_HASH + i), HASH);
  store<u32>(context, 0, LENGTH);
}

/** Takes `size` bytes at `data` into the hash, at any alignment. */
export function sha256Update(context: usize, data: usize, size: u32): void {
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

/** Ends the hash: 32 bytes to `digest`, which is aligned to 4. The context must be started anew after it. */
export function sha256Finish(context: usize, digest: usize): void {
  const size = load<u32>(context, LENGTH);
  store<u8>(context + (size & (BLOCK - 1)), 0x80);
  // Zeros up to the length of 8 bytes, through the end of this block where they do not fit in it.
  for (let used = (size + 1) & (BLOCK - 1); used !== BLOCK - 8; used = (used + 1) & (BLOCK - 1)) {
    if (used === 0) compress(context, context);
    store<u8>(context + used, 0);
  }
  store<u32>(context, Bytes.reverse(size >>> 29), BLOCK - 8);
  store<u32>(context, Bytes.reverse(size << 3), BLOCK - 4);
  compress(context, context);
  for (let i: usize = 0; i < 32; i += 4) store<u32>(digest + i, Bytes.reverse(load<u32>(context + i, HASH)));
}

/** The functions of 4.1.2; where three rotations meet, one of them serves for all: that is an instruction less. */
// biome-ignore lint/complexity/noStaticOnlyClass: only a static method can ask to be inlined
class Mix {
  @inline static sum0(x: u32): u32 {
    return rotr<u32>(x ^ rotr<u32>(x, 11) ^ rotr<u32>(x, 20), 2);
  }

  @inline static sum1(x: u32): u32 {
    return rotr<u32>(x ^ rotr<u32>(x, 5) ^ rotr<u32>(x, 19), 6);
  }

  @inline static choose(x: u32, y: u32, z: u32): u32 {
    return ((y ^ z) & x) ^ z;
  }

  /** W(t) to `w` + 64, where `w` is the place of W(t - 16); that and W(t - 15) are given (6.2.2, step 1). */
  @inline static extend(w: usize, first: u32, second: u32): void {
    const y = load<u32>(w, 56);
    const s0 = rotr<u32>(second, 7) ^ rotr<u32>(second, 18) ^ (second >>> 3);
    const s1 = rotr<u32>(y, 17) ^ rotr<u32>(y, 19) ^ (y >>> 10);
    store<u32>(w, first + load<u32>(w, 36) + s0 + s1, 64);
  }
}

/** One block (6.2.2). Four rounds bring each working variable back to its place. */
function compress(context: usize, block: usize): void {
  feed();
  let w = schedule(context, block);
  let a = load<u32>(w, HASH + 0);
  let b = load<u32>(w, HASH + 4);
  let c = load<u32>(w, HASH + 8);
  let d = load<u32>(w, HASH + 12);
  let e = load<u32>(w, HASH + 16);
  let f = load<u32>(w, HASH + 20);
  let g = load<u32>(w, HASH + 24);
  let h = load<u32>(w, HASH + 28);
  // The majority of a, b and c is ((a ^ b) & (b ^ c)) ^ b; and the a ^ b of one round is the b ^ c of the next.
  let bc = b ^ c;
  for (let k = ROUND_CONSTANTS; k < ROUND_CONSTANTS + 256; k += 16) {
    let t = h + load<u32>(k) + load<u32>(w) + Mix.choose(e, f, g) + Mix.sum1(e);
    h = d + t;
    let ab = a ^ b;
    d = t + Mix.sum0(a) + ((ab & bc) ^ b);
    t = g + load<u32>(k, 4) + load<u32>(w, 4) + Mix.choose(h, e, f) + Mix.sum1(h);
    g = c + t;
    bc = d ^ a;
    c = t + Mix.sum0(d) + ((bc & ab) ^ a);
    t = f + load<u32>(k, 8) + load<u32>(w, 8) + Mix.choose(g, h, e) + Mix.sum1(g);
    f = b + t;
    ab = c ^ d;
    b = t + Mix.sum0(c) + ((ab & bc) ^ d);
    t = e + load<u32>(k, 12) + load<u32>(w, 12) + Mix.choose(f, g, h) + Mix.sum1(f);
    e = a + t;
    bc = b ^ c;
    a = t + Mix.sum0(b) + ((bc & ab) ^ c);
    w += 16;
  }
  store<u32>(w, load<u32>(w, 0) + a, 0);
  store<u32>(w, load<u32>(w, 4) + b, 4);
  store<u32>(w, load<u32>(w, 8) + c, 8);
  store<u32>(w, load<u32>(w, 12) + d, 12);
  store<u32>(w, load<u32>(w, 16) + e, 16);
  store<u32>(w, load<u32>(w, 20) + f, 20);
  store<u32>(w, load<u32>(w, 24) + g, 24);
  store<u32>(w, load<u32>(w, 28) + h, 28);
}

/** The message schedule; gives its place. */
function schedule(context: usize, block: usize): usize {
  let w = context;
  for (const end = w + BLOCK; w < end; w += 4) {
    store<u32>(w, Bytes.reverse(load<u32>(block)));
    block += 4;
  }
  w -= BLOCK;
  let first = load<u32>(w);
  for (const end = w + 192; w < end; w += 8) {
    const second = load<u32>(w, 4);
    Mix.extend(w, first, second);
    first = load<u32>(w, 8);
    Mix.extend(w + 4, second, first);
  }
  return w - 192;
}
