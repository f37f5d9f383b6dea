/**
 * The bootloader's decision over its whole input table, in this engine: every request, every state of every slot, every
 * default, both protocols; and what the hand-over does to the processor. The oracle below is written from the contract
 * (docs/formats/mailbox.md), not from the firmware.
 */
import * as mailbox from '@kickstage/abi/mailbox';
import * as status from '@kickstage/abi/status';
import { crc32 } from '@kickstage/base/crc32';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import type { Layout } from '@kickstage/memory-map/layout';
import { decodeMagicReport, decodeRecordReport } from '@kickstage/testbench/boot-report';
import { compileFirmware } from '@kickstage/toolchain/assemblyscript/compile-firmware';
import { layoutModule } from '@kickstage/toolchain/layout-module';
import { beforeAll, describe, expect, test } from 'vitest';
import { FakeChip } from './fake-chip.ts';
import { CLASSIC, expectNoErrors, FIRMWARE, layoutOf, type TestConfig } from './firmware-files.ts';

async function compileBootloader(layout: Layout): Promise<WebAssembly.Module> {
  const tree = {
    firmware: FIRMWARE,
    layout: layoutModule(layout, blackpill.chip),
    readSource: (path: string) =>
      path === 'boot/main.ts' ? "export { Reset_Handler } from 'kickstage/firmware/boot/main';" : undefined,
  };
  const { value, diagnostics } = await compileFirmware({ entry: 'boot/main.ts', tree, handlers: new Set() });
  expectNoErrors(diagnostics);
  return new WebAssembly.Module(value!.wasm.slice());
}

/** First words of a slot's vector table, by what is the matter with it. */
const SLOT_STATES: readonly {
  name: string;
  status: number;
  words: (start: number, end: number) => [number, number];
}[] = [
  { name: 'ok', status: status.STATUS_OK, words: (start) => [0x2001ff00, start + 0x199] },
  { name: 'ok', status: status.STATUS_OK, words: (_, end) => [0x20020000, end - 1] },
  { name: 'ok', status: status.STATUS_OK, words: (start) => [0x20000008, start + 1] },
  { name: 'empty', status: status.STATUS_EMPTY, words: () => [0xffffffff, 0xffffffff] },
  { name: 'bad-stack', status: status.STATUS_BAD_STACK, words: (start) => [0x20000000, start + 0x199] },
  { name: 'bad-stack', status: status.STATUS_BAD_STACK, words: (start) => [0x20020008, start + 0x199] },
  { name: 'bad-stack', status: status.STATUS_BAD_STACK, words: (start) => [0x2001ff04, start + 0x199] },
  { name: 'bad-stack', status: status.STATUS_BAD_STACK, words: () => [0, 0] },
  { name: 'bad-reset-handler', status: status.STATUS_BAD_RESET_HANDLER, words: (start) => [0x2001ff00, start + 0x198] },
  { name: 'bad-reset-handler', status: status.STATUS_BAD_RESET_HANDLER, words: (start) => [0x2001ff00, start - 1] },
  { name: 'bad-reset-handler', status: status.STATUS_BAD_RESET_HANDLER, words: (_, end) => [0x2001ff00, end + 1] },
  { name: 'bad-reset-handler', status: status.STATUS_BAD_RESET_HANDLER, words: () => [0x2001ff00, 0xffffffff] },
];
/** One of each kind: where all combinations are taken. */
const KINDS = [0, 3, 6, 8].map((i) => SLOT_STATES[i]);

function* combinations<T>(items: readonly T[], count: number): Generator<T[]> {
  if (count === 0) yield [];
  else for (const rest of combinations(items, count - 1)) for (const item of items) yield [...rest, item];
}

type State = (typeof SLOT_STATES)[number];

function fill(chip: FakeChip, layout: Layout, states: readonly State[]): void {
  layout.apps.forEach(({ slot }, i) => {
    const [stackPointer, handler] = states[i].words(slot.start, slot.end);
    chip.words.set(slot.start, stackPointer);
    chip.words.set(slot.start + 4, handler >>> 0);
  });
}

interface Expected {
  readonly slot: number;
  readonly reason: string;
  readonly refused: number;
}

/** What the contract says. `request` is an app's id, `none` or `unknown`. */
function oracle(layout: Layout, states: readonly State[], request: number | 'none' | 'unknown'): Expected {
  const idOf = (name: string) => layout.apps.findIndex((app) => app.name === name);
  const wanted = request === 'none' ? idOf(layout.defaultApp) : request;
  const refused = wanted === 'unknown' ? status.STATUS_UNKNOWN_APP : states[wanted].status;
  if (refused === status.STATUS_OK) {
    return { slot: wanted as number, reason: request === 'none' ? 'default' : 'mailbox', refused };
  }
  const other = [layout.defaultApp, ...layout.fallback].map(idOf).find((id) => states[id].status === status.STATUS_OK);
  return other === undefined ? { slot: -1, reason: 'halt', refused } : { slot: other, reason: 'fallback', refused };
}

