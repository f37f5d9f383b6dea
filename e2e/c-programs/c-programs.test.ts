/**
 * Real C programs with newlib, built by gcc at several levels, on the virtual board: their output over semihosting is what
 * QEMU's is, and they end as they should.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { referee } from '../../tools/referee.ts';
import { kickstage } from '../cli/run-cli.ts';

const gcc = referee('arm-none-eabi-gcc');
const qemu = referee('qemu-system-arm');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kickstage-c-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function build(program: string, flags: readonly string[]): string {
  const elf = join(folder, `${program}${flags.join('')}.elf`);
  const sources = [`${program}.c`, 'start.c'].map((name) => join(import.meta.dirname, name));
  const { status, stderr } = spawnSync(
    'arm-none-eabi-gcc',
    [
      ...[
        '-mcpu=cortex-m4',
        '-mthumb',
        '--specs=rdimon.specs',
        '-nostartfiles',
        '-ffunction-sections',
        '-Wl,--gc-sections',
      ],
      ...['-T', join(import.meta.dirname, 'program.ld'), ...flags, ...sources, '-o', elf],
      // newlib's start-up is asked for by its name: the vectors are ours.
      ...[rdimonStart(flags), '-lm'],
    ],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return elf;
}

function rdimonStart(flags: readonly string[]): string {
  const machine = ['-mcpu=cortex-m4', '-mthumb', ...flags.filter((flag) => /^-mf/.test(flag))];
  return spawnSync('arm-none-eabi-gcc', [...machine, '-print-file-name=rdimon-crt0.o'], {
    encoding: 'utf8',
  }).stdout.trim();
}

/** Lines that a program prints on the virtual board, and its exit code. */
function onVirtualBoard(elf: string): { lines: string[]; status: unknown } {
  const { events } = kickstage(folder, 'run', '--elf', elf, '--timeout', '20s', '--json');
  const lines = events.filter(({ event }) => event === 'uart').map(({ text }) => String(text));
  return { lines, status: events.at(-1)?.status ?? events.at(-1) };
}

function onQemu(elf: string): { lines: string[]; status: unknown } {
  const machine = ['-M', 'netduinoplus2', '-display', 'none', '-monitor', 'none', '-serial', 'null'];
  const config = ['-semihosting-config', 'enable=on,target=native', '-icount', 'shift=3,sleep=off', '-kernel', elf];
  const { stdout, stderr, status } = spawnSync('qemu-system-arm', [...machine, ...config], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { lines: `${stdout}${stderr}`.split('\n').filter((line) => line !== ''), status };
}

describe.skipIf(gcc.skip || qemu.skip)(`C programs (${gcc.label}, ${qemu.label})`, () => {
  const FPU = ['-mfloat-abi=hard', '-mfpu=fpv4-sp-d16'];
  for (const flags of [['-O0'], ['-O2'], ['-Os'], ['-O0', ...FPU], ['-O2', ...FPU], ['-Os', ...FPU]]) {
    test(`the C library, ${flags.join(' ')}`, () => {
      const elf = build('library', flags);
      const ours = onVirtualBoard(elf);
      expect(ours.lines).toHaveLength(11);
      expect(ours.status).toBe(0);
      expect(ours.lines).toContain('jumped from 20');
      expect(onQemu(elf)).toEqual(ours);
    });

    test(`two tasks, ${flags.join(' ')}`, () => {
      const ours = onVirtualBoard(build('tasks', flags));
      expect(ours).toEqual({ lines: ['two tasks', '50 ticks, both ran: 1, sums in steps: 1'], status: 0 });
    });
  }
});

describe.skipIf(gcc.skip)(`how a program ends (${gcc.label})`, () => {
  test('its exit code is in the last event, and decides that of the command', () => {
    const elf = build('fails', ['-Os']);
    const { events, code } = kickstage(folder, 'run', '--elf', elf, '--timeout', '20s', '--json');
    expect(events.at(-1)).toMatchObject({ event: 'end', reason: 'exit', status: 7 });
    expect(code).toBe(1);
  });
});
