/**
 * gdb runs the generated scripts, with QEMU for the board: it loads the app over the wire, stops in it, prints the boot
 * report, asks for the other app and finds it started.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { referee } from '../../tools/referee.ts';
import { copyOfExample, kickstage, removeCopies } from '../cli/run-cli.ts';

const gdb = referee('gdb-multiarch');
const qemu = referee('qemu-system-arm');

const CONNECT = 'target extended-remote localhost:3333';
const OPENOCD_RESET = 'monitor reset halt';

afterAll(removeCopies);

/** What gdb prints for a script; its errors behind. */
function run(folder: string, script: string): string {
  writeFileSync(join(folder, 'test.gdb'), script);
  const { stdout, stderr } = spawnSync('gdb-multiarch', ['-nx', '-batch', '-x', 'test.gdb'], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return `${stdout}${stderr}`;
}

describe.skipIf(gdb.skip).each([
  ['two-apps', true],
  ['two-apps-classic', false],
] as const)(`scripts of %s (${gdb.label})`, (name, record) => {
  let folder: string;
  let slots: number[];

  beforeAll(() => {
    folder = copyOfExample(name);
    expect(kickstage(folder, 'generate', 'gdb').code).toBe(0);
    expect(kickstage(folder, 'build').code).toBe(0);
    const layout = JSON.parse(readFileSync(join(folder, 'build/layout.json'), 'utf8')) as {
      readonly apps: readonly { readonly slot: { readonly start: number } }[];
    };
    slots = layout.apps.map((app) => app.slot.start);
  });

  const script = (image: string) => readFileSync(join(folder, `generated/${image}.gdb`), 'utf8');

  test.each(['bootloader', 'app1', 'app2'])('%s: everything before the connection', (image) => {
    const [offline] = script(image).split(CONNECT);
    const printed = run(folder, `${offline}help kickstage-switch\ninfo symbol Reset_Handler\n`);
    expect(printed).toMatch(/^kickstage-switch APP: /);
    expect(printed).toContain('Reset_Handler in section .text');
    expect(printed).not.toMatch(/error|undefined/i);
  });

  /** The script with QEMU at the other end of a pipe, holding the bootloader and app2, and commands behind it. */
  function withQemu(...commands: string[]): string {
    const app2 = `loader,file=build/app2.bin,addr=${slots[1]},force-raw=on`;
    const machine = ['qemu-system-arm -M netduinoplus2 -display none -monitor none -serial null -serial null']
      .concat(['-icount shift=3,sleep=off -S -gdb stdio -kernel build/bootloader.elf', `-device ${app2}`])
      .join(' ');
    const text = script('app1');
    expect([text.split(CONNECT).length, text.split(OPENOCD_RESET).length]).toEqual([2, 2]);
    const connected = text.replace(CONNECT, `target extended-remote | ${machine}`);
    return [connected.replace(OPENOCD_RESET, 'monitor system_reset'), ...commands, ''].join('\n');
  }

  const report = (id: number, reason: string, attempts: number) =>
    [
      `slot ${id} (app${id + 1})`,
      ...(record ? [`wanted ${id} (app${id + 1})`] : []),
      `reason ${reason}`,
      'refusal 0 (ok)',
      ...(record ? ['status 0 (ok)', 'reset cause 0 (unknown)', `attempts ${attempts}`, 'exchange 0'] : []),
      ...(record ? ['bootloader 0.0.0'] : []),
    ].join('\n');

  test.skipIf(qemu.skip)(`load, report and switch (${qemu.label})`, () => {
    const start = `*(*(unsigned int *)${slots[1] + 4} & ~1)`;
    const printed = run(
      folder,
      withQemu(
        ...['kickstage-report', 'break Reset_Handler', 'continue', 'kickstage-report', 'delete'],
        ...['kickstage-switch app2', `tbreak ${start}`, 'continue', 'kickstage-report', 'kickstage-switch nosuch'],
      ),
    );
    expect(printed).toMatch(new RegExp(`Loading section .* lma 0x${slots[0].toString(16)}`));
    expect(printed).toContain('no report\n');
    expect(printed).toContain(
      `Reset_Handler () at kickstage/firmware/hal/start-up.ts:11\n${report(0, '1 (default)', 1)}\n`,
    );
    expect(printed).toContain(`${report(1, '2 (mailbox)', 2)}\n`);
    expect(printed).toContain('Undefined command: "kickstage-switch-nosuch"');
  });
});
