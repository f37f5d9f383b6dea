/**
 * Random configs, judged by a painter that knows none of the resolver's code: it gives every 256 bytes of flash the names
 * of those who use them, and counts.
 */
import { blackpill } from '@kickstage/chips/boards/blackpill';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AppConfig } from './define.ts';
import type { Layout } from './layout.ts';
import { lockOf } from './lock.ts';
import { resolve } from './resolve.ts';

const RUNS = { numRuns: 200, seed: 20_26 };
const GRAIN = 256;
const FLASH = 0x0800_0000;
const BOOTLOADER = { entry: 'boot/main.ts', size: '16K' };

type Sizes = readonly { readonly count: number; readonly size: number }[];

/** Sector sizes: the STM32F411's, uniform pages, and a mixture that grows. */
const FLASHES: readonly Sizes[] = [
  blackpill.chip.flash.sectors,
  [{ count: 64, size: 0x1000 }],
  [
    { count: 8, size: 0x800 },
    { count: 4, size: 0x4000 },
    { count: 2, size: 0x1_0000 },
  ],
];

const boardWith = (sectors: Sizes) => ({
  ...blackpill,
  chip: { ...blackpill.chip, flash: { ...blackpill.chip.flash, sectors } },
});

/** Borders of the sectors, from 0, the end of flash included. */
function bordersOf(sectors: Sizes): number[] {
  const borders = [0];
  for (const { count, size } of sectors)
    for (let i = 0; i < count; i++) borders.push(borders[borders.length - 1] + size);
  return borders;
}

function configOf(sectors: Sizes, apps: readonly Partial<AppConfig>[], names = apps.map((_, i) => `app${i}`)) {
  const entries = apps.map((app, i) => [names[i], { entry: 'x.ts', size: '16K', ...app }]);
  const boot = { default: names[0] };
  return { board: boardWith(sectors), bootloader: BOOTLOADER, apps: Object.fromEntries(entries), boot };
}

/** Who uses each grain of flash. */
function paint(size: number, slots: readonly { name: string; start: number; end: number }[]): Set<string>[] {
  const grains = Array.from({ length: Math.ceil(size / GRAIN) }, () => new Set<string>());
  for (const { name, start, end } of slots)
    for (let at = start; at < end; at += GRAIN) grains[(at - FLASH) / GRAIN]?.add(name);
  return grains;
}

function sectorUsers(grains: readonly Set<string>[], borders: readonly number[], sector: number): Set<string> {
  const inside = grains.slice(borders[sector] / GRAIN, borders[sector + 1] / GRAIN);
  return new Set(inside.flatMap((users) => [...users]));
}

const slotsOf = (layout: Layout) => [layout.bootloader, ...layout.apps].map(({ name, slot }) => ({ name, ...slot }));

const anyFlash = fc.constantFrom(...FLASHES);
const anySizes = fc.array(
  fc.integer({ min: 1, max: 90_000 }).map((size) => ({ size })),
  { minLength: 1, maxLength: 8 },
);

test('what the tool places: whole sectors, alone in them, large enough, aligned', () => {
  fc.assert(
    fc.property(anyFlash, anySizes, (sectors, apps) => {
      const { value: layout, diagnostics } = resolve(configOf(sectors, apps));
      if (!layout) {
        expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(['MAP005']));
        return;
      }
      const borders = bordersOf(sectors);
      const grains = paint(borders[borders.length - 1], slotsOf(layout));
      expect(Math.max(...grains.map((users) => users.size))).toBe(1);
      borders.slice(0, -1).forEach((_, i) => expect(sectorUsers(grains, borders, i).size).toBeLessThanOrEqual(1));
      for (const { name, start, end } of slotsOf(layout)) {
        expect(borders).toContain(start - FLASH);
        expect(borders).toContain(end - FLASH);
        if (name !== 'bootloader') expect(start % 512).toBe(0);
      }
      apps.forEach(({ size }, i) =>
        expect(layout.apps[i].slot.end - layout.apps[i].slot.start).toBeGreaterThanOrEqual(size),
      );
      expect(layout.apps.map(({ id }) => id)).toEqual(apps.map((_, i) => i));
      expect(resolve(configOf(sectors, apps)).value).toEqual(layout);
    }),
    RUNS,
  );
});

