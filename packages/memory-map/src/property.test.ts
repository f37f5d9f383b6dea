/**
 * Random configs on all chips and on random ones, judged by a painter that knows none of the resolver's code
 * (testing/painter.ts). Randomness is seeded: a failure prints the config and can be run again.
 */
import type { ChipFacts } from '@kickstage/chips/chip';
import { CHIPS } from '@kickstage/chips/registry';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Layout } from './layout.ts';
import { lockOf } from './lock.ts';
import { resolve } from './resolve.ts';
import {
  type AnyConfig,
  anyChip,
  anyConfig,
  boardOf,
  borders,
  explicitConfig,
  userChip,
} from './testing/any-config.ts';
import { expectedCodes, judge } from './testing/painter.ts';

const RUNS = { numRuns: 250, seed: 20_26 };

const codesOf = (config: unknown) => new Set(resolve(config).diagnostics.map(({ code }) => code));

/** A config on a chip, of apps that the tool places, by names and sizes. */
function configOf(chip: ChipFacts, sizes: readonly number[], names = sizes.map((_, i) => `app${i}`)): AnyConfig {
  const apps = Object.fromEntries(sizes.map((size, i) => [names[i], { entry: 'x.ts', size }]));
  return {
    board: boardOf(chip),
    bootloader: { entry: 'boot/main.ts', size: 1 },
    apps,
    boot: { default: names[0] },
  };
}

test.each(CHIPS.map((chip) => [chip.name, chip] as const))(
  '%s: its facts pass the rules, and its flash is filled',
  (_, chip) => {
    const ends = borders(chip);
    const [, first] = ends;
    const config = configOf(chip, [ends[ends.length - 1] - first]);
    const { value, diagnostics } = resolve(config);
    expect(diagnostics).toEqual([]);
    expect(judge(config, value!)).toEqual([]);
    expect(value!.apps[0].slot).toEqual({ start: first, end: ends[ends.length - 1] });
    expect(codesOf(configOf(chip, [ends[ends.length - 1] - first + 1]))).toEqual(new Set(['MAP005']));
  },
);

test('whatever is accepted is right: slots, sectors, vectors, RAM, mailbox, numbers', () => {
  const seen = { accepted: 0, refused: 0 };
  fc.assert(
    fc.property(anyConfig, (config) => {
      const { value, diagnostics } = resolve(config);
      seen[value ? 'accepted' : 'refused']++;
      expect(diagnostics.length === 0).toBe(value !== undefined);
      if (!value) return;
      expect(judge(config, value)).toEqual([]);
      expect(resolve(config).value).toEqual(value);
    }),
    RUNS,
  );
  expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(30);
});

test('what the config places is refused by exactly the codes that the painter finds', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(explicitConfig, (config) => {
      const expected = expectedCodes(config);
      const { value, diagnostics } = resolve(config);
      expect(new Set(diagnostics.map(({ code }) => code))).toEqual(expected);
      if (value) expect(judge(config, value)).toEqual([]);
      const isShared = value?.apps.some(({ sharedSectors }) => sharedSectors.length > 0);
      for (const what of [...(value ? ['none'] : expected), ...(isShared ? ['shared'] : [])])
        seen.set(what, (seen.get(what) ?? 0) + 1);
    }),
    { ...RUNS, numRuns: 1200 },
  );
  for (const code of ['none', 'MAP010', 'MAP011', 'MAP012', 'MAP013', 'MAP014', 'MAP015', 'MAP016', 'MAP017'])
    expect(seen.get(code) ?? 0, code).toBeGreaterThan(12);
  expect(seen.get('shared') ?? 0).toBeGreaterThan(3);
});

const anySizes = fc.array(fc.integer({ min: 1, max: 90_000 }), { minLength: 1, maxLength: 8 });

