/**
 * OpenOCD reads the generated configuration with an adapter that is none, so that no hardware is needed, and runs its
 * procedures with the commands that would touch a chip replaced by ones that print their arguments.
 */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { referee } from '../../tools/referee.ts';
import { copyOfExample, kickstage, removeCopies } from '../cli/run-cli.ts';

const openocd = referee('openocd');

const TOUCHING = ['init', 'reset', 'program', 'flash', 'dump_image', 'verify_image', 'file'];

afterAll(removeCopies);

describe.skipIf(openocd.skip)(`configuration (${openocd.label})`, () => {
  const folders = new Map<string, string>();

  beforeAll(() => {
    for (const name of ['two-apps', 'two-apps-classic']) {
      folders.set(name, copyOfExample(name));
      expect(kickstage(folders.get(name)!, 'generate', 'openocd').code).toBe(0);
    }
  });

  /** Reads the configuration, then executes commands. What it prints comes on stderr. */
  function run(name: string, commands: readonly string[]) {
    const adapter = ['-c', 'adapter driver dummy', '-f', 'generated/openocd.cfg'];
    const behind = [...commands, 'shutdown'].flatMap((command) => ['-c', command]);
    const options = { cwd: folders.get(name), encoding: 'utf8', timeout: 30_000 } as const;
    const { status, stderr } = spawnSync('openocd', [...adapter, ...behind], options);
    return { status, printed: stderr };
  }

  test.each(['two-apps', 'two-apps-classic'])('%s is read, and has its target', (name) => {
    const { status, printed } = run(name, ['echo "target: [target names]"']);
    expect(printed).toContain('target: stm32f4x.cpu');
    expect(printed).not.toMatch(/^Error/m);
    expect(status).toBe(0);
  });

  test('a fault in it would be seen', () => {
    expect(run('two-apps', ['kickstage_flash_app3']).status).not.toBe(0);
  });

  const calls = (name: string, procedure: string) => {
    const stubs = TOUCHING.map((command) => `proc ${command} {args} {echo "> ${command} $args"}`);
    const { status, printed } = run(name, [...stubs, procedure]);
    expect(status).toBe(0);
    return [...printed.matchAll(/^> (.*)$/gm)].map(([, call]) => call.trim());
  };

  test('an image is programmed at its slot', () => {
    expect(calls('two-apps', 'kickstage_flash_app2')).toEqual([
      'program build/app2.bin 0x08040000 verify',
      'reset run',
    ]);
    expect(calls('two-apps', 'kickstage_flash_all')).toEqual(['program build/flash.hex verify', 'reset run']);
  });

  test("an image that shares a sector: the other's bytes are read before and written back", () => {
    expect(calls('two-apps-classic', 'kickstage_flash_app1')).toEqual([
      'init',
      'reset init',
      'dump_image build/kept-app1-0.bin 0x08024000 0x0001C000',
      'flash erase_address pad 0x08004000 0x00020000',
      'flash write_image build/kept-app1-0.bin 0x08024000 bin',
      'flash write_image build/app1.bin 0x08004000 bin',
      'verify_image build/app1.bin 0x08004000 bin',
      'file delete build/kept-app1-0.bin',
      'reset run',
    ]);
  });
});
