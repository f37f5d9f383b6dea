/** gdb steps through firmware that runs on QEMU: breakpoints, stepping, backtraces, arguments, variables, handlers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { referee } from '../../tools/referee.ts';
import { buildSource, type DebugBuild, removeFolders } from './debug-build.ts';
import { runInQemu } from './gdb.ts';

const gdb = referee('gdb-multiarch');
const qemu = referee('qemu-system-arm');

const SOURCE = `import { st32 } from 'kickstage/firmware/intrinsics/mmio';

let depth: u32 = 0;
let ticks: u32 = 0;

export function SysTick_Handler(): void {
  ticks += 1;
}

function leaf(value: u32, shift: u32): u32 {
  const shifted = value << shift;
  depth += shifted;
  return shifted + depth;
}

function recurse(level: u32, seed: u32): u32 {
  if (level == 0) return leaf(seed, 3);
  const below = recurse(level - 1, seed + 1);
  return below + leaf(level, 1);
}

export function Reset_Handler(): void {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < 3; i++) {
    sum += recurse(2 + i, 10);
    sum ^= recurse(1, i);
  }
  st32(0xe000e014, 100);
  st32(0xe000e018, 0);
  st32(0xe000e010, 7);
  while (true) sum += leaf(sum, 1);
}
`;

const line = (text: string) => SOURCE.split('\n').findIndex((found) => found.includes(text)) + 1;

afterAll(removeFolders);

describe.skipIf(gdb.skip || qemu.skip).each(['none', 'size'] as const)('optimised for %s', (level) => {
  let build: DebugBuild;

  beforeAll(async () => {
    build = await buildSource(SOURCE, level);
  }, 120_000);

  const run = (...commands: string[]) => runInQemu(build, commands);

  test('a breakpoint at a function shows its arguments and the line', () => {
    const printed = run('break leaf', 'continue', 'info args', 'continue');
    expect(printed).toContain(`Breakpoint 1, leaf (value=12, shift=3) at apps/app1.ts:${line('const shifted')}`);
    expect(printed).toContain(`${line('const shifted')}\t  const shifted = value << shift;`);
    expect(printed).toContain('value = 12\nshift = 3\n');
    expect(printed).toContain('Breakpoint 1, leaf (value=1, shift=1)');
  });

  test('a backtrace from the depth of a recursion', () => {
    const printed = run('break leaf', 'continue', 'bt', 'up', 'info args', 'up', 'print level');
    const frames = printed.split('\n').filter((text) => /^#\d /.test(text));
    // Addresses, and what is gone with the call, are not compared.
    const plain = frames.map((text) => text.replace(/0x\w+ in /, '').replace(/=<optimized out>/g, '=?'));
    const place = (text: string) => `at apps/app1.ts:${line(text)}`;
    expect(plain.slice(0, 5)).toEqual([
      `#0  leaf (value=12, shift=3) ${place('const shifted')}`,
      `#1  recurse (level=0, seed=?) ${place('level == 0')}`,
      `#2  recurse (level=1, seed=?) ${place('const below')}`,
      `#3  recurse (level=2, seed=?) ${place('const below')}`,
      `#4  Reset_Handler () ${place('recurse(2 + i')}`,
    ]);
    expect(frames.slice(5).map((text) => text.slice(0, 2))).toEqual(['#1', '#2']);
    expect(printed).toContain('$1 = 1\n');
  });

  test('finish goes to the caller, and shows what came back', () => {
    const printed = run('break leaf', 'continue', 'finish');
    expect(printed).toMatch(/in recurse \(level=0, .*\nValue returned is \$1 = 192\n|Value returned is \$1 = 192\n/);
  });

  test('step goes into a function, next over it', () => {
    const printed = run(`break app1.ts:${line('sum ^=')}`, 'continue', 'step', 'next', 'next', 'bt 1');
    expect(printed).toMatch(/recurse \(level=1, seed=0\) at apps\/app1.ts/);
    expect(printed).toMatch(new RegExp(`${line('return below')}\\t  return below`));
  });

  test('variables of the module', () => {
    const printed = run('print depth', 'break leaf', 'continue', 'continue', 'print depth', 'print &ticks');
    expect(printed).toMatch(/\$2 = 96\n/);
  });

  test('a handler is unwound into the code that it interrupted', () => {
    const printed = run('break SysTick_Handler', 'continue', 'bt', 'next', 'print ticks');
    expect(printed).toMatch(/#0 +SysTick_Handler \(\) at apps\/app1.ts/);
    expect(printed).toContain('#1  <signal handler called>');
    expect(printed).toMatch(/#[23] .*Reset_Handler \(\) at apps\/app1.ts/);
    expect(printed).toMatch(/\$1 = 1\n/);
  });

  if (level === 'none') {
    test('locals', () => {
      const breaks = [`break app1.ts:${line('return below')}`, `break app1.ts:${line('sum ^=')}`];
      const printed = run(...breaks, 'continue', 'info locals', 'delete 1', 'continue', 'info locals');
      expect(printed).toContain('below = 192\n');
      expect(printed).toMatch(/sum = [1-9]\d*\ni = 0\n/);
    });
  }
});
