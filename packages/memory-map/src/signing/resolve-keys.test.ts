import { blackpill } from '@kickstage/chips/boards/blackpill';
import { nucleoL476rg } from '@kickstage/chips/boards/nucleo-l476rg';
import { describe, expect, test } from 'vitest';
import { resolve } from '../resolve.ts';
import type { ReadKey } from './resolve-keys.ts';

const config = {
  board: blackpill,
  bootloader: { entry: 'boot/main.ts', size: '16K' },
  keys: {
    main: { public: 'main.pub.pem', private: '$KEY' },
    old: { public: 'old.pub.pem', revokedAt: 5 },
    own: 'own.pem',
  },
  apps: {
    app1: { entry: 'a.ts', size: '128K', verify: 'signature', keys: ['old', 'own'], securityCounter: 4 },
    app2: { entry: 'a.ts', size: '16K', verify: 'hash' },
    app3: { entry: 'a.ts', size: '16K' },
  },
  boot: { default: 'app1' },
};
const readKey: ReadKey = (path) => ({ value: { kind: 'ed25519', point: 'aa', id: path }, diagnostics: [] });

test('a verified image has a header, and its vector table lies behind it', () => {
  const { value } = resolve(config, { readKey });
  const [signed, hashed, plain] = value!.apps;
  // 102 vectors of the STM32F411: VTOR takes multiples of 512.
  expect(signed).toMatchObject({ headerSize: 512, vectorTable: signed.slot.start + 512 });
  expect(signed.verify).toEqual({
    level: 'signature',
    keys: ['old', 'own'],
    securityCounter: 4,
    downgrade: 'refuse',
  });
  expect(hashed.verify).toEqual({ level: 'hash', keys: [], downgrade: 'allow' });
  expect(plain).toMatchObject({ vectorTable: plain.slot.start });
  expect(plain).not.toHaveProperty('headerSize');
});

test('keys come with what their files say', () => {
  const { value } = resolve(config, { readKey });
  expect(value!.keys).toEqual([
    { name: 'main', kind: 'ed25519', point: 'aa', id: 'main.pub.pem', private: '$KEY' },
    { name: 'old', kind: 'ed25519', point: 'aa', id: 'old.pub.pem', revokedAt: 5 },
    { name: 'own', kind: 'ed25519', point: 'aa', id: 'own.pem', private: 'own.pem' },
  ]);
});

test('what is wrong with a file is told at the key', () => {
  const broken: ReadKey = () => ({
    diagnostics: [{ code: 'KEY001', severity: 'error', what: 'the key file is empty' }],
  });
  const { value, diagnostics } = resolve(config, { readKey: broken });
  expect(value).toBeUndefined();
  expect(diagnostics.map(({ code, at }) => [code, at?.path])).toContainEqual(['KEY001', 'keys.main']);
});

describe('what the journal remembers', () => {
  const app = { entry: 'a.ts', size: '16K', verify: 'hash', update: { strategy: 'overwrite' } };
  const remembers = (apps: object, updates = {}) =>
    resolve({ ...config, board: nucleoL476rg, keys: {}, apps, updates }, { readKey });

  test('a word for each image and each counter: a slot is as long as that needs', () => {
    const { value } = remembers({
      app1: { ...app, verifyWhen: 'change', rollback: 'journal' },
      app2: app,
      app3: { ...app, rollback: 'journal' },
    });
    expect(value!.apps[0].verify).toMatchObject({ onChange: true, keepsCounter: true });
    // Five words, three more and the CRC, up to a multiple of 8; and the seal.
    expect(value!.updates!.record).toEqual({ slotSize: 48, fingerprints: [0], counters: [0, 2] });
  });

  test('nothing of it: the first format', () => {
    const { value } = remembers({ app1: app });
    expect(value!.updates).not.toHaveProperty('record');
  });

  test.each([
    ['an app that cannot be updated', { ...app, update: undefined }, {}, 'the journal knows apps that can be updated'],
    ['the state in RAM', app, { state: 'ram' }, "with updates: { state: 'ram' } there is no journal"],
  ])('%s', (_, one, updates, why) => {
    const { diagnostics } = remembers({ app1: { ...one, verifyWhen: 'change' } }, updates);
    expect(diagnostics).toContainEqual(expect.objectContaining({ code: 'MAP032', why }));
  });

  test('without verification there is nothing to remember', () => {
    const { diagnostics } = remembers({ app1: { ...app, verify: 'none', rollback: 'journal' } });
    expect(diagnostics.map(({ what }) => what)).toContain('`app1` has `rollback`, and its images are not verified');
  });
});
