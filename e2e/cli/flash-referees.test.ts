/**
 * The command lines of `kickstage flash` before the real tools, without a board: OpenOCD programs a flash of its own in
 * memory (driver `faux`), dfu-util and st-flash read the arguments and then find no device. What they print is diagnosed.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { stm32f411xe } from '@kickstage/chips/stm32f411';
import { app, defineConfig } from '@kickstage/memory-map/define';
import { resolve } from '@kickstage/memory-map/resolve';
import { diagnoseRun } from '@kickstage/toolchain/flash/diagnose';
import type { ProgramPiece } from '@kickstage/toolchain/flash/pieces';
import type { Argv, ToolTarget } from '@kickstage/toolchain/flash/tool';
import { flashTool } from '@kickstage/toolchain/flash/tools/all';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { referee } from '../../tools/referee.ts';

const layout = resolve(
  defineConfig({
    board: blackpill,
    bootloader: { entry: 'b.ts', size: '16K' },
    apps: { app1: app({ entry: 'a.ts', size: '128K' }) },
    boot: { default: 'app1' },
  }),
).value!;
const target: ToolTarget = { layout, chip: stm32f411xe, part: blackpill.part, probe: 'stlink' };
const file = 'build/flash/app1-08020000.bin';
const bytes = new Uint8Array(1760).fill(0x5a);
const piece: ProgramPiece = {
  label: 'app1',
  fileName: 'app1-08020000',
  start: 0x0802_0000,
  size: 1760,
  bytes,
  sectors: [5],
};
const range = { start: 0x0802_0000, end: 0x0804_0000 };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kickstage-'));
  mkdirSync(join(folder, 'build/flash'), { recursive: true });
  writeFileSync(join(folder, file), bytes);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run([program, ...args]: Argv) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8', timeout: 60_000 });
  return { code: status ?? -1, output: `${stdout}\n${stderr}` };
}

/** A JTAG chain that is not there, a target that does nothing, and a flash that is memory of OpenOCD. */
const FAUX = [
  'adapter driver dummy',
  'transport select jtag',
  'jtag newtap x cpu -irlen 4',
  'target create x.cpu testee -chain-position x.cpu',
  'flash bank x faux 0x08000000 0x80000 0 0 x.cpu',
];

{
  const { skip, label } = referee('openocd');
  const tool = flashTool('openocd')!;
  /** The command line with the dummy in place of the probe's and the chip's configuration. */
  const onFaux = (argv: Argv) => {
    const commands = argv.slice(1).filter((_, i, words) => words[i - 1] === '-c');
    return ['openocd', ...[...FAUX, ...commands].flatMap((command) => ['-c', command])];
  };

  describe.skipIf(skip)(label, () => {
    test('detect: the configuration files are there, and no probe is', () => {
      const result = run(tool.detect(target)[0]);
      expect(diagnoseRun({ tool: 'openocd', ...result }, target)?.code).toBe('FLS002');
    });

    test('detect and write: OpenOCD takes the commands and programs the bytes', () => {
      expect(run(onFaux(tool.detect(target)[0])).code).toBe(0);
      const { code, output } = run(onFaux(tool.write(target, piece, file)));
      expect([code, output]).toEqual([
        0,
        expect.stringMatching(/wrote \d+ bytes from file build\/flash\/app1-08020000.bin/),
      ]);
      expect(tool.progress(output)).toEqual({ phase: 'write', percent: 100 });
    });
  });
}

describe.each([
  ['dfu-util', 'dfu-util', 'FLS009'],
  ['st-flash', 'st-flash', 'FLS002'],
] as const)('%s', (name, program, missing) => {
  const { skip, label } = referee(program);
  const tool = flashTool(name)!;

  test.skipIf(skip)(`${label}: detect`, () => {
    const result = run(tool.detect(target)[0]);
    expect(result.code).toBe(0);
    expect(tool.readDetect([result.output], target).found).toBe(false);
  });

  test.skipIf(skip)(`${label}: read, write and reset are understood, and no device is there`, () => {
    const commands = [
      tool.read(target, range, 'read.bin'),
      tool.write(target, piece, file),
      tool.reset(target, 'leave.bin')!,
    ];
    for (const argv of commands) {
      const result = run(argv);
      expect(result.output).not.toMatch(/invalid command line|unrecognized option|Usage/i);
      expect(diagnoseRun({ tool: name, ...result }, target)?.code).toBe(missing);
    }
  });
});