const THREE: TestConfig['apps'] = {
  first: { entry: 'a.ts', size: '16K', magic: 0xdeadbeef },
  second: { entry: 'b.ts', size: '64K', magic: 0xcafebabe },
  third: { entry: 'c.ts', size: '128K', magic: 0xbaadf00d },
};

const CONFIGS: [string, TestConfig][] = [
  ['classic', CLASSIC],
  ['magic word, three apps, the second is default', magicWord('second', ['third', 'first'])],
  [
    'magic word, one app',
    { mailbox: { protocol: 'magic-word' }, apps: { only: THREE.first }, boot: { default: 'only' } },
  ],
  ['record, three apps, the last is default', record('third', ['first'])],
  ['record, two apps', { ...record('first'), apps: { first: THREE.first, second: THREE.second } }],
];

function magicWord(byDefault: string, fallback?: string[]): TestConfig {
  return { mailbox: { protocol: 'magic-word' }, apps: THREE, boot: { default: byDefault, fallback } };
}

function record(byDefault: string, fallback?: string[]): TestConfig {
  return { apps: THREE, boot: { default: byDefault, fallback } };
}

const WORD = (bytes: Uint8Array, at: number) => new DataView(bytes.buffer).getUint32(at, true);

function writeRequest(chip: FakeChip, layout: Layout, request: number | 'none' | 'unknown', noise: number): void {
  const { start, protocol } = layout.mailbox;
  if (protocol === 'magic-word') {
    chip.words.set(start, typeof request === 'number' ? layout.apps[request].magic! : noise);
    return;
  }
  if (request === 'none') {
    for (let i = 0; i < 64; i += 4) chip.words.set(start + i, noise);
    return;
  }
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, mailbox.MAILBOX_MAGIC, true);
  view.setUint32(4, mailbox.MAILBOX_VERSION | (mailbox.REQUEST_BOOT << 8), true);
  view.setUint32(8, request === 'unknown' ? layout.apps.length : request, true);
  view.setUint32(12, crc32(bytes.subarray(0, 12)), true);
  for (let i = 0; i < 16; i += 4) chip.words.set(start + i, WORD(bytes, i));
}

function readMailbox(chip: FakeChip, layout: Layout): Uint8Array {
  const { start, end } = layout.mailbox;
  const bytes = new Uint8Array(end - start);
  for (let i = 0; i < bytes.length; i += 4) new DataView(bytes.buffer).setUint32(i, chip.word(start + i), true);
  return bytes;
}

const RCC_CSR = 0x40023874;
const POWER_ON_FLAGS = 0x0e000000;

describe.each(CONFIGS)('%s', (_name, config) => {
  const layout = layoutOf(config);
  const isRecord = layout.mailbox.protocol === 'record';
  let module: WebAssembly.Module;

  beforeAll(async () => {
    module = await compileBootloader(layout);
  }, 60_000);

  function check(states: readonly State[], request: number | 'none' | 'unknown', noise = 0): void {
    const chip = new FakeChip();
    chip.words.set(RCC_CSR, POWER_ON_FLAGS);
    fill(chip, layout, states);
    writeRequest(chip, layout, request, noise);
    const ending = chip.bootInstance(module);
    const expected = oracle(layout, states, request);
    const bytes = readMailbox(chip, layout);
    const report = isRecord ? decodeRecordReport(bytes) : decodeMagicReport(WORD(bytes, mailbox.MAGIC_REPORT));
    const app = layout.apps[expected.slot];
    const label = `${states.map((s) => s.name)} ${request}`;
    expect([label, ending]).toEqual([
      label,
      app
        ? { how: 'boot', stackPointer: chip.word(app.slot.start), handler: chip.word(app.slot.start + 4) }
        : { how: 'halt' },
    ]);
    expect([label, report?.reason, report?.slot]).toEqual([label, expected.reason, app?.id]);
    const names = ['ok', 'empty', 'bad-stack', 'bad-reset-handler', 'unknown-app'];
    expect([label, report?.refused?.status ?? 'ok']).toEqual([label, names[expected.refused]]);
    // Obeyed once: the request is gone.
    expect(chip.word(layout.mailbox.start)).toBe(0);
  }

  const requests = [...layout.apps.keys(), 'none' as const, ...(isRecord ? (['unknown'] as const) : [])];

  test('every request with every kind of slot state', () => {
    for (const states of combinations(KINDS, layout.apps.length)) {
      for (const request of requests) check(states, request);
    }
  });

  test('every border of plausibility', () => {
    for (const state of SLOT_STATES) {
      for (const request of requests) {
        layout.apps.forEach((_, i) =>
          check(
            layout.apps.map((__, k) => SLOT_STATES[i === k ? SLOT_STATES.indexOf(state) : 0]),
            request,
          ),
        );
      }
    }
  });

  test('noise in the mailbox is no request', () => {
    for (const noise of [0, 1, 0xffffffff, 0x55aa55aa, 0x424d534b, 0xdeadbeee]) {
      check(
        layout.apps.map(() => SLOT_STATES[0]),
        'none',
        noise,
      );
    }
  });

  test('hand-over', () => {
    const chip = new FakeChip();
    chip.words.set(RCC_CSR, POWER_ON_FLAGS);
    fill(
      chip,
      layout,
      layout.apps.map(() => SLOT_STATES[0]),
    );
    writeRequest(chip, layout, 'none', 0);
    chip.bootInstance(module);
    const table = layout.apps.find(({ name }) => name === layout.defaultApp)!.slot.start;
    const store = (address: number, value: number) => ({ what: 'store', address, value });
    const from = chip.log.findIndex(({ what }) => what === 'cpsid');
    const steps = chip.log.slice(from);
    expect(steps).toEqual([
      { what: 'cpsid' },
      store(0xe000e010, 0), // SysTick off
      ...[0, 4, 8].flatMap((i) => [store(0xe000e180 + i, 0xffffffff), store(0xe000e280 + i, 0xffffffff)]),
      store(0xe000ed94, 0), // MPU off
      store(0xe000ed08, table),
      { what: 'dsb' },
      { what: 'isb' },
      { what: 'cpsie' },
    ]);
    const written = chip.log.slice(0, from).map(({ address }) => address!);
    const box = (address: number) => address >= layout.mailbox.start && address < layout.mailbox.end;
    expect(written.filter((address) => !box(address))).toEqual(isRecord ? [RCC_CSR] : []);
  });
});

