import type { Diagnostic } from '@kickstage/base/diagnostic';
import { formatAddress, formatRange } from '@kickstage/base/hex';
import { overlaps } from '@kickstage/base/ranges';
import type { SlotRule } from './rule.ts';

/** Slots are compared with their neighbours in order of address: near linear in their number. */
export const overlap: SlotRule = {
  code: 'MAP010',
  title: 'two slots overlap',
  text: `Two images would use the same flash: writing one destroys the other.

Leave \`at\` out and the tool finds a place for each, or move one of them behind the other's end.`,
  check({ slots, sectors, at }) {
    const sorted = [...slots].sort((a, b) => a.range.start - b.range.start);
    const found: Diagnostic[] = [];
    sorted.forEach((slot, i) => {
      for (let k = i + 1; k < sorted.length && overlaps(slot.range, sorted[k].range); k++) {
        const other = sorted[k];
        const next = sectors.find((sector) => sector.start >= slot.range.end);
        found.push({
          code: 'MAP010',
          severity: 'error',
          what: `slots \`${slot.name}\` and \`${other.name}\` overlap`,
          at: at(other.path),
          got: `${slot.name} ${formatRange(slot.range)}, ${other.name} ${formatRange(other.range)}`,
          why: 'writing one of them would destroy the other',
          fix: next
            ? `leave out \`at\`, or start \`${other.name}\` at ${formatAddress(next.start)} or later`
            : `leave out \`at\`, or make \`${slot.name}\` smaller`,
          notes: [{ text: `\`${slot.name}\` is defined`, at: at(slot.path) }],
        });
      }
    });
    return found;
  },
};
