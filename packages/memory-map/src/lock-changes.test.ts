import { blackpill } from '@kickstage/chips/boards/blackpill';
import { expect, test } from 'vitest';
import type { Layout } from './layout.ts';
import { lockOf } from './lock.ts';
import { changesSince, describeChange, imagesToFlash } from './lock-changes.ts';
import { resolve } from './resolve.ts';

type Apps = Record<string, object>;
const APP = { entry: 'x.ts', size: '64K' };

function layoutOf(apps: Apps, before?: Layout, relayout = false): Layout {
  const boot = { default: Object.keys(apps)[0] };
  const config = { board: blackpill, bootloader: { entry: 'b.ts', size: '16K' }, apps, boot };
  const { value, diagnostics } = resolve(config, { ...(before ? { lock: lockOf(before) } : {}), relayout });
  if (!value) throw new Error(diagnostics.map(({ what }) => what).join());
  return value;
}

const two = layoutOf({ one: APP, two: { ...APP, size: '128K' } });

test('without a lock every app is new', () => {
  const changes = changesSince(undefined, two);
  expect(changes.map(({ kind, app }) => `${kind} ${app}`)).toEqual(['added one', 'added two']);
  expect(imagesToFlash(changes, two)).toEqual(['bootloader', 'one', 'two']);
});

test('the same layout changes nothing', () => {
  expect(changesSince(lockOf(two), two)).toEqual([]);
  expect(imagesToFlash([], two)).toEqual([]);
});

test('an added app needs the bootloader and itself', () => {
  const three = layoutOf({ zero: APP, one: APP, two: { ...APP, size: '128K' } }, two);
  const changes = changesSince(lockOf(two), three);
  expect(changes.map(({ kind, app }) => `${kind} ${app}`)).toEqual(['added zero']);
  expect(describeChange(changes[0])).toMatch(/^zero is placed at 0x080[0-9A-F]_[0-9A-F]{4} \(/);
  expect(imagesToFlash(changes, three)).toEqual(['bootloader', 'zero']);
});

test('a removed app renumbers those behind it: all of them are needed again', () => {
  const rest = layoutOf({ two: { ...APP, size: '128K' } }, two);
  const changes = changesSince(lockOf(two), rest);
  expect(changes.map(({ kind, app }) => `${kind} ${app}`)).toEqual(['renumbered two', 'removed one']);
  expect(imagesToFlash(changes, rest)).toEqual(['bootloader', 'two']);
});

test('relayout places anew and keeps the numbers', () => {
  const grown = layoutOf({ two: { ...APP, size: '128K' }, three: { ...APP, size: '16K' } }, undefined);
  const widened = { two: { ...APP, size: '16K' }, three: { ...APP, size: '128K' } };
  const again = layoutOf(widened, grown, true);
  expect(again.apps.map(({ name, id }) => `${name} ${id}`)).toEqual(['two 0', 'three 1']);
  const kinds = changesSince(lockOf(grown), again).map(({ kind, app }) => `${kind} ${app}`);
  expect(kinds).toContain('moved two');
  expect(kinds).toContain('moved three');
});
