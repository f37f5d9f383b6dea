import type { Diagnostic } from '@kickstage/base/diagnostic';
import type { ConfigRule } from './rule.ts';

const CODE = 'MAP019';

/** Names of images and files of the build; and the files that Windows keeps for devices. */
const TAKEN = /^(?:bootloader|flash|layout|con|prn|aux|nul|com\d|lpt\d)$/i;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Members that every object has: `App.constructor` is no app. */
const INHERITED = ['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty'];

export const appNames: ConfigRule = {
  code: CODE,
  title: 'a name that no app can have',
  text: `An app's key becomes a name in firmware (App.diag) and of files (diag.elf). So it must be an identifier of letters, digits
and _; \`bootloader\`, \`flash\` and \`layout\` are names of other files, and some names mean devices on Windows. Names that
differ only in upper and lower case would be the same file on some systems.`,
  check({ appNames: names = [] }, at) {
    return names.flatMap((name, i): Diagnostic[] => {
      const error = { code: CODE, severity: 'error' as const, at: at(`apps.${name}`) };
      const twin = names.slice(0, i).find((other) => other.toLowerCase() === name.toLowerCase());
      if (twin !== undefined) {
        const what = `the names of \`${twin}\` and \`${name}\` differ only in upper and lower case`;
        return [{ ...error, what, why: 'their files would be the same on some systems', fix: 'rename one of them' }];
      }
      const what = `\`${name}\` cannot be the name of an app`;
      if (!IDENTIFIER.test(name)) {
        const fix = 'use letters, digits and _, and begin with no digit';
        return [{ ...error, what, why: 'it becomes an identifier in firmware', fix }];
      }
      if (TAKEN.test(name)) return [{ ...error, what, why: 'there is another file of that name', fix: 'rename it' }];
      if (INHERITED.includes(name)) return [{ ...error, what, why: 'every object has that key', fix: 'rename it' }];
      return [];
    });
  },
};
