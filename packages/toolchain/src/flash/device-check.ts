/** Whether the device that a tool found is the one that the images are linked for. */
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { formatSize } from '@kickstage/base/hex';
import type { Layout } from '@kickstage/memory-map/layout';
import { diagnosticOf, knownFailure } from './diagnose.ts';
import type { FailureKind } from './failure-table.ts';
import type { DeviceReport, FlashTool, ToolTarget } from './tool.ts';

/** What speaks against flashing the device that these outputs of the detecting commands tell of; undefined: nothing does. */
export function checkDetected(tool: FlashTool, outputs: readonly string[], target: ToolTarget): Diagnostic | undefined {
  const problem = checkDevice(tool, tool.readDetect(outputs, target), target);
  return problem && (knownFailure({ tool: tool.name, code: 0, output: outputs.join('\n') }, target) ?? problem);
}

/** What speaks against flashing this device; undefined when nothing does. */
export function checkDevice(tool: FlashTool, device: DeviceReport, target: ToolTarget): Diagnostic | undefined {
  const fail = (kind: FailureKind, got?: string) => {
    const diagnostic = diagnosticOf(kind, { tool: tool.name, code: 0, output: '' }, target);
    return got === undefined ? diagnostic : { ...diagnostic, got };
  };
  if (!device.found) return fail(tool.name === 'dfu-util' ? 'no-dfu-device' : 'no-probe');
  if (device.deviceId === 0) return fail('no-connection', `${tool.name} reads device id 0`);
  const { chip, layout } = target;
  const expected = chip.debug?.deviceId;
  if (device.deviceId !== undefined && expected !== undefined && device.deviceId !== expected)
    return fail(
      'wrong-chip',
      `device id 0x${device.deviceId.toString(16)}; the ${chip.name} has 0x${expected.toString(16)}`,
    );
  const end = usedEnd(layout);
  const size = device.flashSize;
  if (size !== undefined && size > 0 && layout.flash.start + size < end)
    return fail('wrong-chip', `${formatSize(size)} of flash; the map needs ${formatSize(end - layout.flash.start)}`);
  if (device.sectors && !sameSectors(device.sectors, layout))
    return fail('wrong-chip', `other erase sectors: ${device.name}`);
  return undefined;
}

/** Where the last slot ends. */
const usedEnd = ({ bootloader, apps }: Layout) => Math.max(...[bootloader, ...apps].map(({ slot }) => slot.end));

/** Whether the device has at least the map's used sectors, with their boundaries. */
function sameSectors(sectors: NonNullable<DeviceReport['sectors']>, layout: Layout): boolean {
  const used = new Set([layout.bootloader, ...layout.apps].flatMap((image) => image.sectors));
  return layout.flash.sectors
    .filter(({ index }) => used.has(index))
    .every(({ start, end }) => sectors.some((sector) => sector.start === start && sector.end === end));
}
