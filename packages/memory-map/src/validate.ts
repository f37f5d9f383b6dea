/** The shape of the config: kinds of values and names of keys. What the values mean for memory is the rules' business. */
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { nearMiss } from '@kickstage/base/near-miss';
import * as v from 'valibot';
import type { Config } from './define.ts';
import { type ConfigSource, locate } from './locate.ts';
import { parseSize } from './size.ts';

const name = v.pipe(v.string(), v.nonEmpty('a name is not empty'));
const address = v.pipe(
  v.number('an address is a number'),
  v.integer('an address is a whole number'),
  v.minValue(0),
  v.maxValue(0xffffffff),
);
const version = v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+$/, "a version is three numbers: '1.2.3'"));
const size = v.custom<string | number>((value) => 'bytes' in parseSize(value), 'a size');
const entries = {
  app: {
    entry: name,
    version: v.optional(version),
    size,
    at: v.optional(address),
    magic: v.optional(address),
    sharedSectors: v.optional(v.literal('preserve')),
  },
  bootloader: {
    entry: name,
    size,
    version: v.optional(version),
    at: v.optional(address),
    vectors: v.optional(v.picklist(['system', 'full'])),
  },
  mailbox: { protocol: v.optional(v.picklist(['record', 'magic-word'])), at: v.optional(address) },
  boot: { default: name, fallback: v.optional(v.array(name)) },
};
const board = v.looseObject({
  name: v.string(),
  chip: v.looseObject({
    name: v.string(),
    flash: v.looseObject({ start: v.number() }),
    ram: v.array(v.looseObject({ start: v.number(), size: v.number() })),
  }),
});
const schema = v.strictObject({
  board,
  bootloader: v.strictObject(entries.bootloader),
  apps: v.record(v.string(), v.strictObject(entries.app)),
  mailbox: v.optional(v.strictObject(entries.mailbox)),
  boot: v.strictObject(entries.boot),
});

/** Keys that an object at this path may have. */
function knownKeys(path: readonly string[]): readonly string[] {
  const [first] = path;
  if (path.length === 1) return ['board', 'bootloader', 'apps', 'mailbox', 'boot'];
  if (first === 'apps') return Object.keys(entries.app);
  return first in entries ? Object.keys(entries[first as keyof typeof entries]) : [];
}

export type Validation = { readonly config: Config } | { readonly diagnostics: readonly Diagnostic[] };

export function validateConfig(value: unknown, source: ConfigSource | undefined): Validation {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { diagnostics: [notAnObject(value, source)] };
  }
  const result = v.safeParse(schema, value);
  if (result.success) return { config: value as Config };
  const diagnostics = result.issues.map((issue) => {
    const path = (issue.path ?? []).map((item) => String((item as { key: unknown }).key));
    const at = locate(value, source, path.join('.'));
    if (issue.type === 'strict_object' && issue.expected === 'never') return unknownKey(path, at);
    return wrongValue(path, at, issue);
  });
  return { diagnostics };
}

function notAnObject(value: unknown, source: ConfigSource | undefined): Diagnostic {
  return {
    code: 'MAP003',
    severity: 'error',
    what: 'the config is not an object',
    at: { file: source?.file },
    got: value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value,
    fix: 'export default defineConfig({ … })',
  };
}

function unknownKey(path: readonly string[], at: Diagnostic['at']): Diagnostic {
  const key = path[path.length - 1];
  const known = knownKeys(path);
  const near = nearMiss(key, known);
  return {
    code: 'MAP001',
    severity: 'error',
    what: `unknown key \`${key}\``,
    at,
    why: `the keys here are ${known.join(', ')}`,
    fix: near ? `did you mean ${near}?` : 'remove it',
  };
}

function wrongValue(
  path: readonly string[],
  at: Diagnostic['at'],
  issue: { received: string; expected: string | null; message: string; input: unknown; type: string },
): Diagnostic {
  const key = path[path.length - 1];
  if (issue.input === undefined) {
    return { code: 'MAP002', severity: 'error', what: `\`${path.join('.')}\` is missing`, at, fix: `add ${key}` };
  }
  if (issue.message === 'a size') {
    const parsed = parseSize(issue.input);
    const { problem, fix } = 'bytes' in parsed ? { problem: '', fix: '' } : parsed;
    return {
      code: 'MAP004',
      severity: 'error',
      what: `\`${path.join('.')}\` is no size`,
      at,
      got: JSON.stringify(issue.input),
      why: problem,
      fix,
    };
  }
  const isOwnText = !issue.message.startsWith('Invalid');
  return {
    code: 'MAP002',
    severity: 'error',
    what: `\`${path.join('.')}\` has a wrong value`,
    at,
    got: issue.received,
    why: isOwnText ? issue.message : `expected ${issue.expected}`,
    fix: issue.expected ? `give ${issue.expected}` : issue.message,
  };
}
