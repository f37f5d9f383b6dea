/**
 * Sandboxed linear memory: it lies in a region of RAM whose base is a symbol (`__ks_memory`), and no access leaves it.
 * Each one is checked against the current size before it is made, in arithmetic that cannot wrap: with `end` the offset
 * plus the width, an address is within bounds when it is at most size - end. What is known when compiling costs nothing
 * when running: a module that never grows its memory has a constant size, and then a check is one comparison.
 *
 * Segments of data and tables of functions that the program may drop or change have their lengths in words beside them.
 * WebAssembly Core Specification 2.0, 4.4.7 (memory), 4.4.6 (tables), 4.5.4 (instantiation).
 */
import { importsOf, type Limits, type Module, type Table } from '@kickstage/wasm/module';
import { type MemoryFacts, ofMemory, SANDBOX_SYMBOLS } from '../ir/sandbox-facts.ts';
import type { DataObject } from '../ir/types.ts';
import { tableSizeSymbol, tableSymbol } from './symbol-names.ts';

export const PAGE = 65_536;

export type SegmentKind = 'data' | 'element';

/** Elements that a table may get beside those that it begins with. */
const MOST_ELEMENTS = 4096;

export interface SandboxTable extends Table {
  readonly index: number;
  readonly symbol: string;
  /** Elements that there is room for. */
  readonly capacity: number;
  readonly grows: boolean;
  /** Whether any instruction writes to it: then it lies in RAM. */
  readonly changes: boolean;
}

/** What the module does with its memories, tables and segments, gathered before anything is translated. */
export class Sandbox {
  readonly memories: readonly MemoryFacts[];
  readonly tables: readonly SandboxTable[];
  private readonly module: Module;
  /** `op` and `op index` of every instruction that a question may be about. */
  private readonly used: ReadonlySet<string>;

  constructor(module: Module) {
    this.module = module;
    const instructions = module.code.flatMap(({ body }) => body);
    const asked = instructions.filter(({ op }) => ASKED.has(op));
    this.used = new Set(asked.flatMap(({ op, index }) => [op, `${op} ${index}`]));
    const memories: Limits[] = [...importsOf(module, 'memory').map(({ limits }) => limits), ...module.memories];
    this.memories = memories.map((limits, i) => ({ ...limits, grows: this.used.has(`memory.grow ${i}`) }));
    const tables = [...importsOf(module, 'table').map((table) => table.limits), ...module.tables];
    const written = new Set(asked.filter(({ op }) => op in TABLE_WRITTEN).map((i) => i[TABLE_WRITTEN[i.op]]));
    this.tables = tables.map((table, i) => this.tableFacts(table, i, written.has(i)));
  }

  private tableFacts(table: Table, index: number, isWritten: boolean): SandboxTable {
    const grows = this.used.has(`table.grow ${index}`);
    const { minimum, maximum = MOST_ELEMENTS } = table;
    const capacity = grows ? Math.max(minimum, Math.min(maximum, minimum + MOST_ELEMENTS)) : minimum;
    return { ...table, index, symbol: tableSymbol(index), capacity, grows, changes: grows || isWritten };
  }

  /** Bytes that a memory always has. */
  minimumBytes(memory: number): number {
    return (this.memories[memory]?.minimum ?? 0) * PAGE;
  }

  /** Whether table.init may copy something from the segment. */
  isElementNeeded(index: number): boolean {
    return this.module.elements[index].mode === 'passive' && this.used.has(`table.init ${index}`);
  }

  /** Items of a segment, or undefined where the program may drop it: then a word holds them. */
  segmentLength(kind: SegmentKind, index: number): number | undefined {
    const { data, elements } = this.module;
    const isPassive = kind === 'data' ? data[index].offset === undefined : elements[index].mode === 'passive';
    if (!isPassive) return 0;
    if (this.used.has(`${kind === 'data' ? 'data' : 'elem'}.drop ${index}`)) return undefined;
    return this.wholeLength(kind, index);
  }

  /** The words that the checks need: current sizes. */
  words(): DataObject[] {
    const words: DataObject[] = [];
    this.memories.forEach(({ grows }, i) => {
      if (grows) words.push(word(ofMemory(SANDBOX_SYMBOLS.memorySize, i), this.minimumBytes(i)));
    });
    for (const { index, grows, minimum } of this.tables) if (grows) words.push(word(tableSizeSymbol(index), minimum));
    for (const kind of ['data', 'element'] as const) {
      const count = kind === 'data' ? this.module.data.length : this.module.elements.length;
      for (let i = 0; i < count; i++) {
        if (this.segmentLength(kind, i) === undefined)
          words.push(word(segmentLengthSymbol(kind, i), this.wholeLength(kind, i)));
      }
    }
    return words;
  }

  private wholeLength(kind: SegmentKind, index: number): number {
    return kind === 'data' ? this.module.data[index].bytes.length : this.module.elements[index].functions.length;
  }
}

/** Which immediate is the table that an instruction changes. */
const TABLE_WRITTEN: Readonly<Record<string, 'index' | 'index2'>> = {
  'table.set': 'index',
  'table.fill': 'index',
  'table.grow': 'index',
  'table.copy': 'index',
  'table.init': 'index2',
};
const ASKED = new Set(['memory.grow', 'data.drop', 'elem.drop', ...Object.keys(TABLE_WRITTEN)]);

export function segmentLengthSymbol(kind: SegmentKind, index: number): string {
  return `${kind}.${index}.length`;
}

/** Name of an element segment as a table. */
export function elementSymbol(index: number): string {
  return `element.${index}`;
}

function word(name: string, value: number): DataObject {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return { name, kind: 'data', bytes, size: 4, alignment: 4, relocations: [] };
}
