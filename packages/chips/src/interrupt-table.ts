/**
 * Tables of interrupts as text: `number name`, two spaces or a new line between entries, names as in the vendor's
 * start-up file without `_IRQHandler`. Microcontrollers of a family share most positions: a chip's table is the family's
 * and what the chip adds.
 */
import { invariant } from '@kickstage/base/invariant';
import type { InterruptVector } from './chip.ts';

/** The interrupts of all tables together, by ascending number. No two entries may have the same number or name. */
export function parseInterrupts(...tables: readonly string[]): readonly InterruptVector[] {
  const vectors = tables.flatMap((table) =>
    table
      .trim()
      .split(/\s{2,}|\n/)
      .map(parseEntry),
  );
  vectors.sort((a, b) => a.number - b.number);
  vectors.forEach(({ number, name }, i) => {
    invariant(vectors[i + 1]?.number !== number, `position ${number} is given twice`);
    invariant(vectors.findIndex((vector) => vector.name === name) === i, `${name} is given twice`);
  });
  return vectors;
}

function parseEntry(entry: string): InterruptVector {
  const match = /^(\d+) (\w+)$/.exec(entry);
  invariant(match, `"${entry}" is not: number name`);
  return { number: Number(match[1]), name: `${match[2]}_IRQHandler` };
}
