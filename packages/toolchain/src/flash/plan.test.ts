import { rangeOf } from '@kickstage/base/ranges';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { app, defineConfig } from '@kickstage/memory-map/define';
import { resolve } from '@kickstage/memory-map/resolve';
import { expect, test } from 'vitest';
import { bootloaderState, knownBootloader } from './bootloader-state.ts';
import { type FlashRequest, planFlash, readsOf } from './plan.ts';
import type { ProgramImage } from './sector-plan.ts';

const preserve = { sharedSectors: 'preserve' } as const;
const layout = resolve(
  defineConfig({
    board: blackpill,
    bootloader: { entry: 'boot.ts', size: '16K' },
    apps: {
      app1: app({ entry: 'a.ts', at: 0x0800_4000, size: '128K', ...preserve }),
      app2: app({ entry: 'b.ts', at: 0x0802_4000, size: '300K', ...preserve }),
    },
    boot: { default: 'app1' },
  }),
).value!;

const image = (name: string, size: number, seed: number): ProgramImage => {
  const { slot } = [layout.bootloader, ...layout.apps].find((candidate) => candidate.name === name)!;
  return { name, start: slot.start, bytes: Uint8Array.from({ length: size }, (_, i) => (i * seed) & 0x7f) };
};
const built = [image('bootloader', 700, 3), image('app1', 120_000, 5), image('app2', 1500, 7)];
const [boot, app1, app2] = built;

/** All sectors of a board that holds these images, the rest erased. */
function boardWith(...images: readonly ProgramImage[]): Map<number, Uint8Array> {
  const flash = new Uint8Array(layout.flash.end - layout.flash.start).fill(0xff);
  for (const { start, bytes } of images) flash.set(bytes, start - layout.flash.start);
  return new Map(
    layout.flash.sectors.map(({ start, end }) => [
      start,
      flash.slice(start - layout.flash.start, end - layout.flash.start),
    ]),
  );
}

const plan = (request: Partial<FlashRequest>) =>
  planFlash({
    layout,
    built,
    wanted: ['bootloader', 'app1', 'app2'],
    reading: 'done',
    board: boardWith(),
    known: [],
    ...request,
  });
const summary = ({ sectors }: ReturnType<typeof planFlash>) =>
  sectors.map(({ sector, action, written, kept }) => [
    sector.index,
    action,
    written.map((range) => range.image).join(),
    kept.map((range) => range.owner ?? 'unclaimed').join(),
  ]);

test('sectors to read: those of the wanted images, and the bootloader', () => {
  expect(readsOf({ layout, built, wanted: ['app2'] })).toEqual([
    rangeOf(0x0800_0000, 0x4000),
    rangeOf(0x0802_0000, 0x2_0000),
  ]);
  expect(readsOf({ layout, built, wanted: ['app1'] }).length).toBe(6);
});

test('an erased board gets everything, the bootloader first', () => {
  const result = plan({});
  expect(summary(result)).toEqual([
    [0, 'write', 'bootloader', ''],
    [1, 'write', 'app1', ''],
    [2, 'write', 'app1', ''],
    [3, 'write', 'app1', ''],
    [4, 'write', 'app1', ''],
    [5, 'write', 'app1,app2', ''],
  ]);
  // One region is one piece as far as it goes without a gap; the shared sector is a region of its own.
  expect(result.pieces.map(({ label, start, sectors }) => [label, start, sectors])).toEqual([
    ['bootloader', 0x0800_0000, [0]],
    ['app1', 0x0800_4000, [1, 2, 3, 4]],
    ['app1+app2', 0x0802_0000, [5]],
  ]);
});

test('what is the same is skipped, sector by sector', () => {
  const changed = { ...app1, bytes: app1.bytes.map((byte, i) => (i === 20_000 ? byte ^ 1 : byte)) };
  const result = plan({ board: boardWith(boot, changed, app2) });
  expect(summary(result).filter(([, action]) => action === 'write')).toEqual([[2, 'write', 'app1', '']]);
  expect(plan({ board: boardWith(...built) }).pieces).toEqual([]);
});

