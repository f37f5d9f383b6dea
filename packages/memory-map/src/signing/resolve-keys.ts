/** Keys of a config with what their files say. Reading files is the door's business: it gives a reader. */
import type { Checked, Diagnostic } from '@kickstage/base/diagnostic';
import type { LayoutKey, LayoutVerify } from '../layout.ts';
import type { PlaceOf } from '../locate.ts';
import type { ConfigParts } from '../validate.ts';
import { type KeyFacts, keyConfig } from './config.ts';

/** Gives what a key's file says; `path` is as the config has it. */
export type ReadKey = (path: string) => Checked<KeyFacts>;

export function resolveKeys(
  { keys = {} }: ConfigParts,
  readKey: ReadKey | undefined,
  at: PlaceOf,
): { keys: LayoutKey[]; diagnostics: Diagnostic[] } {
  const found: LayoutKey[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [name, value] of Object.entries(keys)) {
    const { public: path, private: own, ...rest } = keyConfig(value);
    // A text alone is both halves; a signer is asked by the public one.
    const secret = own ?? (typeof value === 'string' || rest.signer !== undefined ? path : undefined);
    if (!readKey) continue;
    const { value: facts, diagnostics: problems } = readKey(path);
    diagnostics.push(...problems.map((problem) => ({ ...problem, at: at(`keys.${name}`) })));
    if (facts) found.push({ name, ...facts, ...(secret === undefined ? {} : { private: secret }), ...rest });
  }
  return { keys: found, diagnostics };
}

/** Of the app `name`; undefined where nothing is verified. */
export function verifyOf({ apps, keys = {} }: ConfigParts, name: string): LayoutVerify | undefined {
  const { verify = 'none', verifyWhen, rollback, keys: own, securityCounter, downgrade } = apps.get(name) ?? {};
  if (verify === 'none') return undefined;
  return {
    level: verify,
    keys: verify === 'signature' ? (own ?? Object.keys(keys)) : [],
    ...(securityCounter === undefined ? {} : { securityCounter }),
    downgrade: downgrade ?? (verify === 'signature' ? 'refuse' : 'allow'),
    ...(verifyWhen === 'change' ? { onChange: true } : {}),
    ...(rollback === 'journal' ? { keepsCounter: true } : {}),
  };
}