describe('record', () => {
  const layout = layoutOf(record('first'));
  let module: WebAssembly.Module;
  const at = layout.mailbox.start;

  beforeAll(async () => {
    module = await compileBootloader(layout);
  }, 60_000);

  function start(flags: number, chip = new FakeChip()): FakeChip {
    chip.words.set(RCC_CSR, flags);
    fill(
      chip,
      layout,
      layout.apps.map(() => SLOT_STATES[0]),
    );
    chip.bootInstance(module);
    return chip;
  }

  test.each([
    ['power-on', 0x0e000000, status.RESET_POWER_ON],
    ['pin', 0x04000000, status.RESET_PIN],
    ['software', 0x14000000, status.RESET_SOFTWARE],
    ['independent watchdog', 0x24000000, status.RESET_INDEPENDENT_WATCHDOG],
    ['window watchdog', 0x44000000, status.RESET_WINDOW_WATCHDOG],
    ['low power', 0x84000000, status.RESET_LOW_POWER],
    ['brown-out', 0x06000000, status.RESET_BROWN_OUT],
    ['none', 0, status.RESET_UNKNOWN],
  ])('reset cause: %s', (_name, flags, cause) => {
    const chip = start(flags);
    expect((chip.word(at + mailbox.MAILBOX_REPORT_FLAGS) >>> 16) & 0xff).toBe(cause);
    expect(chip.word(RCC_CSR) & (1 << 24)).not.toBe(0);
  });

  test('attempts count up from power-on', () => {
    const chip = start(0x0e000000);
    const attempts = () => chip.word(at + mailbox.MAILBOX_REPORT_ATTEMPTS);
    expect(attempts()).toBe(1);
    start(0x14000000, chip);
    expect(attempts()).toBe(2);
    start(0x0e000000, chip);
    expect(attempts()).toBe(1);
    chip.words.set(at + mailbox.MAILBOX_REPORT_CRC, 0);
    start(0x14000000, chip);
    expect(attempts()).toBe(1);
  });

  test('the bootloader says its version', () => {
    expect(start(0).word(at + mailbox.MAILBOX_REPORT_BOOTLOADER)).toBe(0x01020003);
  });

  const whole = [mailbox.MAILBOX_MAGIC, mailbox.MAILBOX_VERSION | (mailbox.REQUEST_BOOT << 8), 1];
  test.each([
    ['whole', whole, 0, 1],
    ['wrong CRC', whole, 1, 0],
    ['wrong magic', [0x424d534a, whole[1], 1], 0, 0],
    ['wrong version', [whole[0], whole[1] + 1, 1], 0, 0],
    ['of kind none', [whole[0], mailbox.MAILBOX_VERSION, 1], 0, 0],
    ['of a kind that this bootloader has not', [whole[0], mailbox.MAILBOX_VERSION | 0x200, 1], 0, 0],
    ['with bits where there must be none', [whole[0], whole[1] | 0x10000, 1], 0, 0],
  ])('a request %s', (_name, words, spoil, slot) => {
    const bytes = new Uint8Array(new Uint32Array(words).buffer);
    const chip = new FakeChip();
    words.forEach((word, i) => chip.words.set(at + 4 * i, word));
    chip.words.set(at + 12, crc32(bytes) ^ spoil);
    start(0x14000000, chip);
    expect(chip.word(at + mailbox.MAILBOX_REPORT_FLAGS) >>> 24).toBe(slot);
  });
});
