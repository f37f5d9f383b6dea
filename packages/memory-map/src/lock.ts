/**
 * The lock: which app has which place and which number, committed beside the config, so that adding an app moves no
 * other, and images on a board that are not flashed again still mean the same app. Reading and writing the file is the
 * door's business; here is its text and what it says.
 */
import type { Checked, Diagnostic } from '@kickstage/base/diagnostic';
import { formatAddress } from '@kickstage/base/hex';
import { isPlainObject } from './kinds.ts';
import type { Layout } from './layout.ts';

export interface LockedApp {
  /** The app's number: what the record mailbox and the boot report call it. */
  readonly id: number;
  readonly start: number;
  readonly size: number;
}

export interface LockFile {
  readonly formatVersion: 1;
  /** Name of the microcontroller whose flash the places are in. */
  readonly chip: string;
  readonly apps: Readonly<Record<string, LockedApp>>;
}

/** What the lock says of an app. */
export function lockedApp(lock: LockFile | undefined, name: string): LockedApp | undefined {
  return lock && Object.hasOwn(lock.apps, name) ? lock.apps[name] : undefined;
}

/** What a later `resolve` needs to keep every app of this layout in its place. */
export function lockOf(layout: Layout): LockFile {
  const apps = layout.apps.map(({ name, id, slot }) => [name, { id, start: slot.start, size: slot.end - slot.start }]);
  return { formatVersion: 1, chip: layout.board.chip, apps: Object.fromEntries(apps) };
}

/** The lock as text: the same lock gives the same text, one line an app. */
export function printLock(lock: LockFile): string {
  const apps = Object.entries(lock.apps)
    .sort(([, a], [, b]) => a.id - b.id)
    .map(([name, { id, start, size }]) => {
      const place = `"id": ${id}, "start": "${formatAddress(start)}", "size": ${size}`;
      return `    ${JSON.stringify(name)}: { ${place} }`;
    });
  const body = apps.length === 0 ? '{}' : `{\n${apps.join(',\n')}\n  }`;
  return `{\n  "formatVersion": 1,\n  "chip": ${JSON.stringify(lock.chip)},\n  "apps": ${body}\n}\n`;
}

/** Reads a lock's text. `file` is how the file is shown to people. Errors: MAP007. */
export function parseLock(text: string, file: string): Checked<LockFile> {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    return { diagnostics: [unusable(file, (error as SyntaxError).message)] };
  }
  const { formatVersion, chip, apps } = (isPlainObject(raw) ? raw : {}) as Record<string, unknown>;
  if (formatVersion !== 1) return { diagnostics: [unusable(file, 'its formatVersion is not 1')] };
  if (typeof chip !== 'string' || !isPlainObject(apps))
    return { diagnostics: [unusable(file, 'chip or apps is missing')] };
  const parsed: Record<string, LockedApp> = {};
  for (const [name, entry] of Object.entries(apps as object)) {
    const app = parseApp(entry);
    if (!app) return { diagnostics: [unusable(file, `the entry of \`${name}\` is not { id, start, size }`)] };
    parsed[name] = app;
  }
  const ids = Object.values(parsed).map(({ id }) => id);
  if (new Set(ids).size < ids.length) return { diagnostics: [unusable(file, 'two apps have the same id')] };
  return { value: { formatVersion, chip, apps: parsed }, diagnostics: [] };
}

function parseApp(entry: unknown): LockedApp | undefined {
  const { id, start, size } = (isPlainObject(entry) ? entry : {}) as Record<string, unknown>;
  const address = typeof start === 'string' ? /^0x([0-9A-F]{4})_([0-9A-F]{4})$/i.exec(start) : null;
  const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  if (!isCount(id) || !isCount(size) || size === 0 || !address) return undefined;
  return { id, start: Number.parseInt(address[1] + address[2], 16), size };
}

export const UNUSABLE_LOCK = {
  code: 'MAP007',
  title: 'a lock that cannot be used',
  text: `boot.lock.json keeps each app's place and number, so that adding an app moves no other. It is written by the tool and
committed with the config. When it is damaged, or its places are those of another microcontroller, the tool cannot tell
which places are in use, and does not guess.

Take the file from version control again. If no board holds images that must go on working, delete it: all apps are then
placed anew, and bootloader and apps must be flashed again.`,
} as const;

function unusable(file: string, got: string): Diagnostic {
  return {
    code: UNUSABLE_LOCK.code,
    severity: 'error',
    what: 'the lock cannot be used',
    at: { file },
    got,
    why: 'it says where the apps on your boards lie; without it they might be placed elsewhere',
    fix: 'restore the file from version control, or delete it and flash everything again',
  };
}

/** The complaint about a lock whose places are in another microcontroller's flash. */
export function lockOfOtherChip(lock: LockFile, chip: string): Diagnostic {
  return {
    code: UNUSABLE_LOCK.code,
    severity: 'error',
    what: `the lock is for the ${lock.chip}`,
    got: `the board has the ${chip}`,
    why: 'places in the flash of one mean nothing in that of the other',
    fix: 'delete boot.lock.json: all apps are then placed anew',
  };
}

/** Names in the order of their numbers: those that the lock knows first, in its order, then new ones in the order given. */
export function orderByLock(names: readonly string[], lock: LockFile | undefined): string[] {
  const idOf = (name: string) => lockedApp(lock, name)?.id ?? Number.POSITIVE_INFINITY;
  const isKnown = (name: string) => lockedApp(lock, name) !== undefined;
  return [...names.filter(isKnown).sort((a, b) => idOf(a) - idOf(b)), ...names.filter((name) => !isKnown(name))];
}
