/**
 * Executes code in flash: translated where it is hot, else by the loop of hot-loop.ts. Both keep to the limits to the
 * instruction and to the cycle, so that nobody sees which of them was at work.
 *
 * What is hot is found by looking at the program counter every so many interpreted instructions, at the next place that
 * a branch goes to. There the word of hot-code.ts gets an operation that the loop does not know: it leaves, and the
 * translation takes over.
 */
import type { CodeCache } from '../code-cache.ts';
import type { Cpu } from '../cpu.ts';
import { runHot } from '../hot-loop.ts';
import { type FlashImage, findKept, type Translated, type Translation, translate } from './compile.ts';
import type { Memory } from './emit.ts';

export interface TranslationOptions {
  /** Interpreted instructions between two looks at the program counter; 0: translate wherever execution goes on. */
  readonly period: number;
  /** Looks at a place before it is translated. */
  readonly looks: number;
}

/**
 * By offset in flash and the word there: how often it was looked at, by all machines. That many of them execute the same
 * code, a little each, is common.
 */
const looksAt = new Map<number, number>();
const USUAL: TranslationOptions = { period: 1000, looks: 24 };
/** Translates whatever it can, at once: for tests. */
export const EVERYTHING: TranslationOptions = { period: 0, looks: 1 };
/** In `CodeCache.hot`: here is a translation. No case of hot-loop.ts. */
const ENTRY = 0xff;
/** Cycles at once: they have half a word. */
const MOST_CYCLES = 0x7fff;
/** So many calls in a row that did nothing, with ample time, end a translation. */
const MOST_FAILURES = 16;
const AMPLE = 0x1000;
/** Calls of a new translation that are short. */
const YOUNG = 16;
/** Instructions that are executed singly, to find one that a branch goes to. */
const LONGEST_SEARCH = 64;
const PAGE_SHIFT = 8;

interface Entry {
  readonly offset: number;
  readonly run: Translated;
  /** Calls to come that are short. */
  young: number;
  readonly translation: Translation;
  /** What the loop for frequent instructions knew here. */
  readonly word: number;
  failures: number;
}

export class Translator {
  private readonly cpu: Cpu;
  private readonly code: CodeCache;
  private readonly image: FlashImage;
  private options: TranslationOptions | undefined = USUAL;
  private readonly entries: (Entry | undefined)[] = [];
  /** Indices that are free again. */
  private readonly free: number[] = [];
  /** By offset / 2, one more than the index of an entry. */
  private indices = new Uint32Array(0);
  private readonly byPage = new Map<number, Set<Entry>>();
  /** Offsets of what is not worth translating. */
  private readonly barred = new Set<number>();
  private readonly memory: Memory;
  /** Whether the last translation called had nothing to do, or no time. */
  private lastTime = 0;
  private untilLook = USUAL.period;
  private searched = 0;
  /** Instructions that translations executed, since the options were set. */
  executed = 0;

  constructor(cpu: Cpu) {
    const { flash, arrays } = cpu.bus;
    this.cpu = cpu;
    this.code = cpu.code;
    this.image = { bytes: flash.bytes, view: flash.view, flashStart: flash.start | 0, ramStart: arrays.ramStart };
    const { ram8, ram16, ram32, flash8, flash16, flash32 } = arrays;
    this.memory = { ram8, ram16, ram32, flash8, flash16, flash32, rs: 0, ss: 0, fs: 0, cs: 0 };
    this.code.onFlashChange = (start, end) => this.drop(start, end);
  }

  /** For tests and benchmarks; undefined: nothing is translated. */
  setOptions(options: TranslationOptions | undefined): void {
    this.drop(0, this.image.bytes.length);
    this.options = options;
    this.executed = 0;
    this.untilLook = options?.period ?? 0;
  }

