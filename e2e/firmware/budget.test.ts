/**
 * What the bootloader of two-apps-classic may cost, plausibility checks and hand-over included: no more flash and no
 * more executed instructions than the original, which checks nothing.
 */
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { createStm32f411 } from '@kickstage/emulator/machines/stm32f411';
import { type Build, buildProject } from '@kickstage/toolchain/build';
import { beforeAll, expect, test } from 'vitest';
import { CLASSIC, expectNoErrors, FIRMWARE, layoutOf, readExample } from './firmware-files.ts';

const FLASH_LIMIT = 644;
const INSTRUCTION_LIMIT = 64;

const layout = layoutOf(CLASSIC);
let build: Build;

beforeAll(async () => {
  const readSource = readExample('two-apps-classic');
  const { value, diagnostics } = await buildProject({ layout, chip: blackpill.chip, firmware: FIRMWARE, readSource });
  expectNoErrors(diagnostics);
  build = value!;
}, 60_000);

test(`at most ${FLASH_LIMIT} bytes of flash, no RAM`, () => {
  const { linked } = build.images.find(({ name }) => name === 'bootloader')!;
  expect(linked.bytes.length).toBeLessThanOrEqual(FLASH_LIMIT);
  expect(linked.sizes.ram).toBe(0);
});

test.each([
  ['app1 by default', 'app1', 0],
  ['app1 by its magic word', 'app1', 0xdeadbeef],
  ['app2 by its magic word', 'app2', 0xcafebabe],
])(`${INSTRUCTION_LIMIT} instructions from reset at most: %s`, (_title, name, magic) => {
  const { machine } = createStm32f411({ hseHz: blackpill.hseHz, seed: 1 });
  for (const { address, bytes } of build.flash) machine.load(address, bytes);
  machine.reset('power-on');
  machine.writeMemory(layout.mailbox.start, new Uint8Array(new Uint32Array([magic]).buffer));
  const before = machine.cpu.instructions;
  const { entry } = build.images.find((image) => image.name === name)!.linked;
  const stop = machine.run({ breakpoints: new Set([entry - 1]), maxInstructions: 1000 });
  expect(stop).toEqual({ reason: 'breakpoint' });
  expect(machine.cpu.instructions - before).toBeLessThanOrEqual(INSTRUCTION_LIMIT);
});

test('the files of a build', () => {
  const names = ['bootloader', 'app1', 'app2', 'flash'].flatMap((name) => [
    `${name}.hex`,
    `${name}.bin`,
    `${name}.uf2`,
  ]);
  expect([...build.files.keys()].sort()).toEqual(
    [...names, 'bootloader.elf', 'app1.elf', 'app2.elf', 'layout.json', 'layout.ts'].sort(),
  );
});

test('the same input gives the same bytes', async () => {
  const readSource = readExample('two-apps-classic');
  const again = await buildProject({ layout, chip: blackpill.chip, firmware: FIRMWARE, readSource });
  for (const [name, bytes] of build.files) expect([name, again.value!.files.get(name)]).toEqual([name, bytes]);
});
