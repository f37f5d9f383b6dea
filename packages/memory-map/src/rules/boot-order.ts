import type { Diagnostic } from '@kickstage/base/diagnostic';
import { nearMiss } from '@kickstage/base/near-miss';
import type { ConfigRule } from './rule.ts';

const CODE = 'MAP018';

export const bootOrder: ConfigRule = {
  code: CODE,
  title: 'an unknown app in boot, or one named twice',
  text: `boot.default names the app that starts when nothing is requested; boot.fallback the ones that are tried, in this order,
when the wanted app cannot start. Both name apps by their keys under \`apps\`, and each app once. Without \`fallback\` all
other apps are tried in the order of the config.`,
  check({ appNames = [], boot }, at) {
    if (!boot || appNames.length === 0) return [];
    const order = [boot.default, ...(boot.fallback ?? [])];
    const known = new Set(appNames);
    const named = new Set<string>();
    return order.flatMap((name, i): Diagnostic[] => {
      const isFirst = !named.has(name);
      named.add(name);
      if (known.has(name) && isFirst) return [];
      const path = i === 0 ? 'boot.default' : `boot.fallback.${i - 1}`;
      const error = { code: CODE, severity: 'error' as const, at: at(path) };
      if (!known.has(name)) {
        const near = nearMiss(name, appNames);
        const fix = near ? `did you mean '${near}'?` : 'name one of them';
        const what = `\`${i === 0 ? 'boot.default' : 'boot.fallback'}\` names the app '${name}', which does not exist`;
        return [{ ...error, what, got: `the apps are ${appNames.join(', ')}`, fix }];
      }
      const what = `\`boot\` names the app '${name}' twice`;
      return [{ ...error, what, why: 'it was tried already, and cannot start', fix: 'remove it from boot.fallback' }];
    });
  },
};
