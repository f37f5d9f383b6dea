import { formatAddress, formatRange } from '@kickstage/base/hex';
import { encloses } from '@kickstage/base/ranges';
import type { Rule } from './rule.ts';

export const outsideFlash: Rule = {
  code: 'MAP011',
  title: 'a slot outside flash',
  text: 'A slot must lie wholly in the flash of the microcontroller. Its datasheet and `kickstage map` say how much there is.',
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
        fix:
          range.start >= flash.start && range.start < flash.end
            ? `make it smaller: it must end at ${formatAddress(flash.end)}`
            : `start it in ${formatRange(flash)}, or leave out \`at\``,
      })),
};
