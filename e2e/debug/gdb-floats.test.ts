/** gdb finds floats in the registers of the floating-point unit, and those of callers where a function has saved them. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { referee } from '../../tools/referee.ts';
import { buildSource, type DebugBuild, elfOf, removeFolders } from './debug-build.ts';
import { runInQemu } from './gdb.ts';

const gdb = referee('gdb-multiarch');
const qemu = referee('qemu-system-arm');
const readelf = referee('arm-none-eabi-readelf');

const SOURCE = `import { ld32, st32 } from 'kickstage/firmware/intrinsics/mmio';

let count: u32 = 0;

export function SysTick_Handler(): void {
  const grown = <f32>count * <f32>0.5;
  st32(0x20008000, reinterpret<u32>(grown));
  count++;
}

function inner(x: f32): f32 {
  const scaled = x * <f32>1.5;
  st32(0x20008004, reinterpret<u32>(scaled));
  return scaled - 1;
}

function outer(x: f32, y: f32): f32 {
  const sum = x + y;
  const first = inner(sum);
  const second = inner(first + sum);
  return sum * first - second;
}

export function Reset_Handler(): void {
  let total: f32 = 0.25;
  for (let i: u32 = 0; i < 3; i++) {
    total += outer(total, <f32>ld32(0x20008008) + <f32>2.5) + outer(<f32>i, total);
  }
  st32(0xe000e014, 5000);
  st32(0xe000e018, 0);
  st32(0xe000e010, 7);
  while (true) total = inner(total) * <f32>0.001;
}
`;

const line = (text: string) => SOURCE.split('\n').findIndex((found) => found.includes(text)) + 1;

afterAll(removeFolders);

describe.skipIf(gdb.skip || qemu.skip).each(['none', 'size'] as const)('optimised for %s', (level) => {
  let build: DebugBuild;

  beforeAll(async () => {
    build = await buildSource(SOURCE, level, ['bootloader', 'app1']);
  }, 120_000);

  const run = (...commands: string[]) => runInQemu(build, commands);
  const values = (printed: string) => [...printed.matchAll(/^\$\d+ = (.*)$/gm)].map(([, value]) => value);

  test('arguments', () => {
    const printed = run('break inner', 'continue', 'print x', 'continue', 'print x', 'info address x');
    expect(printed).toContain('Breakpoint 1, inner (x=2.75)');
    expect(values(printed)).toEqual(['2.75', '5.875']);
  });

  test('arguments of a caller, in registers that were saved since', () => {
    const printed = run('break inner', 'continue', 'continue', 'up', 'info args', 'bt 3', 'info registers s16 s17');
    expect(printed).toMatch(/outer \(x=/);
    expect(printed).toMatch(/#2 .*Reset_Handler \(\)/);
    expect(printed).not.toMatch(/corrupt/);
  });

  test('a handler is unwound into what it interrupted', () => {
    const printed = run('break SysTick_Handler', 'continue', 'continue', 'bt', 'finish');
    expect(printed).toContain('#1  <signal handler called>');
    expect(printed).toMatch(/#[23] .*Reset_Handler \(\)/);
  });

  if (level === 'none') {
    test('locals, of callers too', () => {
      const breaks = [`break app1.ts:${line('return scaled')}`, `break app1.ts:${line('return sum')}`];
      const script = ['continue', 'info locals', 'continue', 'up', 'print sum', 'print first', 'up', 'print total'];
      const printed = run(...breaks, ...script, 'delete 1', 'continue', 'info locals');
      expect(printed).toContain('scaled = 4.125\n');
      // The sum and the total are in registers of the unit that the callees keep or have put on the stack.
      expect(values(printed)).toEqual(['2.75', '3.125', '0.25']);
      expect(printed).toMatch(/sum = 2\.75\nfirst = 3\.125\nsecond = 7\.8125\n/);
    });
  }

  test.skipIf(readelf.skip)(`the file says what it needs (${readelf.label})`, () => {
    const attributes = (name: string) =>
      spawnSync('arm-none-eabi-readelf', ['-A', elfOf(build, name)], { encoding: 'utf8' }).stdout;
    expect(attributes('app1')).toMatch(/Tag_FP_arch: VFPv4-D16\n\s+Tag_ABI_HardFP_use: SP only\n/);
    // Floats go in core registers: no Tag_ABI_VFP_args.
    expect(attributes('app1')).not.toContain('VFP_args');
    expect(attributes('bootloader')).not.toContain('FP');
  });
});
