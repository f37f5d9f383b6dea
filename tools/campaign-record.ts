/**
 * What long campaigns have done, in a folder that KICKSTAGE_RECORD names: one file a campaign, an entry for each of its
 * parts. A later run does only what is missing, and tools/make-evidence.ts tells what there is. Without the variable nothing
 * is kept.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface RecordEntry<Counts> {
  /** The day on which the part was finished. */
  readonly date: string;
  readonly seconds: number;
  readonly counts: Counts;
}

type Entries<Counts> = Record<string, RecordEntry<Counts>>;

export class CampaignRecord<Counts> {
  private readonly path: string | undefined;

  constructor(name: string, folder = process.env.KICKSTAGE_RECORD) {
    this.path = folder && join(folder, `${name}.json`);
    if (folder) mkdirSync(folder, { recursive: true });
  }

  get(part: string): RecordEntry<Counts> | undefined {
    return this.read()[part];
  }

  put(part: string, counts: Counts, seconds: number): void {
    if (!this.path) return;
    const date = new Date().toISOString().slice(0, 10);
    const entries = { ...this.read(), [part]: { date, seconds: Math.round(seconds), counts } };
    writeFileSync(`${this.path}.new`, `${JSON.stringify(entries, null, 1)}\n`);
    renameSync(`${this.path}.new`, this.path);
  }

  private read(): Entries<Counts> {
    return this.path && existsSync(this.path) ? readEntries(this.path) : {};
  }
}

function readEntries<Counts>(path: string): Entries<Counts> {
  return JSON.parse(readFileSync(path, 'utf8')) as Entries<Counts>;
}

/** All campaigns of a folder by name. */
export function readRecords(folder: string): Map<string, Entries<Record<string, unknown>>> {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  return new Map(names.sort().map((name) => [name.slice(0, -'.json'.length), readEntries(join(folder, name))]));
}
