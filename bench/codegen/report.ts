/** The measurements as a table. */
import type { Measured } from './program.ts';

export interface Row {
  readonly name: string;
  readonly load: string;
  readonly ours: Measured;
  /** gcc -Os. */
  readonly small: Measured;
  /** gcc -O2. */
  readonly fast: Measured;
}

const ratio = (a: number, b: number) => (a / b).toFixed(2);
const geometricMean = (values: readonly number[]) =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

const HEAD = ['kernel', 'on', 'bytes', '-Os', '-O2', 'bytes / -Os', 'instructions', '-Os', '-O2', 'instructions / -Os'];

export function meansOf(rows: readonly Row[]): { bytes: number; instructions: number } {
  const mean = (of: (m: Measured) => number) => geometricMean(rows.map((row) => of(row.ours) / of(row.small)));
  return { bytes: mean(({ bytes }) => bytes), instructions: mean(({ instructions }) => instructions) };
}

/** In Markdown. */
export function printTable(rows: readonly Row[]): string {
  const lines = rows.map(({ name, load, ours, small, fast }) => [
    ...[name, load, ours.bytes, small.bytes, fast.bytes, ratio(ours.bytes, small.bytes)],
    ...[ours.instructions, small.instructions, fast.instructions, ratio(ours.instructions, small.instructions)],
  ]);
  const { bytes, instructions } = meansOf(rows);
  const means = ['geometric mean', '', '', '', '', bytes.toFixed(3), '', '', '', instructions.toFixed(3)];
  const cells = [HEAD, HEAD.map((_, i) => (i < 2 ? '---' : '---:')), ...lines, means].map((line) => line.map(String));
  const widths = HEAD.map((_, i) => Math.max(...cells.map((line) => line[i].length)));
  return cells.map((line) => `| ${line.map((cell, i) => pad(cell, widths[i], i)).join(' | ')} |`).join('\n');
}

function pad(cell: string, width: number, column: number): string {
  if (/^-+:?$/.test(cell)) return column < 2 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`;
  return column < 2 ? cell.padEnd(width) : cell.padStart(width);
}
