/**
 * Damage for tests of readers: random bytes, and valid files with bytes flipped, words made huge, runs removed or doubled,
 * ends cut off. All through fast-check, so that a seed gives the same damage again and a failure is shrunk.
 */
import fc from 'fast-check';

type Mutation = (bytes: Uint8Array) => Uint8Array;

/** Numbers that sizes, counts and offsets are least expected to be. */
const HUGE = [0, 1, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff];

const at = (bytes: Uint8Array, where: number) => Math.floor(where * bytes.length);
const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
/** Half of all damage goes to the first bytes, where headers are. */
const place = fc.oneof(
  fraction,
  fraction.map((where) => where * 0.02),
);

function withWord(bytes: Uint8Array, offset: number, value: number, size: 1 | 2 | 4): Uint8Array {
  const changed = bytes.slice();
  for (let i = 0; i < size && offset + i < changed.length; i++) changed[offset + i] = value >>> (8 * i);
  return changed;
}

const joined = (a: Uint8Array, b: Uint8Array) => new Uint8Array(Buffer.concat([a, b]));

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place, fc.nat(7)).map(([where, bit]): Mutation => {
    return (bytes) => withWord(bytes, at(bytes, where), (bytes[at(bytes, where)] ?? 0) ^ (1 << bit), 1);
  }),
  fc.tuple(place, fc.integer({ min: 0, max: 255 })).map(
    ([where, byte]): Mutation =>
      (bytes) =>
        withWord(bytes, at(bytes, where), byte, 1),
  ),
  fc.tuple(place, fc.constantFrom(...HUGE), fc.constantFrom(2, 4)).map(([where, value, size]): Mutation => {
    return (bytes) => withWord(bytes, at(bytes, where) & -size, value, size as 2 | 4);
  }),
  fraction.map(
    (where): Mutation =>
      (bytes) =>
        bytes.slice(0, at(bytes, where)),
  ),
  fc.tuple(fraction, fc.integer({ min: 1, max: 64 })).map(([where, count]): Mutation => {
    return (bytes) => joined(bytes.slice(0, at(bytes, where)), bytes.slice(at(bytes, where) + count));
  }),
  fc.tuple(fraction, fc.integer({ min: 1, max: 512 })).map(([where, count]): Mutation => {
    const end = (bytes: Uint8Array) => at(bytes, where) + count;
    return (bytes) => joined(bytes.slice(0, end(bytes)), bytes.slice(at(bytes, where)));
  }),
  fc.uint8Array({ minLength: 1, maxLength: 16 }).map(
    (more): Mutation =>
      (bytes) =>
        joined(bytes, more),
  ),
);

/** One of `files` with one to four mutations. */
export function damaged(files: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.constantFrom(...files), fc.array(mutation, { minLength: 1, maxLength: 4 }))
    .map(([file, mutations]) => mutations.reduce((bytes, mutate) => mutate(bytes), file));
}

/** Every 16-bit and 32-bit field of the first `size` bytes made huge in turn, at every even offset. */
export function* withHugeFields(file: Uint8Array, size: number): Generator<Uint8Array> {
  for (let offset = 0; offset < Math.min(size, file.length); offset += 2) {
    for (const value of HUGE) {
      yield withWord(file, offset, value, 2);
      yield withWord(file, offset, value, 4);
    }
  }
}

/** Every proper beginning of the file. */
export function* truncations(file: Uint8Array): Generator<Uint8Array> {
  for (let size = 0; size < file.length; size++) yield file.slice(0, size);
}

/** Runs of a property: the usual count times KICKSTAGE_FUZZ, and its seed. */
export function fuzzRuns(count: number): { readonly numRuns: number; readonly seed: number } {
  const factor = Number(process.env.KICKSTAGE_FUZZ ?? 1);
  return { numRuns: count * factor, seed: Number(process.env.KICKSTAGE_SEED ?? 20_26) };
}
