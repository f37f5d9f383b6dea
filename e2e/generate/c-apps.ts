/** C apps for the slots of an example, compiled with what `kickstage generate` wrote into it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const CPU = ['-mcpu=cortex-m4', '-mthumb'];
const STRICT = ['-Wall', '-Wextra', '-pedantic', '-Werror', '-Wl,--fatal-warnings'];

export interface CApp {
  /** Path of the ELF and of its raw bytes, which begin at the slot. */
  readonly elf: string;
  readonly bin: string;
}

/**
 * Compiles `source` for the slot of `app` in the project `folder`, where the files are generated, into its `build/`.
 * `flags` are those of gcc; without a C library where they do not ask for one.
 */
export function compileCApp(folder: string, app: string, source: string, flags: readonly string[] = []): CApp {
  const elf = join(folder, `build/c-${app}.elf`);
  const bin = join(folder, `build/c-${app}.bin`);
  mkdirSync(join(folder, 'build'), { recursive: true });
  const generated = join(folder, 'generated');
  const library = flags.some((flag) => flag.startsWith('--specs=')) ? ['-nostartfiles'] : ['-nostdlib'];
  const files = [source, join(generated, 'c/startup.c'), '-T', join(generated, app, `${app}.ld`)];
  const all = [...CPU, ...STRICT, ...library, ...flags, '-I', join(generated, 'c'), ...files, '-lgcc', '-o', elf];
  execFileSync('arm-none-eabi-gcc', all, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  execFileSync('arm-none-eabi-objcopy', ['-O', 'binary', elf, bin]);
  return { elf, bin };
}
