/** Which flash tools are there, which version they are, and which device each of them sees. */
import { checkDetected } from '@kickstage/toolchain/flash/device-check';
import { diagnoseRun } from '@kickstage/toolchain/flash/diagnose';
import { type FlashTool, OLDEST, type ToolTarget } from '@kickstage/toolchain/flash/tool';
import { FLASH_TOOLS } from '@kickstage/toolchain/flash/tools/all';
import { findProgram } from '../flash/find-program.ts';
import { outputOf, type RunTool } from '../flash/run-tool.ts';
import { findUf2Drives, type Uf2Drive } from '../flash/uf2-drive.ts';
import type { Check } from './check.ts';

/** How a tool is installed, in words. */
const INSTALL: Readonly<Record<string, string>> = {
  'probe-rs': 'see https://probe.rs',
  openocd: 'Debian: apt install openocd; macOS: brew install open-ocd',
  'st-flash': 'Debian: apt install stlink-tools; macOS: brew install stlink',
  'dfu-util': 'Debian: apt install dfu-util; macOS: brew install dfu-util',
};

export interface ToolReport {
  readonly checks: readonly Check[];
  /** Tools that are there and see a device that can be flashed. */
  readonly usable: readonly string[];
}

/** `target`: the project's board, if there is one: without, devices are listed but not told apart. */
export async function checkTools(run: RunTool, target: ToolTarget | undefined): Promise<ToolReport> {
  const checks: Check[] = [];
  const usable: string[] = [];
  for (const tool of FLASH_TOOLS.filter(({ programs }) => programs.length > 0)) {
    const there = await checkProgram(tool, run);
    checks.push(there);
    if (there.status !== 'ok') continue;
    const device = await checkDeviceOf(tool, run, target);
    checks.push(device);
    if (device.status === 'ok') usable.push(tool.name);
  }
  const drives = findUf2Drives();
  checks.push(checkDrives(drives));
  if (drives.length > 0) usable.push('uf2');
  return { checks: softened(checks, usable), usable };
}

async function checkProgram(tool: FlashTool, run: RunTool): Promise<Check> {
  const name = `tool ${tool.name}`;
  const absent = tool.programs.filter((program) => findProgram(program) === undefined);
  if (absent.length > 0)
    return { name, status: 'warn', found: `no ${absent.join(', no ')} on PATH`, fix: INSTALL[tool.name] };
  const result = await run(tool.version!);
  if (result.code !== 0)
    return { name, status: 'warn', found: `does not run: ${lastLine(outputOf(result))}`, fix: INSTALL[tool.name] };
  const match = /\bv?(\d+)\.(\d+)\S*/.exec(outputOf(result));
  const found = `${match?.[0] ?? 'unknown version'}, ${findProgram(tool.programs[0])}`;
  if (match && isOlder([Number(match[1]), Number(match[2])], OLDEST[tool.name]))
    return { name, status: 'warn', found, fix: `install ${OLDEST[tool.name].join('.')} or later` };
  return { name, status: 'ok', found };
}

const isOlder = ([a, b]: readonly number[], [c, d]: readonly number[]) => a < c || (a === c && b < d);

async function checkDeviceOf(tool: FlashTool, run: RunTool, target: ToolTarget | undefined): Promise<Check> {
  const name = `device by ${tool.name}`;
  if (!target) return listed(tool, name, run);
  const lacks = tool.lacks(target);
  if (lacks !== undefined) return { name, status: 'warn', found: lacks, fix: 'complete the board of boot.config.ts' };
  const outputs: string[] = [];
  let failed = 0;
  for (const argv of tool.detect(target)) {
    const result = await run(argv);
    outputs.push(outputOf(result));
    failed ||= result.code;
  }
  const problem =
    (failed === 0 ? undefined : diagnoseRun({ tool: tool.name, code: failed, output: outputs.join('\n') }, target)) ??
    checkDetected(tool, outputs, target);
  if (!problem) return { name, status: 'ok', found: foundText(tool, outputs, target) };
  const { code, what, fix, notes } = problem;
  const lines = notes && { lines: notes.map(({ text }) => text) };
  return { name, status: 'fail', found: `${code}: ${what}`, ...(fix ? { fix } : {}), ...lines };
}

/** What a tool lists when no project says which board it should be. */
async function listed(tool: FlashTool, name: string, run: RunTool): Promise<Check> {
  const fix = 'call kickstage doctor in a project: its board says what to look for';
  if (!tool.list) return { name, status: 'warn', found: `${tool.name} must be told the board to find it`, fix };
  const output = outputOf(await run(tool.list));
  const devices = output.split('\n').filter((line) => /^\[\d+\]:|Found DFU|Found [1-9]\d* stlink/.test(line));
  if (devices.length === 0) return { name, status: 'warn', found: 'lists no device', fix };
  return { name, status: 'ok', found: devices[0].trim() };
}

function foundText(tool: FlashTool, outputs: readonly string[], target: ToolTarget): string {
  const { deviceId, name } = tool.readDetect(outputs, target);
  const id = deviceId === undefined ? '' : ` (device id 0x${deviceId.toString(16)})`;
  return `${target.chip.name}${id}${name ? `: ${name}` : ''}`;
}

function checkDrives(drives: readonly Uf2Drive[]): Check {
  const name = 'uf2 drive';
  if (drives.length === 0) return { name, status: 'ok', found: 'none; needed for --via uf2 only' };
  const found = drives.map(({ folder, model }) => `${folder}${model ? ` (${model})` : ''}`).join(', ');
  return { name, status: 'ok', found };
}

/** A tool that sees no device is no failure while another one does. */
function softened(checks: readonly Check[], usable: readonly string[]): Check[] {
  return checks.map((check) =>
    check.status === 'fail' && usable.length > 0 && check.name.startsWith('device by')
      ? { ...check, status: 'warn' }
      : check,
  );
}

const lastLine = (text: string) => text.trim().split('\n').at(-1)?.trim() ?? '';