  /** As `runHot`: executes until `budget` cycles or `count` instructions are over or an instruction of the general path comes. */
  run(budget: number, count: number): number {
    const { cpu, options } = this;
    if (!options) return runHot(cpu, budget, count);
    const { clock } = cpu;
    const end = clock.cycles + budget;
    let done = 0;
    for (;;) {
      if (options.period === 0) this.look(options);
      if (this.isAtEntry()) {
        const executed = this.runTranslated(end, count - done);
        done += executed;
        this.executed += executed;
        if (done >= count || clock.cycles >= end || this.isAtEntry()) return done;
        if (options.period === 0) this.look(options);
      }
      const wanted = Math.min(count - done, this.searched > 0 ? 1 : Math.max(this.untilLook, 1));
      const { pc } = cpu;
      const executed = runHot(cpu, end - clock.cycles, wanted);
      done += executed;
      this.untilLook -= executed;
      if (done >= count || clock.cycles >= end) return done;
      if (executed < wanted && !this.isAtEntry()) return done;
      if (this.untilLook <= 0 && options.period > 0) this.search(pc, options);
    }
  }

  get isOn(): boolean {
    return this.options !== undefined;
  }

  private isAtEntry(): boolean {
    const { cpu } = this;
    const offset = (cpu.pc - this.image.flashStart) | 0;
    return offset >>> 0 < cpu.bus.directCode && (this.code.hot[offset] & 0xff) === ENTRY && cpu.it === 0;
  }

  /** What may be accessed in place now; false where translations may not be used. */
  private prepare(): boolean {
    const { cpu, image, memory } = this;
    const { directRam, directFlash, directCode, onRamStore } = cpu.bus;
    memory.rs = directRam;
    memory.ss = onRamStore ? 0 : directRam;
    memory.fs = directFlash;
    memory.cs = directCode;
    // Constants of flash are folded. N and Z together have no place in a translation.
    return directFlash === image.bytes.length && cpu.n + cpu.z < 2;
  }

  /** Goes from translation to translation. */
  private runTranslated(end: number, count: number): number {
    if (!this.prepare()) return 0;
    const { clock } = this.cpu;
    let done = 0;
    for (;;) {
      const most = Math.min(end - clock.cycles, count - done, MOST_CYCLES);
      const time = this.runFor(most);
      clock.cycles += time >>> 16;
      done += time & 0xffff;
      // Who did not get through may with new time.
      if (time === 0 || this.lastTime !== 0) return done;
    }
  }

  /** The same for at most so many cycles; cycles and instructions as translations give them. */
  private runFor(cycles: number): number {
    const { cpu, memory, indices, entries } = this;
    const { r } = cpu;
    const { flashStart } = this.image;
    const limit = cycles << 16;
    let total = 0;
    for (;;) {
      const offset = (cpu.pc - flashStart) | 0;
      const index = offset >>> 0 < memory.cs ? indices[offset >>> 1] : 0;
      if (index === 0 || cpu.it !== 0) {
        this.lastTime = 1;
        return total;
      }
      const entry = entries[index - 1]!;
      const left = limit - (total & -0x1_0000);
      const time = entry.young > 0 ? this.runYoung(entry, left) : entry.run(cpu, r, memory, left);
      if (time === 0) {
        this.lastTime = 0;
        if (total === 0) this.failed(entry, cycles);
        return total;
      }
      total += time;
    }
  }

  /** At first in short pieces, so that the engine sees all of the function before it optimises it. */
  private runYoung(entry: Entry, left: number): number {
    const { cpu, memory } = this;
    entry.young--;
    return entry.run(cpu, cpu.r, memory, Math.min(left, AMPLE << 16));
  }

  private failed(entry: Entry, left: number): void {
    if (left < AMPLE || ++entry.failures < MOST_FAILURES) return;
    this.remove(entry);
    this.barred.add(entry.offset);
  }

  /** Behind a look's time: until a branch is taken, instruction by instruction. */
  private search(before: number, options: TranslationOptions): void {
    const { cpu } = this;
    const moved = cpu.pc - before;
    const isTarget = this.searched > 0 && (moved < 0 || moved > 4);
    if (!isTarget && this.searched++ < LONGEST_SEARCH) return;
    this.searched = 0;
    this.untilLook = options.period;
    this.look(options);
  }

