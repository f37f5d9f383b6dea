import { formatSize } from '@kickstage/base/hex';
import { flashesOf } from '../board-memories.ts';
import type { BoardRule } from './rule.ts';

export const writeUnit: BoardRule = {
  code: 'MAP024',
  title: 'sectors that are no whole number of write units',
  text: `Flash is programmed by write units (writeSize: 1, 2, 4, 8 bytes and more) and erased by sectors, so a sector is a whole
number of write units. Sizes are bytes: a sector of 2 KiB is 2048.`,
  check: (board, at) =>
    flashesOf(board).flatMap(({ path, flash: { sectors, writeSize } }) =>
      sectors.flatMap(({ size }, i) => {
        if (size % writeSize === 0) return [];
        return [
          {
            code: 'MAP024',
            severity: 'error' as const,
            what: `a sector of ${formatSize(size)} is no whole number of write units`,
            at: at(`${path}.sectors.${i}.size`),
            got: `writeSize is ${writeSize}; ${size % writeSize} bytes of each sector are left over`,
            why: 'the last bytes of a sector could not be programmed without those of the next',
            fix: 'take the size of a sector and writeSize from the reference manual, both in bytes',
            notes: [{ text: 'the write unit is', at: at(`${path}.writeSize`) }],
          },
        ];
      }),
    ),
};
