/**
 * The line table of a unit. A function is a sequence: its first row is its declaration, so that the prologue belongs to
 * it; then a row for each change of place. Rows of another column of the same line are no statements of their own: a
 * debugger steps by lines.
 */
import type { LineRow, LineSequence, LineUnit } from '@kickstage/elf/dwarf/line-program';
import type { LineEntry } from '@kickstage/object/object-file';
import type { SourcePlace } from '@kickstage/object/source-place';
import type { DebugFunction, DebugUnit } from './functions.ts';

/** Numbers for files, from 0: the unit's own first. */
export class FileNumbers {
  private readonly numbers = new Map<string, number>();

  of(file: string): number {
    const known = this.numbers.get(file);
    if (known !== undefined) return known;
    this.numbers.set(file, this.numbers.size);
    return this.numbers.size - 1;
  }

  names(): string[] {
    return [...this.numbers.keys()];
  }
}

/** `files` gets the files that the rows name. */
export function lineUnit(unit: DebugUnit, files: FileNumbers): LineUnit {
  const sequences = unit.functions.map((f) => sequenceOf(f, files));
  return { files: files.names(), sequences };
}

function sequenceOf(f: DebugFunction, files: FileNumbers): LineSequence {
  const { lines = [], debug } = f.placed.section;
  const body = debug?.bodyOffset ?? 0;
  const rows: LineRow[] = [];
  const add = (offset: number, place: SourcePlace | undefined, prologueEnd: boolean) => {
    const last = rows.at(-1);
    const file = place ? files.of(place.file) : (last?.file ?? 0);
    const line = place?.line ?? 0;
    const isStatement = line !== 0 && (prologueEnd || line !== last?.line || file !== last.file);
    const row = { address: f.start + offset, file, line, column: place?.column ?? 0, isStatement };
    rows.push(prologueEnd ? { ...row, prologueEnd } : row);
  };
  const isEmptyPrologue = body === 0;
  if (!isEmptyPrologue) add(0, f.source.place, false);
  const bodyRow = rowAt(lines, body);
  if (body < f.placed.section.size) add(body, bodyRow?.place, true);
  for (const { offset, place } of lines) if (offset > body) add(offset, place, false);
  return { rows, end: f.end };
}

/** What holds at an offset. */
function rowAt(lines: readonly LineEntry[], offset: number): LineEntry | undefined {
  return lines.findLast((line) => line.offset <= offset) ?? lines[0];
}
