/** Runs tools. The one place that starts processes: tests hand in other ones by PATH, or another `RunTool`. */
import { spawn } from 'node:child_process';
import type { Argv } from '@kickstage/toolchain/flash/tool';

export interface ToolResult {
  /** Exit code; 127 when the program could not be started, 128 + n when signal n ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type RunTool = (argv: Argv, onOutput?: (text: string) => void) => Promise<ToolResult>;

const NOT_STARTED = 127;
const SIGNALLED = 128;

/** Runs programs in `cwd` without a shell. `onOutput` gets both streams' text as it comes. */
export function toolRunner(cwd: string): RunTool {
  return ([program, ...args], onOutput) =>
    new Promise((resolve) => {
      const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
      const texts = { stdout: '', stderr: '' };
      for (const name of ['stdout', 'stderr'] as const) {
        child[name].setEncoding('utf8').on('data', (text: string) => {
          texts[name] += text;
          onOutput?.(text);
        });
      }
      child.on('error', (error) =>
        resolve({ ...texts, code: NOT_STARTED, stderr: `${texts.stderr}${error.message}\n` }),
      );
      child.on('close', (code, signal) => resolve({ ...texts, code: code ?? (signal ? SIGNALLED : NOT_STARTED) }));
    });
}

/** Both streams as one text. */
export const outputOf = ({ stdout, stderr }: ToolResult): string => `${stdout}\n${stderr}`;
