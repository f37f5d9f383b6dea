/**
 * Long multiplication: numbers of 8 words, least significant first. Each step `x * y + r + carry` fits 64 bits and is one
 * UMAAL. Half of the second factor stays in registers while the first one goes by, and so does the part of the product
 * that moves along with it: after four words of the first factor it is back in the registers that it began in.
 */

/** The 16 words of a · b to `out`, which overlaps neither. */
export function product(out: usize, a: usize, b: usize): void {
  store<u64>(out, 0);
  store<u64>(out, 0, 8);
  store<u64>(out, 0, 16);
  store<u64>(out, 0, 24);
  for (const end = out + 32; out < end; out += 16) {
    const low = load<u64>(b);
    const b0 = <u32>low;
    const b1 = <u32>(low >>> 32);
    const high = load<u64>(b, 8);
    const b2 = <u32>high;
    const b3 = <u32>(high >>> 32);
    let r0: u32 = 0;
    let r1: u32 = 0;
    let r2: u32 = 0;
    let r3: u32 = 0;
    for (const half = out + 32; out < half; out += 16) {
      let x = load<u32>(a);
      let t = <u64>x * b0 + r0 + load<u32>(out);
      store<u32>(out, <u32>t);
      t = <u64>x * b1 + r1 + (t >>> 32);
      r0 = <u32>t;
      t = <u64>x * b2 + r2 + (t >>> 32);
      r1 = <u32>t;
      t = <u64>x * b3 + r3 + (t >>> 32);
      r2 = <u32>t;
      r3 = <u32>(t >>> 32);
      x = load<u32>(a, 4);
      t = <u64>x * b0 + r0 + load<u32>(out, 4);
      store<u32>(out, <u32>t, 4);
      t = <u64>x * b1 + r1 + (t >>> 32);
      r0 = <u32>t;
      t = <u64>x * b2 + r2 + (t >>> 32);
      r1 = <u32>t;
      t = <u64>x * b3 + r3 + (t >>> 32);
      r2 = <u32>t;
      r3 = <u32>(t >>> 32);
      x = load<u32>(a, 8);
      t = <u64>x * b0 + r0 + load<u32>(out, 8);
      store<u32>(out, <u32>t, 8);
      t = <u64>x * b1 + r1 + (t >>> 32);
      r0 = <u32>t;
      t = <u64>x * b2 + r2 + (t >>> 32);
      r1 = <u32>t;
      t = <u64>x * b3 + r3 + (t >>> 32);
      r2 = <u32>t;
      r3 = <u32>(t >>> 32);
      x = load<u32>(a, 12);
      t = <u64>x * b0 + r0 + load<u32>(out, 12);
      store<u32>(out, <u32>t, 12);
      t = <u64>x * b1 + r1 + (t >>> 32);
      r0 = <u32>t;
      t = <u64>x * b2 + r2 + (t >>> 32);
      r1 = <u32>t;
      t = <u64>x * b3 + r3 + (t >>> 32);
      r2 = <u32>t;
      r3 = <u32>(t >>> 32);
      a += 16;
    }
    store<u32>(out, r0);
    store<u32>(out, r1, 4);
    store<u32>(out, r2, 8);
    store<u32>(out, r3, 12);
    out -= 32;
    a -= 32;
    b += 16;
  }
}
