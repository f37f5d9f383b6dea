/**
 * gdb debugs firmware in TypeScript on the virtual board, line by line, as a user does: `break app1.ts:LINE`, stepping,
 * variables, an interrupt, Ctrl-C. The answers are those that the source gives.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { referee } from '../../tools/referee.ts';
import { copyOfExample, removeCopies } from '../cli/run-cli.ts';
import { DebugServer, runGdb } from './gdb-run.ts';

const gdb = referee('gdb-multiarch');

const SOURCE = `import { startUp } from 'kickstage/firmware/hal/start-up';
import { st32 } from 'kickstage/firmware/intrinsics/mmio';

let ticks: u32 = 0;
let total: u32 = 0;

export function SysTick_Handler(): void {
  ticks += 1;
}

function square(n: u32): u32 {
  const result = n * n;
  return result;
}

function sumOfSquares(count: u32): u32 {
  let sum: u32 = 0;
  for (let i: u32 = 1; i <= count; i++) {
    sum += square(i);
  }
  return sum;
}

function wait(limit: u32): void {
  while (ticks < limit) {}
}

export function Reset_Handler(): void {
  startUp();
  st32(0xe000e014, 15999);
  st32(0xe000e018, 0);
  st32(0xe000e010, 7);
  while (true) {
    total = sumOfSquares(3 + (ticks & 4)) + sumOfSquares(0);
    st32(0x20010000, total);
    wait(ticks + 2);
    wait(ticks + 5);
  }
}
`;
const line = (text: string) => SOURCE.split('\n').findIndex((each) => each.includes(text)) + 1;

describe.skipIf(gdb.skip)(`firmware in TypeScript (${gdb.label})`, () => {
  let folder: string;
  let server: DebugServer | undefined;

  beforeAll(() => {
    folder = copyOfExample('two-apps');
    writeFileSync(join(folder, 'apps/app1.ts'), SOURCE);
  });
  afterEach(() => server?.kill());
  afterAll(removeCopies);

  async function session(options: string[], script: string[], interrupt?: { after: string; ms: number }) {
    server = new DebugServer(folder, ...options);
    const start = ['file build/app1.elf', 'target remote PORT', 'monitor speed full'];
    const run = { cwd: folder, port: await server.port(), script: [...start, ...script] };
    const text = await runGdb(interrupt ? { ...run, interrupt } : run);
    expect(await server.ended()).toBe(0);
    return text;
  }
  const exact = ['--optimize', 'none'];

  test('break app1.ts:LINE, continue, print, step, next, finish, backtrace', async () => {
    const at = line('sum += square');
    const text = await session(exact, [
      ...[`break app1.ts:${at}`, 'continue', 'continue', 'print sum', 'print i', 'print count', 'step', 'print n'],
      ...['backtrace', 'next', 'print result', 'finish', 'delete', 'next', 'next', 'print sum', 'info locals'],
      ...[`tbreak app1.ts:${line('wait(ticks + 2)')}`, 'continue', 'print total', 'set var total = 77', 'print total'],
    ]);
    expect(text).toMatch(
      new RegExp(
        `Breakpoint 1, sumOfSquares \\(count=3\\) at apps/app1\\.ts:${at}\\n${at}\\t +sum \\+= square\\(i\\);`,
      ),
    );
    expect(text).toContain('$1 = 1\n$2 = 2\n$3 = 3\n');
    expect(text).toContain(`square (n=2) at apps/app1.ts:${line('const result')}\n`);
    expect(text).toContain('$4 = 2\n');
    expect(text).toMatch(
      new RegExp(
        `#0 +square \\(n=2\\) at .*\\n#1 .* sumOfSquares \\(count=3\\) at apps/app1\\.ts:${at}\\n#2 .* Reset_Handler \\(\\) at apps/app1\\.ts:${line('total = ')}\\n`,
      ),
    );
    expect(text).toContain('$5 = 4\n');
    expect(text).toContain('Value returned is $6 = 4\n');
    expect(text).toMatch(/\$7 = 5\n/);
    expect(text).toMatch(/sum = 5\ni = [23]\n/);
    expect(text).toContain('= 14\n');
    expect(text).toContain('= 77\n');
  });

  test('an interrupt: backtrace into what it interrupted, variables there; a watchpoint', async () => {
    const text = await session(exact, [
      ...[`break app1.ts:${line('ticks += 1')}`, 'continue', 'backtrace', 'up 2', 'print limit', 'delete'],
      ...['watch ticks', 'continue', 'continue', 'backtrace 1', 'print ticks'],
    ]);
    expect(text).toMatch(/Breakpoint 1, SysTick_Handler \(\) at apps\/app1\.ts/);
    expect(text).toMatch(
      new RegExp(
        `#1 +<signal handler called>\\n#2 .* wait \\(limit=2\\) at apps/app1\\.ts:${line('ticks < limit')}\\n#3 .* Reset_Handler \\(\\) at apps/app1\\.ts:${line('wait(ticks + 2)')}\\n`,
      ),
    );
    expect(text).toContain('$1 = 2\n');
    expect(text).toContain('Hardware watchpoint 2: ticks\n\nOld value = 0\nNew value = 1\n');
    expect(text).toContain('Old value = 1\nNew value = 2\n');
    expect(text).toMatch(/#0 +SysTick_Handler \(\)/);
  });

  test('Ctrl-C while it runs: where it is, and on from there', async () => {
    const text = await session(
      exact,
      ['echo now\\n', 'continue', 'backtrace -1', 'print ticks > 2', `tbreak app1.ts:${line('total = ')}`, 'continue'],
      { after: 'now', ms: 300 },
    );
    expect(text).toContain('Program received signal SIGINT');
    expect(text).toMatch(/^#\d .*Reset_Handler \(\) at apps\/app1\.ts/m);
    expect(text).toContain('$1 = 1\n');
    expect(text).toMatch(/Temporary breakpoint 1, Reset_Handler \(\)/);
  });

  test('optimised: lines, parameters and variables of the module', async () => {
    const text = await session(
      [],
      [
        ...[
          `break app1.ts:${line('ticks += 1')}`,
          'continue',
          'backtrace',
          'delete',
          `tbreak app1.ts:${line('wait(ticks + 5)')}`,
        ],
        ...['continue', 'print total', 'print ticks'],
      ],
    );
    expect(text).toMatch(/#1 +<signal handler called>\n#2 .* at apps\/app1\.ts:\d+\n/);
    expect(text).toMatch(/Temporary breakpoint 2, .*apps\/app1\.ts/);
    expect(text).toContain('$1 = 14\n$2 = 2\n');
  });
});
