/**
 * What a record of the journal holds beyond what each one does: a word for each app whose verified image is remembered, and
 * one for each app whose security counter is. Without any, slots have their first format (docs/formats/journal.md).
 */
import type { AppConfig } from '../define.ts';
import type { LayoutRecord } from '../layout.ts';
import { RECORD_SIZE } from './config.ts';

/** Words of a state without those. */
const PLAIN_WORDS = 5;
/** Slots begin and end at write units: body and seal are multiples of 8. */
const UNIT = 8;
const SEAL_SIZE = 8;

/** `configs`: the apps that can be updated, by their number; undefined where none is remembered anything of. */
export function recordOf(configs: readonly AppConfig[]): LayoutRecord | undefined {
  const numbers = (has: (config: AppConfig) => boolean) => configs.flatMap((config, n) => (has(config) ? [n] : []));
  const fingerprints = numbers(({ verifyWhen }) => verifyWhen === 'change');
  const counters = numbers(({ rollback }) => rollback === 'journal');
  const more = fingerprints.length + counters.length;
  if (more === 0) return undefined;
  // The last word of the body is its CRC.
  const body = Math.ceil((4 * (PLAIN_WORDS + more + 1)) / UNIT) * UNIT;
  return { slotSize: body + SEAL_SIZE, fingerprints, counters };
}

/** Bytes of a slot of the journal. */
export const slotSizeOf = (record: LayoutRecord | undefined): number => record?.slotSize ?? RECORD_SIZE;
