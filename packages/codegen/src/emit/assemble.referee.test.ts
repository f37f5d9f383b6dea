/**
 * Branches, pool loads and tables at the limits of their reach, against GNU as: the same lengths and the same bytes. Both
 * take the shortest instruction that reaches. The code is a run of NOPs with the tested instruction at one end and its
 * target at the other.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONDITION_NAMES } from '@kickstage/armv7m/conditions';
import { alignUp } from '@kickstage/base/bits';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { referee } from '../../../../tools/referee.ts';
import { assemble } from './assemble.ts';
import type { Item } from './items.ts';

const { skip, label } = referee('arm-none-eabi-as');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kickstage-assemble-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The section's bytes by GNU as, or undefined where it refuses the source. */
function foreign(source: string): Uint8Array | undefined {
  const object = join(folder, 'code.o');
  const raw = join(folder, 'code.bin');
  const head = '.syntax unified\n.cpu cortex-m4\n.thumb\n.text\n.p2align 2\n';
  const input = `${head}${source}\n`;
  const { status, stderr } = spawnSync('arm-none-eabi-as', ['-o', object, '-'], { input, encoding: 'utf8' });
  if (status !== 0) {
    expect(stderr).toMatch(/out of range|value too big|value of [0-9a-f]+ too large/);
    return undefined;
  }
  execFileSync('arm-none-eabi-objcopy', ['-O', 'binary', '-j', '.text', object, raw]);
  return new Uint8Array(readFileSync(raw));
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

const MIB = 2 ** 20;

describe.skipIf(skip)(label, () => {
  const sizes = steps([0, 254 - 4, 256, 258, 2048 - 4, 2050]);
  test.each(['', 'eq', 'le'] as const)('b%s', (name) => {
    const cond = name === '' ? undefined : CONDITION_NAMES.indexOf(name);
    for (const isForward of [true, false]) {
      for (const size of sizes) {
        const branch: Item = { kind: 'branch', cond, target: TARGET };
        const { items, source } = around(branch, `b${name} target`, size, isForward);
        expect([isForward, size, same(bytesOf(items), foreign(source)!)]).toEqual([isForward, size, true]);
      }
    }
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
    expect(same(bytesOf(last.items), foreign(last.source)!)).toBe(true);
    const far = attempt(beyond + lead);
    expect(foreign(far.source)).toBeUndefined();
    expect(() => bytesOf(far.items)).toThrow(/does not fit/);
  });

  test.each([
    ['cbz', 0, true],
    ['cbnz', 7, false],
    ['cbz', 8, true],
    ['cbnz', 12, false],
  ] as const)('%s of r%i: a comparison and a branch where it does not reach', (name, reg, zero) => {
    for (const isForward of [true, false]) {
      for (const size of steps([0, 126, 128, 130, 250, 256, 2046])) {
        // GNU as makes a NOP of a CBZ to the next instruction.
        if (size === 0 && isForward) continue;
        const item: Item = { kind: 'zeroBranch', reg, zero, target: TARGET };
        const short = around(item, `${name} r${reg}, target`, size, isForward);
        const long = around(item, `cmp r${reg}, #0\nb${zero ? 'eq' : 'ne'} target`, size, isForward);
        // CBZ takes r0-r7 only and branches forward only.
        const theirs = (reg < 8 && isForward ? foreign(short.source) : undefined) ?? foreign(long.source)!;
        expect([isForward, size, same(bytesOf(short.items), theirs)]).toEqual([isForward, size, true]);
      }
    }
  });

  test.each([0, 7, 8, 12])('ldr r%i from the pool', (rt) => {
    for (const size of steps([0, 1018, 1020, 1022, 4090, 4096])) {
      const { items, source } = filler(size);
      const load: Item = { kind: 'literal', rt, literal: { value: 0x1234_5678 } };
      const ours = bytesOf([load, ...items]);
      const pool = '.p2align 2, 0\nword: .word 0x12345678';
      const near = foreign(`ldr r${rt}, word\n${source}${pool}`);
      // Out of reach the constant is made of two halves; the pool keeps its word.
      const far = () => foreign(`movw r${rt}, #0x5678\nmovt r${rt}, #0x1234\n${source}${pool}`)!;
      expect([size, same(ours, near ?? far())]).toEqual([size, true]);
    }
  });

  test.each(['first', 'last'])('a table of bytes or halfwords, the %s target the farthest', (which) => {
    for (const count of [1, 2, 5]) {
      for (const size of steps([0, 504, 510])) {
        const { items, source } = filler(size);
        const far = (i: number) => i === (which === 'first' ? 0 : count - 1);
        const targets = Array.from({ length: count }, (_, i) => (far(i) ? 2 : 1));
        const table: Item = { kind: 'table', index: 3, targets };
        const ends: Item[] = [{ kind: 'label', label: 1 }, NARROW];
        const ours = bytesOf([table, ...ends, ...items, { kind: 'label', label: 2 }, NARROW]);
        const entries = (directive: string) => targets.map((t) => `${directive} (l${t} - t) / 2\n`).join('');
        const rest = `l1: nop\n${source}l2: nop`;
        const bytes = count > 1 ? foreign(`tbb [pc, r3]\nt: ${entries('.byte')}.p2align 1, 0\n${rest}`) : undefined;
        const theirs = bytes ?? foreign(`tbh [pc, r3, lsl #1]\nt: ${entries('.hword')}${rest}`)!;
        expect([count, size, same(ours, theirs)]).toEqual([count, size, true]);
      }
    }
  });
});
