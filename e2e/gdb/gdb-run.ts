/** `kickstage run --gdb 0` in a process of its own, and gdb in batch mode with a script before it. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const BIN = join(ROOT, 'packages/cli/bin/kickstage.js');
/** Milliseconds. */
const PATIENCE = 120_000;

/** A server with its board, of `run` or of a replay by `test`; its stdout is read as it comes. */
export class DebugServer {
  readonly process: ChildProcess;
  stdout = '';
  stderr = '';
  private code: number | null | undefined;

  constructor(cwd: string, ...args: string[]) {
    const command = args[0] === 'test' ? args : ['run', ...args];
    this.process = spawn(process.execPath, [BIN, ...command, '--gdb', '0'], { cwd });
    this.process.stdout!.on('data', (data: Buffer) => {
      this.stdout += data.toString();
    });
    this.process.stderr!.on('data', (data: Buffer) => {
      this.stderr += data.toString();
    });
    this.process.on('exit', (code) => {
      this.code = code;
    });
  }

  /** Once it waits: its port. */
  async port(): Promise<number> {
    await until(() => /127\.0\.0\.1[:"]/.test(this.stdout) || this.code !== undefined);
    const port = /127\.0\.0\.1:(\d+)/.exec(this.stdout)?.[1];
    if (port === undefined) throw new Error(`no port in ${this.stdout}${this.stderr}`);
    return Number(port);
  }

  /** Its exit code, once it has ended. */
  async ended(): Promise<number | null> {
    await until(() => this.code !== undefined);
    return this.code!;
  }

  kill(): void {
    if (this.code === undefined) this.process.kill('SIGKILL');
  }
}

/** Fails after so many milliseconds. */
export async function until(isSo: () => boolean, patience = PATIENCE): Promise<void> {
  const end = Date.now() + patience;
  while (!isSo()) {
    if (Date.now() > end) throw new Error('it takes too long');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export interface GdbRun {
  /** Commands; `PORT` is the server's. */
  readonly script: readonly string[];
  readonly cwd: string;
  readonly port: number;
  /** Ctrl-C is pressed this many milliseconds after gdb has printed a text. */
  readonly interrupt?: { readonly after: string; readonly ms: number };
}

/** What gdb prints, its errors too. */
export function runGdb({ script, cwd, port, interrupt }: GdbRun): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'kickstage-gdb-'));
  const file = join(folder, 'script.gdb');
  const preamble = ['set confirm off', 'set pagination off', 'set width 0', `set tcp connect-timeout 5`];
  writeFileSync(file, [...preamble, ...script, ''].join('\n').replaceAll('PORT', `127.0.0.1:${port}`));
  return new Promise((resolve) => {
    const gdb = spawn('gdb-multiarch', ['-nx', '-batch', '-x', file], { cwd, timeout: PATIENCE });
    let text = '';
    let pressed = false;
    const take = (data: Buffer) => {
      text += data.toString();
      if (!interrupt || pressed || !text.includes(interrupt.after)) return;
      pressed = true;
      setTimeout(() => gdb.kill('SIGINT'), interrupt.ms);
    };
    gdb.stdout.on('data', take);
    gdb.stderr.on('data', take);
    gdb.on('close', () => {
      rmSync(folder, { recursive: true, force: true });
      resolve(text);
    });
  });
}

/** Floating-point arguments in registers. */
export const HARD_FLOAT = ['-mfpu=fpv4-sp-d16', '-mfloat-abi=hard'];

/** Builds a program to debug, `program.c` for instance; gives its ELF file. */
export function buildProgram(
  folder: string,
  optimisation: '-O0' | '-O2',
  program = 'program.c',
  more: readonly string[] = [],
): string {
  const elf = join(folder, `${program}${optimisation}.elf`);
  const source = (name: string) => join(import.meta.dirname, name);
  const flags = ['-mcpu=cortex-m4', '-mthumb', '-g', optimisation, '-ffreestanding', '-nostdlib', '-Wall', '-Werror'];
  const { status, stderr } = spawnSync(
    'arm-none-eabi-gcc',
    [...flags, '-T', source('program.ld'), source(program), ...more, '-o', elf],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return elf;
}
