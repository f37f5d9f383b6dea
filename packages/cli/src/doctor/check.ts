/** One thing that `kickstage doctor` looks at, and what it found. */

export type CheckStatus = 'ok' | 'warn' | 'fail';

export interface Check {
  /** Short name, for programs too: `node`, `tool openocd`. */
  readonly name: string;
  readonly status: CheckStatus;
  /** What was found. */
  readonly found: string;
  /** What to do; present unless all is well. */
  readonly fix?: string;
  /** Lines to be copied: a rule, for instance. */
  readonly lines?: readonly string[];
}
