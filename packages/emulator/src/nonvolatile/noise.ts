/** Random numbers that come again with the same seed: xorshift32. Its state is one number, so that snapshots can keep it. */

/** Numbers from 0 (inclusive) to 1. */
export type Random = () => number;

/** Small seeds would begin with small numbers. */
function scramble(seed: number): number {
  let x = (seed | 0) ^ 0x2545f491;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return x ^ (x >>> 16);
}

export class Noise {
  /** Never 0. */
  state: number;

  constructor(seed: number) {
    this.state = scramble(seed) || 0x9e3779b9 | 0;
  }

  /** Signed 32 bits. */
  word(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    return x;
  }

  readonly next: Random = () => (this.word() >>> 0) / 2 ** 32;
}
