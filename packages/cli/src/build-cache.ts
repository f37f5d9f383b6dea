/**
 * Built images of earlier runs, so that a command on unchanged firmware need not compile it again. An entry is found by a
 * digest of what is known before the compiler runs (layout, options, the firmware library, this program itself), and
 * taken when every source that the compiler looked at is as it was then. Entries are files that can be deleted at any
 * time; one that is damaged counts as absent.
 *
 * KICKSTAGE_CACHE names another folder, or is `off`.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import type { Checked } from '@kickstage/base/diagnostic';
import type { BuiltImage, ImageCache } from '@kickstage/toolchain/build';
import { VERSION } from './version.ts';
import { writeFileAtomically } from './write-file.ts';

/** Entries beyond this number go, the least recently used first. */
const MOST_ENTRIES = 400;
/** Different sources with one base: as many variants are kept as somebody may switch between. */
const MOST_VARIANTS = 8;

interface Entry {
  /** Digest by source path; null: it was looked for and not there. */
  readonly sources: Readonly<Record<string, string | null>>;
  readonly built: Checked<BuiltImage>;
}

const digest = (...parts: readonly (string | Uint8Array)[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
};

/** Where a project's cache is: with those of other tools in the nearest node_modules/.cache, else in its build folder. */
export function cacheFolder(project: string): string | undefined {
  const wanted = process.env.KICKSTAGE_CACHE;
  if (wanted === 'off') return undefined;
  if (wanted) return wanted;
  for (let folder = project; ; folder = dirname(folder)) {
    const modules = join(folder, 'node_modules');
    if (existsSync(modules)) return join(modules, '.cache/kickstage');
    if (dirname(folder) === folder) return join(project, 'build/.cache');
  }
}

export class BuildCache implements ImageCache {
  private readonly folder: string | undefined;
  private readonly salt: string;

  constructor(folder: string | undefined, firmware: ReadonlyMap<string, string>) {
    this.folder = folder;
    this.salt =
      folder === undefined ? '' : digest(VERSION, process.version, programState(), JSON.stringify([...firmware]));
  }

  find(base: string, read: (path: string) => string | undefined): Checked<BuiltImage> | undefined {
    const key = digest(this.salt, base);
    for (const path of this.entries(`${key.slice(0, 32)}-`)) {
      const entry = readEntry(path);
      if (entry && isCurrent(entry, read)) {
        touch(path);
        return entry.built;
      }
    }
    return undefined;
  }

  store(base: string, sources: ReadonlyMap<string, string | undefined>, built: Checked<BuiltImage>): void {
    if (this.folder === undefined) return;
    const digests = Object.fromEntries(
      [...sources].map(([path, text]) => [path, text === undefined ? null : digest(text)]),
    );
    const prefix = `${digest(this.salt, base).slice(0, 32)}-`;
    const entry: Entry = { sources: digests, built };
    try {
      mkdirSync(this.folder, { recursive: true });
      writeFileAtomically(
        join(this.folder, `${prefix}${digest(JSON.stringify(digests)).slice(0, 16)}`),
        serialize(entry),
      );
      this.evict(this.entries(prefix), MOST_VARIANTS);
      this.evict(this.entries(''), MOST_ENTRIES);
    } catch {
      // A cache that cannot be written is none: the build is as good without it.
    }
  }

  private entries(prefix: string): string[] {
    if (this.folder === undefined || !existsSync(this.folder)) return [];
    const { folder } = this;
    return readdirSync(folder)
      .filter((name) => name.startsWith(prefix) && !name.endsWith('.tmp'))
      .map((name) => join(folder, name));
  }

  private evict(paths: readonly string[], most: number): void {
    if (paths.length <= most) return;
    const byAge = paths.map((path) => ({ path, at: statSync(path).mtimeMs })).sort((a, b) => a.at - b.at);
    for (const { path } of byAge.slice(0, paths.length - most)) rmSync(path, { force: true });
  }
}

function readEntry(path: string): Entry | undefined {
  try {
    const entry = deserialize(readFileSync(path)) as Entry;
    return entry.sources && entry.built ? entry : undefined;
  } catch {
    return undefined;
  }
}

function isCurrent({ sources }: Entry, read: (path: string) => string | undefined): boolean {
  return Object.entries(sources).every(([path, sum]) => {
    const text = read(path);
    return (text === undefined ? null : digest(text)) === sum;
  });
}

function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // Only its age is lost.
  }
}

/**
 * Built images of this process, for a build that is done again and again: the last of each base. Unlike a `BuildCache`,
 * it sees one program and one firmware library only, and asks nothing of the disk.
 */
export class KeptImages implements ImageCache {
  private readonly entries = new Map<string, Parameters<ImageCache['store']>>();

  find(base: string, read: (path: string) => string | undefined): Checked<BuiltImage> | undefined {
    const [, sources, built] = this.entries.get(base) ?? [];
    return sources && [...sources].every(([path, text]) => read(path) === text) ? built : undefined;
  }

  store(...entry: Parameters<ImageCache['store']>): void {
    this.entries.set(entry[0], entry);
  }
}

/** What `first` has, else what `second` has. */
export class TwoCaches implements ImageCache {
  private readonly first: ImageCache;
  private readonly second: ImageCache;

  constructor(first: ImageCache, second: ImageCache) {
    this.first = first;
    this.second = second;
  }

  find(...wanted: Parameters<ImageCache['find']>): Checked<BuiltImage> | undefined {
    return this.first.find(...wanted) ?? this.second.find(...wanted);
  }

  store(...entry: Parameters<ImageCache['store']>): void {
    this.first.store(...entry);
    this.second.store(...entry);
  }
}

/** Sizes and times of this program's own files: while it is being developed, its version says too little. */
function programState(): string {
  const folder = dirname(fileURLToPath(import.meta.url));
  return readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .sort()
    .map((name) => {
      const { size, mtimeMs } = statSync(join(folder, name));
      return `${name} ${size} ${mtimeMs}`;
    })
    .join('\n');
}
