import type { Diagnostic } from '@kickstage/base/diagnostic';
import { formatAddress } from '@kickstage/base/hex';
import type { ConfigRule } from './rule.ts';

const CODE = 'MAP017';

export const magicWords: ConfigRule = {
  code: CODE,
  title: 'magic words',
  text: `With mailbox: { protocol: 'magic-word' } each app is named by one word, its \`magic\`. Every app must have one, they must
differ, and none may be 0, which means that nothing is requested.

With protocol 'record' apps are named by number and the words are not used: a \`magic\` is then only warned of.`,
  check({ apps, mailbox }, at) {
    const protocol = mailbox && (mailbox.protocol ?? 'record');
    const owners = new Map<number, string>();
    return [...apps].flatMap(([name, { magic }]): Diagnostic[] => {
      if (protocol === 'record' && magic !== undefined) return [unused(name, at(`apps.${name}.magic`))];
      if (protocol !== 'magic-word') return [];
      const owner = magic === undefined ? undefined : owners.get(magic);
      if (magic && owner === undefined) {
        owners.set(magic, name);
        return [];
      }
      const error = { code: CODE, severity: 'error' as const, at: at(`apps.${name}.magic`) };
      if (magic === undefined) {
        const what = `app \`${name}\` has no magic word`;
        return [{ ...error, what, why: "protocol 'magic-word' names apps by it", fix: 'add magic: 0x…' }];
      }
      if (magic === 0) {
        const what = `the magic word of \`${name}\` is 0`;
        return [{ ...error, what, why: '0 means that nothing is requested', fix: 'choose another word' }];
      }
      return [
        {
          ...error,
          what: `apps \`${owner}\` and \`${name}\` have the same magic word`,
          got: formatAddress(magic),
          why: 'the bootloader could not tell them apart',
          fix: 'give one of them another word',
          notes: [{ text: `\`${owner}\` has it`, at: at(`apps.${owner}.magic`) }],
        },
      ];
    });
  },
};

function unused(name: string, at: Diagnostic['at']): Diagnostic {
  return {
    code: CODE,
    severity: 'warning',
    what: `the magic word of \`${name}\` is not used`,
    at,
    why: "mailbox protocol 'record' names apps by number",
    fix: "remove it, or set mailbox: { protocol: 'magic-word' }",
  };
}
