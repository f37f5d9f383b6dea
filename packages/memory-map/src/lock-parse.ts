/**
 * Reads the text of boot.lock.json. The tool wrote it, but people merge and edit it: everything that cannot be is said,
 * all at once, with its line. What depends on the microcontroller (do the places lie in its flash?) is a rule's business.
 */
import type { Checked, Diagnostic } from '@kickstage/base/diagnostic';
import { formatRange } from '@kickstage/base/hex';
import { overlaps, rangeOf } from '@kickstage/base/ranges';
import { isPlainObject } from './kinds.ts';
import { locatorOfText, type PlaceOf } from './locate.ts';
import type { LockedApp, LockedRegion, LockFile } from './lock.ts';

export const UNUSABLE_LOCK = {
  code: 'MAP007',
  title: 'a lock that cannot be used',
  text: `boot.lock.json keeps each app's place and number, so that adding an app moves no other. It is written by the tool and
committed with the config. When it is damaged (by an edit, or by a merge that took lines of both sides), or its places
are those of another microcontroller, the tool cannot tell which places are in use, and does not guess.

Each app has a line \`"name": { "id": 0, "start": "0x0800_4000", "size": 32768 }\`: numbers from 0 to 253, each once, and
places that do not overlap.

Take the file from version control again. If no board holds images that must go on working, delete it: all apps are then
placed anew, and bootloader and apps must be flashed again.`,
} as const;

/** Numbers are one byte in mailbox and report; 254 and 255 mean other things. */
const MAX_ID = 253;
const ADDRESS_LIMIT = 2 ** 32;

interface Problem {
  /** Path in the file: `apps.app1.id`. */
  readonly path: string;
  readonly what: string;
  readonly why?: string;
}

/** Reads a lock's text. `file` is how the file is shown to people. Errors: MAP007. */
export function parseLock(text: string, file: string): Checked<LockFile> {
  const at = locatorOfText({ file, text });
  const fail = (problem: Problem) => ({ diagnostics: [unusable(problem, at)] });
  const mark = /^(?:<{7}|={7}|>{7})(?: .*)?$/m.exec(text);
  if (mark) return { diagnostics: [conflict(file, text.slice(0, mark.index).split('\n').length)] };
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    return fail({ path: '', what: `the lock is no JSON: ${firstPart((error as SyntaxError).message)}` });
  }
  if (!isPlainObject(raw)) return fail({ path: '', what: 'the lock holds no object' });
  const { formatVersion, chip, apps, regions, ...others } = raw as Record<string, unknown>;
  if (formatVersion !== 1) return fail({ path: 'formatVersion', what: 'the formatVersion of the lock is not 1' });
  const entries = isPlainObject(apps) ? Object.entries(apps as object) : [];
  const problems: Problem[] = [
    ...Object.keys(others).map((key) => ({ path: key, what: `\`${key}\` means nothing in the lock` })),
    ...(typeof chip === 'string' ? [] : [{ path: 'chip', what: 'the lock names no chip' }]),
    ...(isPlainObject(apps) ? [] : [{ path: 'apps', what: 'the `apps` of the lock are no object' }]),
    ...entries.flatMap(([name, entry]) => entryProblems(name, entry)),
    ...regionProblems(regions),
  ];
  const parsed = entries.filter(([name, entry]) => entryProblems(name, entry).length === 0).map(parseEntry);
  problems.push(...twiceIn(text), ...clashes(parsed));
  if (problems.length > 0) return { diagnostics: problems.map((problem) => unusable(problem, at)) };
  const kept = regions === undefined ? {} : { regions: parseRegions(regions as Record<string, RawRegion>) };
  return { value: { formatVersion, chip: chip as string, apps: Object.fromEntries(parsed), ...kept }, diagnostics: [] };
}

interface RawRegion {
  readonly memory?: 'external';
  readonly start: string;
  readonly size: number;
}

/** Regions are entries without a number. */
function regionProblems(regions: unknown): Problem[] {
  if (regions === undefined) return [];
  if (!isPlainObject(regions)) return [{ path: 'regions', what: 'the `regions` of the lock are no object' }];
  return Object.entries(regions as object).flatMap(([name, entry]): Problem[] => {
    if (!isPlainObject(entry))
      return [{ path: 'regions', what: `the lock's entry of \`${name}\` is not { start, size }` }];
    const { memory, ...place } = entry as Record<string, unknown>;
    const problems = entryProblems(name, { ...place, id: 0 });
    if (memory === undefined || memory === 'external') return problems;
    const what = `the memory of \`${name}\` in the lock is ${JSON.stringify(memory)}`;
    return [...problems, { path: 'regions', what, why: 'it is "external", or absent' }];
  });
}

