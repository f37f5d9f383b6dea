/**
 * Source maps of WebAssembly modules (version 3): one line, whose columns are byte offsets in the module. `mappings` is a
 * list of segments; each holds differences in base-64 VLQ: offset, source, line, column. A segment without a source ends
 * the validity of the one before.
 */
import type { SourcePlace } from '@kickstage/object/source-place';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUE = new Map([...DIGITS].map((digit, value) => [digit, value]));

interface Mapping {
  readonly offset: number;
  readonly place?: SourcePlace;
}

/** A function that gives the source place of a byte offset. Lines and columns count from 1. */
export function readSourceMap(text: string): (offset: number) => SourcePlace | undefined {
  const { sources, mappings } = JSON.parse(text) as { sources: string[]; mappings: string };
  const table = parseMappings(mappings, sources);
  return (offset) => {
    let low = 0;
    let high = table.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (table[middle].offset <= offset) low = middle + 1;
      else high = middle;
    }
    return table[low - 1]?.place;
  };
}

function parseMappings(mappings: string, sources: readonly string[]): Mapping[] {
  const table: Mapping[] = [];
  let [offset, source, line, column] = [0, 0, 0, 0];
  for (const segment of mappings.split(',')) {
    if (segment === '') continue;
    const fields = parseVlq(segment);
    offset += fields[0];
    if (fields.length < 4) {
      table.push({ offset });
      continue;
    }
    source += fields[1];
    line += fields[2];
    column += fields[3];
    table.push({ offset, place: { file: sources[source], line: line + 1, column: column + 1 } });
  }
  return table;
}

/** Six bits a digit: five of the value, low ones first, and whether more follow. The value's lowest bit is its sign. */
function parseVlq(text: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of text) {
    const bits = VALUE.get(digit) ?? 0;
    value |= (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    numbers.push(value & 1 ? -(value >>> 1) : value >>> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}
