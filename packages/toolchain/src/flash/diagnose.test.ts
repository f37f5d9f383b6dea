/** Lines as the tools print them, and what we make of them. */
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { stm32f411xe } from '@kickstage/chips/stm32f411';
import { app, defineConfig } from '@kickstage/memory-map/define';
import { resolve } from '@kickstage/memory-map/resolve';
import { describe, expect, test } from 'vitest';
import { FLS_CODES } from './catalogue.ts';
import { diagnoseRun } from './diagnose.ts';
import type { ToolName } from './tool.ts';

const layout = resolve(
  defineConfig({
    board: blackpill,
    bootloader: { entry: 'b.ts', size: '16K' },
    apps: { app1: app({ entry: 'a.ts', size: '128K' }) },
    boot: { default: 'app1' },
  }),
).value!;
const target = { layout, chip: stm32f411xe };

const LINES: readonly (readonly [tool: ToolName, code: string, output: string])[] = [
  ['probe-rs', 'FLS023', "error: unexpected argument '--output' found"],
  ['openocd', 'FLS002', 'Error: open failed'],
  ['openocd', 'FLS002', 'Error: unable to find a matching CMSIS-DAP device'],
  [
    'openocd',
    'FLS003',
    'Error: libusb_open() failed with LIBUSB_ERROR_ACCESS\nError: no device found\nError: open failed',
  ],
  ['openocd', 'FLS004', 'Error: claim interface failed\nError: open failed'],
  ['openocd', 'FLS004', 'Error: libusb_claim_interface() failed with LIBUSB_ERROR_BUSY\nError: open failed'],
  [
    'openocd',
    'FLS005',
    'Info : Target voltage: 0.003191\nError: target voltage may be too low for reliable debugging\nError: init mode failed (unable to connect to the target)',
  ],
  ['openocd', 'FLS006', 'Info : Target voltage: 3.240157\nError: init mode failed (unable to connect to the target)'],
  ['openocd', 'FLS006', 'Error: Error connecting DP: cannot read IDR'],
  ['openocd', 'FLS007', 'Warn : Cannot identify target as a STM32 family.\nError: auto_probe failed'],
  ['openocd', 'FLS008', 'Info : Device Security Bit Set\nError: failed'],
  ['openocd', 'FLS010', 'Error: stm32x device protected\nError: failed erasing sectors 1 to 1'],
  ['openocd', 'FLS011', 'Error: checksum mismatch - attempting binary compare'],
  ['st-flash', 'FLS002', "2023-01-06T22:15:27 WARN usb.c: Couldn't find any ST-Link devices"],
  [
    'st-flash',
    'FLS003',
    '2023-01-06T22:15:27 WARN usb.c: Error -3 (Permission denied) opening ST-Link v2 device 003:014',
  ],
  ['st-flash', 'FLS004', 'Stlink usb device found, but unable to claim (probably already in use?)'],
  ['st-flash', 'FLS005', 'ERROR flash_loader.c: Target voltage (620 mV) too low for flash writes!'],
  ['st-flash', 'FLS006', "Can not connect to target. Please use 'connect under reset' and try again"],
  [
    'st-flash',
    'FLS007',
    'WARN common.c: unknown chip id! 0xe0042000\nFailed to parse flash type or unrecognized flash type',
  ],
  ['st-flash', 'FLS008', 'could not read main memory (-1)'],
  ['st-flash', 'FLS010', 'ERROR common_flash.c: Flash memory is write protected'],
  ['st-flash', 'FLS011', 'ERROR common.c: Verification of flash failed at offset: 4096\nstlink_fwrite_flash() == -1'],
  ['dfu-util', 'FLS009', 'dfu-util: No DFU capable USB device available'],
  [
    'dfu-util',
    'FLS003',
    'dfu-util: Cannot open DFU device 0483:df11 found on devnum 9 (LIBUSB_ERROR_ACCESS)\ndfu-util: No DFU capable USB device available',
  ],
  ['dfu-util', 'FLS004', 'dfu-util: Cannot claim interface - LIBUSB_ERROR_BUSY'],
  ['dfu-util', 'FLS006', 'dfu-util: error get_status: LIBUSB_ERROR_TIMEOUT'],
  ['dfu-util', 'FLS007', 'dfu-util: Error: File ID 1eaf:0003 does not match device (0483:df11 or 0483:df11)'],
  ['dfu-util', 'FLS008', 'dfu-util: Error during upload (LIBUSB_ERROR_PIPE)'],
  ['dfu-util', 'FLS010', 'dfu-util: ERASE_PAGE not correctly executed'],
  ['dfu-util', 'FLS010', 'dfu-util: Page at 0x08000000 is not writeable'],
  [
    'dfu-util',
    'FLS016',
    "dfu-util: More than one DFU capable USB device found! Try `--list' and specify the serial number",
  ],
  ['probe-rs', 'FLS002', 'Error: No connected probes were found.'],
  [
    'probe-rs',
    'FLS002',
    'Error: Failed to open the debug probe.\n\nCaused by:\n    0: Probe could not be created\n    1: Probe was not found.',
  ],
  [
    'probe-rs',
    'FLS003',
    'Error: Failed to open the debug probe.\n\nCaused by:\n    1: Permission denied (os error 13)',
  ],
  [
    'probe-rs',
    'FLS003',
    'Error: The debug probe could not be created.\n A USB error occurred.\n Access is denied. (os error 5)',
  ],
  ['probe-rs', 'FLS004', 'Error: Probe is already in use'],
  [
    'probe-rs',
    'FLS005',
    ' WARN probe_rs::probe::stlink: Target voltage (VAPP) is 0.00 V. Is your target device powered?\nError: Connecting to the chip was unsuccessful.',
  ],
  [
    'probe-rs',
    'FLS006',
    'Error: Connecting to the chip was unsuccessful.\n\nCaused by:\n    1: Target device did not respond to request.',
  ],
  ['probe-rs', 'FLS007', "Error: The chip 'STM32F999' was not found in the database."],
  ['probe-rs', 'FLS010', 'Error: Failed to erase flash sector at address 0x08004000.'],
  ['probe-rs', 'FLS011', 'Error: Flash content verification failed.'],
  ['probe-rs', 'FLS016', 'Error: 2 probes were found:'],
];

