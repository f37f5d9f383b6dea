/** The bootloader protects itself: its sectors by option bytes, and itself from code in RAM while it runs. */
import type { Board } from '@kickstage/chips/board';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { nucleoL476rg } from '@kickstage/chips/boards/nucleo-l476rg';
import { createStm32f411 } from '@kickstage/emulator/machines/stm32f411';
import { createStm32l476 } from '@kickstage/emulator/machines/stm32l476';
import { describe, expect, test } from 'vitest';
import { BOOT, buildVerified, keyOf } from './verified-project.ts';

/** Where the app puts what it has found. */
const RESULTS = 0x2000_0800;
const WRPERR = 1 << 4;
/** `b .` */
const LOOP = Uint8Array.of(0xfe, 0xe7);

/** Tries to erase the bootloader's sector, and reads the MPU's registers. */
const INTRUDER = `
import { eraseSector } from 'kickstage/firmware/storage/internal-flash';
import { ld32, st32 } from 'kickstage/firmware/intrinsics/mmio';
export function Reset_Handler(): void {
  st32(${RESULTS} + 4, ld32(0xe000ed94));
  st32(0xe000ed98, 0);
  st32(${RESULTS} + 8, ld32(0xe000eda0));
  st32(${RESULTS}, eraseSector(0x08000000));
  while (true) {}
}`;

const BOARDS: readonly (readonly [string, Board, typeof createStm32f411])[] = [
  ['STM32F411', blackpill, createStm32f411],
  ['STM32L476', nucleoL476rg, createStm32l476],
];

async function boardOf(board: Board, create: typeof createStm32f411, protect: object) {
  const config = {
    board,
    bootloader: { entry: 'boot/main.ts', size: '16K', protect },
    apps: { app1: { entry: 'app.ts', size: '16K' } },
    boot: { default: 'app1' },
  };
  const files = { 'app.ts': INTRUDER, 'boot/main.ts': BOOT };
  const { build } = await buildVerified(config, keyOf('ed25519', 1), files);
  const { machine } = create({ seed: 1 });
  for (const { address, bytes } of build.flash) machine.load(address, bytes);
  machine.load(RESULTS, new Uint8Array(12).fill(0xee));
  machine.reset('power-on');
  return machine;
}

describe.each(BOARDS)('%s', (_name, board, create) => {
  test('its sectors cannot be erased; the app finds the MPU as after a reset', async () => {
    const machine = await boardOf(board, create, { flash: true, ram: true });
    machine.run({ untilSeconds: 1 });
    const [errors, control, region] = new Uint32Array(machine.readMemory(RESULTS, 12)!.buffer);
    expect(errors & WRPERR).toBe(WRPERR);
    expect([control, region]).toEqual([0, 0]);
    expect(machine.readMemory(0x0800_0000, 4)).not.toEqual(new Uint8Array(4).fill(0xff));
  }, 600_000);

  test('it is written once: at the next start the option bytes stay', async () => {
    const machine = await boardOf(board, create, { flash: true });
    machine.run({ untilSeconds: 1 });
    let resets = 0;
    machine.reset('power-on');
    machine.listen(({ event }) => {
      if (event === 'reset') resets++;
    });
    const before = machine.cpu.instructions;
    machine.run({ maxInstructions: 4000 });
    // Already in the app.
    expect(resets).toBe(0);
    expect(machine.cpu.instructions - before).toBe(4000);
    expect(machine.cpu.pc >>> 0).toBeGreaterThan(0x0800_4000);
  }, 600_000);

  test('code in RAM is not executed while the bootloader runs', async () => {
    const machine = await boardOf(board, create, { ram: true });
    machine.load(RESULTS, LOOP);
    machine.run({ maxInstructions: 12 });
    machine.cpu.pc = RESULTS;
    machine.run({ maxInstructions: 3 });
    expect(machine.cpu.pc >>> 0).not.toBe(RESULTS);
  }, 600_000);
});
