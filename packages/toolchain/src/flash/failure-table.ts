/**
 * What tools print when something is wrong, and what it means. The texts are those of OpenOCD 0.11 to 0.12 (stlink_usb.c,
 * libusb_helper.c, stm32f2x.c, target.c), stlink 1.6 to 1.8 (usb.c, common.c, common_flash.c, flash_loader.c), dfu-util
 * 0.9 to 0.11 (main.c, dfu_util.c, dfu_load.c, dfuse.c) and probe-rs 0.20 and later (errors of probe and flashing).
 *
 * Order matters: the first line that matches wins, and the cause stands above its consequences (a tool that may not open
 * a probe goes on to say that there is none).
 */
import type { ToolName } from './tool.ts';

export type FailureKind =
  | 'too-old'
  | 'permission'
  | 'in-use'
  | 'no-voltage'
  | 'read-protected'
  | 'write-protected'
  | 'verify'
  | 'wrong-chip'
  | 'no-connection'
  | 'no-dfu-device'
  | 'several-devices'
  | 'no-probe';

export interface FailurePattern {
  readonly kind: FailureKind;
  readonly pattern: RegExp;
  /** Tools that say it; all when absent. */
  readonly tools?: readonly ToolName[];
  /** Whether the tool's exit code is 0 nevertheless. */
  readonly despiteSuccess?: true;
}

const OPENOCD = { tools: ['openocd'] } as const;
const ST_FLASH = { tools: ['st-flash'] } as const;
const DFU = { tools: ['dfu-util'] } as const;
const PROBE_RS = { tools: ['probe-rs'] } as const;

export const FAILURES: readonly FailurePattern[] = [
  { kind: 'too-old', pattern: /unexpected argument|unrecognized subcommand/, ...PROBE_RS },
  { kind: 'too-old', pattern: /unrecognized option|invalid option/, ...DFU },
  { kind: 'too-old', pattern: /invalid command line/, ...ST_FLASH },

  { kind: 'permission', pattern: /LIBUSB_ERROR_ACCESS/ },
  {
    kind: 'permission',
    pattern: /Permission denied|Access (?:is )?denied|Insufficient permissions|os error 13\b/i,
  },
  { kind: 'permission', pattern: /access error\./, ...ST_FLASH },
  { kind: 'permission', pattern: /\(inaccessible\)/, ...PROBE_RS },

  { kind: 'in-use', pattern: /LIBUSB_ERROR_BUSY|(?:Device or )?resource busy|os error 16\b/i },
  { kind: 'in-use', pattern: /unable to claim|probably already in use/, ...ST_FLASH },
  { kind: 'in-use', pattern: /claim interface failed|unable to claim interface/, ...OPENOCD },
  { kind: 'in-use', pattern: /Cannot claim interface/, ...DFU },
  { kind: 'in-use', pattern: /Probe is already in use|exclusively? (?:open|access)/i, ...PROBE_RS },

  { kind: 'no-voltage', pattern: /target voltage may be too low|Target voltage: (?:0\.\d+|-)/, ...OPENOCD },
  {
    kind: 'no-voltage',
    pattern: /Target voltage \(\d+ mV\) too low for flash writes|target voltage = \d{1,3}mV/,
    ...ST_FLASH,
  },
  { kind: 'no-voltage', pattern: /Is your target device powered\?/, ...PROBE_RS },

  { kind: 'read-protected', pattern: /Device Security Bit Set|PCROP Engaged/, ...OPENOCD },
  { kind: 'read-protected', pattern: /could not read main memory|Failed to unlock flash/, ...ST_FLASH },
  {
    kind: 'read-protected',
    pattern: /Error during upload \(LIBUSB_ERROR_(?:PIPE|IO)\)|is not readable|dfuERROR, status\(11\)/,
    ...DFU,
  },
  {
    kind: 'read-protected',
    pattern: /core (?:is )?locked|device is (?:read.?)?(?:protected|locked)|missing permissions? .*erase/i,
    ...PROBE_RS,
  },

  {
    kind: 'write-protected',
    pattern: /flash memory write protected|stm32x device protected|failed erasing sectors/,
    ...OPENOCD,
  },
  { kind: 'write-protected', pattern: /Flash memory is write protected|Failed to erase/, ...ST_FLASH },
  { kind: 'write-protected', pattern: /ERASE_PAGE not correctly executed|is not writeable|can not be erased/, ...DFU },
  { kind: 'write-protected', pattern: /Failed to erase flash sector|page write of the page at address/i, ...PROBE_RS },

  { kind: 'verify', pattern: /checksum mismatch|verify failed|\*\* Verify Failed \*\*|contents differ/i, ...OPENOCD },
  { kind: 'verify', pattern: /Verification of flash failed|Flash memory contains a non-erased value/, ...ST_FLASH },
  { kind: 'verify', pattern: /Flash content verification failed/i, ...PROBE_RS },
  { kind: 'verify', pattern: /Verification failed: contents do not match/, despiteSuccess: true, ...PROBE_RS },

  { kind: 'wrong-chip', pattern: /Cannot identify target as a STM32 family|UNEXPECTED|unexpected idcode/i, ...OPENOCD },
  { kind: 'wrong-chip', pattern: /unknown chip id|unrecognized flash type/i, ...ST_FLASH },
  { kind: 'wrong-chip', pattern: /does not match device \(/, ...DFU },
  {
    kind: 'wrong-chip',
    pattern: /chip .* was not found in the database|Unable to load specification for chip/i,
    ...PROBE_RS,
  },

  {
    kind: 'no-connection',
    pattern:
      /init mode failed|unable to connect to the target|cannot read IDR|examination failed|Target not (?:examined|halted)|timed out while waiting for target halted/i,
    ...OPENOCD,
  },
  {
    kind: 'no-connection',
    pattern:
      /Can not connect to target|Failed to (?:connect to target|enter SWD mode|halt the core)|Could not find chip id/i,
    ...ST_FLASH,
  },
  {
    kind: 'no-connection',
    pattern: /Lost device|error get_status|LIBUSB_ERROR_(?:TIMEOUT|NO_DEVICE|IO)|USB communication error/,
    ...DFU,
  },
  {
    kind: 'no-connection',
    pattern:
      /Connecting to the chip was unsuccessful|did not respond to request|attaching to target under reset|Error identifying target/i,
    ...PROBE_RS,
  },

  { kind: 'several-devices', pattern: /More than one DFU capable USB device/, ...DFU },
  { kind: 'several-devices', pattern: /\d+ probes were found/, ...PROBE_RS },
  { kind: 'several-devices', pattern: /Multiple probes found/i, ...PROBE_RS },

  { kind: 'no-dfu-device', pattern: /No DFU capable USB device/, ...DFU },
  {
    kind: 'no-probe',
    pattern:
      /open failed|no device found|unable to (?:open|find) (?:a )?(?:matching )?(?:CMSIS-DAP|ftdi|J-Link)|No J-Link device found/i,
    ...OPENOCD,
  },
  { kind: 'no-probe', pattern: /Couldn't find any ST-Link|Found 0 stlink|Could not open stlink device/i, ...ST_FLASH },
  { kind: 'no-probe', pattern: /No (?:connected |debug )?probes were found|Probe (?:was )?not found/i, ...PROBE_RS },
];
