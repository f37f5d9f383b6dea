/** Random boards, chips and configs for the property tests: those that Kickstage knows, and what a user might bring. */
import type { Board } from '@kickstage/chips/board';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import type { ChipFacts } from '@kickstage/chips/chip';
import { w25q16 } from '@kickstage/chips/nor-flash';
import { CHIPS } from '@kickstage/chips/registry';
import fc from 'fast-check';
import type { AppConfig, BootloaderConfig, MailboxConfig } from '../define.ts';

/** A config whose sizes are all in bytes. */
export interface AnyConfig {
  readonly board: Board;
  readonly bootloader: BootloaderConfig;
  readonly apps: Readonly<Record<string, AppConfig>>;
  readonly mailbox?: MailboxConfig;
  readonly boot: { readonly default: string; readonly fallback?: readonly string[] };
}

const source = 'a property test';

/** Chips with runs of sectors of any size, any number of interrupts, and one to three RAMs. */
export const userChip: fc.Arbitrary<ChipFacts> = fc
  .record({
    start: fc.constantFrom(0, 0x0800_0000, 0x1000_0000),
    writeSize: fc.constantFrom(1, 4, 8, 16),
    runs: fc.array(
      fc.record({
        count: fc.integer({ min: 1, max: 9 }),
        size: fc.constantFrom(0x200, 0x400, 0x800, 0xc00, 0x1000, 0x4000, 0x6000, 0x2_0000),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    interruptCount: fc.integer({ min: 1, max: 240 }),
    ramSizes: fc.array(fc.integer({ min: 64, max: 0x4000 }), { minLength: 1, maxLength: 3 }),
  })
  .map(({ start, writeSize, runs, interruptCount, ramSizes }) => ({
    ...blackpill.chip,
    name: 'RANDOM',
    resetAddress: start,
    flash: { ...blackpill.chip.flash, start, writeSize, sectors: runs },
    ram: ramSizes.map((size, i) => ({
      name: `RAM${i}`,
      start: 0x2000_0000 + i * 0x10_0000,
      size: size * 8,
      executable: i % 2 === 0,
      coreCoupled: i === 1,
      source,
    })),
    areas: [],
    interruptCount,
    interrupts: [],
    registerBlocks: [],
  }));

export const anyChip: fc.Arbitrary<ChipFacts> = fc.oneof(fc.constantFrom(...CHIPS), userChip);

export function boardOf(chip: ChipFacts, externalFlash = false): Board {
  const { led, button } = blackpill;
  const flash = externalFlash ? { externalFlash: w25q16({ port: 'SPI1', select: 'PA4' }) } : {};
  return { name: 'random', chip, led, button, source, ...flash };
}

/** Start of every sector, and the end of the last. */
export function borders({ flash }: ChipFacts): number[] {
  const found = [flash.start];
  for (const { count, size } of flash.sectors)
    for (let i = 0; i < count; i++) found.push(found[found.length - 1] + size);
  return found;
}

/** Sizes that fill about a part of the flash. */
const sizeIn = (chip: ChipFacts, parts: number) => {
  const ends = borders(chip);
  return fc.integer({ min: 1, max: Math.max(1, Math.floor((ends[ends.length - 1] - ends[0]) / parts)) });
};

/** Apps of which a few have addresses; most of those are whole sectors. */
function someApp(chip: ChipFacts): fc.Arbitrary<Partial<AppConfig>> {
  return fc.oneof({ weight: 4, arbitrary: sizeIn(chip, 8).map((size) => ({ size })) }, placedApp(chip));
}

/** An app with an address: some sectors in a row, at times from or to a sector's middle, rarely a little beside it. */
export function placedApp(chip: ChipFacts): fc.Arbitrary<Partial<AppConfig>> {
  const ends = borders(chip);
  const middle = (i: number) => (ends[i] + (ends[i + 1] ?? ends[i] + 0x800)) / 2;
  const off = fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.constantFrom(-0x400, 4, 0x100, 0x200));
  const half = fc.integer({ min: 0, max: 4 }).map((n) => n === 4);
  const sectors = fc.record({ first: fc.nat({ max: ends.length - 1 }), count: fc.integer({ min: 0, max: 5 }) });
  const sharedSectors = fc.constantFrom(undefined, 'preserve' as const);
  return fc
    .record({ sectors, fromHalf: half, toHalf: half, low: off, high: off, sharedSectors })
    .map(({ sectors, fromHalf, toHalf, low, high, sharedSectors }) => {
      const last = Math.min(ends.length - 1, sectors.first + sectors.count);
      const at = Math.max(0, (fromHalf ? middle(sectors.first) : ends[sectors.first]) + low);
      const end = (toHalf ? middle(last) : ends[last]) + high;
      return { at, size: end > at ? end - at : 0x800, ...(sharedSectors ? { sharedSectors } : {}) };
    });
}

/** Apps one behind the other, in halves of sectors; most of them accept that sectors are shared. */
function chainOf(chip: ChipFacts): fc.Arbitrary<readonly Partial<AppConfig>[]> {
  const ends = borders(chip);
  const place = (i: number) =>
    ((ends[i >> 1] ?? ends[ends.length - 1]) + (ends[(i + 1) >> 1] ?? ends[ends.length - 1])) / 2;
  const link = fc.record({
    gap: fc.constantFrom(0, 0, 0, 1),
    halves: fc.integer({ min: 1, max: 5 }),
    preserves: fc.integer({ min: 0, max: 9 }).map((n) => n < 9),
  });
  return fc.array(link, { minLength: 1, maxLength: 4 }).map((links) => {
    let at = 2 * Math.ceil(ends.length / 4);
    return links.map(({ gap, halves, preserves }) => {
      const first = at + gap;
      at = first + halves;
      const size = Math.max(1, place(at) - place(first));
      return { at: place(first), size, ...(preserves ? { sharedSectors: 'preserve' as const } : {}) };
    });
  });
}

const mailboxOf = ({ ram: [{ start, size }] }: ChipFacts): fc.Arbitrary<MailboxConfig> => {
  const end = start + size;
  const low = [start, start + 4, start + 1024, start + 1028];
  const high = [end - 4, end - 8, end - 12, end - 64, end - 1088, end - 1092];
  const far = [end, end + 4, start - 4, start + (size >> 1), end - 10];
  const at = fc.oneof(
    { weight: 6, arbitrary: fc.constant(undefined) },
    { weight: 3, arbitrary: fc.constantFrom(...low, ...high) },
    fc.constantFrom(...far),
  );
  return fc.record({ protocol: fc.constantFrom(undefined, 'record' as const, 'magic-word' as const), at });
};

/** The i-th app's word; `bad` 0: the first is 0, 1: the first is missing, 2: all are the same. */
function wordOf(i: number, bad: number | undefined): { magic?: number } {
  if (bad === 0 && i === 0) return { magic: 0 };
  if (bad === 1 && i === 0) return {};
  return { magic: bad === 2 ? 0xcafe : 0x100 + i };
}

/** A config on `chip` with these apps. Under magic words every app has one, rarely a wrong one. */
export function configWith(
  chip: ChipFacts,
  apps: fc.Arbitrary<readonly Partial<AppConfig>[]>,
): fc.Arbitrary<AnyConfig> {
  return fc
    .record({
      apps,
      badWord: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, fc.nat({ max: 2 })),
      mailbox: mailboxOf(chip),
      bootSize: sizeIn(chip, 10),
      bootAt: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, fc.constantFrom(0, 0x80, 0x4000)),
      vectors: fc.constantFrom(undefined, 'system' as const, 'full' as const),
      external: fc.boolean(),
    })
    .map(({ apps, badWord, mailbox, bootSize, bootAt, vectors, external }) => {
      const isMagic = mailbox.protocol === 'magic-word';
      const entries = apps.map((one, i) => {
        const magic = isMagic ? wordOf(i, badWord) : {};
        return [`app${i}`, { entry: 'x.ts', size: 1, ...one, ...magic }] as const;
      });
      return {
        board: boardOf(chip, external),
        bootloader: {
          entry: 'boot/main.ts',
          size: bootSize,
          ...(vectors ? { vectors } : {}),
          ...(bootAt === undefined ? {} : { at: chip.resetAddress + bootAt }),
        },
        apps: Object.fromEntries(entries),
        mailbox,
        boot: { default: entries[entries.length - 1][0] },
      };
    });
}

const list = (app: fc.Arbitrary<Partial<AppConfig>>, maxLength: number) => fc.array(app, { minLength: 1, maxLength });

/** Configs whose apps are mostly placed by the tool. */
export const anyConfig: fc.Arbitrary<AnyConfig> = anyChip.chain((chip) => configWith(chip, list(someApp(chip), 6)));

/** Configs whose apps all have addresses: anywhere, or one behind the other in shared sectors. */
export const explicitConfig: fc.Arbitrary<AnyConfig> = anyChip.chain((chip) =>
  configWith(chip, fc.oneof({ weight: 3, arbitrary: list(placedApp(chip), 4) }, chainOf(chip))),
);