function parseRegions(regions: Record<string, RawRegion>): Record<string, LockedRegion> {
  return Object.fromEntries(
    Object.entries(regions).map(([name, { memory, start, size }]) => [
      name,
      { ...(memory ? { memory } : {}), start: addressOf(start), size },
    ]),
  );
}

/** What a parser of JSON says, without the text that it quotes. */
const firstPart = (message: string) => message.split(/, (?:\.\.\.)?"|\n/)[0];

const ADDRESS = /^0x([0-9A-F]{4})_([0-9A-F]{4})$/i;

function entryProblems(name: string, entry: unknown): Problem[] {
  const path = `apps.${name}`;
  if (!isPlainObject(entry)) return [{ path, what: `the lock's entry of \`${name}\` is not { id, start, size }` }];
  const { id, start, size, ...others } = entry as Record<string, unknown>;
  const problems: Problem[] = Object.keys(others).map((key) => ({
    path: `${path}.${key}`,
    what: `\`${key}\` of \`${name}\` means nothing in the lock`,
  }));
  const wrong = (key: string, value: unknown, why: string) => {
    const found = value === undefined ? 'missing' : JSON.stringify(value);
    problems.push({ path: `${path}.${key}`, what: `the ${key} of \`${name}\` in the lock is ${found}`, why });
  };
  if (!isCount(id, 0, MAX_ID)) wrong('id', id, `it is a whole number from 0 to ${MAX_ID}`);
  const isAddress = typeof start === 'string' && ADDRESS.test(start);
  if (!isAddress) wrong('start', start, 'it is an address as a text: "0x0800_4000"');
  if (!isCount(size, 1, ADDRESS_LIMIT)) wrong('size', size, 'it is a whole number of bytes, above 0');
  else if (isAddress && addressOf(start) + size > ADDRESS_LIMIT)
    problems.push({ path: `${path}.size`, what: `the place of \`${name}\` in the lock ends beyond the last address` });
  return problems;
}

const isCount = (value: unknown, least: number, most: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;

function addressOf(text: string): number {
  const [, high, low] = ADDRESS.exec(text)!;
  return Number.parseInt(high + low, 16);
}

/** An entry without problems. */
function parseEntry([name, entry]: [string, { id: number; start: string; size: number }]): [string, LockedApp] {
  return [name, { id: entry.id, start: addressOf(entry.start), size: entry.size }];
}

/** Names of entries that the text has more than once: a parser of JSON takes the last one and says nothing. */
function twiceIn(text: string): Problem[] {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const [, name] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:\s*\{/g)) {
    const key = JSON.parse(name) as string;
    if (seen.has(key)) twice.add(key);
    seen.add(key);
  }
  return [...twice].map((name) => ({ path: `apps.${name}`, what: `the lock has \`${name}\` twice` }));
}

/** Apps with the same number, and places that overlap. */
function clashes(apps: readonly (readonly [string, LockedApp])[]): Problem[] {
  const byId = new Map<number, string>();
  const problems = apps.flatMap(([name, { id }]): Problem[] => {
    const other = byId.get(id);
    byId.set(id, other ?? name);
    return other === undefined
      ? []
      : [{ path: `apps.${name}.id`, what: `\`${other}\` and \`${name}\` have the same id in the lock, ${id}` }];
  });
  const places = apps.map(([name, { start, size }]) => ({ name, range: rangeOf(start, size) }));
  places.sort((a, b) => a.range.start - b.range.start);
  places.forEach((one, i) => {
    for (let k = i + 1; k < places.length && overlaps(one.range, places[k].range); k++) {
      const other = places[k];
      const why = `${one.name} ${formatRange(one.range)}, ${other.name} ${formatRange(other.range)}`;
      const what = `the places of \`${one.name}\` and \`${other.name}\` in the lock overlap`;
      problems.push({ path: `apps.${other.name}.start`, what, why });
    }
  });
  return problems;
}

const FIX = 'restore the file from version control, or delete it and flash everything again';

/** A path of names that hold dots would be another: then the place is the line of `apps`. */
function unusable({ path, what, why }: Problem, at: PlaceOf): Diagnostic {
  const place = at(path.split('.').length > 3 ? 'apps' : path);
  return { code: UNUSABLE_LOCK.code, severity: 'error', what, at: place, ...(why ? { why } : {}), fix: FIX };
}

function conflict(file: string, line: number): Diagnostic {
  return {
    code: UNUSABLE_LOCK.code,
    severity: 'error',
    what: 'the lock has marks of a merge that was not resolved',
    at: { file, line },
    why: 'places and numbers of both sides cannot be in use at once',
    fix: 'keep the side whose images your boards have, then build: apps of the other side get new places',
  };
}
