import type { Diagnostic } from '@kickstage/base/diagnostic';
import { nearMiss } from '@kickstage/base/near-miss';
import type { Rule } from './rule.ts';

export const bootOrder: Rule = {
  code: 'MAP018',
  title: 'an unknown app in boot',
  text: 'boot.default and boot.fallback name apps by their keys under `apps`.',
  check({ config, at }) {
    const names = Object.keys(config.apps);
    const problem = (name: string, path: string): Diagnostic[] => {
      if (names.includes(name)) return [];
      const near = nearMiss(name, names);
      return [
        {
          code: 'MAP018',
          severity: 'error',
          what: `\`${path}\` names the app \`${name}\`, which does not exist`,
          at: at(path),
          got: `the apps are ${names.join(', ')}`,
          fix: near ? `did you mean ${near}?` : 'name one of them',
        },
      ];
    };
    const fallback = (config.boot.fallback ?? []).flatMap((name) => problem(name, 'boot.fallback'));
    return [...problem(config.boot.default, 'boot.default'), ...fallback];
  },
};
