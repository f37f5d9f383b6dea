/**
 * The independent watchdog during verification: how long the bootloader leaves it alone, from reset to the first instruction
 * of an app whose image has 64 KiB, at the 16 MHz that an STM32F411 starts with. A watchdog that was started by the app
 * before, or by option bytes, runs on meanwhile; a period of 100 ms is short (nominal: the LSI may be faster by half).
 */
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { createStm32f411 } from '@kickstage/emulator/machines/stm32f411';
import { expect, test } from 'vitest';
import { buildVerified, IDLE, keyOf, linkedOf, signedImage } from './verified-project.ts';

const IMAGE_SIZE = 65_536;
const IWDG_KR = 0x4000_3000;
const HZ = 16_000_000;
/** Milliseconds between two feedings, the start and the end included. */
const LONGEST = 12;

test.each([
  ['hash', 'ed25519'],
  ['signature', 'ed25519'],
  ['signature', 'p256'],
] as const)(
  '%s, %s',
  async (verify, kind) => {
    const app = { entry: 'app.ts', version: '1.0.0', verify, size: '128K', update: { strategy: 'swap' } } as const;
    const files = { 'app.ts': IDLE };
    const project = await buildVerified({ apps: { app1: app }, boot: { default: 'app1' } }, keyOf(kind, 0x42), files);
    const { machine } = createStm32f411({ hseHz: blackpill.hseHz, seed: 1 });
    for (const { address, bytes } of project.build.flash) machine.load(address, bytes);
    const { image, entry } = linkedOf(project, 'app1');
    machine.load(image.slot.start, await signedImage(project, 'app1', { size: IMAGE_SIZE }));
    machine.reset('power-on');
    const times = [machine.clock.cycles];
    machine.bus.watch((address, _, isWrite) => {
      if (isWrite && address === IWDG_KR) times.push(machine.clock.cycles);
    });
    expect(machine.run({ breakpoints: new Set([entry - 1]), maxInstructions: 40_000_000 }).reason).toBe('breakpoint');
    times.push(machine.clock.cycles);
    const gaps = times.slice(1).map((time, i) => ((time - times[i]) / HZ) * 1000);
    expect(Math.max(...gaps)).toBeLessThan(LONGEST);
  },
  600_000,
);
