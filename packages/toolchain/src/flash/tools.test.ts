/** How the tools' outputs are read: devices and progress. The command lines themselves are tested by the fakes of e2e/cli. */
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { stm32f411xe } from '@kickstage/chips/stm32f411';
import { app, defineConfig } from '@kickstage/memory-map/define';
import { resolve } from '@kickstage/memory-map/resolve';
import { expect, test } from 'vitest';
import { checkDetected, checkDevice } from './device-check.ts';
import type { ToolTarget } from './tool.ts';
import { FLASH_TOOLS, flashTool } from './tools/all.ts';
import { dfuUtil, parseDfuSectors } from './tools/dfu-util.ts';
import { openocd } from './tools/openocd.ts';
import { probeRs } from './tools/probe-rs.ts';
import { stFlash } from './tools/st-flash.ts';
import { parseUf2Info } from './tools/uf2.ts';

const layout = resolve(
  defineConfig({
    board: blackpill,
    bootloader: { entry: 'b.ts', size: '16K' },
    apps: { app1: app({ entry: 'a.ts', size: '384K', at: 0x0802_0000 }) },
    boot: { default: 'app1' },
  }),
).value!;
const target: ToolTarget = { layout, chip: stm32f411xe, part: blackpill.part, probe: 'stlink' };

test('openocd: device id and flash size', () => {
  const output = "Info : device id = 0x10006431\nInfo : flash size = 512 KiB\nflash 'stm32f2x' found at 0x08000000\n";
  expect(openocd.readDetect([output], target)).toEqual({ found: true, deviceId: 0x431, flashSize: 512 * 1024 });
  expect(openocd.readDetect(['Error: open failed'], target)).toEqual({ found: false });
});

test('openocd: other probes are told to use SWD', () => {
  const argv = openocd.detect({ ...target, probe: 'cmsis-dap' })[0];
  expect(argv.slice(0, 7)).toEqual([
    'openocd',
    '-f',
    'interface/cmsis-dap.cfg',
    '-c',
    'transport select swd',
    '-f',
    'target/stm32f4x.cfg',
  ]);
});

test('st-info of 1.7 and of 1.6', () => {
  const newer =
    'Found 1 stlink programmers\n  version:    V2J37S7\n  serial:     0667\n  flash:      524288 (pagesize: 16384)\n  sram:       131072\n  chipid:     0x431\n  dev-type:   STM32F411xC_xE\n';
  expect(stFlash.readDetect([newer], target)).toEqual({
    found: true,
    deviceId: 0x431,
    flashSize: 524288,
    name: 'STM32F411xC_xE',
  });
  const older =
    'Found 1 stlink programmers\n serial: 5\n flash: 524288 (pagesize: 16384)\n chipid: 0x0431\n descr: F4 device (Dynamic Efficency)\n';
  expect(stFlash.readDetect([older], target)).toMatchObject({ deviceId: 0x431 });
  expect(stFlash.readDetect(['Found 0 stlink programmers\n'], target)).toEqual({ found: false });
});

test('probe-rs: the probe and the identity register, in both formats of read', () => {
  const list = 'The following debug probes were found:\n[0]: STLink V2 -- 0483:3748:0667 (ST-LINK)\n';
  for (const register of ['e0042000: 10006431\n', '10006431 \n'])
    expect(probeRs.readDetect([list, register], target)).toMatchObject({ found: true, deviceId: 0x431 });
  expect(probeRs.readDetect(['No debug probes were found.', ''], target)).toEqual({ found: false });
});

test('dfu-util: the sectors of alternate setting 0', () => {
  const line = (alt: number, name: string) =>
    `Found DFU: [0483:df11] ver=2200, devnum=6, cfg=1, intf=0, path="1-1", alt=${alt}, name="${name}", serial="38"\n`;
  const name = '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,03*128Kg';
  const device = dfuUtil.readDetect([line(3, '@Device Feature/0xFFFF0000/01*004 e') + line(0, name)], target);
  expect(device).toMatchObject({ found: true, name });
  expect(device.sectors).toEqual(layout.flash.sectors.map(({ start, end }) => ({ start, end })));
  expect(checkDevice(dfuUtil, device, target)).toBeUndefined();
});

