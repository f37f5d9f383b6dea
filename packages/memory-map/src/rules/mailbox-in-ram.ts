import { formatAddress, formatRange } from '@kickstage/base/hex';
import { encloses, overlaps } from '@kickstage/base/ranges';
import type { Rule } from './rule.ts';

export const mailboxInRam: Rule = {
  code: 'MAP015',
  title: "the mailbox is not at RAM's end",
  text: `The mailbox survives a software reset only because no image uses its words: they must lie at the end of RAM, behind the
initial stack pointer of every image. In the middle of RAM, an image's data or stack would overwrite it, and stack
contents could look like a request.`,
  check({ mailbox, ram, imageRam, at }) {
    const path = 'mailbox.at';
    const common = { severity: 'error' as const, code: 'MAP015', at: at(path) };
    const last = ram.end - (mailbox.end - mailbox.start);
    const fix = `leave out \`at\`, or put it at ${formatAddress(last)}`;
    if (!encloses(ram, mailbox)) {
      return [
        {
          ...common,
          what: 'the mailbox does not lie in RAM',
          got: `${formatRange(mailbox)}; RAM is ${formatRange(ram)}`,
          fix,
        },
      ];
    }
    if (mailbox.start % 4 !== 0) {
      return [{ ...common, what: 'the mailbox is not aligned to a word', got: formatAddress(mailbox.start), fix }];
    }
    if (overlaps(imageRam, mailbox)) {
      return [
        {
          ...common,
          what: "the mailbox lies in the images' RAM",
          got: `${formatRange(mailbox)}; images use ${formatRange(imageRam)}`,
          why: 'their data or stack would overwrite it',
          fix,
        },
      ];
    }
    return [];
  },
};
