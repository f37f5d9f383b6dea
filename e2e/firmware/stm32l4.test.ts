/**
 * The firmware on the STM32L476: the same sources as on the STM32F411, other registers. The image files as their readers
 * see them start on the virtual board; causes of a reset and what becomes of a clock that does not start, on a fake chip.
 */
import * as mailbox from '@kickstage/abi/mailbox';
import * as status from '@kickstage/abi/status';
import type { Board } from '@kickstage/chips/board';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { nucleoL476rg } from '@kickstage/chips/boards/nucleo-l476rg';
import { readElf } from '@kickstage/elf/read';
import { createStm32l476 } from '@kickstage/emulator/machines/stm32l476';
import { fromHex } from '@kickstage/linker/formats/hex';
import { fromUf2 } from '@kickstage/linker/formats/uf2';
import { compileFirmware } from '@kickstage/toolchain/assemblyscript/compile-firmware';
import { type Build, buildProject } from '@kickstage/toolchain/build';
import { layoutModule } from '@kickstage/toolchain/layout-module';
import { beforeAll, describe, expect, test } from 'vitest';
import { FakeChip } from './fake-chip.ts';
import { expectNoErrors, FIRMWARE, layoutOf, RECORD, readExample } from './firmware-files.ts';

const layout = layoutOf(RECORD, nucleoL476rg);

describe('image files', () => {
  let build: Build;

  beforeAll(async () => {
    const readSource = readExample('two-apps-l4');
    const { value, diagnostics } = await buildProject({
      layout,
      chip: nucleoL476rg.chip,
      firmware: FIRMWARE,
      readSource,
      verify: true,
    });
    expectNoErrors(diagnostics);
    build = value!;
  }, 60_000);

  const file = (name: string) => build.files.get(name)!;
  const text = (name: string) => new TextDecoder().decode(file(name));
  const elves = () =>
    ['bootloader', 'app1', 'app2'].flatMap((name) =>
      readElf(file(`${name}.elf`), name)
        .value!.segments.filter(({ bytes }) => bytes.length > 0)
        .map(({ loadAddress, bytes }) => ({ address: loadAddress, bytes })),
    );

  test.each([
    ['flash.hex', () => fromHex(text('flash.hex'), 'flash.hex').value!.chunks],
    ['flash.bin', () => [{ address: layout.flash.start, bytes: file('flash.bin') }]],
    ['flash.uf2', () => fromUf2(file('flash.uf2'), 'flash.uf2').value!.chunks],
    ['each ELF', elves],
  ])('%s starts app1', (_name, chunks) => {
    const { machine } = createStm32l476({ seed: 1 });
    for (const { address, bytes } of chunks()) machine.load(address, bytes);
    machine.reset('power-on');
    const { entry } = build.images.find(({ name }) => name === 'app1')!.linked;
    const stop = machine.run({ breakpoints: new Set([entry - 1]), maxInstructions: 100_000 });
    expect(stop).toEqual({ reason: 'breakpoint' });
  });

  test('the UF2 files name the family STM32L4', () => {
    for (const name of ['flash', 'bootloader', 'app1', 'app2']) {
      expect(fromUf2(file(`${name}.uf2`), name).value?.family).toBe(0x00ff6919);
    }
  });
});

async function compile(board: Board, source: string): Promise<WebAssembly.Module> {
  const { value, diagnostics } = await compileFirmware({
    entry: 'main.ts',
    tree: {
      firmware: FIRMWARE,
      layout: layoutModule(layoutOf(RECORD, board), board.chip),
      readSource: (path) => (path === 'main.ts' ? source : undefined),
    },
    handlers: new Set(),
  });
  expectNoErrors(diagnostics);
  return new WebAssembly.Module(value!.wasm.slice());
}