test('when one more app finds no room, there is none', () => {
  fc.assert(
    fc.property(anyFlash, anySizes, fc.integer({ min: 1, max: 200_000 }), (sectors, apps, size) => {
      const { value: layout } = resolve(configOf(sectors, apps));
      if (!layout) return;
      const more = resolve(configOf(sectors, [...apps, { size }]), { lock: lockOf(layout) });
      const borders = bordersOf(sectors);
      const grains = paint(borders[borders.length - 1], slotsOf(layout));
      let room = 0;
      let run = 0;
      borders.slice(0, -1).forEach((start, i) => {
        run = sectorUsers(grains, borders, i).size === 0 ? run + borders[i + 1] - start : 0;
        room = Math.max(room, run);
      });
      expect(more.value !== undefined).toBe(size <= room);
    }),
    RUNS,
  );
});

test('with a lock, an added app moves and renumbers no other, wherever it stands in the config', () => {
  const position = fc.double({ min: 0, max: 1, noNaN: true });
  const flash = fc.constantFrom(FLASHES[1], FLASHES[2]);
  const size = fc.integer({ min: 1, max: 40_000 });
  fc.assert(
    fc.property(flash, fc.array(fc.tuple(position, size), { minLength: 2, maxLength: 8 }), (sectors, steps) => {
      let names: string[] = [];
      let sizes: { size: number }[] = [];
      let before: Layout | undefined;
      for (const [i, [at, bytes]] of steps.entries()) {
        const index = Math.floor(at * names.length);
        names = names.toSpliced(index, 0, `app${i}`);
        sizes = sizes.toSpliced(index, 0, { size: bytes });
        const lock = before && lockOf(before);
        const { value } = resolve(configOf(sectors, sizes, names), { lock });
        if (!value) return;
        if (before) expect(value.apps.slice(0, -1)).toEqual(before.apps);
        expect(value.apps[value.apps.length - 1].name).toBe(`app${i}`);
        before = value;
      }
    }),
    RUNS,
  );
});

test('what the config places is accepted exactly when the painter finds nothing wrong', () => {
  const app = fc.record({
    at: fc.integer({ min: -4, max: 70 }).map((n) => FLASH + n * 0x2000),
    size: fc.integer({ min: 1, max: 24 }).map((n) => n * 0x2000),
    sharedSectors: fc.constantFrom(undefined, 'preserve' as const),
  });
  const seen = { accepted: 0, refused: 0 };
  fc.assert(
    fc.property(anyFlash, fc.array(app, { minLength: 1, maxLength: 4 }), (sectors, apps) => {
      const { value, diagnostics } = resolve(configOf(sectors, apps));
      const codes = new Set(diagnostics.map(({ code }) => code));
      expect(codes).toEqual(wrongWith(sectors, apps));
      seen[value ? 'accepted' : 'refused']++;
    }),
    { numRuns: 1500, seed: RUNS.seed },
  );
  expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(40);
});

/** The codes that a config of explicit slots must give. */
function wrongWith(
  sectors: Sizes,
  apps: readonly { at: number; size: number; sharedSectors?: 'preserve' }[],
): Set<string> {
  const borders = bordersOf(sectors);
  const flashSize = borders[borders.length - 1];
  const bootEnd = borders.find((border) => border >= 0x4000)!;
  const slots = [
    { name: 'bootloader', start: FLASH, end: FLASH + bootEnd, preserves: false },
    ...apps.map(({ at, size, sharedSectors }, i) => ({
      name: `app${i}`,
      start: at,
      end: at + size,
      preserves: sharedSectors === 'preserve',
    })),
  ];
  const codes = new Set<string>();
  if (slots.some(({ start, end }) => start < FLASH || end > FLASH + flashSize)) codes.add('MAP011');
  // Slots may overlap outside flash too: the painter's canvas is larger than flash.
  const low = 0x10_000;
  const shifted = slots.map(({ name, start, end }) => ({ name, start: start + low, end: end + low }));
  if (paint(low + 0x10_0000, shifted).some((users) => users.size > 1)) codes.add('MAP010');
  const grains = paint(flashSize, slots);
  borders.slice(0, -1).forEach((border, i) => {
    const names = sectorUsers(grains, borders, i);
    const users = slots.filter(({ name }) => names.has(name));
    for (const a of users) {
      const isPartial = a.start - FLASH > border || a.end - FLASH < borders[i + 1];
      if (users.length === 1 && isPartial && !a.preserves) codes.add('MAP012');
      const isApart = (b: typeof a) => a !== b && (a.end <= b.start || b.end <= a.start);
      if (users.some((b) => isApart(b) && !(a.preserves && b.preserves))) codes.add('MAP013');
    }
  });
  return codes;
}