test.each([
  ['@Internal Flash /0x08000000/256*02Kg', 256, 2048],
  ['@Flash/0x90000000/1*4Ma', 1, 4 * 1024 * 1024],
  ['@OTP Memory /0x1FFF7800/01*512 e', 1, 512],
])('%s', (name, count, size) => {
  const sectors = parseDfuSectors(name)!;
  expect([sectors.length, sectors[0].end - sectors[0].start]).toEqual([count, size]);
});

test.each(['', '@Internal Flash', '@Flash/0x08000000/4*16Kx', '@Flash/08000000/4*16Kg'])('not sectors: %s', (name) =>
  expect(parseDfuSectors(name)).toBeUndefined(),
);

test('which device is refused', () => {
  const code = (device: object) => checkDevice(stFlash, { found: true, ...device }, target)?.code;
  expect(code({ deviceId: 0x431, flashSize: 512 * 1024 })).toBeUndefined();
  expect(code({ deviceId: 0x410 })).toBe('FLS007');
  expect(code({ deviceId: 0x431, flashSize: 256 * 1024 })).toBe('FLS007');
  expect(code({ deviceId: 0 })).toBe('FLS006');
  expect(checkDevice(dfuUtil, { found: false }, target)?.code).toBe('FLS009');
  expect(checkDevice(dfuUtil, { found: true, sectors: [{ start: 0x0800_0000, end: 0x0800_0400 }] }, target)?.code).toBe(
    'FLS007',
  );
  // A list command ends well although a device could not be opened.
  expect(checkDetected(dfuUtil, ['Cannot open DFU device (LIBUSB_ERROR_ACCESS)'], target)?.code).toBe('FLS003');
});

test.each<[string, string, object | undefined]>([
  ['openocd', 'Info : clock speed 2000 kHz\n', undefined],
  ['openocd', 'auto erase enabled\n', { phase: 'erase' }],
  ['openocd', 'auto erase enabled\nwrote 16384 bytes from file a.bin in 0.9s', { phase: 'write', percent: 100 }],
  ['st-flash', 'Attempting to write 1760 (0x6e0) bytes\nFlash page at addr: 0x08004000 erased', { phase: 'erase' }],
  ['st-flash', 'Starting Flash write for F2/F4/F7/L4\n', { phase: 'write' }],
  ['st-flash', 'Starting Flash write for VL\r  9/18  pages written', { phase: 'write', percent: 50 }],
  ['st-flash', 'Starting verification of write complete', { phase: 'verify' }],
  ['dfu-util', 'Erase   \t[======         ]  40%       4096 bytes', { phase: 'erase', percent: 40 }],
  [
    'dfu-util',
    'Erase   \t[=====] 100%  4096 bytes\nDownload\t[=    ]  20%  1024 bytes',
    { phase: 'write', percent: 20 },
  ],
  ['dfu-util', 'Upload\t[=====] 100%  4096 bytes', { phase: 'read', percent: 100 }],
  ['probe-rs', '      Erasing ⠁  45% [#########-----------]  7.2 KiB', { phase: 'erase', percent: 45 }],
  ['probe-rs', '      Erasing ✔ 100% [####]\n  Programming ⠉   7% [#---]', { phase: 'write', percent: 7 }],
  ['probe-rs', '     Finished in 0.71s', undefined],
])('progress of %s: %s', (name, output, progress) => expect(flashTool(name)!.progress(output)).toEqual(progress));

test('what a tool lacks', () => {
  const bare = { ...target, part: undefined, chip: { ...stm32f411xe, tools: undefined, dfu: undefined } };
  expect(FLASH_TOOLS.filter((tool) => tool.lacks(bare) === undefined).map(({ name }) => name)).toEqual(['st-flash']);
  expect(FLASH_TOOLS.every((tool) => tool.lacks(target) === undefined)).toBe(true);
});

test('INFO_UF2.TXT', () => {
  expect(parseUf2Info('UF2 Bootloader v3\r\nModel: Blackpill F411\r\nBoard-ID: STM32F411-v1\r\n')).toEqual({
    model: 'Blackpill F411',
    boardId: 'STM32F411-v1',
  });
});
