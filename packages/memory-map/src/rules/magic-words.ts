import type { Diagnostic } from '@kickstage/base/diagnostic';
import { formatAddress } from '@kickstage/base/hex';
import type { Rule } from './rule.ts';

export const magicWords: Rule = {
  code: 'MAP017',
  title: 'magic words',
  text: `With protocol 'magic-word' each app is named by one word. The words must be there, differ from each other, and not be 0,
which means that nothing is requested.`,
  check({ slots, mailbox, at }) {
    if (mailbox.protocol !== 'magic-word') return [];
    const found: Diagnostic[] = [];
    const owners = new Map<number, string>();
    for (const { name, path, magic, kind } of slots) {
      if (kind !== 'app') continue;
      const common = { code: 'MAP017', severity: 'error' as const, at: at(`${path}.magic`) };
      const owner = magic === undefined ? undefined : owners.get(magic);
      if (magic === undefined)
        found.push({
          ...common,
          at: at(path),
          what: `app \`${name}\` has no magic word`,
          fix: 'add magic: 0x… with a word of its own',
        });
      else if (magic === 0)
        found.push({
          ...common,
          what: `the magic word of \`${name}\` is 0`,
          why: '0 means that nothing is requested',
          fix: 'choose another word',
        });
      else if (owner !== undefined) {
        found.push({
          ...common,
          what: `apps \`${owner}\` and \`${name}\` have the same magic word`,
          got: formatAddress(magic),
          why: 'the bootloader could not tell them apart',
          fix: 'give one of them another word',
          notes: [{ text: `\`${owner}\` has it`, at: at(`apps.${owner}.magic`) }],
        });
      } else owners.set(magic, name);
    }
    return found;
  },
};
