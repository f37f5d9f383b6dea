/**
 * What updates may cost where nothing is pending: bytes of the bootloader with journal and two apps on the STM32F411, and
 * instructions from reset to the app's first. The figures may only fall.
 */
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { createStm32f411 } from '@kickstage/emulator/machines/stm32f411';
import type { Layout } from '@kickstage/memory-map/layout';
import { resolve } from '@kickstage/memory-map/resolve';
import { type Build, buildProject } from '@kickstage/toolchain/build';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectNoErrors, FIRMWARE } from '../firmware/firmware-files.ts';
import { REMOTE_APP } from './remote-app.ts';
import { BOOT, buildFirmware, UpdateBoard } from './update-board.ts';
import { CASES } from './update-cases.ts';

const KIB = 1024;
/** Bytes of flash, and instructions. */
const LIMITS = [
  ['alternate', 5 * KIB, 2000],
  ['swap', 8 * KIB, 2000],
] as const;

describe.each(LIMITS)('%s', (strategy, mostBytes, mostInstructions) => {
  let layout: Layout;
  let build: Build;

  beforeAll(async () => {
    const { value } = resolve({
      board: blackpill,
      bootloader: { entry: 'boot/main.ts', size: '16K' },
      apps: {
        app1: { entry: 'app.ts', size: '128K', update: { strategy } },
        app2: { entry: 'app.ts', size: '64K' },
      },
      boot: { default: 'app1' },
    });
    layout = value!;
    const sources = new Map([
      ['boot/main.ts', BOOT.replace('NMI_Handler, ', '')],
      ['app.ts', REMOTE_APP],
    ]);
    const readSource = (path: string) => sources.get(path);
    const only = ['bootloader', 'app1'];
    const built = await buildProject({ layout, chip: blackpill.chip, firmware: FIRMWARE, readSource, only });
    expectNoErrors(built.diagnostics);
    build = built.value!;
  }, 60_000);

  test(`the bootloader has at most ${mostBytes} bytes`, () => {
    const { linked } = build.images.find(({ name }) => name === 'bootloader')!;
    expect(linked.bytes.length).toBeLessThanOrEqual(mostBytes);
    if (process.env.KICKSTAGE_FIGURES) console.log(`${strategy}: ${linked.bytes.length} bytes`);
  });

  test(`at most ${mostInstructions} instructions to the app with an empty journal`, () => {
    const { machine } = createStm32f411({ hseHz: blackpill.hseHz!, seed: 1 });
    for (const { address, bytes } of build.flash) machine.load(address, bytes);
    machine.reset('power-on');
    const { entry } = build.images.find(({ name }) => name === 'app1')!.linked;
    expect(machine.run({ breakpoints: new Set([entry - 1]), maxInstructions: 100_000 }).reason).toBe('breakpoint');
    if (process.env.KICKSTAGE_FIGURES) console.log(`${strategy}: ${machine.cpu.instructions} instructions, empty`);
    expect(machine.cpu.instructions).toBeLessThanOrEqual(mostInstructions);
  });
});

test.each([CASES.F4_ALTERNATE, CASES.F4_SCRATCH, CASES.F4_DIRECT].map((what) => [what.name, what] as const))(
  'at most 2000 instructions to the app behind a confirmed update: %s',
  async (_name, what) => {
    const firmware = await buildFirmware(what);
    const board = new UpdateBoard(firmware);
    const { machine } = board.chip;
    board.powerOn();
    board.download(board.image(2));
    board.leave('request');
    board.call('confirm');
    machine.reset('power-on');
    const before = machine.cpu.instructions;
    const { images, secondBanks } = firmware.build;
    const entries = [...images, ...secondBanks].filter(({ name }) => name.startsWith('app1'));
    const stop = machine.run({
      breakpoints: new Set(entries.map(({ linked }) => linked.entry - 1)),
      maxInstructions: 100_000,
    });
    expect(stop.reason).toBe('breakpoint');
    if (process.env.KICKSTAGE_FIGURES) console.log(`${what.name}: ${machine.cpu.instructions - before} instructions`);
    expect(machine.cpu.instructions - before).toBeLessThanOrEqual(2000);
  },
  60_000,
);
