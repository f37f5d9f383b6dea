/** The name of the new project's npm package: given, or made from the folder's. */
import type { Checked } from '@kickstage/base/diagnostic';

/** Lower case, no blanks, no `.` or `_` in front: what npm takes for a new package. */
const PACKAGE_NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;
const LONGEST = 214;

/** npm refuses these, or refuses that the package then depends on Kickstage. */
const TAKEN: readonly string[] = ['kickstage', 'node_modules', 'favicon.ico'];

const FALLBACK = 'kickstage-project';

const isPackageName = (name: string) => PACKAGE_NAME.test(name) && name.length <= LONGEST && !TAKEN.includes(name);

/** The name that a folder gives its package. */
export function packageNameOf(folder: string): string {
  const name = folder
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{Mark}/gu, '')
    .replace(/[^a-z0-9._~-]+/g, '-')
    .replace(/^[._-]+|-+$/g, '')
    .slice(0, LONGEST);
  return isPackageName(name) ? name : FALLBACK;
}

/** The name that was given. */
export function readPackageName(name: string): Checked<string> {
  if (isPackageName(name)) return { value: name, diagnostics: [] };
  return {
    diagnostics: [
      {
        code: 'CLI022',
        severity: 'error',
        what: `\`${name}\` cannot be the name of the project's package`,
        at: { path: '--name' },
        why: TAKEN.includes(name)
          ? 'the name is taken'
          : `npm takes lower case letters, digits, - . _ and ~, at most ${LONGEST}, with no . or _ in front`,
        fix: `write ${packageNameOf(name)}`,
      },
    ],
  };
}
