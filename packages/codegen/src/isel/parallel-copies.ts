/** Copies that happen at once, put in an order: no source is overwritten before it was read; a cycle takes a register more. */
import type { Reg } from './mir.ts';

export interface Move {
  readonly to: Reg;
  readonly from: Reg;
}

/** An equivalent sequence of single copies. Targets are distinct. `fresh` makes a register for a cycle, of the class of another. */
export function parallelCopies(moves: readonly Move[], fresh: (like: Reg) => Reg): Move[] {
  const result: Move[] = [];
  let open = moves.filter((move) => move.to !== move.from);
  while (open.length > 0) {
    const free = open.find((move) => !open.some((other) => other !== move && other.from === move.to));
    if (free) {
      result.push(free);
      open = open.filter((move) => move !== free);
      continue;
    }
    const [first] = open;
    const saved = fresh(first.to);
    result.push({ to: saved, from: first.to });
    open = open.map((move) => (move.from === first.to ? { to: move.to, from: saved } : move));
  }
  return result;
}
