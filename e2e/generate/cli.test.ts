/** `kickstage generate` as a user calls it: what is written, what is compared, what is left alone; and the small kinds. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyOfExample, edit, kickstage, removeCopies } from '../cli/run-cli.ts';

let folder: string;
const read = (path: string) => readFileSync(join(folder, path), 'utf8');
const write = (path: string, text: string) => writeFileSync(join(folder, path), text);

beforeAll(() => {
  folder = copyOfExample('two-apps');
});
afterAll(removeCopies);

describe('kickstage generate', () => {
  test('writes all kinds, and then finds them unchanged', () => {
    const first = kickstage(folder, 'generate', '--json');
    expect([first.code, first.stderr]).toEqual([0, '']);
    const files = first.events.map((event) => [event.path, event.status]);
    expect(files).toContainEqual(['generated/c/kickstage.h', 'written']);
    expect(files).toContainEqual(['.vscode/launch.json', 'written']);
    expect(files.every(([path]) => existsSync(join(folder, String(path))))).toBe(true);
    const second = kickstage(folder, 'generate', '--json');
    expect(second.events.map((event) => event.status)).toEqual(files.map(() => 'unchanged'));
    expect(kickstage(folder, 'generate', '--check').code).toBe(0);
  });

  test('one kind; another folder', () => {
    const out = join(folder, 'elsewhere');
    const run = kickstage(folder, 'generate', 'memory-x', '--out', out);
    expect(run.stdout.split('\n').filter(Boolean)).toEqual([
      'written    elsewhere/generated/app1/memory.x',
      'written    elsewhere/generated/app2/memory.x',
    ]);
    expect(readFileSync(join(out, 'generated/app2/memory.x'), 'utf8')).toBe(read('generated/app2/memory.x'));
  });

  test('FIL001 and FIL002: --check names each file and writes none', () => {
    rmSync(join(folder, 'generated/app1/app1.ld'));
    edit(folder, 'generated/c/startup.c', 'union vector', 'union vectors');
    const stale = read('generated/c/startup.c');
    const run = kickstage(folder, 'generate', '--check', '--json');
    expect(run.code).toBe(1);
    expect(run.events.map((event) => [event.code, (event.at as { file: string }).file])).toEqual([
      ['FIL001', 'generated/app1/app1.ld'],
      ['FIL002', 'generated/c/startup.c'],
    ]);
    expect(existsSync(join(folder, 'generated/app1/app1.ld'))).toBe(false);
    expect(read('generated/c/startup.c')).toBe(stale);
    expect(kickstage(folder, 'generate').code).toBe(0);
    expect(kickstage(folder, 'generate', '--check').code).toBe(0);
  });

  test('a changed config makes files stale', () => {
    edit(
      folder,
      'boot.config.ts',
      "app2.ts', version: '1.0.0', size: '128K'",
      "app2.ts', version: '1.0.1', size: '128K'",
    );
    const run = kickstage(folder, 'generate', '--check', '--json');
    expect(run.events.map((event) => (event.at as { file: string }).file)).toContain('generated/c/kickstage.h');
    edit(folder, 'boot.config.ts', '1.0.1', '1.0.0');
  });

  test('line breaks of Windows are no difference', () => {
    const text = read('generated/c/kickstage.h');
    write('generated/c/kickstage.h', text.replaceAll('\n', '\r\n'));
    expect(kickstage(folder, 'generate', 'c', '--check').code).toBe(0);
    write('generated/c/kickstage.h', text);
  });

  test("FIL003: a user's own file is left alone, an error where its kind was named", () => {
    const own = '{ "recommendations": [] }\n';
    write('.vscode/extensions.json', own);
    rmSync(join(folder, 'generated/c/kickstage.h'));
    rmSync(join(folder, '.vscode/tasks.json'));
    const named = kickstage(folder, 'generate', 'vscode', 'c');
    expect([named.code, named.stderr]).toEqual([2, expect.stringContaining('error FIL003')]);
    expect(existsSync(join(folder, 'generated/c/kickstage.h'))).toBe(false);
    const all = kickstage(folder, 'generate');
    expect([all.code, all.stderr]).toEqual([0, expect.stringContaining('warning FIL003')]);
    expect(existsSync(join(folder, '.vscode/tasks.json'))).toBe(true);
    expect(read('.vscode/extensions.json')).toBe(own);
    expect(kickstage(folder, 'generate', '--check').code).toBe(0);
    expect(kickstage(folder, 'generate', 'vscode', '--force').code).toBe(0);
    expect(read('.vscode/extensions.json')).toContain('cortex-debug');
  });

  test('FIL004: a chip that other tools have no names for', () => {
    const other = copyOfExample('two-apps');
    edit(
      other,
      'boot.config.ts',
      'board: blackpill',
      'board: { ...blackpill, chip: { ...blackpill.chip, tools: undefined } }',
    );
    const run = kickstage(other, 'generate', 'openocd', 'vscode', 'dfu', 'c', '--json');
    expect(run.code).toBe(0);
    expect(run.events.map((event) => event.code ?? event.path)).toEqual([
      ...['FIL004', 'FIL004', 'FIL004'],
      'generated/c/kickstage.h',
    ]);
  });

  test('an unknown kind gets a suggestion', () => {
    const run = kickstage(folder, 'generate', 'vscod', 'ld');
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('error CLI004: there is no kind of file `vscod`');
    expect(run.stderr).toContain('did you mean vscode?');
  });

  test('a file that cannot be written', () => {
    rmSync(join(folder, 'generated/layout.ts'));
    mkdirSync(join(folder, 'generated/layout.ts/in-the-way'), { recursive: true });
    const run = kickstage(folder, 'generate', 'assemblyscript');
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining('error CLI006')]);
    rmSync(join(folder, 'generated/layout.ts'), { recursive: true });
  });

  test('explain knows the codes', () => {
    const listed = kickstage(folder, 'explain').stdout;
    for (const code of ['FIL001', 'FIL002', 'FIL003', 'FIL004']) expect(listed).toContain(`\n${code}  `);
    expect(kickstage(folder, 'explain', 'FIL003').stdout).toContain('--force');
  });
});

describe('what the files say', () => {
  test("the editor's files refer to what is there", () => {
    expect(kickstage(folder, 'generate').code).toBe(0);
    const parse = (name: string) => JSON.parse(read(`.vscode/${name}`).replace(/^\/\/.*\n/, ''));
    const tasks = parse('tasks.json');
    const launch = parse('launch.json');
    expect([tasks.version, launch.version]).toEqual(['2.0.0', '0.2.0']);
    const labels: string[] = tasks.tasks.map((task: { label: string }) => task.label);
    expect(new Set(labels).size).toBe(labels.length);
    const procedures = [...read('generated/openocd.cfg').matchAll(/^proc (\w+)/gm)].map(([, name]) => name);
    for (const task of tasks.tasks) {
      expect(task).toMatchObject({ type: 'shell', problemMatcher: task.isBackground ? {} : [] });
      if (task.dependsOn) expect(labels).toContain(task.dependsOn);
      if (task.command === 'openocd') {
        expect(existsSync(join(folder, task.args[1]))).toBe(true);
        expect(procedures).toContain(task.args[3]);
      }
    }
    expect(labels.filter((label) => label.includes('flash')).length).toBe(procedures.length);
    expect(launch.configurations.map((each: { name: string }) => each.name)).toEqual([
      ...['bootloader', 'app1', 'app2'].flatMap((image) => [`Debug ${image}`, `Attach to ${image}`]),
      'Debug on the virtual board',
    ]);
    for (const each of launch.configurations) {
      expect(each).toMatchObject({ type: 'cortex-debug', device: 'STM32F411CEUx' });
      if (each.preLaunchTask) expect(labels).toContain(each.preLaunchTask);
      if (each.servertype === 'openocd') expect(existsSync(join(folder, each.configFiles[0]))).toBe(true);
    }
    expect(parse('extensions.json').recommendations).toEqual(['marus25.cortex-debug']);
  });

  test('the shell functions call probe-rs with the addresses', () => {
    const probe = join(folder, 'bin/probe-rs');
    mkdirSync(join(folder, 'bin'), { recursive: true });
    writeFileSync(probe, '#!/bin/sh\necho "$@"\n');
    chmodSync(probe, 0o755);
    const run = (...args: string[]) =>
      spawnSync('sh', ['generated/probe-rs.sh', ...args], {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH: `${join(folder, 'bin')}:${process.env.PATH}` },
      });
    const download = 'download --chip STM32F411CEUx --binary-format bin --base-address';
    expect(run('kickstage_flash_app1').stdout).toBe(`${download} 0x08020000 build/app1.bin\n`);
    expect(run('kickstage_flash_all').stdout.split('\n')[0]).toBe(`${download} 0x08000000 build/bootloader.bin`);
    expect(run('kickstage_reset').stdout).toBe('reset --chip STM32F411CEUx\n');
    expect(run()).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });
});
