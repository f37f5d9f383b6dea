import type { Diagnostic } from '@kickstage/base/diagnostic';
import { formatAddress, formatRange } from '@kickstage/base/hex';
import { overlaps } from '@kickstage/base/ranges';
import { ADDRESS_LIMIT, addressedMemories, type BoardMemory } from '../board-memories.ts';
import type { PlaceOf } from '../locate.ts';
import type { BoardRule } from './rule.ts';

const CODE = 'MAP022';

/** Blocks of registers may share addresses with each other, but not with memory. */
export const memoryOverlap: BoardRule = {
  code: CODE,
  title: 'two memories at the same address',
  text: `Flash, RAM and the special areas of a microcontroller (system memory, OTP, option bytes, unique id) each have addresses
of their own, and no block of registers lies in them. Where two of a config's chip share addresses, one of them has a
wrong start or size, or a second RAM was listed at an address where the first goes on. A memory that is seen at two
addresses is named once, at the one that images use.

External flash does not belong to it: its addresses are those that its commands take.`,
  check(board, at) {
    const memories = addressedMemories(board).filter(({ range }) => range.end <= ADDRESS_LIMIT);
    const sorted = memories.sort((a, b) => a.range.start - b.range.start);
    const clashes: Clash[] = [];
    sorted.forEach((lower, i) => {
      for (let k = i + 1; k < sorted.length && overlaps(lower.range, sorted[k].range); k++)
        clashes.push({ lower, upper: sorted[k] });
    });
    return [
      ...clashes.filter((clash) => registersIn(clash) === 0).map((clash) => ofMemories(clash, at)),
      ...withRegisters(clashes, at),
    ];
  },
};

interface Clash {
  readonly lower: BoardMemory;
  readonly upper: BoardMemory;
}

const registersIn = ({ lower, upper }: Clash) => [lower, upper].filter(({ kind }) => kind === 'registers').length;

function ofMemories({ lower, upper }: Clash, at: PlaceOf): Diagnostic {
  return {
    code: CODE,
    severity: 'error',
    what: `\`${lower.name}\` and \`${upper.name}\` of the chip overlap`,
    at: at(`${upper.path}.start`),
    got: `${lower.name} ${formatRange(lower.range)}, ${upper.name} ${formatRange(upper.range)}`,
    why: 'an address belongs to one memory only',
    fix: `mend the size of \`${lower.name}\`, or start \`${upper.name}\` at ${formatAddress(lower.range.end)} or later`,
    notes: [{ text: `\`${lower.name}\` is defined`, at: at(lower.path) }],
  };
}

/** One diagnostic for each memory that reaches into registers, however many blocks they are. */
function withRegisters(clashes: readonly Clash[], at: PlaceOf): Diagnostic[] {
  const blocks = new Map<BoardMemory, BoardMemory[]>();
  for (const clash of clashes.filter((one) => registersIn(one) === 1)) {
    const [memory, block] = clash.lower.kind === 'registers' ? [clash.upper, clash.lower] : [clash.lower, clash.upper];
    blocks.set(memory, [...(blocks.get(memory) ?? []), block]);
  }
  return [...blocks].map(([memory, [block, ...more]]) => ({
    code: CODE,
    severity: 'error',
    what: `\`${memory.name}\` overlaps the registers of ${block.name}`,
    at: at(`${memory.path}.start`),
    got: `${memory.name} ${formatRange(memory.range)}, ${block.name} ${formatRange(block.range)}${more.length === 0 ? '' : `, and ${more.length} more`}`,
    why: 'an address belongs to a memory or to a register',
    fix: `mend the start or the size of \`${memory.name}\``,
    notes: [{ text: `${block.name} is defined`, at: at(block.path) }],
  }));
}
