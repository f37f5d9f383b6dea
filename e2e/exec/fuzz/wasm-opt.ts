/**
 * Binaryen's wasm-opt without a process for each call: the program that its package ships is JavaScript, started once here
 * and called again and again. It reads and writes files as ever.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

interface Program {
  noInitialRun: boolean;
  print(text: string): void;
  printErr(text: string): void;
  onRuntimeInitialized(): void;
  callMain?(args: string[]): void;
}

const require = createRequire(import.meta.url);
/** Calls between two starts: the program was made to end, not to give back memory. */
const CALLS = 2000;

export class WasmOpt {
  private readonly path = join(dirname(require.resolve('binaryen')), 'bin/wasm-opt');
  private readonly main: (...args: unknown[]) => void;
  private program: Program | undefined;
  private calls = 0;

  constructor() {
    const text = readFileSync(this.path, 'utf8').replace(/^#!.*\n/, '');
    this.main = new Function(
      'Module',
      'require',
      'process',
      '__filename',
      '__dirname',
      `${text};Module.callMain=callMain`,
    ) as typeof this.main;
  }

  /** Runs the program with these arguments; throws where it fails. */
  async run(...args: string[]): Promise<void> {
    if (this.calls++ % CALLS === 0) this.program = await this.start();
    this.program!.callMain!(args);
  }

  private start(): Promise<Program> {
    return new Promise((resolve) => {
      const program: Program = {
        noInitialRun: true,
        print: () => {},
        printErr: () => {},
        onRuntimeInitialized: () => resolve(program),
      };
      // A process of its own: the program sets the exit code and listens to events.
      const own = Object.create(process, {
        argv: { value: ['node', this.path] },
        exitCode: { value: undefined, writable: true },
        on: { value: () => {} },
      });
      this.main(program, require, own, this.path, dirname(this.path));
    });
  }
}
