/** A conversation with `kickstage exec --batch` in a process of its own: all requests in, all answers out, in order. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../cli/run-cli.ts';

export interface BatchAnswer {
  readonly ok: boolean;
  readonly values?: readonly string[];
  readonly trap?: string;
  readonly error?: { readonly code: string; readonly what: string };
  readonly calls?: readonly { readonly import: string; readonly args: readonly string[] }[];
}

/** Throws unless there is one answer for each request. */
export async function converse(
  cwd: string,
  requests: readonly object[],
  ...options: readonly string[]
): Promise<BatchAnswer[]> {
  const bin = join(ROOT, 'packages/cli/bin/kickstage.js');
  const child = spawn(process.execPath, [bin, 'exec', '--batch', ...options], { cwd });
  const texts: string[] = [];
  const complaints: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => void texts.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => void complaints.push(text));
  child.stdin.end(requests.map((request) => `${JSON.stringify(request)}\n`).join(''));
  await new Promise((resolve) => child.on('close', resolve));
  const answers = texts
    .join('')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as BatchAnswer);
  if (answers.length === requests.length && complaints.length === 0) return answers;
  throw new Error(`${requests.length} requests, ${answers.length} answers; ${complaints.join('')}`);
}
