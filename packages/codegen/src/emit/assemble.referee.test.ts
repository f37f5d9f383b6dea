/**
 * Branches, pool loads and tables at the limits of their reach, against GNU as: the same lengths and the same bytes. Both
 * take the shortest instruction that reaches. The code is a run of NOPs with the tested instruction at one end and its
 * target at the other.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONDITION_NAMES } from '@kickstage/armv7m/conditions';
import { alignUp } from '@kickstage/base/bits';
import { describe, expect, test } from 'vitest';
import { referee } from '../../../../tools/referee.ts';
import { assemble } from './assemble.ts';
import type { Item } from './items.ts';

const { skip, label } = referee('arm-none-eabi-as');

/** Assembles all files of the folder. One shell for all of them: to start a process from here takes longer than it runs. */
const SCRIPT = `for source in *.s; do
  arm-none-eabi-as -o code.o "$source" 2> "$source.log" && arm-none-eabi-objcopy -O binary -j .text code.o "$source.bin"
done
true`;
const HEAD = '.syntax unified\n.cpu cortex-m4\n.thumb\n.text\n.p2align 2\n';

/** The sections' bytes by GNU as, each undefined where it refuses the source. */
function foreign(sources: readonly string[]): (Uint8Array | undefined)[] {
  const folder = mkdtempSync(join(tmpdir(), 'kickstage-assemble-'));
  const at = (name: string) => join(folder, name);
  try {
    sources.forEach((source, i) => {
      writeFileSync(at(`${i}.s`), `${HEAD}${source}\n`);
    });
    execFileSync('sh', ['-c', SCRIPT], { cwd: folder });
    return sources.map((_, i) => {
      if (existsSync(at(`${i}.s.bin`))) return new Uint8Array(readFileSync(at(`${i}.s.bin`)));
      expect(readFileSync(at(`${i}.s.log`), 'utf8')).toMatch(/out of range|value too big|value of [0-9a-f]+ too large/);
      return undefined;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const TARGET = 1;
const NARROW: Item = { kind: 'inst', id: 'NOP_T1', operands: {} };
const WIDE: Item = { kind: 'inst', id: 'NOP_T2', operands: {} };

/** `size` bytes of NOPs, the wide ones first. */
function filler(size: number): { items: Item[]; source: string } {
  const wide = Math.floor(size / 4);
  const narrow = (size % 4) / 2;
  const items = [...Array<Item>(wide).fill(WIDE), ...Array<Item>(narrow).fill(NARROW)];
  return { items, source: `.rept ${wide}\nnop.w\n.endr\n.rept ${narrow}\nnop\n.endr\n` };
}

/** The tested item with `size` bytes between it and its target, before or behind it. */
function around(item: Item, text: string, size: number, isForward: boolean): { items: Item[]; source: string } {
  const between = filler(size);
  const mark: Item = { kind: 'label', label: TARGET };
  return isForward
    ? { items: [item, ...between.items, mark, NARROW], source: `${text}\n${between.source}target: nop\n` }
    : { items: [mark, ...between.items, item], source: `target:\n${between.source}${text}\n` };
}

const bytesOf = (items: readonly Item[]) => assemble('test', items).section.bytes;

/** Compares without printing a megabyte. GNU as fills its section up to the alignment. */
function same(ours: Uint8Array, theirs: Uint8Array): boolean {
  return alignUp(ours.length, 4) === theirs.length && Buffer.compare(ours, theirs.subarray(0, ours.length)) === 0;
}

/** Distances between instruction and target at which a longer form is needed, and one step to either side. */
const steps = (limits: readonly number[]) =>
  [...new Set(limits.flatMap((n) => [n - 4, n - 2, n, n + 2, n + 4]))].filter((n) => n >= 0);

/** A table of `count` targets, of which the one with number `far` lies behind `size` bytes. */
function tableOf(count: number, size: number, far: number) {
  const { items, source } = filler(size);
  const targets = Array.from({ length: count }, (_, i) => (i === far ? 2 : 1));
  const ends: Item[] = [{ kind: 'label', label: 1 }, NARROW];
  const entries = (directive: string) => targets.map((t) => `${directive} (l${t} - t) / 2\n`).join('');
  const rest = `l1: nop\n${source}l2: nop`;
  return {
    items: [
      { kind: 'table', index: 3, targets } as Item,
      ...ends,
      ...items,
      { kind: 'label', label: 2 } as Item,
      NARROW,
    ],
    asBytes: `tbb [pc, r3]\nt: ${entries('.byte')}.p2align 1, 0\n${rest}`,
    asHalfwords: `tbh [pc, r3, lsl #1]\nt: ${entries('.hword')}${rest}`,
  };
}

const MIB = 2 ** 20;

describe.skipIf(skip)(label, () => {
  const sizes = steps([0, 254 - 4, 256, 258, 2048 - 4, 2050]);
  test.each(['', 'eq', 'le'] as const)('b%s', (name) => {
    const cond = name === '' ? undefined : CONDITION_NAMES.indexOf(name);
    const cases = [true, false].flatMap((isForward) => sizes.map((size) => ({ isForward, size })));
    const made = cases.map(({ isForward, size }) =>
      around({ kind: 'branch', cond, target: TARGET }, `b${name} target`, size, isForward),
    );
    const theirs = foreign(made.map(({ source }) => source));
    made.forEach(({ items }, i) => {
      expect([cases[i], same(bytesOf(items), theirs[i]!)]).toEqual([cases[i], true]);
    });
  });

  test.each([
    ['forward', MIB - 4, MIB - 2],
    ['backward', MIB - 4, MIB - 2],
  ] as const)('beq %s at the end of its reach', (direction, reached, beyond) => {
    const attempt = (size: number) =>
      around({ kind: 'branch', cond: 0, target: TARGET }, 'beq target', size, direction === 'forward');
    // Forward it counts from behind its own four bytes.
    const lead = direction === 'forward' ? 2 : 0;
    const last = attempt(reached + lead);
    const far = attempt(beyond + lead);
    const [reaches, fails] = foreign([last.source, far.source]);
    expect(same(bytesOf(last.items), reaches!)).toBe(true);
    expect(fails).toBeUndefined();
    expect(() => bytesOf(far.items)).toThrow(/does not fit/);
  });

  test.each([
    ['cbz', 0, true],
    ['cbnz', 7, false],
    ['cbz', 8, true],
    ['cbnz', 12, false],
  ] as const)('%s of r%i: a comparison and a branch where it does not reach', (name, reg, zero) => {
    const sizes = steps([0, 126, 128, 130, 250, 256, 2046]);
    // GNU as makes a NOP of a CBZ to the next instruction.
    const cases = [true, false].flatMap((isForward) =>
      sizes.filter((size) => size !== 0 || !isForward).map((size) => ({ isForward, size })),
    );
    const made = cases.map(({ isForward, size }) => {
      const item: Item = { kind: 'zeroBranch', reg, zero, target: TARGET };
      const short = around(item, `${name} r${reg}, target`, size, isForward);
      const long = around(item, `cmp r${reg}, #0\nb${zero ? 'eq' : 'ne'} target`, size, isForward);
      return { short, long, isForward };
    });
    // CBZ takes r0-r7 only and branches forward only.
    const mayBeShort = (isForward: boolean) => reg < 8 && isForward;
    const shortOnes = foreign(made.map(({ short, long, isForward }) => (mayBeShort(isForward) ? short : long).source));
    const longOnes = foreign(made.map(({ long }) => long.source));
    made.forEach(({ short }, i) => {
      const theirs = shortOnes[i] ?? longOnes[i]!;
      expect([cases[i], same(bytesOf(short.items), theirs)]).toEqual([cases[i], true]);
    });
  });

  test.each([0, 7, 8, 12])('ldr r%i from the pool', (rt) => {
    const sizes = steps([0, 1018, 1020, 1022, 4090, 4096]);
    const pool = '.p2align 2, 0\nword: .word 0x12345678';
    const near = foreign(sizes.map((size) => `ldr r${rt}, word\n${filler(size).source}${pool}`));
    // Out of reach the constant is made of two halves; the pool keeps its word.
    const far = foreign(
      sizes.map((size) => `movw r${rt}, #0x5678\nmovt r${rt}, #0x1234\n${filler(size).source}${pool}`),
    );
    sizes.forEach((size, i) => {
      const load: Item = { kind: 'literal', rt, literal: { value: 0x1234_5678 } };
      const ours = bytesOf([load, ...filler(size).items]);
      expect([size, same(ours, near[i] ?? far[i]!)]).toEqual([size, true]);
    });
  });

  test.each(['first', 'last'])('a table of bytes or halfwords, the %s target the farthest', (which) => {
    const cases = [1, 2, 5].flatMap((count) => steps([0, 504, 510]).map((size) => ({ count, size })));
    const made = cases.map(({ count, size }) => tableOf(count, size, which === 'first' ? 0 : count - 1));
    const bytes = foreign(made.map(({ asBytes }) => asBytes));
    const halfwords = foreign(made.map(({ asHalfwords }) => asHalfwords));
    made.forEach(({ items }, i) => {
      const theirs = (cases[i].count > 1 ? bytes[i] : undefined) ?? halfwords[i]!;
      expect([cases[i], same(bytesOf(items), theirs)]).toEqual([cases[i], true]);
    });
  });
});
