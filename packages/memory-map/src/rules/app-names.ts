import type { Rule } from './rule.ts';

export const appNames: Rule = {
  code: 'MAP019',
  title: 'app names',
  text: `An app's key becomes a name in firmware (App.diag) and of files (diag.elf): it must be an identifier, and \`bootloader\`,
\`flash\` and \`layout\` are taken. There must be one app at least, and 254 at most.`,
  check({ config, at }) {
    const names = Object.keys(config.apps);
    const common = { code: 'MAP019', severity: 'error' as const };
    if (names.length === 0)
      return [
        {
          ...common,
          what: 'there are no apps',
          at: at('apps'),
          fix: "add one: app1: app({ entry: 'apps/app1.ts', size: '64K' })",
        },
      ];
    if (names.length > 254)
      return [
        {
          ...common,
          what: `there are ${names.length} apps`,
          at: at('apps'),
          why: 'an app is named by one byte',
          fix: 'use 254 at most',
        },
      ];
    return names
      .filter((name) => !/^[A-Za-z_]\w*$/.test(name) || ['bootloader', 'flash', 'layout'].includes(name))
      .map((name) => ({
        ...common,
        what: `\`${name}\` cannot be the name of an app`,
        at: at(`apps.${name}`),
        why: 'it becomes an identifier in firmware and the name of files',
        fix: 'use letters, digits and _, not beginning with a digit; bootloader, flash and layout are taken',
      }));
  },
};
