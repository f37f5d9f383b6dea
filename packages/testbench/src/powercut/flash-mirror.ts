/**
 * A copy of simulated flash in the memory of a module that reads it, so that reading costs no call out of the module: nearly
 * all of what a boot does is to read. Only what reads the same each time is read so: of sectors with a torn place, and where
 * a count of readings has run out, the module asks. It knows by a table, in pages, which sectors these are.
 */
import type { FlashOperation, SimFlash } from './sim-flash.ts';

/** Below this lie a module's own data, behind them count, tables and copies. */
export const OWN_MEMORY = 0x0001_0000;
/**
 * What lies below this a module accesses by itself: what `MIRRORED_READ` reads, too, which the compiler may have made
 * volatile. A chip with memory of its own below it cannot be tried so.
 */
export const OWN_ADDRESSES = 0x0800_0000;
/** The word that counts the readings left. */
const LEFT = OWN_MEMORY;
/** The words of the memories, a `PLACE` each. */
const MEMORIES = LEFT + 16;
const PLACE = { base: 0, size: 4, pages: 8, copy: 12, all: 16 } as const;
const PAGE_SHIFT = 8;
const PAGE = 1 << PAGE_SHIFT;
const WASM_PAGE = 0x1_0000;

/** `readWord` for the modules: asks `readFlash`, which is imported, for what the copy does not tell. */
export const MIRRORED_READ = `export declare function readFlash(memory: u32, address: usize): u32;
export function readWord(memory: u32, address: usize): u32 {
  const place = <usize>${MEMORIES} + ${PLACE.all} * memory;
  const offset = address - load<u32>(place, ${PLACE.base});
  const left = load<u32>(${LEFT});
  if (left === 0 || (address & 3) !== 0 || offset >= load<u32>(place, ${PLACE.size})) return readFlash(memory, address);
  if (load<u8>(load<u32>(place, ${PLACE.pages}) + (offset >> ${PAGE_SHIFT})) === 0) return readFlash(memory, address);
  store<u32>(${LEFT}, left - 1);
  return load<u32>(load<u32>(place, ${PLACE.copy}) + offset);
}
`;

interface Mirrored {
  readonly flash: SimFlash;
  readonly base: number;
  /** First address of the copy. */
  readonly copy: number;
  /** First address of the table of pages: not 0 where the copy may be read. */
  readonly pages: number;
  /** By sector: what the copy holds of it (`FlashSector.stamp`), and how far it is not erased. */
  readonly stamps: number[];
  readonly used: number[];
  readonly isPlain: boolean[];
}

export class FlashMirror {
  /** The module's memory, whole. */
  readonly memory: Uint8Array;
  private readonly words: Int32Array;
  private readonly mirrored: readonly Mirrored[];

  /** `memory` grows; views of it that were made before are of no use any more. */
  constructor(memory: WebAssembly.Memory, flash: readonly SimFlash[]) {
    const sizes = flash.map(({ shape }) => shape.bounds[shape.bounds.length - 1] - shape.bounds[0]);
    let at = alignPage(MEMORIES + PLACE.all * flash.length);
    const places = sizes.map((size) => {
      const pages = at;
      const copy = alignPage(pages + Math.ceil(size / PAGE));
      at = alignPage(copy + size);
      return { pages, copy };
    });
    memory.grow(Math.max(0, Math.ceil((at - memory.buffer.byteLength) / WASM_PAGE)));
    this.memory = new Uint8Array(memory.buffer);
    this.words = new Int32Array(memory.buffer);
    // The module has data there that nobody uses.
    this.memory.fill(0, OWN_MEMORY, at);
    this.mirrored = flash.map((one, i) => this.mirror(one, places[i]));
    flash.forEach(({ shape }, i) => {
      const { pages, copy, base } = this.mirrored[i];
      const numbers = { base, size: sizes[i], pages, copy };
      for (const name of ['base', 'size', 'pages', 'copy'] as const)
        this.words[(MEMORIES + PLACE.all * i + PLACE[name]) >> 2] = numbers[name];
      this.memory.fill(shape.erasedByte, copy, copy + sizes[i]);
    });
  }

  private mirror(flash: SimFlash, places: { readonly pages: number; readonly copy: number }): Mirrored {
    const { bounds } = flash.shape;
    const none = bounds.slice(0, -1).map(() => 0);
    return { flash, base: bounds[0], ...places, stamps: [...none], used: none, isPlain: none.map(() => false) };
  }

  get left(): number {
    return this.words[LEFT >> 2];
  }

  set left(count: number) {
    this.words[LEFT >> 2] = count;
  }

  /** The copies become what flash holds. */
  update(): void {
    for (const one of this.mirrored) for (let i = 0; i < one.stamps.length; i++) this.updateSector(one, i);
  }

  private updateSector(one: Mirrored, index: number): void {
    const { flash, stamps, used, copy, base } = one;
    const sector = flash.sector(index);
    if (sector.stamp === stamps[index]) return;
    stamps[index] = sector.stamp;
    const most = Math.max(used[index], sector.used);
    this.memory.set(sector.bytes.subarray(0, most), copy + flash.shape.bounds[index] - base);
    used[index] = sector.used;
    this.markSector(one, index);
  }

  /** After an operation, done or not. */
  follow({ op, memory, address, words }: FlashOperation): void {
    const one = this.mirrored[memory];
    const { flash, base, copy, stamps, used, isPlain } = one;
    const index = flash.sectorOf(address);
    const sector = flash.sector(index);
    if (op === 'erase' || sector.torn || !isPlain[index]) return this.updateSector(one, index);
    const offset = address - flash.shape.bounds[index];
    for (let i = 0; i < words!.length; i++)
      this.words[((copy + address - base) >> 2) + i] = sector.words[(offset >> 2) + i];
    stamps[index] = sector.stamp;
    used[index] = Math.max(used[index], sector.used);
  }

  private markSector({ flash, pages, base, isPlain }: Mirrored, index: number): void {
    const { bounds } = flash.shape;
    const [first, end] = [bounds[index] - base, bounds[index + 1] - base];
    const may = !flash.sector(index).torn && first % PAGE === 0 && end % PAGE === 0;
    if (may === isPlain[index]) return;
    isPlain[index] = may;
    this.memory.fill(may ? 1 : 0, pages + (first >> PAGE_SHIFT), pages + Math.ceil(end / PAGE));
  }
}

const alignPage = (at: number) => Math.ceil(at / PAGE) * PAGE;
