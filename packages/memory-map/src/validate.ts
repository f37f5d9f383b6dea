/**
 * Reads a config of any shape. Each part is checked on its own, so that one wrong part does not hide what is wrong with
 * the others: a part comes out when its values can be used, and the rules go on with what there is. A key that means
 * nothing is refused, but spoils nothing else.
 */
import type { Diagnostic, Place } from '@kickstage/base/diagnostic';
import { nearMiss } from '@kickstage/base/near-miss';
import type { Board } from '@kickstage/chips/board';
import * as v from 'valibot';
import type { AppConfig, BootloaderConfig, Config, MailboxConfig } from './define.ts';
import { isPlainObject, KINDS, type KindName } from './kinds.ts';
import type { PlaceOf } from './locate.ts';
import {
  appSchema,
  boardSchema,
  bootloaderSchema,
  bootSchema,
  CONFIG_KEYS,
  KNOWN_KEYS,
  keysSchema,
  mailboxSchema,
  updatesSchema,
} from './schema.ts';
import type { UpdatesConfig } from './updates/config.ts';

/** What could be read of a config. */
export interface ConfigParts {
  readonly board?: Board;
  readonly bootloader?: BootloaderConfig;
  /** Names of all apps, in the order of the config; undefined when `apps` is no object. */
  readonly appNames?: readonly string[];
  /** The apps whose values can be used. */
  readonly apps: ReadonlyMap<string, AppConfig>;
  /** Undefined when it was written and cannot be used. */
  readonly mailbox?: MailboxConfig;
  readonly keys?: Config['keys'];
  /** Undefined when it was written and cannot be used. */
  readonly updates?: UpdatesConfig;
  readonly boot?: Config['boot'];
}

export interface ReadConfig {
  readonly parts: ConfigParts;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a config. `value` is whatever the config file exports; `at` gives the place of a path in it. */
export function readConfig(value: unknown, at: PlaceOf): ReadConfig {
  if (!isPlainObject(value) || isPromise(value))
    return { parts: { apps: new Map() }, diagnostics: [notAnObject(value, at(''))] };
  const raw = value as Record<string, unknown>;
  const diagnostics: Diagnostic[] = [];
  const read = <T>(schema: v.GenericSchema, input: unknown, path: string, keys: string): T | undefined => {
    const result = check(schema, input, path, keys, at);
    diagnostics.push(...result.diagnostics);
    return result.usable ? (input as T) : undefined;
  };
  for (const key of Object.keys(raw))
    if (!(CONFIG_KEYS as readonly string[]).includes(key)) diagnostics.push(unknownKey(key, key, 'config', at));
  const board = read<Board>(boardSchema, raw.board, 'board', 'board');
  const bootloader = read<BootloaderConfig>(bootloaderSchema, raw.bootloader, 'bootloader', 'bootloader');
  const apps = new Map<string, AppConfig>();
  const hasApps = read(v.custom(KINDS.object.test, 'object'), raw.apps, 'apps', 'apps') !== undefined;
  for (const [name, app] of hasApps ? Object.entries(raw.apps as object) : []) {
    const usable = read<AppConfig>(appSchema, app, `apps.${name}`, 'app');
    if (usable) apps.set(name, usable);
  }
  const mailbox =
    raw.mailbox === undefined ? {} : read<MailboxConfig>(mailboxSchema, raw.mailbox, 'mailbox', 'mailbox');
  const updates =
    raw.updates === undefined ? {} : read<UpdatesConfig>(updatesSchema, raw.updates, 'updates', 'updates');
  const keys = raw.keys === undefined ? {} : read<Config['keys']>(keysSchema, raw.keys, 'keys', '');
  const boot = read<Config['boot']>(bootSchema, raw.boot, 'boot', 'boot');
  const appNames = hasApps ? Object.keys(raw.apps as object) : undefined;
  return { parts: { board, bootloader, appNames, apps, mailbox, keys, updates, boot }, diagnostics };
}

function check(schema: v.GenericSchema, input: unknown, path: string, keys: string, at: PlaceOf) {
  if (input === undefined) return { usable: false, diagnostics: [missing(path, at)] };
  const { issues = [] } = v.safeParse(schema, input);
  const diagnostics = issues.map((issue) => {
    const inner = (issue.path ?? []).map((item) => String((item as { key: unknown }).key));
    const whole = [path, ...inner].join('.');
    if (issue.type === 'never') return unknownKey(inner[inner.length - 1], whole, inner.length === 1 ? keys : '', at);
    if (issue.input === undefined) return missing(whole, at);
    return wrongValue(whole, issue.message as KindName, issue.input, at);
  });
  return { usable: issues.every((issue) => issue.type === 'never'), diagnostics };
}

const isPromise = (value: unknown) => typeof (value as { then?: unknown })?.then === 'function';

function notAnObject(value: unknown, at: Place): Diagnostic {
  return {
    code: 'MAP003',
    severity: 'error',
    what: 'the config is not an object',
    at,
    got: isPromise(value) ? 'a promise' : show(value),
    fix: isPromise(value) ? 'wait for it: export default defineConfig(await …)' : 'export default defineConfig({ … })',
  };
}

function unknownKey(key: string, path: string, object: string, at: PlaceOf): Diagnostic {
  const known = KNOWN_KEYS[object];
  const near = known && nearMiss(key, known);
  return {
    code: 'MAP001',
    severity: 'error',
    what: `unknown key \`${key}\``,
    at: at(path),
    ...(known ? { why: `the keys here are ${known.join(', ')}` } : {}),
    fix: near ? `did you mean ${near}?` : 'remove it',
  };
}

/** How the keys that must be there may look. */
const EXAMPLES: Readonly<Record<string, string>> = {
  board: "board: blackpill, from 'kickstage/boards'",
  bootloader: "bootloader: { entry: 'boot/main.ts', size: '16K' }",
  apps: "apps: { app1: app({ entry: 'apps/app1.ts', size: '64K' }) }",
  boot: "boot: { default: 'app1' }",
  default: "default: 'app1'",
  entry: "entry: '….ts', the file that its firmware begins with",
  size: "size: '64K'",
};

/** In a board and its chip sizes are numbers. */
const BOARD_EXAMPLES: Readonly<Record<string, string>> = {
  size: 'size, in bytes: 0x8000',
  start: 'start, an address: 0x2000_0000',
  jedecId: 'jedecId: 0xEF_4017',
  interrupts: "interrupts: [{ number: 6, name: 'EXTI0_IRQHandler' }, …], or []",
  registerBlocks: 'registerBlocks, or []',
};

function missing(path: string, at: PlaceOf): Diagnostic {
  const key = path.slice(path.lastIndexOf('.') + 1);
  const examples = path.startsWith('board.') ? BOARD_EXAMPLES : EXAMPLES;
  const fix = `add ${examples[key] ?? key}`;
  return { code: 'MAP002', severity: 'error', what: `\`${path}\` is missing`, at: at(path), fix };
}

function wrongValue(path: string, kind: KindName, value: unknown, at: PlaceOf): Diagnostic {
  const { what, why, fix } = KINDS[kind].problem(value);
  return {
    code: KINDS[kind].code,
    severity: 'error',
    what: `\`${path}\` ${what}`,
    at: at(path),
    got: show(value),
    ...(why ? { why } : {}),
    fix,
  };
}

/** A value in a few words: numbers and texts as they are written, the rest by its kind. */
function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return value.length > 40 ? `'${value.slice(0, 40)}…'` : `'${value}'`;
  if (typeof value === 'object') return value === null ? 'null' : 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}
