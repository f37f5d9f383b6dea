/**
 * Sandboxed linear memory: it lies in a region of RAM whose base is a symbol (`__ks_memory`), and no access leaves it.
 * Each one is checked against the current size before it is made, in arithmetic that cannot wrap: with `end` the offset
 * plus the width, an address is within bounds when it is at most size - end. What is known when compiling costs nothing
 * when running: a module that never grows its memory has a constant size, and then a check is one comparison.
 *
 * Segments of data and tables of functions that the program may drop or change have their lengths in words beside them.
 * WebAssembly Core Specification 2.0, 4.4.7 (memory), 4.4.6 (tables), 4.5.4 (instantiation).
 */
import { importsOf, type Limits, type Module } from '@kickstage/wasm/module';
import { type MemoryFacts, SANDBOX_SYMBOLS } from '../ir/sandbox-facts.ts';
import type { DataObject } from '../ir/types.ts';

export const PAGE = 65_536;

export type SegmentKind = 'data' | 'element';

/** What the module does with its memory, table and segments, gathered before anything is translated. */
export class Sandbox {
  readonly memory: MemoryFacts | undefined;
  /** Elements of the table; it never grows. */
  readonly tableSize: number;
  private readonly module: Module;
  /** `op` and `op index` of every instruction that a question may be about. */
  private readonly used: ReadonlySet<string>;

  constructor(module: Module) {
    this.module = module;
    const instructions = module.code.flatMap(({ body }) => body);
    this.used = new Set(instructions.flatMap(({ op, index }) => (ASKED.has(op) ? [op, `${op} ${index}`] : [])));
    const limits: Limits | undefined = importsOf(module, 'memory')[0]?.limits ?? module.memories[0];
    this.memory = limits && { ...limits, grows: this.used.has('memory.grow') };
    this.tableSize = (importsOf(module, 'table')[0]?.limits ?? module.tables[0])?.minimum ?? 0;
  }

  /** Bytes that memory always has. */
  get minimumBytes(): number {
    return (this.memory?.minimum ?? 0) * PAGE;
  }

  get hasTable(): boolean {
    return this.module.tables.length + importsOf(this.module, 'table').length > 0;
  }

  get changesTable(): boolean {
    return this.used.has('table.init') || this.used.has('table.copy');
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
    if (this.memory?.grows) words.push(word(SANDBOX_SYMBOLS.memorySize, this.minimumBytes));
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

const ASKED = new Set(['memory.grow', 'data.drop', 'elem.drop', 'table.init', 'table.copy']);

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
