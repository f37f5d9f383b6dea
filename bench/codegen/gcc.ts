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

/**
 * Floats in the unit; a product and a sum are rounded each, as WebAssembly has it. Whether arguments go in its registers
 * does not matter to kernels that have no floats among them.
 */
const FLOAT_FLAGS = ['-mfpu=fpv4-sp-d16', '-mfloat-abi=softfp', '-ffp-contract=off', '-fno-math-errno'];

export const compileFloatGcc = (level: '-Os' | '-O2') => compileGcc(level, 'float-kernels.c', FLOAT_FLAGS);

export function compileGcc(level: '-Os' | '-O2', file = 'kernels.c', flags: readonly string[] = []): Program {
  const folder = mkdtempSync(join(tmpdir(), 'kickstage-bench-'));
  try {
    writeFileSync(join(folder, 'tables.h'), tablesAsC());
    const out = join(folder, 'kernels.elf');
    const source = join(import.meta.dirname, 'kernels', file);
    execFileSync(GCC, [...FLAGS, ...flags, level, '-I', folder, source, '-o', out]);
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
