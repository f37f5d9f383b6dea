import { formatAddress, formatRange } from '@kickstage/base/hex';
import { encloses, overlaps, rangeSize } from '@kickstage/base/ranges';
import { MAILBOX_MARGIN } from '../draft.ts';
import type { SlotRule } from './rule.ts';

export const mailboxInRam: SlotRule = {
  code: 'MAP015',
  title: "a mailbox in the images' RAM",
  text: `The mailbox survives a software reset only because no image uses its words. So it lies at the end of RAM, behind the
initial stack pointer of every image (or at RAM's beginning, before every image's data): at most ${MAILBOX_MARGIN} bytes from there,
because what is behind it is lost to the images. In the middle of RAM an image's data or stack would overwrite it, and
what lies on a stack could look like a request.`,
  check({ mailbox, ram, imageRam, at }) {
    if (!mailbox) return [];
    const common = { severity: 'error' as const, code: 'MAP015', at: at('mailbox.at') };
    const fix = `leave out \`at\`, or put it at ${formatAddress(ram.end - rangeSize(mailbox))}`;
    if (!encloses(ram, mailbox)) {
      const got = `${formatRange(mailbox)}; RAM is ${formatRange(ram)}`;
      return [{ ...common, what: 'the mailbox does not lie in RAM', got, fix }];
    }
    if (mailbox.start % 4 !== 0) {
      const got = formatAddress(mailbox.start);
      return [{ ...common, what: 'the mailbox is not aligned to a word', got, fix }];
    }
    if (!overlaps(imageRam, mailbox)) return [];
    return [
      {
        ...common,
        what: "the mailbox lies in the images' RAM",
        got: `${formatRange(mailbox)}; RAM is ${formatRange(ram)}`,
        why: 'their data or stack would overwrite it',
        fix,
      },
    ];
  },
};
