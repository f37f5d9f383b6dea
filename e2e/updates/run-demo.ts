/** Runs the demo of examples/bank-exchange, which looks for what each step must say by itself. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ROOT } from '../firmware/firmware-files.ts';

export function runDemo(...cases: string[]): string {
  const demo = join(ROOT, 'examples/bank-exchange/demo.mjs');
  const { stdout, stderr, status } = spawnSync(process.execPath, [demo, ...cases], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}
