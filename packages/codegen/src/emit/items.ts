/** What a function is assembled from: instructions whose size is known, and those whose size depends on distances. */
import type { Operands } from '@kickstage/armv7m/encode';
import type { EncodingId } from '@kickstage/armv7m/encodings';
import type { RelocationKind } from '@kickstage/object/object-file';
import type { SourcePlace } from '@kickstage/object/source-place';

/** Labels: blocks by their id, traps and pools by negative numbers. */
export type Label = number;

/** A word of the literal pool: a number, or a symbol's address plus an addend. */
export interface Literal {
  readonly symbol?: string;
  readonly value: number;
}

/** Without a place, an item belongs to what stands before it; with `none`, to no line of any source. */
export type Item = { readonly place?: SourcePlace | 'none' } & (
  | { readonly kind: 'label'; readonly label: Label }
  | {
      readonly kind: 'inst';
      readonly id: EncodingId;
      readonly operands: Operands;
      readonly relocation?: { kind: RelocationKind; symbol: string };
    }
  /** B, with a condition or without. */
  | { readonly kind: 'branch'; readonly cond: number | undefined; readonly target: Label }
  /** CBZ or CBNZ, or a comparison and a branch where it does not reach. */
  | { readonly kind: 'zeroBranch'; readonly reg: number; readonly zero: boolean; readonly target: Label }
  /** LDR from the pool; VLDR where `rt` is of class single. */
  | { readonly kind: 'literal'; readonly rt: number; readonly literal: Literal }
  /** TBB or TBH with its table behind it. */
  | { readonly kind: 'table'; readonly index: number; readonly targets: readonly Label[] }
);