test("a neighbour's bytes in the shared sector are written again; what lies behind the image in its own slot is not", () => {
  const longer = { ...app2, bytes: new Uint8Array(5000).fill(0x55) };
  const result = plan({ wanted: ['app2'], board: boardWith(boot, app1, longer) });
  expect(summary(result)).toEqual([[5, 'write', 'app2', 'app1']]);
  const content = result.sectors[0].content!;
  expect(content.subarray(0, 0x4000)).toEqual(boardWith(app1).get(0x0802_0000)!.subarray(0, 0x4000));
  expect(content.subarray(0x4000, 0x4000 + 1500)).toEqual(app2.bytes);
  expect(content.subarray(0x4000 + 1500).every((byte) => byte === 0xff)).toBe(true);
  expect(result.pieces[0]).toMatchObject({ label: 'app2+app1', start: 0x0802_0000, size: 0x4000 + 1504 });
});

test('flash that no slot claims is kept as well', () => {
  const small = resolve(
    defineConfig({
      board: blackpill,
      bootloader: { entry: 'boot.ts', size: '16K' },
      apps: { only: app({ entry: 'a.ts', at: 0x0802_0000, size: '100K', ...preserve }) },
      boot: { default: 'only' },
    }),
  ).value!;
  const only = { name: 'only', start: 0x0802_0000, bytes: app2.bytes };
  const board = boardWith({ name: 'data', start: 0x0803_f000, bytes: Uint8Array.of(1, 2, 3) });
  const result = planFlash({ layout: small, built: [only], wanted: ['only'], reading: 'done', board, known: [] });
  expect(result.sectors.map(({ kept }) => kept)).toEqual([[{ start: 0x0803_9000, end: 0x0804_0000 }]]);
  expect(result.sectors[0].content!.subarray(0x1_f000, 0x1_f003)).toEqual(Uint8Array.of(1, 2, 3));
});

test('a sector whose wanted bytes are all 0xFF is erased nevertheless', () => {
  const blank = { ...app2, bytes: new Uint8Array(1500).fill(0xff) };
  const result = plan({ built: [boot, app1, blank], board: boardWith(boot, app1, app2), wanted: ['app2'] });
  expect(result.pieces[0].bytes!.length).toBeGreaterThan(0);
  expect(result.sectors[0].action).toBe('write');
});

test('the bootloader joins when it is missing or other than the built one', () => {
  const other = { ...boot, bytes: boot.bytes.map((byte) => byte ^ 0x11) };
  const state = (board: Map<number, Uint8Array>, known = [] as ReturnType<typeof knownBootloader>[]) => {
    const { bootloader } = plan({ wanted: ['app2'], board, known });
    return [bootloader.kind, bootloader.joins];
  };
  expect(state(boardWith())).toEqual(['erased', true]);
  expect(state(boardWith(boot))).toEqual(['same', false]);
  expect(state(boardWith(other))).toEqual(['stranger', true]);
  expect(state(boardWith(other), [knownBootloader(other.bytes)])).toEqual(['outdated', true]);
  expect(plan({ wanted: ['app2'], built: [app1, app2] }).bootloader).toMatchObject({ joins: false });
});

test("a bootloader that bears the marks of this project's mailbox is known", () => {
  const bytes = new Uint8Array(128);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, layout.bootloader.ram.end, true);
  view.setUint32(100, 0x424d534b, true);
  view.setUint32(104, layout.mailbox.start, true);
  const question = { layout, built: boot.bytes, onBoard: bytes, known: [] };
  expect(bootloaderState(question).kind).toBe('outdated');
  view.setUint32(104, layout.mailbox.start - 64, true);
  expect(bootloaderState(question)).toMatchObject({ kind: 'stranger' });
});

test('FLS014: a tool that cannot read', () => {
  const alone = plan({ wanted: ['app2'], reading: 'never', board: new Map() });
  expect(alone.diagnostics.map(({ code }) => code)).toEqual(['FLS014']);
  expect(plan({ wanted: ['app1', 'app2'], reading: 'never', board: new Map() }).diagnostics).toEqual([]);
});

test('before the board was read, pieces with kept bytes are not known', () => {
  const result = plan({ wanted: ['app2'], reading: 'later', board: new Map() });
  expect(result.bootloader).toMatchObject({ kind: 'unknown', joins: true });
  expect(result.pieces.map(({ label, bytes }) => [label, bytes === undefined])).toEqual([
    ['bootloader', false],
    ['app2+app1', true],
  ]);
});
