import type { Diagnostic } from '@kickstage/base/diagnostic';
import { formatAddress, formatSize } from '@kickstage/base/hex';
import type { RamUnit } from '@kickstage/chips/chip';
import { type BoardFlash, flashesOf } from '../board-memories.ts';
import type { PlaceOf } from '../locate.ts';
import type { BoardRule } from './rule.ts';
import { vectorAlignment } from './vector-alignment.ts';

const CODE = 'MAP027';

/** Bytes to which the AAPCS aligns the stack (IHI 0042, the stack). */
const STACK_ALIGNMENT = 8;

export const memoryAlignment: BoardRule = {
  code: CODE,
  title: 'a memory that begins or ends at no boundary',
  text: `Flash begins at a multiple of its first sector's size, or of the largest power of two in it, because sectors are told
apart by the upper bits of an address; and at a multiple of ${vectorAlignment(0)} bytes, because the vector table of the first image lies
there (VTOR's lowest bits are zero, DDI 0403E B3.2.5).

RAM begins and ends at a multiple of ${STACK_ALIGNMENT} bytes: the stack begins at its end, and the AAPCS aligns it to ${STACK_ALIGNMENT}.`,
  check: (board, at) => [
    ...flashesOf(board).flatMap((flash) => flashStart(flash, at)),
    ...board.chip.ram.flatMap((ram, i) => ramEnds(ram, `board.chip.ram.${i}`, at)),
  ],
};

function flashStart({ path, flash }: BoardFlash, at: PlaceOf): Diagnostic[] {
  const [{ size }] = flash.sectors;
  const sector = lowestBit(size);
  const alignment = path === 'board.chip.flash' ? Math.max(vectorAlignment(0), sector) : sector;
  if (flash.start % alignment === 0) return [];
  return [
    {
      code: CODE,
      severity: 'error',
      what: `\`${path}.start\` is not aligned`,
      at: at(`${path}.start`),
      got: `${formatAddress(flash.start)}; the first sector has ${formatSize(size)}`,
      why: `a sector of that size begins at a multiple of ${formatSize(alignment)}`,
      fix: `start it at ${around(flash.start, alignment)}, or mend the sectors`,
    },
  ];
}

function ramEnds({ name, start, size }: RamUnit, path: string, at: PlaceOf): Diagnostic[] {
  const common = { code: CODE, severity: 'error' as const };
  const why = `stacks and data are aligned to ${STACK_ALIGNMENT} bytes`;
  const found: Diagnostic[] = [];
  if (start % STACK_ALIGNMENT !== 0)
    found.push({
      ...common,
      what: `the start of RAM \`${name}\` is not aligned`,
      at: at(`${path}.start`),
      got: formatAddress(start),
      why,
      fix: `start it at ${around(start, STACK_ALIGNMENT)}`,
    });
  if (size % STACK_ALIGNMENT !== 0)
    found.push({
      ...common,
      what: `the size of RAM \`${name}\` is no multiple of ${STACK_ALIGNMENT} bytes`,
      at: at(`${path}.size`),
      got: formatSize(size),
      why,
      fix: 'write its size in bytes, as the reference manual has it',
    });
  return found;
}

/** The largest power of two that divides a number. */
const lowestBit = (value: number) => 2 ** Math.min(31, 31 - Math.clz32(value & -value));

function around(address: number, alignment: number): string {
  const down = address - (address % alignment);
  return `${formatAddress(down)} or ${formatAddress(down + alignment)}`;
}
