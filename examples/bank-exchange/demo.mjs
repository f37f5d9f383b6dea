/**
 * The whole story on virtual boards: v1 takes v2 over the serial line, v2 confirms itself; three broken versions come and
 * go. For each board and strategy, or for those that are named: node demo.mjs f411-alternate l476-swap
 *
 * Each case has a folder of its own below build/demo, with its lock, its images and the flash of its board.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const HERE = import.meta.dirname;
const KICKSTAGE = join(dirname(createRequire(import.meta.url).resolve('kickstage/package.json')), 'bin/kickstage.js');
const CASES = ['f411-alternate', 'f411-swap', 'f411-direct', 'l476-swap', 'l476-direct'];
const VERSIONS = ['v1', 'v2', 'v3-silent', 'v3-hangs', 'v3-faults'];

/** What each step must say, so that a demo that fails does not look like one that works. */
const STEPS = [
  {
    title: 'v1 takes v2; v2 confirms itself',
    send: 'v2',
    says: ['v2: started on trial', 'confirmed: this version stays'],
  },
  { title: 'v3 never confirms itself …', send: 'v3-silent', says: ['v3-silent: started on trial'] },
  { title: '… and at the next power-on v2 is back', says: ['v2: started', 'was taken back'] },
  {
    title: 'v3 hangs: the watchdog, and v2 is back',
    send: 'v3-hangs',
    says: ['v3-hangs: started on trial', 'v2: started', 'was taken back'],
  },
  {
    title: 'v3 faults: the watchdog, and v2 is back',
    send: 'v3-faults',
    says: ['v3-faults: started on trial', 'v2: started', 'was taken back'],
  },
];

function kickstage(folder, env, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [KICKSTAGE, ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  if (status === 0) return stdout;
  console.error(`kickstage ${args.join(' ')}\n${stdout}${stderr}`);
  process.exit(1);
}

/** The images of all versions, as files beside each other. */
function buildVersions(folder, env) {
  for (const version of VERSIONS) {
    const out = join(folder, 'build', version);
    kickstage(folder, { ...env, IMAGE: version }, 'build', '--out', out);
    for (const ending of ['bin', 'bank1.bin']) {
      const file = join(out, `app.${ending}`);
      if (existsSync(file)) copyFileSync(file, join(folder, 'images', `${version}.${ending}`));
    }
  }
}

/** With `direct` both: the one that is linked for where it will run is taken. */
function filesOf(folder, version) {
  const files = [`images/${version}.bin`, `images/${version}.bank1.bin`];
  return files.filter((file) => existsSync(join(folder, file)));
}

function demo(name) {
  const [BOARD, STRATEGY] = name.split('-');
  const env = { BOARD, STRATEGY };
  const folder = join(HERE, 'build/demo', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'images'), { recursive: true });
  for (const part of ['apps', 'boot', 'boot.config.ts'])
    cpSync(join(HERE, part), join(folder, part), { recursive: true });
  buildVersions(folder, env);
  console.log(`\n━━ ${BOARD}, ${STRATEGY}\n\n${kickstage(folder, env, 'map', '--no-build')}`);
  STEPS.forEach(({ title, send, says }, n) => {
    console.log(`── ${n + 1}. ${title}\n`);
    const text = send
      ? kickstage(
          folder,
          env,
          'send',
          ...filesOf(folder, send),
          '--board',
          'virtual',
          '--keep',
          'images/board',
          '--for',
          '12s',
        )
      : kickstage(folder, env, 'run', '--keep', 'images/board', '--for', '5s');
    console.log(text.replace(/^.* flash {3}.*\n/gm, ''));
    for (const line of says) {
      if (text.includes(line)) continue;
      console.error(`the board did not say: ${line}`);
      process.exit(1);
    }
  });
}

const named = process.argv.slice(2);
const unknown = named.find((name) => !CASES.includes(name));
if (unknown) {
  console.error(`there is no case ${unknown}; the cases are ${CASES.join(', ')}`);
  process.exit(2);
}
for (const name of named.length > 0 ? named : CASES) demo(name);
console.log('after three broken versions each board runs v2, and takes the next update');
