/** A rule of the memory map: one file each, with its code, its explanation and its check. */
import type { CodeExplanation, Diagnostic } from '@kickstage/base/diagnostic';
import type { Draft } from '../draft.ts';

export interface Rule extends CodeExplanation {
  readonly check: (draft: Draft) => readonly Diagnostic[];
}
