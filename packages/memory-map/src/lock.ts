/**
 * The lock: which app has which place and which number, committed beside the config, so that adding an app moves no
 * other, and images on a board that are not flashed again still mean the same app. Reading and writing the file is the
 * door's business; here is its text and what it says.
 */
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { formatAddress } from '@kickstage/base/hex';
import type { Layout } from './layout.ts';
import { UNUSABLE_LOCK } from './lock-parse.ts';
import { regionsOf } from './updates/layout-regions.ts';

export { parseLock } from './lock-parse.ts';

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
  /** What updates use beside the apps' slots, by name: `app1.download`, `journal.0`. Absent where there is nothing. */
  readonly regions?: Readonly<Record<string, LockedRegion>>;
}

export interface LockedRegion {
  /** Absent: the microcontroller's flash. */
  readonly memory?: 'external';
  readonly start: number;
  readonly size: number;
}

/** What the lock says of an app. */
export function lockedApp(lock: LockFile | undefined, name: string): LockedApp | undefined {
  return lock && Object.hasOwn(lock.apps, name) ? lock.apps[name] : undefined;
}

/** What a later `resolve` needs to keep every app of this layout in its place. */
export function lockOf(layout: Layout): LockFile {
  const apps = layout.apps.map(({ name, id, slot }) => [name, { id, start: slot.start, size: slot.end - slot.start }]);
  const regions = regionsOf(layout).map(({ name, memory, start, end }) => [
    name,
    { ...(memory === 'external' ? { memory } : {}), start, size: end - start },
  ]);
  return {
    formatVersion: 1,
    chip: layout.board.chip,
    apps: Object.fromEntries(apps),
    ...(regions.length > 0 ? { regions: Object.fromEntries(regions) } : {}),
  };
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
  const regions = Object.entries(lock.regions ?? {}).map(
    ([name, { memory, start, size }]) =>
      `    ${JSON.stringify(name)}: { ${memory ? '"memory": "external", ' : ''}"start": "${formatAddress(start)}", "size": ${size} }`,
  );
  const more = regions.length === 0 ? '' : `,\n  "regions": {\n${regions.join(',\n')}\n  }`;
  return `{\n  "formatVersion": 1,\n  "chip": ${JSON.stringify(lock.chip)},\n  "apps": ${body}${more}\n}\n`;
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
