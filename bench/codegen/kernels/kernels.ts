/**
 * The kernels of the code generation benchmark in AssemblyScript. `kernels.c` has the same algorithms, line by line;
 * a change here is a change there.
 */
import { CRC_TABLE, ROUND_CONSTANTS } from './tables';

export function crc32Bitwise(data: usize, size: u32): u32 {
  let crc: u32 = 0xffffffff;
  for (let i: u32 = 0; i < size; i++) {
    crc ^= load<u8>(data + i);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc;
}

export function crc32Table(data: usize, size: u32): u32 {
  let crc: u32 = 0xffffffff;
  for (let i: u32 = 0; i < size; i++) {
    crc = load<u32>(CRC_TABLE + (((crc ^ load<u8>(data + i)) & 0xff) << 2)) ^ (crc >>> 8);
  }
  return ~crc;
}

/** One block of SHA-256 (FIPS 180-4, 6.2.2). `w` is room for 64 words. */
export function sha256Block(state: usize, block: usize, w: usize): void {
  for (let t: u32 = 0; t < 16; t++) store<u32>(w + (t << 2), bswap<u32>(load<u32>(block + (t << 2))));
  for (let t: u32 = 16; t < 64; t++) {
    const x = load<u32>(w + ((t - 15) << 2));
    const y = load<u32>(w + ((t - 2) << 2));
    const s0 = rotr<u32>(x, 7) ^ rotr<u32>(x, 18) ^ (x >>> 3);
    const s1 = rotr<u32>(y, 17) ^ rotr<u32>(y, 19) ^ (y >>> 10);
    store<u32>(w + (t << 2), load<u32>(w + ((t - 16) << 2)) + s0 + load<u32>(w + ((t - 7) << 2)) + s1);
  }
  let a = load<u32>(state, 0);
  let b = load<u32>(state, 4);
  let c = load<u32>(state, 8);
  let d = load<u32>(state, 12);
  let e = load<u32>(state, 16);
  let f = load<u32>(state, 20);
  let g = load<u32>(state, 24);
  let h = load<u32>(state, 28);
  for (let t: u32 = 0; t < 64; t++) {
    const s1 = rotr<u32>(e, 6) ^ rotr<u32>(e, 11) ^ rotr<u32>(e, 25);
    const ch = (e & f) ^ (~e & g);
    const t1 = h + s1 + ch + load<u32>(ROUND_CONSTANTS + (t << 2)) + load<u32>(w + (t << 2));
    const s0 = rotr<u32>(a, 2) ^ rotr<u32>(a, 13) ^ rotr<u32>(a, 22);
    const maj = (a & b) ^ (a & c) ^ (b & c);
    const t2 = s0 + maj;
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  store<u32>(state, load<u32>(state, 0) + a, 0);
  store<u32>(state, load<u32>(state, 4) + b, 4);
  store<u32>(state, load<u32>(state, 8) + c, 8);
  store<u32>(state, load<u32>(state, 12) + d, 12);
  store<u32>(state, load<u32>(state, 16) + e, 16);
  store<u32>(state, load<u32>(state, 20) + f, 20);
  store<u32>(state, load<u32>(state, 24) + g, 24);
  store<u32>(state, load<u32>(state, 28) + h, 28);
}

export function copyBytes(to: usize, from: usize, size: u32): void {
  for (let i: u32 = 0; i < size; i++) store<u8>(to + i, load<u8>(from + i));
}

export function fillBytes(to: usize, value: u32, size: u32): void {
  for (let i: u32 = 0; i < size; i++) store<u8>(to + i, value);
}

export function compareBytes(a: usize, b: usize, size: u32): i32 {
  for (let i: u32 = 0; i < size; i++) {
    const x = load<u8>(a + i);
    const y = load<u8>(b + i);
    if (x !== y) return <i32>x - <i32>y;
  }
  return 0;
}

export function copyWords(to: usize, from: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i++) store<u32>(to + (i << 2), load<u32>(from + (i << 2)));
}

export function insertionSort(items: usize, count: u32): void {
  for (let i: u32 = 1; i < count; i++) {
    const item = load<i32>(items + (i << 2));
    let at = i;
    while (at > 0 && load<i32>(items + ((at - 1) << 2)) > item) {
      store<i32>(items + (at << 2), load<i32>(items + ((at - 1) << 2)));
      at--;
    }
    store<i32>(items + (at << 2), item);
  }
}

/** c = a · b, square matrices of `n` rows, by rows. */
export function matrixProduct(a: usize, b: usize, c: usize, n: u32): void {
  for (let i: u32 = 0; i < n; i++) {
    for (let j: u32 = 0; j < n; j++) {
      let sum: i32 = 0;
      for (let k: u32 = 0; k < n; k++) {
        sum += load<i32>(a + ((i * n + k) << 2)) * load<i32>(b + ((k * n + j) << 2));
      }
      store<i32>(c + ((i * n + j) << 2), sum);
    }
  }
}

/** Counts numbers in a text, by kind: adds 1 for a whole one, 0x100 with a fraction, 0x10000 with an exponent. */
export function stateMachine(text: usize, size: u32): u32 {
  let state: u32 = 0;
  let counts: u32 = 0;
  for (let i: u32 = 0; i < size; i++) {
    const c: u32 = load<u8>(text + i);
    const isDigit = c >= 48 && c <= 57;
    const isEnd = c === 44;
    switch (state) {
      case 0:
        if (c === 43 || c === 45) state = 1;
        else if (isDigit) state = 2;
        else if (!isEnd) state = 7;
        break;
      case 1:
        state = isDigit ? 2 : 7;
        break;
      case 2:
        if (c === 46) state = 3;
        else if (c === 101) state = 4;
        else if (isEnd) {
          counts += 1;
          state = 0;
        } else if (!isDigit) state = 7;
        break;
      case 3:
        if (c === 101) state = 4;
        else if (isEnd) {
          counts += 0x100;
          state = 0;
        } else if (!isDigit) state = 7;
        break;
      case 4:
        state = c === 43 || c === 45 ? 5 : isDigit ? 6 : 7;
        break;
      case 5:
        state = isDigit ? 6 : 7;
        break;
      case 6:
        if (isEnd) {
          counts += 0x10000;
          state = 0;
        } else if (!isDigit) state = 7;
        break;
      default:
        if (isEnd) state = 0;
    }
  }
  return counts;
}

/** Sum of products of signed words, in 64 bits. */
export function multiplyAccumulate(a: usize, b: usize, count: u32): i64 {
  let sum: i64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    sum += <i64>load<i32>(a + (i << 2)) * <i64>load<i32>(b + (i << 2));
  }
  return sum;
}

/** A node is {next, value}; 0 ends the list. Adds up the values that are not `skipped`. */
export function listWalk(head: usize, skipped: u32): u32 {
  let sum: u32 = 0;
  for (let node = head; node !== 0; node = load<usize>(node)) {
    const value = load<u32>(node, 4);
    if (value !== skipped) sum += value;
  }
  return sum;
}
