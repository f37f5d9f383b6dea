/** C programs for tests on the emulator: built by the cross compiler that is installed (referee `arm-none-eabi-gcc`). */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface CProgram {
  /** Paths of the source and of the linker script. */
  readonly source: string;
  readonly script: string;
  /** Macros by name. */
  readonly defines?: Readonly<Record<string, string | number>>;
  readonly flags?: readonly string[];
}

/** The bytes of a freestanding program for the Cortex-M4, from its first address on. Warnings are errors. */
export function compileC({ source, script, defines = {}, flags = [] }: CProgram): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'kickstage-c-'));
  try {
    const elf = join(folder, 'program.elf');
    const bin = join(folder, 'program.bin');
    const machine = ['-mcpu=cortex-m4', '-mthumb', '-mfloat-abi=soft', '-O1', '-ffreestanding', '-nostdlib'];
    const macros = Object.entries(defines).map(([name, value]) => `-D${name}=${value}`);
    const checks = ['-Wall', '-Werror', '-Wl,--build-id=none', ...flags];
    execFileSync('arm-none-eabi-gcc', [...machine, ...checks, ...macros, '-T', script, source, '-lgcc', '-o', elf]);
    execFileSync('arm-none-eabi-objcopy', ['-O', 'binary', elf, bin]);
    return new Uint8Array(readFileSync(bin));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
