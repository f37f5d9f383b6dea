/**
 * Processor time of `kickstage build`, and how long one waits for it, on examples/two-apps: from nothing, from nothing with
 * the cache of images, and after an edit of one app while `build --watch` runs. All threads of the process count, the
 * bundler's own process does not.
 * Figures are recorded, never asserted. `npm run bench:build`.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const RUNS = 5;
/** Tells the processor time in microseconds when it is asked to, and at the end. */
const METER = `data:text/javascript,${encodeURIComponent(`
  const used = () => { const { user, system } = process.cpuUsage(); return user + system; };
  process.on('message', () => process.send(used()));
  process.channel?.unref();
  process.on('exit', () => process.connected && process.send(used()));
`)}`;

const folder = mkdtempSync(join(tmpdir(), 'kickstage-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
cpSync(join(ROOT, 'examples/two-apps'), folder, { recursive: true });
mkdirSync(join(folder, 'node_modules'), { recursive: true });
symlinkSync(join(ROOT, 'packages/cli'), join(folder, 'node_modules/kickstage'));

function start(args: readonly string[], cache: string): ChildProcess {
  return fork(join(ROOT, 'packages/cli/bin/kickstage.js'), ['build', '--json', ...args], {
    cwd: folder,
    execArgv: ['--import', METER],
    env: { ...process.env, KICKSTAGE_CACHE: cache },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
}

interface Times {
  /** Milliseconds of processor time, and until the process has ended. */
  readonly used: number;
  readonly waited: number;
}

function wholeBuild(cache: string): Promise<Times> {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    const child = start([], cache);
    child.stdout!.resume();
    let used = 0;
    child.on('message', (message) => {
      used = Number(message);
    });
    child.on('exit', (code) => {
      if (code === 0) resolve({ used: used / 1000, waited: performance.now() - begin });
      else reject(new Error(`the build ends with ${code}`));
    });
  });
}

const ask = (child: ChildProcess) =>
  new Promise<number>((resolve) => {
    child.once('message', (message) => resolve(Number(message) / 1000));
    child.send('?');
  });

/** Milliseconds of each build after an edit. */
async function rebuilds(): Promise<number[]> {
  const child = start(['--watch'], 'off');
  const waiting = lines(child, '"event":"waiting"');
  await waiting.next();
  const path = join(folder, 'apps/app1.ts');
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const before = await ask(child);
    writeFileSync(path, `${readFileSync(path, 'utf8')}\nexport function edit${run}(): u32 { return ${run}; }\n`);
    await waiting.next();
    times.push((await ask(child)) - before);
  }
  child.kill('SIGINT');
  return times;
}

async function* lines(child: ChildProcess, wanted: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of child.stdout!) {
    const parts = (rest + String(chunk)).split('\n');
    rest = parts.pop()!;
    yield* parts.filter((line) => line.includes(wanted));
  }
}

const row = (title: string, times: readonly number[]) => {
  const sorted = [...times].sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1];
  console.log(`${title.padEnd(44)} ${Math.round(median)} ms (${sorted.map(Math.round).join(', ')})`);
};

async function repeated(cache: string): Promise<Times[]> {
  const times: Times[] = [];
  for (let run = 0; run < RUNS; run++) times.push(await wholeBuild(cache));
  return times;
}

const usedBy = (times: readonly Times[]) => times.map(({ used }) => used);
const waitedFor = (times: readonly Times[]) => times.map(({ waited }) => waited);

const cold = await repeated('off');
row('build from nothing, aim 2000', usedBy(cold));
row('  until it has ended', waitedFor(cold));
row('build after an edit, --watch, aim 500', await rebuilds());
await wholeBuild(join(folder, 'cache'));
const cached = await repeated(join(folder, 'cache'));
row('build again, nothing changed', usedBy(cached));
row('  until it has ended', waitedFor(cached));
