/** Tables of docs/evidence.md, in Markdown, from what was measured. */
import type { RecordEntry } from './campaign-record.ts';

/** One file of the specification's tests. */
export interface SpecScore {
  readonly name: string;
  readonly passed: number;
  readonly total: number;
  /** Assertions whose module could not be had, by reason. */
  readonly notRun: Readonly<Record<string, number>>;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
const thousands = (value: number) => value.toLocaleString('en-US');

export function specTable(scores: readonly SpecScore[]): string {
  const shown = scores.filter(({ total, notRun }) => total + sum(Object.values(notRun)) > 0);
  const lines = shown.map(({ name, passed, total, notRun }) => row([name, passed, total, reasons(notRun)]));
  const all = row([
    '**all**',
    thousands(sum(shown.map(({ passed }) => passed))),
    thousands(sum(shown.map(({ total }) => total))),
    thousands(sum(shown.flatMap(({ notRun }) => Object.values(notRun)))),
  ]);
  return [row(['file', 'passed', 'of', 'not run']), '|---|---:|---:|---|', ...lines, all].join('\n');
}

/** The most frequent reason, and how many there are in all. */
function reasons(notRun: SpecScore['notRun']): string {
  const entries = Object.entries(notRun).sort(([, a], [, b]) => b - a);
  if (entries.length === 0) return '';
  const [[first]] = entries;
  return `${sum(Object.values(notRun))}: ${first}${entries.length > 1 ? ', and others' : ''}`;
}

type Entries = Readonly<Record<string, RecordEntry<Record<string, unknown>>>>;

/** A row for each campaign; where several differ in what follows a comma only, a row of all of them. */
export function campaignTable(records: ReadonlyMap<string, Entries>): string {
  const groups = new Map<string, Entries[]>();
  for (const [name, entries] of records) {
    const [what] = name.split(', ');
    groups.set(what, [...(groups.get(what) ?? []), entries]);
  }
  const lines = [...records].map(([name, entries]) => campaignRow(name, Object.values(entries)));
  const together = [...groups]
    .filter(([, members]) => members.length > 1)
    .map(([what, members]) => campaignRow(`${what}, all together`, members.flatMap(Object.values)));
  return [row(['campaign', 'counts', 'seconds', 'finished']), '|---|---|---:|---|', ...lines, ...together].join('\n');
}

/** Counts are added over the parts; lists count by their length. */
function campaignRow(name: string, parts: readonly Entries[string][]): string {
  const counts = new Map<string, number>();
  for (const { counts: each } of parts) {
    for (const [key, value] of Object.entries(each)) {
      const number = Array.isArray(value) ? value.length : Number(value);
      counts.set(key, (counts.get(key) ?? 0) + number);
    }
  }
  const text = [...counts].map(([key, value]) => `${thousands(value)} ${key}`).join(', ');
  const dates = parts.map(({ date }) => date).sort();
  return row([name, text, thousands(sum(parts.map(({ seconds }) => seconds))), dates.at(-1) ?? '']);
}
