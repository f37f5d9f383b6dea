/** Builds mix.c with gcc for the three engines of the emulator benchmark. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export interface BuildOptions {
  readonly cpu: 'cortex-m4' | 'cortex-m0plus';
  readonly flashStart: number;
  readonly turns: number;
  readonly semihosting: boolean;
}

export interface Built {
  readonly elf: string;
  readonly bin: string;
  readonly symbols: ReadonlyMap<string, number>;
}

const here = import.meta.dirname;

export function buildMix(folder: string, name: string, options: BuildOptions): Built {
  const elf = join(folder, `${name}.elf`);
  const bin = join(folder, `${name}.bin`);
  execFileSync('arm-none-eabi-gcc', [
    `-mcpu=${options.cpu}`,
    ...['-mthumb', '-O2', '-ffreestanding', '-nostdlib', '-fno-tree-loop-distribute-patterns'],
    '-DSTACK_TOP=0x20020000',
    `-DTURNS=${options.turns}`,
    ...(options.semihosting ? ['-DSEMIHOSTING'] : []),
    `-Wl,--defsym=FLASH_START=0x${options.flashStart.toString(16)}`,
    ...['-T', join(here, 'mix.ld'), join(here, 'mix.c'), '-lgcc', '-o', elf],
  ]);
  execFileSync('arm-none-eabi-objcopy', ['-O', 'binary', elf, bin]);
  const names = execFileSync('arm-none-eabi-nm', [elf], { encoding: 'utf8' });
  const symbols = new Map(
    [...names.matchAll(/^([0-9a-f]{8}) \w (\w+)$/gm)].map((m) => [m[2], Number.parseInt(m[1], 16)]),
  );
  return { elf, bin, symbols };
}
