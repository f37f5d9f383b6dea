/**
 * Many commands in one process, for tests that build: the compiler is loaded and warm after the first. What a command
 * sees is what it would see in a process of its own: folder, arguments, streams, exit code.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { type CliResult, eventsOf, ROOT } from './run-cli.ts';

const HOST = join(import.meta.dirname, 'session-host.mjs');
const MAIN = join(ROOT, 'packages/cli/dist/main.js');
/** Milliseconds for one command. */
const PATIENCE = 120_000;

type Answer = Pick<CliResult, 'code' | 'stdout' | 'stderr'>;

export class CliSession {
  private host: ChildProcess | undefined;
  private last: Promise<unknown> = Promise.resolve();

  /** Commands that are asked for at the same time run one after the other. */
  run(cwd: string, ...args: string[]): Promise<CliResult> {
    const result = this.last.then(async () => {
      const { code, stdout, stderr } = await this.ask(cwd, args);
      return { code, stdout, stderr, events: eventsOf(stdout, args) };
    });
    this.last = result.catch(() => {});
    return result;
  }

  end(): void {
    this.host?.kill();
    this.host = undefined;
  }

  private ask(cwd: string, args: readonly string[]): Promise<Answer> {
    this.host ??= fork(HOST, [MAIN], { stdio: 'pipe' });
    const { host } = this;
    return new Promise((resolve, reject) => {
      const end = (action: () => void) => {
        clearTimeout(timer);
        host.removeAllListeners();
        action();
      };
      const timer = setTimeout(() => {
        this.end();
        end(() => reject(new Error(`kickstage ${args.join(' ')} takes too long`)));
      }, PATIENCE);
      host.once('message', (answer) => end(() => resolve(answer as Answer)));
      host.once('exit', (code) => {
        this.host = undefined;
        end(() => reject(new Error(`kickstage ${args.join(' ')} ended its process with ${code}`)));
      });
      host.send({ cwd, args });
    });
  }
}
