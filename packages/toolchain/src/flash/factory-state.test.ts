import { blackpill } from '@kickstage/chips/boards/blackpill';
import { w25q64 } from '@kickstage/chips/nor-flash';
import { resolve } from '@kickstage/memory-map/resolve';
import { expect, test } from 'vitest';
import { withFactoryState } from './factory-state.ts';
import { planFlash } from './plan.ts';

const board = { ...blackpill, externalFlash: w25q64({ port: 'SPI1', select: 'PA4' }) };

function layoutOf(updates: Readonly<Record<string, object | undefined>>) {
  return resolve({
    board,
    bootloader: { entry: 'boot.ts', size: '16K' },
    apps: Object.fromEntries(
      Object.entries(updates).map(([name, update]) => [
        name,
        { entry: `${name}.ts`, size: '16K', ...(update ? { update } : {}) },
      ]),
    ),
    boot: { default: Object.keys(updates)[0] },
  } as never).value!;
}

function imagesOf({ bootloader, apps }: ReturnType<typeof layoutOf>) {
  return [bootloader, ...apps].map(({ name, slot }, n) => ({
    name,
    start: slot.start,
    bytes: new Uint8Array(1000).fill(n + 1),
  }));
}

test('alternate: the copy, and an empty journal, whatever the board held', () => {
  const layout = layoutOf({ app: { strategy: 'alternate' } });
  const [download] = layout.apps[0].update!.downloads;
  const state = withFactoryState(layout, imagesOf(layout), ['app']);
  expect(state.wanted).toEqual(['app', 'app.download0', 'journal.0', 'journal.1']);
  const noise = new Map(layout.flash.sectors.map(({ start, end }) => [start, new Uint8Array(end - start).fill(0x55)]));
  const plan = planFlash({ layout, ...state, reading: 'done', board: noise, known: [] });
  expect(plan.diagnostics).toEqual([]);
  const contentAt = (address: number) => plan.sectors.find(({ sector }) => sector.start === address)!.content!;
  const copy = contentAt(download.start);
  expect([copy[0], copy[999], copy[1000], copy.at(-1)]).toEqual([2, 2, 0xff, 0xff]);
  for (const { start } of layout.updates!.journal!) expect(contentAt(start).every((byte) => byte === 0xff)).toBe(true);
});

test('a journal that is empty already is not written', () => {
  const layout = layoutOf({ app: { strategy: 'overwrite' } });
  const state = withFactoryState(layout, imagesOf(layout), ['app']);
  const empty = new Map(layout.flash.sectors.map(({ start, end }) => [start, new Uint8Array(end - start).fill(0xff)]));
  const plan = planFlash({ layout, ...state, reading: 'done', board: empty, known: [] });
  expect(plan.pieces.map(({ label }) => label)).toEqual(['bootloader', 'app']);
});

test('one journal serves all: apps that can be updated are flashed together', () => {
  const layout = layoutOf({ one: { strategy: 'overwrite' }, two: { strategy: 'overwrite' }, plain: undefined });
  const images = imagesOf(layout);
  expect(withFactoryState(layout, images, ['one'])).toMatchObject({ joined: ['two'] });
  expect(withFactoryState(layout, images, ['plain'])).toMatchObject({ wanted: ['plain'], joined: [] });
});

test('a copy in external flash is left to the bootloader', () => {
  const layout = layoutOf({ app: { strategy: 'alternate', memory: 'external' } });
  const state = withFactoryState(layout, imagesOf(layout), ['bootloader', 'app']);
  expect(state.withoutCopy).toEqual(['app']);
  expect(state.wanted).toEqual(['bootloader', 'app', 'journal.0', 'journal.1']);
});
