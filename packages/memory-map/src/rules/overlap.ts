import type { Diagnostic } from '@kickstage/base/diagnostic';
import { formatRange } from '@kickstage/base/hex';
import { overlaps } from '@kickstage/base/ranges';
import type { Rule } from './rule.ts';

/** Slots are compared with their neighbours in order of address: near linear in their number. */
export const overlap: Rule = {
  code: 'MAP010',
  title: 'two slots overlap',
  text: `Two images would use the same flash: writing one destroys the other.

Leave \`at\` out and the tool finds a place for each, or move one of them behind the other's end.`,
  check({ slots, at }) {
    const sorted = [...slots].sort((a, b) => a.range.start - b.range.start);
    const found: Diagnostic[] = [];
    sorted.forEach((slot, i) => {
      for (let k = i + 1; k < sorted.length && overlaps(slot.range, sorted[k].range); k++) {
        const other = sorted[k];
        found.push({
          code: 'MAP010',
          severity: 'error',
          what: `slots \`${slot.name}\` and \`${other.name}\` overlap`,
          at: at(other.path),
          got: `${other.name} ${formatRange(other.range)}, ${slot.name} ${formatRange(slot.range)}`,
          why: 'writing one of them would destroy the other',
          fix: 'leave out `at`, or move one behind the end of the other',
          notes: [{ text: `\`${slot.name}\` is defined`, at: at(slot.path) }],
        });
      }
    });
    return found;
  },
};
