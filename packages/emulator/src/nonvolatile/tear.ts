/**
 * What a flash operation leaves behind whose power failed in the middle. A `Change` is what it was to do to a run of bytes;
 * a pattern says how far it came:
 *
 * - `prefix`: byte after byte; those before the part of the time that was over are done, the others are as before.
 * - `bits`: programming: each bit that was to fall has fallen with the part's probability. Erasing: each byte is as before,
 *   erased, or anything, for cells are brought to one level before they are erased.
 * - `unstable`: each bit that was to change has, has not, or reads differently each time (unstable-bits.ts).
 *
 * At part 0 nothing has happened, at part 1 everything.
 */
import type { Random } from './noise.ts';

export const TEAR_PATTERNS = ['prefix', 'bits', 'unstable'] as const;
export type TearPattern = (typeof TEAR_PATTERNS)[number];

export interface Change {
  readonly op: 'program' | 'erase';
  /** Offset in the memory. */
  readonly start: number;
  /** Of one length. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

export interface Tear {
  readonly pattern: TearPattern;
  /** Of the operation's time, 0 to 1, that was over. */
  readonly part: number;
  readonly random: Random;
}

export interface TornBytes {
  readonly bytes: Uint8Array;
  /** Of each byte the bits that read differently each time. */
  readonly unstable: Uint8Array;
}

/** Changes that one operation makes one after the other. */
export function tearAll(changes: readonly Change[], tear: Tear): TornBytes[] {
  const total = changes.reduce((sum, { after }) => sum + after.length, 0);
  let over = tear.pattern === 'prefix' ? Math.round(tear.part * total) : 0;
  return changes.map((change) => {
    const { length } = change.after;
    const done = Math.max(0, Math.min(length, over));
    over -= length;
    if (tear.part <= 0) return whole(change.before);
    if (tear.part >= 1) return whole(change.after);
    if (tear.pattern === 'prefix') return prefix(change, done);
    return byteByByte(change, tear);
  });
}

function whole(bytes: Uint8Array): TornBytes {
  return { bytes: bytes.slice(), unstable: new Uint8Array(bytes.length) };
}

function prefix({ before, after }: Change, done: number): TornBytes {
  const bytes = before.slice();
  bytes.set(after.subarray(0, done));
  return { bytes, unstable: new Uint8Array(bytes.length) };
}

function byteByByte({ op, before, after }: Change, tear: Tear): TornBytes {
  const { pattern, part, random } = tear;
  const bytes = before.slice();
  const unstable = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    const bits = before[i] ^ after[i];
    if (pattern === 'unstable') {
      const fate = randomByte(random);
      const doubt = randomByte(random);
      bytes[i] ^= bits & fate;
      unstable[i] = bits & doubt & ~fate;
    } else if (op === 'program') bytes[i] ^= bits & biasedByte(random, part);
    else bytes[i] = [before[i], after[i], randomByte(random)][Math.floor(random() * 3)];
  }
  return { bytes, unstable };
}

const randomByte = (random: Random) => Math.floor(random() * 256);

/** Each bit is set with a probability. */
function biasedByte(random: Random, probability: number): number {
  let byte = 0;
  for (let bit = 0; bit < 8; bit++) if (random() < probability) byte |= 1 << bit;
  return byte;
}
