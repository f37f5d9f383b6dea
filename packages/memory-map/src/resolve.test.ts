import { rangeOf } from '@kickstage/base/ranges';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { expect, test } from 'vitest';
import { app, defineConfig, KiB } from './define.ts';
import type { Layout } from './layout.ts';
import { resolve } from './resolve.ts';

function layoutOf(config: unknown): Layout {
  const { value, diagnostics } = resolve(config);
  expect(diagnostics).toEqual([]);
  return value!;
}

const bootloader = { entry: 'boot/main.ts', size: '16K' };
const board = blackpill;

const twoApps = defineConfig({
  board,
  bootloader,
  apps: {
    app1: app({ entry: 'apps/app1.ts', version: '1.0.0', size: '128K' }),
    app2: app({ entry: 'apps/app2.ts', version: '1.0.0', size: KiB(128) }),
  },
  boot: { default: 'app1' },
});

const classic = defineConfig({
  board,
  bootloader,
  mailbox: { protocol: 'magic-word', at: 0x2001_fff8 },
  apps: {
    app1: app({ entry: 'a.ts', at: 0x0800_4000, size: '128K', magic: 0xdeadbeef, sharedSectors: 'preserve' }),
    app2: app({ entry: 'b.ts', at: 0x0802_4000, size: '368K', magic: 0xcafebabe, sharedSectors: 'preserve' }),
  },
  boot: { default: 'app1' },
});

test('placed by the tool', () => {
  const layout = layoutOf(twoApps);
  expect(layout.bootloader).toMatchObject({
    id: -1,
    slot: rangeOf(0x0800_0000, 0x4000),
    sectors: [0],
    vectorCount: 16,
  });
  expect(layout.apps.map(({ slot, sectors }) => [slot, sectors])).toEqual([
    [rangeOf(0x0802_0000, 0x2_0000), [5]],
    [rangeOf(0x0804_0000, 0x2_0000), [6]],
  ]);
  expect(layout.mailbox).toEqual({ protocol: 'record', ...rangeOf(0x2001_ffc0, 64) });
  for (const image of [layout.bootloader, ...layout.apps])
    expect(image.ram).toEqual({ start: 0x2000_0000, end: 0x2001_ffc0 });
  expect(layout.apps.map(({ vectorCount, vectorTable, id }) => [vectorCount, vectorTable, id])).toEqual([
    [102, 0x0802_0000, 0],
    [102, 0x0804_0000, 1],
  ]);
  expect([layout.defaultApp, layout.fallback]).toEqual(['app1', ['app2']]);
});

test('placed by address, sharing sector 5', () => {
  const layout = layoutOf(classic);
  expect(
    layout.apps.map(({ slot, sectors, sharedSectors, magic }) => ({ slot, sectors, sharedSectors, magic })),
  ).toEqual([
    { slot: rangeOf(0x0800_4000, 0x2_0000), sectors: [1, 2, 3, 4, 5], sharedSectors: [5], magic: 0xdeadbeef },
    { slot: rangeOf(0x0802_4000, 368 * 1024), sectors: [5, 6, 7], sharedSectors: [5], magic: 0xcafebabe },
  ]);
  expect(layout.mailbox).toEqual({ protocol: 'magic-word', ...rangeOf(0x2001_fff8, 8) });
  expect(layout.apps[0].ram).toEqual({ start: 0x2000_0000, end: 0x2001_fff8 });
});

test('three apps by address share sectors 5 and 6', () => {
  const preserve = { sharedSectors: 'preserve' } as const;
  const layout = layoutOf({
    ...classic,
    apps: {
      ...classic.apps,
      app2: app({ entry: 'b.ts', at: 0x0802_4000, size: '128K', magic: 0xcafebabe, ...preserve }),
      app3: app({ entry: 'c.ts', at: 0x0804_4000, size: '240K', magic: 0xbaadf00d, ...preserve }),
    },
  });
  expect(layout.apps.map(({ sharedSectors }) => sharedSectors)).toEqual([[5], [5, 6], [6]]);
});

test('a slot that the tool places takes whole sectors, and wastes little', () => {
  const sizes = { a: '20K', b: '1K', c: '60K', d: '100K' };
  const apps = Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, app({ entry: 'x.ts', size })]));
  const layout = layoutOf({ board, bootloader: { ...bootloader, size: '2K' }, apps, boot: { default: 'a' } });
  expect([layout.bootloader, ...layout.apps].map(({ sectors }) => sectors)).toEqual([[0], [1, 2], [3], [4], [5]]);
  expect(layout.apps[0].slot).toEqual(rangeOf(0x0800_4000, 0x8000));
});

