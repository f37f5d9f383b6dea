/** What a build makes for apps that can be updated. */
import { nucleoL476rg } from '@kickstage/chips/boards/nucleo-l476rg';
import { buildProject } from '@kickstage/toolchain/build';
import { expect, test } from 'vitest';
import { FIRMWARE } from '../firmware/firmware-files.ts';
import { REMOTE_APP } from './remote-app.ts';
import { buildFirmware, layoutFor } from './update-board.ts';
import { CASES } from './update-cases.ts';

const words = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset);

test('direct: the image is there for both banks, and nothing of the second in a new device', async () => {
  const { build, layout } = await buildFirmware(CASES.F4_DIRECT);
  const [{ slot, update }] = layout.apps;
  const [download] = update!.downloads;
  const entryOf = (name: string) => words(build.files.get(name)!).getUint32(4, true);
  expect(entryOf('app1.bin') - slot.start).toBe(entryOf('app1.bank1.bin') - download.start);
  expect([...build.files.keys()].filter((name) => name.startsWith('app1'))).toEqual(
    ['app1', 'app1.bank1'].flatMap((name) => ['elf', 'hex', 'bin', 'uf2'].map((ending) => `${name}.${ending}`)),
  );
  expect(build.flash.every(({ address, bytes }) => address + bytes.length <= download.start)).toBe(true);
  expect(build.images.map(({ name }) => name)).toEqual(['bootloader', 'app1']);
}, 600_000);

test('UPD001: an image that reads torn flash on the STM32L4 handles the NMI', async () => {
  const layout = layoutFor(CASES.L4_OFFSET);
  const sources = new Map([
    ['boot/main.ts', "export { Reset_Handler } from 'kickstage/firmware/boot/main';"],
    ['app.ts', REMOTE_APP.replace(/export \{ NMI_Handler.*/, '')],
  ]);
  const readSource = (path: string) => sources.get(path);
  const { diagnostics } = await buildProject({ layout, chip: nucleoL476rg.chip, firmware: FIRMWARE, readSource });
  expect(diagnostics.map(({ code, at, fix }) => ({ code, file: at?.file, fix }))).toEqual([
    {
      code: 'UPD001',
      file: 'boot/main.ts',
      fix: "add export { NMI_Handler } from 'kickstage/firmware/boot/main';",
    },
    { code: 'UPD001', file: 'app.ts', fix: "add export { NMI_Handler } from 'kickstage/firmware/app/nmi';" },
  ]);
}, 600_000);