test.each(LINES)('%s, %s: %s', (tool, code, output) => {
  const diagnostic = diagnoseRun({ tool, code: 1, output }, target)!;
  expect(diagnostic.code).toBe(code);
  expect(diagnostic.got).toMatch(new RegExp(`^${tool} says: \\S`));
  expect(diagnostic.fix).toBeTruthy();
});

describe('what is no failure', () => {
  test.each<[ToolName, string]>([
    ['openocd', 'Info : Target voltage: 3.240157\nwrote 1024 bytes from file a.bin'],
    ['dfu-util', 'dfu-util: Warning: Invalid DFU suffix signature\nFile downloaded successfully'],
    ['probe-rs', 'Verification successful'],
  ])('%s: %s', (tool, output) => expect(diagnoseRun({ tool, code: 0, output }, target)).toBeUndefined());
});

test('probe-rs tells a failed verification with exit code 0', () => {
  const output = 'Verification failed: contents do not match\n';
  expect(diagnoseRun({ tool: 'probe-rs', code: 0, output }, target)?.code).toBe('FLS011');
});

test('what is not known keeps its last words', () => {
  const diagnostic = diagnoseRun(
    { tool: 'openocd', code: 1, output: 'Error: A\n\nError: the moon is in the way\n' },
    target,
  )!;
  expect(diagnostic).toMatchObject({
    code: 'FLS015',
    got: 'Error: the moon is in the way',
    notes: [{ text: 'Error: A' }],
  });
});

test('no permission: the lines of the rule', () => {
  const { fix, notes } = diagnoseRun({ tool: 'dfu-util', code: 74, output: 'LIBUSB_ERROR_ACCESS' }, target)!;
  expect(fix).toContain('/etc/udev/rules.d/70-kickstage.rules');
  expect(notes?.map(({ text }) => /idVendor\}=="(\w+)", ATTRS\{idProduct\}=="([\w|]+)"/.exec(text)?.slice(1))).toEqual([
    ['0483', expect.stringContaining('3748')],
    ['0483', 'df11'],
  ]);
});

test('no DFU device: BOOT0, and the floating PA10 of the Blackpill', () => {
  const { fix, why } = diagnoseRun(
    { tool: 'dfu-util', code: 74, output: 'No DFU capable USB device available' },
    target,
  )!;
  expect(why).toContain('BOOT0');
  expect(fix).toContain('hold PA10 to ground');
});

test('every code has a text, in order', () => {
  const codes = FLS_CODES.map(({ code }) => code);
  expect(codes).toEqual(codes.map((_, i) => `FLS${String(i + 1).padStart(3, '0')}`));
  for (const [, code] of LINES) expect(codes).toContain(code);
});
