/**
 * Where each bit of a 32-bit value comes from, followed through shifts, rotations, masks and sums of disjoint parts. A
 * value whose bits are those of one other value in another order may be a rotation or a reversal of bytes, however it was
 * written.
 */
import type { ValueId } from '../ir/types.ts';
import type { SelectionContext } from './context.ts';

/** 32 * value + bit, or ZERO. Bit 0 first. */
type Origins = readonly number[];
const ZERO = -1;
/** How deep a value is looked into. */
const DEPTH = 5;

export type Permutation =
  | { readonly kind: 'rotate'; readonly value: ValueId; readonly right: number }
  | { readonly kind: 'reverseBytes'; readonly value: ValueId };

/** What the value is, if it holds all bits of another one. */
export function permutationOf(ctx: SelectionContext, value: ValueId): Permutation | undefined {
  const origins = originsOf(ctx, value, DEPTH, true);
  if (!origins || origins[0] === ZERO) return undefined;
  const source = Math.floor(origins[0] / 32);
  const is = (from: (bit: number) => number) => origins.every((origin, bit) => origin === 32 * source + from(bit));
  const right = origins[0] % 32;
  if (right > 0 && is((bit) => (bit + right) % 32)) return { kind: 'rotate', value: source as ValueId, right };
  if (is((bit) => 24 - (bit & ~7) + (bit & 7))) return { kind: 'reverseBytes', value: source as ValueId };
  return undefined;
}

const itself = (value: ValueId): Origins => Array.from({ length: 32 }, (_, bit) => 32 * value + bit);

/** A part that is used elsewhere, too, would be made anyway: it counts as a source of its own. */
function originsOf(ctx: SelectionContext, value: ValueId, depth: number, isRoot = false): Origins | undefined {
  const inst = ctx.definitions[value];
  if (!inst || depth === 0 || ctx.isWide(value) || (!isRoot && ctx.useCounts[value] > 1)) return itself(value);
  const [a, b] = inst.args;
  const constant = b === undefined ? undefined : ctx.constant(b);
  const amount = constant === undefined ? undefined : constant & 31;
  const part = () => originsOf(ctx, a, depth - 1);
  switch (inst.op) {
    case 'shl':
      return amount === undefined ? itself(value) : moved(part(), (bit) => bit - amount);
    case 'shrU':
      return amount === undefined ? itself(value) : moved(part(), (bit) => bit + amount);
    case 'rotl':
      return amount === undefined ? itself(value) : moved(part(), (bit) => (bit + 32 - amount) % 32);
    case 'rotr':
      return amount === undefined ? itself(value) : moved(part(), (bit) => (bit + amount) % 32);
    case 'and':
      return constant === undefined
        ? itself(value)
        : part()?.map((origin, bit) => ((constant >>> bit) & 1 ? origin : ZERO));
    case 'or':
    case 'xor':
    case 'add':
      return constant === undefined ? united(part(), originsOf(ctx, b, depth - 1)) : itself(value);
    default:
      return itself(value);
  }
}

function moved(origins: Origins | undefined, from: (bit: number) => number): Origins | undefined {
  return origins?.map((_, bit) => origins[from(bit)] ?? ZERO);
}

/** Undefined where two parts have a bit in one place. */
function united(a: Origins | undefined, b: Origins | undefined): Origins | undefined {
  if (!a || !b || a.some((origin, bit) => origin !== ZERO && b[bit] !== ZERO)) return undefined;
  return a.map((origin, bit) => (origin === ZERO ? b[bit] : origin));
}
