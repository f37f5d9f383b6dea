/**
 * How long `resolve` takes by the number of apps, on a fictitious microcontroller with 1024 pages of 2 KiB: apps that the
 * tool places, apps that a lock keeps in place, apps with addresses, and apps that are all wrong. Beside each time stands
 * its growth since the row before, relative to the growth of the number of apps: 1 is linear, 2 is as bad as quadratic
 * for a doubling. Figures are recorded, never asserted.
 */
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { type LockFile, lockOf } from '@kickstage/memory-map/lock';
import { resolve } from '@kickstage/memory-map/resolve';

const COUNTS = [10, 50, 100, 200, 254, 400];
const RUNS = 15;
const PAGE = 2048;
const FLASH = 0x0800_0000;
const BOOTLOADER = 8 * PAGE;

const board = {
  ...blackpill,
  name: 'fictitious',
  chip: {
    ...blackpill.chip,
    name: 'FICTITIOUS',
    flash: { ...blackpill.chip.flash, sectors: [{ count: 1024, size: PAGE }] },
  },
};

interface Case {
  readonly title: string;
  /** Members of the i-th app beside its entry. */
  readonly app: (i: number) => Readonly<Record<string, unknown>>;
  readonly locked?: boolean;
}

const pagesOf = (i: number) => 1 + (i % 2);
const CASES: readonly Case[] = [
  { title: 'placed by the tool', app: (i) => ({ size: pagesOf(i) * PAGE - 100 }) },
  { title: 'kept by the lock', app: (i) => ({ size: pagesOf(i) * PAGE - 100 }), locked: true },
  { title: 'by address', app: (i) => ({ size: 2 * PAGE, at: FLASH + BOOTLOADER + 2 * i * PAGE }) },
  { title: 'all wrong', app: (i) => ({ size: '4KB', at: FLASH + i, version: 'x' }) },
];

/** The config and its text, as a file would hold it. */
function configOf(count: number, app: Case['app']) {
  const names = Array.from({ length: count }, (_, i) => `app${i}`);
  const apps = Object.fromEntries(names.map((name, i) => [name, { entry: 'apps/app.ts', ...app(i) }]));
  const rest = { bootloader: { entry: 'boot/main.ts', size: BOOTLOADER }, apps, boot: { default: 'app0' } };
  const text = `export default ${JSON.stringify({ board: {}, ...rest }, null, 2)};\n`;
  return { config: { board, ...rest }, source: { file: 'boot.config.ts', text } };
}

/** The median of some runs in ms, and the code that refused the config, if one did. */
function measure(count: number, { app, locked }: Case): { ms: number; refused?: string } {
  const { config, source } = configOf(count, app);
  const first = resolve(config, { source });
  const lock: LockFile | undefined = locked && first.value ? lockOf(first.value) : undefined;
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const started = performance.now();
    resolve(config, { source, ...(lock ? { lock } : {}) });
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  const refused = first.diagnostics.find(({ severity }) => severity === 'error')?.code;
  return { ms: times[times.length >> 1], ...(refused ? { refused } : {}) };
}

for (const one of CASES) {
  console.log(one.title);
  measure(COUNTS[0], one);
  let before: { count: number; ms: number } | undefined;
  // A lock is made from a layout, and there is none of more apps than a byte can name.
  for (const count of one.locked ? COUNTS.filter((n) => n <= 254) : COUNTS) {
    const { ms, refused } = measure(count, one);
    const growth = before ? (ms / before.ms / (count / before.count)).toFixed(2) : '';
    const note = refused === undefined ? '' : `  refused: ${refused}`;
    console.log(`  ${String(count).padStart(4)} apps  ${ms.toFixed(2).padStart(9)} ms  ${growth.padStart(5)}${note}`);
    before = { count, ms };
  }
}
