import * as mailbox from '@kickstage/abi/mailbox';
import * as status from '@kickstage/abi/status';
import { expect, test } from 'vitest';
import { constantGroups } from './constants.ts';
import { sampleLayout } from './sample-layout.ts';

const constantsOf = (config: object) => constantGroups(sampleLayout(config).layout).flatMap((group) => group.constants);

test('addresses of a layout', () => {
  const values = new Map(constantsOf({}).map(({ name, value }) => [name, value]));
  expect(Object.fromEntries([...values].filter(([name]) => /^(SLOT|APP|IMAGE|DEFAULT|NUMBER)/.test(name)))).toEqual({
    APP_ONE: 0,
    APP_TWO: 1,
    NUMBER_OF_APPS: 2,
    DEFAULT_APP: 0,
    SLOT_START_BOOTLOADER: 0x08000000,
    SLOT_SIZE_BOOTLOADER: 0x4000,
    IMAGE_RAM_START_BOOTLOADER: 0x20000000,
    IMAGE_RAM_SIZE_BOOTLOADER: 0x1ffc0,
    IMAGE_VERSION_BOOTLOADER: 0x020a0003,
    SLOT_START_ONE: 0x08004000,
    SLOT_SIZE_ONE: 0x4000,
    IMAGE_RAM_START_ONE: 0x20000000,
    IMAGE_RAM_SIZE_ONE: 0x1ffc0,
    IMAGE_VERSION_ONE: 0x01020003,
    SLOT_START_TWO: 0x08010000,
    SLOT_SIZE_TWO: 0x10000,
    IMAGE_RAM_START_TWO: 0x20000000,
    IMAGE_RAM_SIZE_TWO: 0x1ffc0,
    IMAGE_VERSION_TWO: 0,
  });
  expect([values.get('MAILBOX_ADDRESS'), values.get('MAILBOX_SIZE')]).toEqual([0x2001ffc0, 64]);
});

test('every constant of the abi is there, once', () => {
  const printed = new Map(constantsOf({}).map(({ name, value }) => [name, value]));
  for (const [name, value] of Object.entries({ ...mailbox, ...status })) {
    expect([name, printed.get(name)]).toEqual([name, value]);
  }
});

test('no name twice, whatever the apps are called', () => {
  const apps = ['count', 'start', 'report_tag'].map((name, i) => [name, { entry: 'a.ts', size: '16K', magic: i + 1 }]);
  const config = { apps: Object.fromEntries(apps), mailbox: { protocol: 'magic-word' }, boot: { default: 'count' } };
  const names = constantsOf(config).map(({ name }) => name);
  expect(names).toContain('MAGIC_WORD_REPORT_TAG');
  expect(new Set(names).size).toBe(names.length);
});