test('when one more app finds no room, there is none', () => {
  fc.assert(
    fc.property(anyChip, anySizes, fc.integer({ min: 1, max: 200_000 }), (chip, sizes, size) => {
      const { value: layout } = resolve(configOf(chip, sizes));
      if (!layout) return;
      const config = configOf(chip, [...sizes, size]);
      const more = resolve(config, { lock: lockOf(layout) });
      expect(more.value !== undefined).toBe(hasRoom(chip, layout, size));
      if (more.value) expect(judge(config, more.value, lockOf(layout))).toEqual([]);
    }),
    RUNS,
  );
});

/** Whether a run of free sectors that begins at a multiple of the vector table's step holds so many bytes. */
function hasRoom(chip: ChipFacts, layout: Layout, size: number): boolean {
  const slots = [layout.bootloader, ...layout.apps].map(({ slot }) => slot);
  const step = 2 ** Math.ceil(Math.log2(Math.max(32, 16 + chip.interruptCount))) * 4;
  let from: number | undefined;
  const ends = borders(chip);
  return ends.slice(0, -1).some((start, i) => {
    if (slots.some((slot) => slot.start < ends[i + 1] && slot.end > start)) from = undefined;
    else if (from === undefined && start % step === 0) from = start;
    return from !== undefined && !slots.some((slot) => slot.start === start) && ends[i + 1] - from >= size;
  });
}

test('with a lock, an added app moves and renumbers no other, wherever it stands in the config', () => {
  const position = fc.double({ min: 0, max: 1, noNaN: true });
  const size = fc.integer({ min: 1, max: 40_000 });
  fc.assert(
    fc.property(anyChip, fc.array(fc.tuple(position, size), { minLength: 2, maxLength: 8 }), (chip, steps) => {
      let names: string[] = [];
      let sizes: number[] = [];
      let before: Layout | undefined;
      for (const [i, [at, bytes]] of steps.entries()) {
        const index = Math.floor(at * names.length);
        names = names.toSpliced(index, 0, `app${i}`);
        sizes = sizes.toSpliced(index, 0, bytes);
        const lock = before && lockOf(before);
        const config = configOf(chip, sizes, names);
        const { value } = resolve(config, { lock });
        if (!value) return;
        if (before) expect(value.apps.slice(0, -1)).toEqual(before.apps);
        expect(value.apps[value.apps.length - 1].name).toBe(`app${i}`);
        expect(judge(config, value, lock)).toEqual([]);
        before = value;
      }
    }),
    RUNS,
  );
});

test('with the lock of another config: apps stay, or MAP006 says which cannot', () => {
  const seen = { accepted: 0, refused: 0 };
  const pair = fc.tuple(anySizes, anySizes);
  fc.assert(
    fc.property(anyChip, pair, (chip, [first, second]) => {
      const { value: old } = resolve(configOf(chip, first));
      if (!old) return;
      const lock = lockOf(old);
      const config = configOf(chip, second);
      const { value, diagnostics } = resolve(config, { lock });
      seen[value ? 'accepted' : 'refused']++;
      if (value) expect(judge(config, value, lock)).toEqual([]);
      else for (const { code } of diagnostics) expect(['MAP005', 'MAP006']).toContain(code);
      const anew = resolve(config, { lock, relayout: true }).value;
      if (anew) expect(anew.apps.map(({ slot }) => slot)).toHaveLength(second.length);
    }),
    RUNS,
  );
  expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(20);
});

test('RAM regions overlap exactly when MAP022 says so', () => {
  const region = fc.record({
    start: fc.nat({ max: 24 }).map((n) => 0x2000_0000 + n * 0x400),
    size: fc.integer({ min: 1, max: 6 }).map((n) => n * 0x400),
  });
  fc.assert(
    fc.property(userChip, fc.array(region, { minLength: 1, maxLength: 5 }), (chip, regions) => {
      const ram = regions.map((one, i) => ({ ...chip.ram[0], ...one, name: `RAM${i}` }));
      const config = configOf({ ...chip, ram }, [1]);
      const isClash = regions.some(({ start, size }, i) =>
        regions.slice(i + 1).some((other) => start < other.start + other.size && other.start < start + size),
      );
      expect(codesOf(config).has('MAP022')).toBe(isClash);
    }),
    RUNS,
  );
});
