/**
 * The packages as npm would publish them, in a folder outside of this workspace: only the files that they name, only the
 * dependencies that they declare. Their types, their firmware, and a project that is made, checked, built and run with
 * them. In place of `npm install`, the archive is unpacked and the declared dependencies are linked: no registry is asked.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../cli/run-cli.ts';

const MODULES = join(ROOT, 'node_modules');
let folder: string;

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
}

const manifestOf = (path: string) => JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest;

/** The packages' archives unpacked, as node_modules would hold them. */
function install(...names: readonly string[]): void {
  const sources = names.map((name) => join(ROOT, 'packages', name));
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder, ...sources], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  for (const { name, filename } of JSON.parse(packed) as { name: string; filename: string }[]) {
    const target = join(folder, 'node_modules', name);
    mkdirSync(target, { recursive: true });
    execFileSync('tar', ['-xzf', join(folder, filename), '-C', target, '--strip-components=1']);
    for (const dependency of Object.keys(manifestOf(target).dependencies)) link(dependency);
  }
}

function link(dependency: string): void {
  const target = join(folder, 'node_modules', dependency);
  if (dependency === 'kickstage') return;
  mkdirSync(dirname(target), { recursive: true });
  symlinkSync(join(MODULES, dependency), target);
}

function call(name: string, cwd: string, ...args: string[]) {
  const target = join(folder, 'node_modules', name);
  const bin = join(target, manifestOf(target).bin[name]);
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** What tsc says of a project, a line for each error. */
function tsc(cwd: string): string[] {
  const { stdout } = spawnSync(join(MODULES, '.bin/tsc'), ['-p', '.'], { cwd, encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line !== '' && !line.startsWith(' '));
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kickstage-package-'));
  install('cli', 'create-kickstage');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what is in it: programs, types and firmware; no test, no path of this machine', () => {
  const at = join(folder, 'node_modules/kickstage');
  expect(readdirSync(at).sort()).toEqual(['bin', 'dist', 'package.json']);
  const files = readdirSync(join(at, 'dist'), { recursive: true, encoding: 'utf8' });
  for (const file of ['main.js', 'firmware/boot/main.ts', 'firmware/abi/mailbox.ts', 'types/cli/boards.d.ts'])
    expect(files).toContain(file);
  expect(files.filter((file) => file.includes('.test.'))).toEqual([]);
  const declarations = files.filter((file) => file.endsWith('.d.ts')).map((file) => join(at, 'dist', file));
  for (const path of declarations) expect(readFileSync(path, 'utf8')).not.toMatch(/@kickstage\/|\.ts['"]/);
  for (const file of files.filter((name) => name.endsWith('.js')))
    expect(readFileSync(join(at, 'dist', file), 'utf8')).not.toContain(ROOT);
});

describe('a project made by create-kickstage', () => {
  let project: string;

  beforeAll(() => {
    const { status, stderr } = call('create-kickstage', folder, 'project', '--yes', '--apps', 'main,service', '--json');
    expect([status, stderr]).toEqual([0, '']);
    project = join(folder, 'project');
    // As `npm install` would have made it there.
    symlinkSync(join(folder, 'node_modules'), join(project, 'node_modules'));
  });

  test('is built and run, and its firmware passes tsc', () => {
    const { status, stdout, stderr } = call('kickstage', project, 'run', '--expect', '=== main ===', '--json');
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toMatchObject({ event: 'end', reason: 'expected' });
    expect(tsc(project)).toEqual([]);
  });

  test('check, from a folder in it', () => {
    const { status, stdout } = call('kickstage', join(project, 'apps'), 'check');
    expect([status, stdout]).toEqual([0, expect.stringContaining('2 apps (main, service), no problem found')]);
  });
});

const WRONG = `
import { app, defineConfig, KiB, type Config } from 'kickstage';
import { type Board, blackpill, stm32f411xe } from 'kickstage/boards';

const own: Board = { name: 'own', chip: stm32f411xe, source: 'ours' };
const bootloader = { entry: 'boot/main.ts', size: '16K' };
const apps = { app1: app({ entry: 'a.ts', size: KiB(64) }), app2: app({ entry: 'b.ts', size: '64K' }) };

export const right: Config<'app1' | 'app2'> = defineConfig({ board: own, bootloader, apps, boot: { default: 'app2' } });
export const one = defineConfig({ board: blackpill, bootloader, apps, boot: { default: 'app3' } });
export const two = defineConfig({ board: blackpill, bootloader, apps, boot: { default: 'app1', fallback: ['ap2'] } });
export const three = app({ entry: 'a.ts', size: '64K', sise: 1 });
export const four = defineConfig({ board: { ...blackpill, chip: 'STM32F411' }, bootloader, apps, boot: { default: 'app1' } });
`;

describe('types', () => {
  test.each([
    ['bundler', 'esnext'],
    ['nodenext', 'nodenext'],
  ])('a wrong default is an error of types, and so are a wrong key and a wrong board (%s)', (resolution, module) => {
    const project = join(folder, `types-${resolution}`);
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(project, 'boot.config.ts'), WRONG);
    const options = { strict: true, noEmit: true, target: 'es2022', types: [], module, moduleResolution: resolution };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['*.ts'] }));
    const lineOf = (text: string) => WRONG.split('\n').findIndex((line) => line.includes(text)) + 1;
    const found = tsc(project);
    expect(found.map((line) => line.replace(/,\d+\).*/, ')'))).toEqual(
      ["'app3'", "'ap2'", 'sise', "'STM32F411'"].map((text) => `boot.config.ts(${lineOf(text)})`),
    );
    expect(found[0]).toContain(`Type '"app3"' is not assignable to type '"app1" | "app2"'`);
    expect(found[1]).toContain(`"ap2"`);
    expect(found[2]).toContain("'sise' does not exist");
  });

  test('firmware is found by its published name, without paths of a tsconfig', () => {
    const project = join(folder, 'firmware-types');
    mkdirSync(project);
    cpSync(join(folder, 'project/tsconfig.json'), join(project, 'tsconfig.json'));
    const config = JSON.parse(readFileSync(join(project, 'tsconfig.json'), 'utf8'));
    config.compilerOptions.typeRoots = ['../node_modules/assemblyscript/std/types'];
    delete config.compilerOptions.paths['kickstage/firmware/*'];
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ ...config, include: ['*.ts'] }));
    writeFileSync(
      join(project, 'app.ts'),
      "import { ld32 } from 'kickstage/firmware/intrinsics/mmio';\nexport const x: u32 = ld32('0x40000000');\n",
    );
    expect(tsc(project)).toEqual([expect.stringContaining("app.ts(2,28): error TS2345: Argument of type 'string'")]);
  });
});
