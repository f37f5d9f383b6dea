/**
 * What the code generator hands to the linker: sections of bytes, symbols in them, and relocations that say which
 * symbol's address belongs where. Each function and each datum has a section of its own, so that the linker can leave
 * out what nothing refers to.
 */
import type { FunctionDebug } from './function-debug.ts';
import type { SourcePlace } from './source-place.ts';

/** Where a section goes: `code` and `rodata` to flash, `data` to RAM with its first value in flash, `bss` to zeroed RAM. */
export type SectionKind = 'code' | 'rodata' | 'data' | 'bss';

/** Relocation kinds, named as in ELF for the Arm Architecture (IHI 0044), where S is the symbol, A the addend, P the place, T the Thumb bit. */
export type RelocationKind =
  /** (S + A) | T, a 32-bit word. */
  | 'R_ARM_ABS32'
  /** ((S + A) | T) - P, a 32-bit word. */
  | 'R_ARM_REL32'
  /** ((S + A) | T) - P: BL, ±16 MiB. */
  | 'R_ARM_THM_CALL'
  /** ((S + A) | T) - P: B.W, ±16 MiB. */
  | 'R_ARM_THM_JUMP24'
  /** ((S + A) | T) & 0xFFFF: MOVW. */
  | 'R_ARM_THM_MOVW_ABS_NC'
  /** (S + A) >> 16: MOVT. */
  | 'R_ARM_THM_MOVT_ABS';

export interface Relocation {
  /** Of the patched instruction or word, from the section's start. */
  readonly offset: number;
  readonly kind: RelocationKind;
  readonly symbol: string;
  readonly addend: number;
}

/** From `offset` on, until the next entry, the code belongs to `place`, or to no line of any source. */
export interface LineEntry {
  readonly offset: number;
  readonly place?: SourcePlace;
}

export interface Section {
  /** As in ELF: `.text.name`, `.rodata.name`, `.data.name`, `.bss.name`. */
  readonly name: string;
  readonly kind: SectionKind;
  /** Empty for `bss`. */
  readonly bytes: Uint8Array;
  /** Equals `bytes.length`, but for `bss`. */
  readonly size: number;
  /** A power of two. */
  readonly alignment: number;
  readonly relocations: readonly Relocation[];
  /** Sorted by offset; code sections only. */
  readonly lines?: readonly LineEntry[];
  /** What a debugger wants to know; sections of one function only. */
  readonly debug?: FunctionDebug;
  /**
   * Ranges of a code section that hold data (literal pools, jump tables), for the `$t`/`$d` mapping symbols
   * (IHI 0044, mapping symbols).
   */
  readonly dataRanges?: readonly { readonly start: number; readonly end: number }[];
}

export interface ObjectSymbol {
  readonly name: string;
  readonly kind: 'function' | 'object';
  readonly binding: 'local' | 'global';
  /** Index into `ObjectFile.sections`. */
  readonly section: number;
  /** From the section's start, without the Thumb bit. */
  readonly offset: number;
  readonly size: number;
}

export interface ObjectFile {
  readonly name: string;
  readonly sections: readonly Section[];
  /** Symbols it defines. Relocations may name others, which the linker supplies or refuses. */
  readonly symbols: readonly ObjectSymbol[];
  /**
   * Whether code uses the floating-point unit, which it switches on at the reset entry; false when absent. Floats go in
   * core registers all the same (AAPCS, base variant).
   */
  readonly usesFpu?: boolean;
}
