/**
 * C through clang's wasm target: `kickstage exec` takes the modules as they are, and gives what V8 gives. One module is
 * committed (clang 14, -Os); where clang and wasm-ld are there, others are made at several levels and with the instructions
 * that newer versions use of themselves.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type BatchAnswer, converse } from './batch-session.ts';

const SOURCE = join(import.meta.dirname, 'clang/workload.c');
const FIXTURE = join(import.meta.dirname, 'fixtures/workload.wasm');
/** Any clang that has the target serves; KICKSTAGE_CLANG names another. */
const CLANG = process.env.KICKSTAGE_CLANG ?? 'clang';

const folder = mkdtempSync(join(tmpdir(), 'kickstage-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function build(name: string, flags: readonly string[]): boolean {
  const fixed = ['--target=wasm32', '-nostdlib', '-ffreestanding', '-Wl,--no-entry', '-o', join(folder, name), SOURCE];
  return spawnSync(CLANG, [...flags, ...fixed], { stdio: 'ignore' }).status === 0;
}

interface Request {
  readonly invoke: string;
  readonly args: readonly number[];
}

const REQUESTS: readonly Request[] = [
  { invoke: 'run', args: [1, 5] },
  { invoke: 'run', args: [77, 2] },
  ...[0, 1, 2, 3].flatMap((part) => [5, -9].map((seed) => ({ invoke: 'part', args: [part, seed] }))),
  { invoke: 'run', args: [12345, 1] },
];

function inV8(name: string): string[] {
  const module = new WebAssembly.Module(readFileSync(join(folder, name)));
  const { exports } = new WebAssembly.Instance(module);
  return REQUESTS.map(({ invoke, args }) => {
    const value = (exports[invoke] as (...args: readonly number[]) => number)(...args);
    return `i32:${value >>> 0}`;
  });
}

async function inExec(name: string): Promise<BatchAnswer[]> {
  const requests = REQUESTS.map(({ invoke, args }) => ({ invoke, args: args.map((arg) => `i32:${arg}`) }));
  const [loaded, ...answers] = await converse(folder, [{ module: name }, ...requests]);
  expect(loaded).toEqual({ ok: true, values: [] });
  return answers;
}

async function compare(name: string): Promise<string[]> {
  const answers = await inExec(name);
  const values = answers.map((answer) => answer.values?.join() ?? `${answer.trap ?? answer.error?.what}`);
  expect(values).toEqual(inV8(name));
  return values;
}

test('the committed module', async () => {
  copyFileSync(FIXTURE, join(folder, 'workload.wasm'));
  const [five, two] = await compare('workload.wasm');
  expect([five, two]).toEqual(['i32:6592', 'i32:49566']);
});

const isThere = build('probe.wasm', ['-O1']);

describe.skipIf(!isThere)(isThere ? 'referee clang' : `referee missing: ${CLANG} --target=wasm32 with wasm-ld`, () => {
  test.each([
    '-O0',
    '-O1',
    '-O2',
    '-O3',
    '-Os',
    '-Oz',
    '-O2 -msign-ext -mnontrapping-fptoint -mbulk-memory -mmultivalue -mmutable-globals',
    '-O3 -ffast-math -funroll-loops',
  ])('%s', async (flags) => {
    expect(build('workload.wasm', flags.split(' '))).toBe(true);
    await compare('workload.wasm');
  });
});
