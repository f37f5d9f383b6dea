import { formatAddress, formatSize } from '@kickstage/base/hex';
import { rangeOf, rangeSize } from '@kickstage/base/ranges';
import { ADDRESS_LIMIT, addressedMemories, flashSize } from '../board-memories.ts';
import type { BoardRule } from './rule.ts';

export const addressSpace: BoardRule = {
  code: 'MAP023',
  title: 'a memory that ends beyond the last address',
  text: `Addresses have 32 bits: every memory of the chip ends at 0x1_0000_0000 or before, and so do the addresses of external
flash. The start or the size is wrong, or there are too many sectors.`,
  check(board, at) {
    const { externalFlash } = board;
    const outside = externalFlash
      ? [{ name: externalFlash.name, path: 'board.externalFlash', range: externalRange(externalFlash) }]
      : [];
    return [...addressedMemories(board), ...outside]
      .filter(({ range }) => range.end > ADDRESS_LIMIT)
      .map(({ name, path, range }) => ({
        code: 'MAP023',
        severity: 'error' as const,
        what: `\`${name}\` ends beyond the last address`,
        at: at(`${path}.start`),
        got: `it starts at ${formatAddress(range.start)} and has ${formatSize(rangeSize(range))}`,
        why: 'addresses have 32 bits',
        fix: 'mend its start or its size',
      }));
  },
};

const externalRange = (flash: Parameters<typeof flashSize>[0] & { readonly start: number }) =>
  rangeOf(flash.start, flashSize(flash));