  /** The program counter was seen here. */
  private look({ looks }: TranslationOptions): void {
    const { cpu, image, code } = this;
    const offset = (cpu.pc - image.flashStart) | 0;
    if (offset >>> 0 >= cpu.bus.directCode || cpu.it !== 0 || (code.hot[offset] & 0xff) === ENTRY) return;
    if (code.hot[offset] === 0 && !code.flashSlots[offset >>> 1]) return;
    if (this.barred.has(offset)) return;
    const place = offset * 2 ** 32 + image.view.getUint32(offset & ~3, true);
    const seen = (looksAt.get(place) ?? 0) + 1;
    looksAt.set(place, seen);
    const found = this.findKept(offset) ?? (seen < looks ? undefined : this.translate(offset));
    if (found) this.enter(offset, found);
    // More of it may have been executed when it is tried again.
    else if (seen >= looks) looksAt.set(place, -looks);
  }

  /** The same bytes may have got a trap. */
  private findKept(offset: number): Translation | undefined {
    const found = findKept(this.image, offset);
    const isTrapped = found?.pieces.some(({ start, bytes }) => this.code.hasTrapInFlash(start, start + bytes.length));
    return isTrapped ? undefined : found;
  }

  private translate(offset: number): Translation | undefined {
    const { image, code } = this;
    return translate(image, offset, (address) => code.flashSlots[((address - image.flashStart) >>> 0) >>> 1]);
  }

  private enter(offset: number, translation: Translation): void {
    const { hot } = this.code;
    const { run } = translation;
    const entry: Entry = { offset, run, young: YOUNG, translation, word: hot[offset], failures: 0 };
    if (this.indices.length === 0) this.indices = new Uint32Array(this.image.bytes.length / 2);
    const index = this.free.pop() ?? this.entries.length;
    this.entries[index] = entry;
    this.indices[offset >>> 1] = index + 1;
    hot[offset] = this.entryWord(offset);
    for (const page of pagesOf(translation)) {
      const list = this.byPage.get(page);
      if (list) list.add(entry);
      else this.byPage.set(page, new Set([entry]));
    }
  }

  /** In an IT block the instruction remains what it was: perhaps not the loop's, or passed over in one cycle. */
  private entryWord(offset: number): number {
    const word = this.code.hot[offset];
    if (word !== 0) return word | ENTRY;
    const size = this.code.flashSlots[offset >>> 1]?.size === 4 ? 1 : 0;
    return ENTRY | (ENTRY << 8) | (size << 28) | (1 << 29);
  }

  private remove(entry: Entry): void {
    const { hot } = this.code;
    const { offset, word, translation } = entry;
    for (const page of pagesOf(translation)) this.byPage.get(page)?.delete(entry);
    hot[offset] = word;
    const index = this.indices[offset >>> 1] - 1;
    this.entries[index] = undefined;
    this.free.push(index);
    this.indices[offset >>> 1] = 0;
  }

  /** Bytes of flash from `start` to `end` changed: what was made of them is dropped. */
  private drop(start: number, end: number): void {
    if (this.entries.length === 0) return;
    const last = Math.min(end, this.image.bytes.length) - 1;
    for (let page = start >> PAGE_SHIFT; page <= last >> PAGE_SHIFT; page++)
      for (const entry of this.byPage.get(page) ?? [])
        if (entry.translation.pieces.some((p) => p.start < end && start < p.start + p.bytes.length)) this.remove(entry);
    for (const offset of this.barred) if (offset >= start && offset < end) this.barred.delete(offset);
  }
}

function pagesOf({ pieces }: Translation): Set<number> {
  const pages = new Set<number>();
  for (const { start, bytes } of pieces)
    for (let page = start >> PAGE_SHIFT; page <= (start + bytes.length - 1) >> PAGE_SHIFT; page++) pages.add(page);
  return pages;
}