test('when the order of the config leaves no room, the largest comes first', () => {
  // After the bootloader's 16K come sectors of 4K; `fixed` leaves a gap of three and a gap of four. In the order of the
  // config a would begin the gap of three, b that of four, and c would find none.
  const sectors = [
    { count: 1, size: 0x4000 },
    { count: 8, size: 0x1000 },
  ];
  const uniform = { ...board, chip: { ...board.chip, flash: { ...board.chip.flash, sectors } } };
  const sizes = { a: '8K', b: '8K', c: '12K' };
  const free = Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, app({ entry: 'x.ts', size })]));
  const fixed = app({ entry: 'x.ts', size: '4K', at: 0x0800_7000 });
  const place = (apps: object) =>
    layoutOf({ board: uniform, bootloader, apps: { fixed, ...apps }, boot: { default: 'fixed' } }).apps.map(
      (image) => image.sectors,
    );
  expect(place(free)).toEqual([[4], [5, 6], [7, 8], [1, 2, 3]]);
  // Where there is room in that order, it stands; and the smallest gap that fits is taken.
  expect(place({ a: free.a, b: free.b })).toEqual([[4], [1, 2], [5, 6]]);
  expect(place({ c: free.c, a: free.a, b: free.b })).toEqual([[4], [1, 2, 3], [5, 6], [7, 8]]);
});

test.each([
  ['record', undefined, [0x2001_ffc0, 0x2002_0000], [0x2000_0000, 0x2001_ffc0]],
  ['record', 0x2001_fc00, [0x2001_fc00, 0x2001_fc40], [0x2000_0000, 0x2001_fc00]],
  ['record', 0x2000_0000, [0x2000_0000, 0x2000_0040], [0x2000_0040, 0x2002_0000]],
  ['magic-word', undefined, [0x2001_fff8, 0x2002_0000], [0x2000_0000, 0x2001_fff8]],
  ['magic-word', 0x2001_fffc, [0x2001_fffc, 0x2002_0000], [0x2000_0000, 0x2001_fffc]],
  ['magic-word', 0x2001_fff0, [0x2001_fff0, 0x2001_fff8], [0x2000_0000, 0x2001_fff0]],
  ['magic-word', 0x2000_0004, [0x2000_0004, 0x2000_000c], [0x2000_0010, 0x2002_0000]],
] as const)('mailbox %s at %s', (protocol, at, box, ram) => {
  const magic = protocol === 'record' ? {} : { magic: 1 };
  const apps = { app1: app({ entry: 'x.ts', size: '16K', ...magic }) };
  const layout = layoutOf({ board, bootloader, mailbox: { protocol, at }, apps, boot: { default: 'app1' } });
  expect(layout.mailbox).toEqual({ protocol, start: box[0], end: box[1] });
  expect(layout.apps[0].ram).toEqual({ start: ram[0], end: ram[1] });
});

test('a bootloader with interrupts of its own', () => {
  const layout = layoutOf({ ...twoApps, bootloader: { ...bootloader, vectors: 'full' } });
  expect(layout.bootloader.vectorCount).toBe(102);
});

test('an app that computes floats by routines', () => {
  const { app1 } = twoApps.apps;
  const layout = layoutOf({ ...twoApps, apps: { ...twoApps.apps, app1: app({ ...app1, floats: 'soft' }) } });
  expect([layout.bootloader, ...layout.apps].map(({ floats }) => floats)).toEqual([undefined, 'soft', undefined]);
});

test('the order of fallback', () => {
  const apps = { a: twoApps.apps.app1, b: app({ entry: 'b.ts', size: '1K' }), c: app({ entry: 'c.ts', size: '1K' }) };
  const order = (boot: object) => layoutOf({ board, bootloader, apps, boot }).fallback;
  expect(order({ default: 'b' })).toEqual(['a', 'c']);
  expect(order({ default: 'b', fallback: ['c'] })).toEqual(['c']);
  expect(order({ default: 'b', fallback: [] })).toEqual([]);
});

test('a layout is JSON, frozen all the way down, and does not freeze the config', () => {
  const layout = layoutOf(classic);
  expect(JSON.parse(JSON.stringify(layout))).toEqual(layout);
  const visit = (node: unknown): number => {
    if (typeof node !== 'object' || node === null) return 0;
    expect(Object.isFrozen(node)).toBe(true);
    return Object.values(node).reduce((sum: number, child) => sum + visit(child), 1);
  };
  expect(visit(layout)).toBeGreaterThan(20);
  expect(() => ((layout.apps[0].slot as { start: number }).start = 0)).toThrow(TypeError);
  expect(Object.isFrozen(board.led)).toBe(false);
  expect(JSON.stringify(layoutOf(classic))).toBe(JSON.stringify(layout));
});
