/** Hashes and signature checks of the firmware library beside others: bytes, instructions, and RAM, as a table. */
import { BASELINES } from './baselines.ts';
import { measureAll } from './measure.ts';

const number = (value: number) => value.toLocaleString('en');

const rows = Object.entries(await measureAll()).flatMap(([name, { bytes, instructions, scratch, stack }]) => [
  [name, 'Kickstage', number(bytes), number(instructions), number(scratch + stack)],
  ...(BASELINES[name] ?? []).map((peer) => ['', peer.of, number(peer.bytes), number(peer.instructions), '']),
]);
const table = [['what', 'who', 'bytes', 'instructions', 'bytes of RAM'], ...rows];
const widths = table[0].map((_, i) => Math.max(...table.map((row) => row[i].length)));
const line = (row: readonly string[]) =>
  `| ${row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`;
const rule = widths.map((width, i) => (i < 2 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
console.log([line(table[0]), line(rule), ...rows.map(line)].join('\n'));