describe('reset cause', () => {
  const RCC_CSR = 0x40021094;
  let module: WebAssembly.Module;

  beforeAll(async () => {
    module = await compile(nucleoL476rg, "export { Reset_Handler } from 'kickstage/firmware/boot/main';");
  }, 60_000);

  test.each([
    ['power-on', 0x0c000600, status.RESET_POWER_ON],
    ['pin', 0x04000600, status.RESET_PIN],
    ['software', 0x14000600, status.RESET_SOFTWARE],
    ['independent watchdog', 0x24000600, status.RESET_INDEPENDENT_WATCHDOG],
    ['window watchdog', 0x44000600, status.RESET_WINDOW_WATCHDOG],
    ['low power', 0x84000600, status.RESET_LOW_POWER],
    ['none', 0x00000600, status.RESET_UNKNOWN],
  ])('%s', (_name, flags, cause) => {
    const chip = new FakeChip();
    chip.words.set(RCC_CSR, flags);
    chip.bootInstance(module);
    const report = chip.word(layout.mailbox.start + mailbox.MAILBOX_REPORT_FLAGS);
    expect((report >>> 16) & 0xff).toBe(cause);
    // The flags are removed, and the rest of the register stays as it was.
    expect(chip.word(RCC_CSR)).toBe((flags | (1 << 23)) >>> 0);
  });
});

describe('the clock', () => {
  const OUT = 0x20000000;
  const appOf = (start: string) => `
import { ${start} } from 'kickstage/firmware/hal/rcc';
import { wfi } from 'kickstage/firmware/intrinsics/cpu';
import { st32 } from 'kickstage/firmware/intrinsics/volatile';
export function Reset_Handler(): void {
  st32(${OUT}, ${start}());
  while (true) wfi();
}`;

  /** RCC_CR and RCC_CFGR as they read when oscillator and switch have followed; the fake chip's follow nothing. */
  const F4 = { cr: 0x40023800, ready: 1 << 17, on: 1 << 16, cfgr: 0x40023808, switched: 1 << 2, select: 1 };
  const HSI16 = { cr: 0x40021000, ready: 1 << 10, on: 1 << 8, cfgr: 0x40021008, switched: 1 << 2, select: 1 };
  const HSE = { cr: 0x40021000, ready: 1 << 17, on: 1 << 16, cfgr: 0x40021008, switched: 2 << 2, select: 2 };
  const crystal = { ...nucleoL476rg, hseHz: 8_000_000 };

  test.each([
    ['STM32F411, startClock', blackpill, 'startClock', F4, 25_000_000, 16_000_000],
    ['STM32F411, startCrystal', blackpill, 'startCrystal', F4, 25_000_000, 16_000_000],
    ['STM32L476, startClock', nucleoL476rg, 'startClock', HSI16, 16_000_000, 4_000_000],
    ['STM32L476 with a crystal, startClock', crystal, 'startClock', HSI16, 16_000_000, 4_000_000],
    ['STM32L476 with a crystal, startCrystal', crystal, 'startCrystal', HSE, 8_000_000, 4_000_000],
  ])('%s', async (_name, board, start, { cr, ready, on, cfgr, switched, select }, hz, resetHz) => {
    const module = await compile(board, appOf(start));
    const run = (crReads: number, cfgrReads: number) => {
      const chip = new FakeChip();
      chip.words.set(cr, crReads).set(cfgr, cfgrReads);
      expect(chip.bootInstance(module)).toEqual({ how: 'halt' });
      return { hz: chip.word(OUT), isOn: (chip.word(cr) & on) !== 0, select: chip.word(cfgr) & 3 };
    };
    expect(run(ready, switched)).toEqual({ hz, isOn: true, select });
    expect(run(0, switched)).toEqual({ hz: resetHz, isOn: false, select: 0 });
    expect(run(ready, 0)).toEqual({ hz: resetHz, isOn: false, select: 0 });
  });

  test('STM32L476 without a crystal, startCrystal: the clock of after reset, no register touched', async () => {
    const chip = new FakeChip();
    chip.bootInstance(await compile(nucleoL476rg, appOf('startCrystal')));
    expect(chip.log).toEqual([{ what: 'store', address: OUT, value: 4_000_000 }]);
  });
});
