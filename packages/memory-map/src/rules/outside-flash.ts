import { formatAddress, formatRange } from '@kickstage/base/hex';
import { contains, encloses } from '@kickstage/base/ranges';
import type { SlotRule } from './rule.ts';

export const outsideFlash: SlotRule = {
  code: 'MAP011',
  title: 'a slot outside flash',
  text: `A slot must lie wholly in the microcontroller's flash. \`kickstage map\` shows how much there is and who uses it.

An app that the tool places is never outside; when there is no place for it, that is MAP005.`,
  check: ({ slots, flash, chip, at }) =>
    slots
      .filter(({ range }) => !encloses(flash, range))
      .map(({ name, path, range }) => ({
        code: 'MAP011',
        severity: 'error' as const,
        what: `slot \`${name}\` does not lie in flash`,
        at: at(path),
        got: `${formatRange(range)}; the flash of the ${chip.name} is ${formatRange(flash)}`,
        why: 'there is no memory to write it to',
        fix: contains(flash, range.start)
          ? `make it smaller: it must end at ${formatAddress(flash.end)}`
          : `start it in ${formatRange(flash)}, or leave out \`at\``,
      })),
};
