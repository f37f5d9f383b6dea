/**
 * What every reader of foreign bytes owes: a value or diagnostics of its own codes, in time, with no more memory than the
 * file gives reason for, and the input unchanged.
 */
import type { Checked } from '@kickstage/base/diagnostic';
import { expect } from 'vitest';

/** What is expected of a reader beside its promise. */
export interface ReaderRule<T> {
  /** Codes that its diagnostics may have. */
  readonly codes: readonly string[];
  /** The arrays in a value. */
  readonly held?: (value: T) => readonly Uint8Array[];
}

/** Milliseconds that no file of a few kilobytes is worth. Generous: machines are loaded. */
const PATIENCE = 3000;

/** Calls a reader and gives its value, if the file is a good one. A failure shows the file in hexadecimal. */
export function judgeReader<T>(
  read: (bytes: Uint8Array) => Checked<T>,
  bytes: Uint8Array,
  rule: ReaderRule<T>,
): T | undefined {
  const before = bytes.slice();
  const start = performance.now();
  let result: Checked<T>;
  try {
    result = read(bytes);
  } catch (error) {
    const shown = Buffer.from(bytes.subarray(0, 2048)).toString('hex');
    throw new Error(`the reader threw ${(error as Error).message}\nfile of ${bytes.length} bytes: ${shown}`, {
      cause: error,
    });
  }
  expect(performance.now() - start).toBeLessThan(PATIENCE);
  expect(Buffer.compare(before, bytes)).toBe(0);
  const { value, diagnostics } = result;
  for (const diagnostic of diagnostics) {
    expect(rule.codes).toContain(diagnostic.code);
    expect(diagnostic).toMatchObject({ severity: 'error', what: expect.any(String), at: { file: expect.any(String) } });
  }
  expect(diagnostics.length === 0).toBe(value !== undefined);
  if (value !== undefined && rule.held) expect(heldBytes(rule.held(value))).toBeLessThanOrEqual(2 * bytes.length + 64);
  return value;
}

/** Bytes of memory behind the arrays, each buffer once. */
function heldBytes(arrays: readonly Uint8Array[]): number {
  const buffers = new Set(arrays.map(({ buffer }) => buffer));
  return [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0);
}
