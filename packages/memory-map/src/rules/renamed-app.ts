import type { Diagnostic } from '@kickstage/base/diagnostic';
import { formatAddress } from '@kickstage/base/hex';
import { nearMiss } from '@kickstage/base/near-miss';
import type { LockRule } from './rule.ts';

const CODE = 'MAP008';

export const renamedApp: LockRule = {
  code: CODE,
  title: 'an app that the lock has under another name',
  text: `boot.lock.json knows apps by their names. Here it has one that the config does not have, and the config has a new one
with nearly the same name. If the app was renamed, its place and its number are lost: the tool places it anew, and boards
in use need it and the bootloader again.

Rename it in boot.lock.json as well, and it stays where it is. If it is another app, nothing needs to be done: building
writes the lock anew and the warning is gone.`,
  check(lock, { appNames }, at) {
    if (!appNames) return [];
    const names = new Set(appNames);
    const added = appNames.filter((name) => !Object.hasOwn(lock.apps, name));
    return Object.entries(lock.apps).flatMap(([name, { start }]): Diagnostic[] => {
      const near = names.has(name) ? undefined : nearMiss(name, added);
      if (near === undefined) return [];
      return [
        {
          code: CODE,
          severity: 'warning',
          what: `the config has a new \`${near}\`, and no longer \`${name}\``,
          at: at(`apps.${near}`),
          got: `the lock has \`${name}\` at ${formatAddress(start)}`,
          why: 'a renamed app loses its place and its number',
          fix: `if it is the same app, write \`${near}\` for \`${name}\` in boot.lock.json`,
        },
      ];
    });
  },
};
