/** An app's variables and what it shares with an interrupt handler, as machine code on the virtual board. */
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { createStm32f411 } from '@kickstage/emulator/machines/stm32f411';
import type { OptimizationLevel } from '@kickstage/toolchain/assemblyscript/optimize';
import { buildProject } from '@kickstage/toolchain/build';
import { expect, test } from 'vitest';
import { expectNoErrors, FIRMWARE, layoutOf, RECORD } from './firmware-files.ts';

const layout = layoutOf(RECORD);

const APP = `
import { startUp } from 'kickstage/firmware/hal/start-up';
import { startSysTick } from 'kickstage/firmware/hal/systick';
import { wfi } from 'kickstage/firmware/intrinsics/cpu';
import { bootReport } from 'kickstage/firmware/app/boot-report';

let ticks: u32 = 0;
let seed: u32 = 0x1234;
let text: string = 'first';
const words: StaticArray<string> = ['alpha', 'beta'];
const sums = memory.data(16);
const out = memory.data(64);

export function SysTick_Handler(): void { ticks++; }

function delay(count: u32): void {
  const from = ticks;
  while (ticks - from < count) {}
}

export function Reset_Handler(): void {
  startUp();
  store<u32>(out, seed, 0);
  store<u32>(out, text.length, 4);
  store<u32>(out, words[1].charCodeAt(3), 8);
  store<u32>(out, load<u32>(sums, 4), 12);
  startSysTick(16000);
  delay(3);
  store<u32>(out, ticks, 16);
  text = words[0];
  store<u32>(out, text.charCodeAt(4), 20);
  store<u32>(out, bootReport().reason | (bootReport().slot << 8) | (bootReport().resetCause << 16), 24);
  store<u32>(out, bootReport().bootloaderVersion, 28);
  store<u32>(out, 0xd0d0, 32);
  while (true) wfi();
}
`;

test.each<OptimizationLevel>(['none', 'speed', 'size'])(
  'level %s',
  async (optimize) => {
    const sources = new Map([
      ['boot/main.ts', "export { Reset_Handler } from 'kickstage/firmware/boot/main';"],
      ['apps/app1.ts', APP],
    ]);
    const { value, diagnostics } = await buildProject({
      layout,
      chip: blackpill.chip,
      firmware: FIRMWARE,
      readSource: (path) => sources.get(path),
      only: ['bootloader', 'app1'],
      verify: true,
      optimize,
    });
    expectNoErrors(diagnostics);
    const { machine } = createStm32f411({ hseHz: blackpill.hseHz, seed: 7 });
    for (const { address, bytes } of value!.flash) machine.load(address, bytes);
    machine.reset('power-on');
    expect(machine.run({ untilSeconds: 0.006 })).toEqual({ reason: 'time' });
    const app = value!.images.find(({ name }) => name === 'app1')!.linked;
    const at = app.symbols
      .filter(({ symbol }) => symbol.kind === 'object' && symbol.size === 64)
      .map(({ address }) => address)
      // The table of the CRC has the same size and lies in flash.
      .filter((address) => address >= 0x2000_0000);
    expect(at).toHaveLength(1);
    const view = new DataView(machine.readMemory(at[0], 64)!.buffer);
    const words = Array.from({ length: 9 }, (_, i) => view.getUint32(4 * i, true));
    expect(words).toEqual([0x1234, 5, 'a'.charCodeAt(0), 0, 3, 'a'.charCodeAt(0), 0x01_00_01, 0x01020003, 0xd0d0]);
  },
  60_000,
);
