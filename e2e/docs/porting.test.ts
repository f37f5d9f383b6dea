/** The configs of docs/porting.md as a reader would copy them: they pass the type checker, and resolve. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Board } from '@kickstage/chips/board';
import { resolve } from '@kickstage/memory-map/resolve';
import { createJiti } from 'jiti';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const text = readFileSync(join(root, 'docs/porting.md'), 'utf8');
const configs = [...text.matchAll(/^```ts\n(\/\/ boot\.config\.ts\n[\s\S]*?)^```$/gm)].map(([, config]) => config);
const alias = {
  'kickstage/boards': join(root, 'packages/cli/src/boards.ts'),
  kickstage: join(root, 'packages/cli/src/index.ts'),
};

let folder = '';
const fileOf = (index: number) => join(folder, `config${index}.ts`);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kickstage-porting-'));
  configs.forEach((config, index) => {
    writeFileSync(fileOf(index), config);
  });
});

afterAll(() => rmSync(folder, { recursive: true }));

async function load(index: number): Promise<{ board: Board }> {
  const jiti = createJiti(import.meta.url, { alias, fsCache: false, moduleCache: false, tryNative: false });
  return ((await jiti.import(fileOf(index))) as { default: { board: Board } }).default;
}

test('there are two: a known microcontroller, and one of the reader', () => {
  expect(configs.length).toBe(2);
});

test('they pass the type checker', () => {
  const paths = Object.fromEntries(Object.entries(alias).map(([name, file]) => [name, [file]]));
  const base = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')) as { compilerOptions: object };
  const compilerOptions = { ...base.compilerOptions, types: [], paths };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(status).toBe(0);
});

describe.each([
  ['logger', 0, 'STM32F446xE', 0x8_0000, 16 + 97],
  ['sensor', 1, 'STM32F410xB', 0x2_0000, 16 + 98],
] as const)('%s', (name, index, chip, size, vectorCount) => {
  test('resolves without a finding', async () => {
    const { value, diagnostics } = resolve(await load(index));
    expect(diagnostics).toEqual([]);
    expect(value?.board).toMatchObject({ name, chip });
    expect(value!.flash.end - value!.flash.start).toBe(size);
    expect(value!.apps.map((one) => [one.name, one.vectorCount])).toEqual([
      ['main', vectorCount],
      ['service', vectorCount],
    ]);
  });

  test('without a field that is always needed it is refused', async () => {
    const rows = [...text.matchAll(/^\| (.*?) \| always \|/gm)].flatMap(([, fields]) => fields.split(', '));
    expect(rows.length).toBe(10);
    const config = await load(index);
    for (const field of rows) {
      const [first, second] = field.replaceAll('`', '').split('.');
      const facts = structuredClone(config.board.chip) as unknown as Record<string, Record<string, unknown>>;
      if (second === undefined) delete facts[first];
      else delete facts[first][second];
      const { diagnostics } = resolve({ ...config, board: { ...config.board, chip: facts } });
      expect(diagnostics.length, field).toBeGreaterThan(0);
    }
  });
});
