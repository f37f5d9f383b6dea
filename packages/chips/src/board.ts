/** A board: a microcontroller and what is soldered to it. Plain data, so that a user can bring his own. */
import type { ChipFacts } from './chip.ts';

export interface Board {
  readonly name: string;
  readonly chip: ChipFacts;
  /** Frequency of the external crystal in Hz. */
  readonly hseHz?: number;
  readonly led?: { readonly pin: string; readonly activeLow: boolean };
  readonly button?: { readonly pin: string; readonly activeLow: boolean };
  readonly console?: { readonly port: string; readonly tx: string; readonly rx: string; readonly baud: number };
  readonly source: string;
}
