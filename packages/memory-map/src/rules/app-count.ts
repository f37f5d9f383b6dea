import type { ConfigRule } from './rule.ts';

/** A slot is one byte in mailbox and report, and 0xFF means none. */
const MAX_APPS = 254;

export const appCount: ConfigRule = {
  code: 'MAP021',
  title: 'no apps, or too many',
  text: `There must be one app at least: a bootloader alone has nothing to start. There can be ${MAX_APPS} at most, because mailbox and
boot report name an app by one byte.`,
  check({ appNames }, at) {
    if (appNames === undefined || (appNames.length > 0 && appNames.length <= MAX_APPS)) return [];
    const error = { code: 'MAP021', severity: 'error' as const, at: at('apps') };
    if (appNames.length === 0) {
      const fix = "add one: app1: app({ entry: 'apps/app1.ts', size: '64K' })";
      return [{ ...error, what: 'there are no apps', why: 'the bootloader would have nothing to start', fix }];
    }
    return [
      {
        ...error,
        what: `there are ${appNames.length} apps`,
        why: 'mailbox and boot report name an app by one byte',
        fix: `use ${MAX_APPS} at most`,
      },
    ];
  },
};
