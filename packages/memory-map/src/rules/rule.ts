/**
 * Rules of the memory map: one file each, with its code, its explanation and its check. A board rule looks at the board
 * and its microcontroller, which a user may have described himself; a config rule looks at what was written besides; a
 * lock rule compares it with the places of before; a slot rule looks at where everything came to lie, on a board without errors. A check must bear parts that are missing because they
 * could not be read: those have their diagnostics already.
 */
import type { CodeExplanation, Diagnostic } from '@kickstage/base/diagnostic';
import type { Board } from '@kickstage/chips/board';
import type { Draft } from '../draft.ts';
import type { PlaceOf } from '../locate.ts';
import type { LockFile } from '../lock.ts';
import type { ConfigParts } from '../validate.ts';

export interface BoardRule extends CodeExplanation {
  readonly check: (board: Board, at: PlaceOf) => readonly Diagnostic[];
}

export interface ConfigRule extends CodeExplanation {
  readonly check: (parts: ConfigParts, at: PlaceOf) => readonly Diagnostic[];
}

export interface LockRule extends CodeExplanation {
  /** The lock is one for the microcontroller of `parts.board`. */
  readonly check: (
    lock: LockFile,
    parts: ConfigParts & { readonly board: Board },
    at: PlaceOf,
  ) => readonly Diagnostic[];
}

export interface SlotRule extends CodeExplanation {
  readonly check: (draft: Draft) => readonly Diagnostic[];
}
