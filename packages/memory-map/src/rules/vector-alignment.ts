import { formatAddress } from '@kickstage/base/hex';
import type { SlotRule } from './rule.ts';

/**
 * VTOR takes a multiple of the table's size rounded up to a power of two, at least 128 bytes (DDI 0403E B1.5.3, and
 * B3.2.5: TBLOFF is bits 31..7).
 */
export function vectorAlignment(vectorCount: number): number {
  return Math.max(128, 2 ** Math.ceil(Math.log2(4 * vectorCount)));
}

export const vectorAlignmentRule: SlotRule = {
  code: 'MAP014',
  title: 'a vector table that VTOR cannot address',
  text: `An image begins with its vector table, and the processor takes the table's address in VTOR, whose low bits are zero: the
table must lie at a multiple of its size rounded up to a power of two (DDI 0403E B1.5.3, B3.2.5). With the 102 words of
the STM32F411 that is 512 bytes.`,
  check: ({ slots, at }) =>
    slots.flatMap(({ name, path, range, vectorCount }) => {
      const alignment = vectorAlignment(vectorCount);
      if (range.start % alignment === 0) return [];
      const down = range.start - (range.start % alignment);
      return [
        {
          code: 'MAP014',
          severity: 'error' as const,
          what: `the vector table of \`${name}\` is not aligned`,
          at: at(path),
          got: `${formatAddress(range.start)}; its ${vectorCount} words need a multiple of ${alignment} bytes`,
          why: 'VTOR ignores the low bits of the address: interrupts would go astray',
          fix: `start the slot at ${formatAddress(down)} or ${formatAddress(down + alignment)}`,
        },
      ];
    }),
};
