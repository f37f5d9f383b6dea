import type { Diagnostic } from '@kickstage/base/diagnostic';
import type { ConfigRule } from './rule.ts';

const CODE = 'MAP019';

/** Names of images and files of the build; and the files that Windows keeps for devices. */
const TAKEN = /^(?:bootloader|flash|layout|con|prn|aux|nul|com\d|lpt\d)$/i;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Words of the language: they can be keys, but not members of the firmware's enum (ECMA-262, 12.7.2; `enum App`). */
const RESERVED = new Set(
  `abstract as async await boolean break case catch class const continue debugger declare default delete do else enum
export extends false finally for from function get if implements import in instanceof interface is keyof let module
namespace new null number of package private protected public readonly return set static string super switch symbol this
throw true try type typeof undefined var void while with yield`.split(/\s+/),
);
/** Members that every object has: `App.constructor` is no app. */
const INHERITED = ['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty'];

export const appNames: ConfigRule = {
  code: CODE,
  title: 'a name that no app can have',
  text: `An app's key becomes a name in firmware (App.diag) and of files (diag.elf). So it must be an identifier of letters, digits
and _, and no word of the language (\`delete\`); \`bootloader\`, \`flash\` and \`layout\` are names of other files, and some names mean devices on Windows. Names that
differ only in upper and lower case would be the same file on some systems.`,
  check({ appNames: names = [] }, at) {
    const seen = new Map<string, string>();
    return names.flatMap((name): Diagnostic[] => {
      const folded = name.toLowerCase();
      const problem = problemOf(name, seen.get(folded));
      if (!seen.has(folded)) seen.set(folded, name);
      return problem ? [{ code: CODE, severity: 'error', at: at(`apps.${name}`), ...problem }] : [];
    });
  },
};

/** What is wrong with a name; `twin` is an earlier one that differs in upper and lower case only. */
function problemOf(name: string, twin: string | undefined): Pick<Diagnostic, 'what' | 'why' | 'fix'> | undefined {
  if (twin !== undefined) {
    const what = `the names of \`${twin}\` and \`${name}\` differ only in upper and lower case`;
    return { what, why: 'their files would be the same on some systems', fix: 'rename one of them' };
  }
  const what = `\`${name}\` cannot be the name of an app`;
  if (!IDENTIFIER.test(name)) {
    const fix = 'use letters, digits and _, and begin with no digit';
    return { what, why: 'it becomes an identifier in firmware', fix };
  }
  if (RESERVED.has(name)) return { what, why: 'it is a word of the language', fix: 'rename it' };
  if (TAKEN.test(name)) return { what, why: 'there is another file of that name', fix: 'rename it' };
  if (INHERITED.includes(name)) return { what, why: 'every object has that key', fix: 'rename it' };
  return undefined;
}
