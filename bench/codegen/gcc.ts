/** The kernels through gcc. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readElf } from '@kickstage/elf/read';
import { CODE_START, type Program } from './program.ts';
import { tablesAsC } from './tables.ts';

const GCC = 'arm-none-eabi-gcc';
const FLAGS = [
  ...['-mcpu=cortex-m4', '-mthumb', '-ffreestanding', '-fno-builtin', '-fno-tree-loop-distribute-patterns'],
  ...['-ffunction-sections', '-nostdlib', '-Wl,-e,0', `-Wl,-Ttext=0x${CODE_START.toString(16)}`],
];

export function compileGcc(level: '-Os' | '-O2'): Program {
  const folder = mkdtempSync(join(tmpdir(), 'kickstage-bench-'));
  try {
    writeFileSync(join(folder, 'tables.h'), tablesAsC());
    const out = join(folder, 'kernels.elf');
    const source = join(import.meta.dirname, 'kernels/kernels.c');
    execFileSync(GCC, [...FLAGS, level, '-I', folder, source, '-o', out]);
    const { segments, symbols } = readElf(readFileSync(out), out).value!;
    const functions = symbols
      .filter(({ type }) => type === 'function')
      .map(({ name, value, size }) => [name, { address: value & ~1, size }] as const);
    return { chunks: segments, functions: new Map(functions) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function gccVersion(): string {
  return execFileSync(GCC, ['-dumpfullversion'], { encoding: 'utf8' }).trim();
}
