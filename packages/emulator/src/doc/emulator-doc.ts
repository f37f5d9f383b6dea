/** The parts of docs/emulator.md that are made: what each machine models and refuses, and the cycles of instructions. */
import type { Machine } from '../machine.ts';
import { Unmodelled } from '../peripherals/unmodelled.ts';
import type { BlockNote } from './block-notes.ts';
import { CYCLE_CLASSES, type CycleClass } from './cycle-classes.ts';
import { measureCycles } from './measure-cycles.ts';

/** The blocks of a machine by name: those that have a model, and those whose every access is refused. */
export function blocksOf({ bus }: Machine): { readonly modelled: string[]; readonly refused: string[] } {
  const named = (isRefused: boolean) =>
    bus.registerBlocks
      .filter(({ peripheral }) => peripheral instanceof Unmodelled === isRefused)
      .map(({ peripheral }) => peripheral.name);
  return { modelled: named(false), refused: named(true) };
}

/** The texts with which a model refuses something, in the order of its source. */
export function refusalsIn(source: string): string[] {
  const call = /refuse\([^,()]+, (['"])(.*?)\1\)/g;
  const row = /\[(?:R\.\w+|'\w+'|STATUS_\d[^,]*), [^'"\]]+?, (['"])(.*?)\1\]/g;
  const error = /EMU004', (['"])\w+: (.*?) is not modelled\1/g;
  const found = [call, row, error].flatMap((pattern) => [...source.matchAll(pattern)].map((match) => match[2]));
  return [...new Set(found)];
}

/** A machine's table; `read` gives the source of a file below src/. */
export function blockTable(machine: Machine, notes: readonly BlockNote[], read: (path: string) => string): string {
  const rows = notes.map(({ blocks, source, modelled, files, alsoRefused = [] }) => {
    const refused = [...new Set([...files.flatMap((path) => refusalsIn(read(path))), ...alsoRefused])];
    return [blocks.join(', '), source, modelled, refused.join('; ') || '—'];
  });
  const { refused } = blocksOf(machine);
  return [
    printTable(['Blocks', 'Source', 'Modelled', 'Refused'], rows),
    '',
    `Every access is refused: ${[...refused].sort().join(', ')}.`,
  ].join('\n');
}

interface ClassCycles {
  readonly least: number;
  readonly most: number;
}

function measured({ samples }: CycleClass): ClassCycles {
  const cycles = samples.map((halfwords) => measureCycles(halfwords).general);
  return { least: Math.min(...cycles), most: Math.max(...cycles) };
}

export function cycleTable(): string {
  const rows = CYCLE_CLASSES.map((one) => {
    const { least, most } = measured(one);
    const ours = least === most ? String(least) : `${least} to ${most}`;
    return [one.name, one.manual, ours, errorOf(one, { least, most })];
  });
  return printTable(['Instructions', 'Manual', 'Here', 'Error'], rows);
}

/** What the manual's cycles may be beside ours: nothing where both are one number. */
function errorOf(manual: CycleClass, { least, most }: ClassCycles): string {
  if (manual.most === Number.POSITIVE_INFINITY) return 'too few, by what the bus needs';
  const [low, high] = [least - manual.most, most - manual.least];
  return low === 0 && high === 0 ? '0' : `${signed(low)} to ${signed(high)}`;
}

const signed = (value: number) => (value < 0 ? `−${-value}` : value > 0 ? `+${value}` : '0');

function printTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The page with the made parts put between their marks. */
export function fillPage(page: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce((text, [name, part]) => {
    const [begin, end] = [`<!-- made: ${name} -->`, `<!-- end: ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < 0) throw new Error(`the page has no place for ${name}`);
    return `${text.slice(0, from + begin.length)}\n\n${part}\n\n${text.slice(to)}`;
  }, page);
}
