/** Exit codes of the command line. */

export const EXIT = {
  ok: 0,
  /** The program or image is wrong. */
  program: 1,
  /** Usage or config. */
  usage: 2,
  /** No device, or no permission. */
  device: 3,
  /** Verification or signature. */
  verify: 4,
  /** Refused by the device. */
  refused: 5,
  timeout: 42,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
