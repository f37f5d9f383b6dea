import { blackpill } from '@kickstage/chips/boards/blackpill';
import { resolve } from '@kickstage/memory-map/resolve';
import { expect, test } from 'vitest';
import { layoutModule, versionWord } from './layout-module.ts';

const app = (magic: number) => ({ entry: 'a.ts', size: '16K', magic });

function textOf(config: object): string {
  const { value } = resolve({
    board: blackpill,
    bootloader: { entry: 'b.ts', size: '16K', version: '2.10.300' },
    apps: { one: app(0x11111111), two: app(0x22222222), three: app(0x33333333) },
    boot: { default: 'two', fallback: ['three'] },
    ...config,
  });
  return layoutModule(value!, blackpill.chip);
}

test('apps are an enum of their ids', () => {
  expect(textOf({})).toContain('export const enum App { one = 0, two = 1, three = 2 }');
});

test('the default comes first among what is tried, then the fallbacks', () => {
  const text = textOf({});
  expect(text).toContain('CHOICE_COUNT: u32 = 2;');
  expect(text).toContain('choice(position: u32): u32 {\n  if (position === 0) return 1;\n  return 2;\n}');
});

test('slots, magic words and what they mean', () => {
  const text = textOf({ mailbox: { protocol: 'magic-word' } });
  expect(text).toContain(
    'if (app === 0) return 0x08004000;\n  if (app === 1) return 0x08008000;\n  return 0x0800c000;',
  );
  expect(text).toContain('if (word === 0x33333333) return 0x00020200;\n  return 0x00010100;');
  expect(text).toContain('MAILBOX_IS_RECORD: bool = false;');
});

test('pins, and a board without them', () => {
  expect(textOf({})).toContain(
    'LED_PORT: u32 = 2;\nexport const LED_PIN: u32 = 13;\nexport const LED_ACTIVE_LOW: bool = true;',
  );
  const { led, ...bare } = blackpill;
  expect(led).toBeDefined();
  expect(textOf({ board: bare })).toContain('LED_PORT: u32 = 255;');
});

test.each([
  ['1.2.3', 0x01020003],
  ['2.10.300', 0x020a012c],
  ['0.0.0', 0],
])('version %s', (version, word) => {
  expect(versionWord(version)).toBe(word);
});
