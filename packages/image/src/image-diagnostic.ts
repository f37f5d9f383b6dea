/** How a fault of an image is said: with its offset from the beginning of the image. */
import type { Diagnostic } from '@kickstage/base/diagnostic';

export interface Fault {
  readonly what: string;
  /** Bytes from the beginning of the image. */
  readonly offset: number;
  /** What stands there. */
  readonly got: string;
  readonly why: string;
  readonly fix: string;
  readonly severity?: Diagnostic['severity'];
}

export const printOffset = (offset: number) => `0x${offset.toString(16).toUpperCase()}`;

export const printHalf = (value: number) => `0x${value.toString(16).toUpperCase().padStart(4, '0')}`;

export const printWord = (value: number) => `0x${value.toString(16).toUpperCase().padStart(8, '0')}`;

/** `file` is how the image is called. */
export function imageDiagnostic(file: string, code: string, fault: Fault): Diagnostic {
  const { what, offset, got, why, fix, severity = 'error' } = fault;
  return { code, severity, what, at: { file }, got: `at offset ${printOffset(offset)}: ${got}`, why, fix };
}
