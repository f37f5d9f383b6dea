/** What a command of the protocol is: a name, and what it does with the text behind it. */
import type { DebugTarget, ResumeAction, TargetStop } from './target.ts';

/** Why a session is over. */
export type SessionEnd = 'detached' | 'killed';

/** What commands may do beside reading and changing the target. */
export interface CommandContext {
  readonly target: DebugTarget;
  /** Whether the client has said that a feature of this name is known to it (`swbreak`). */
  knows(feature: string): boolean;
  learn(features: readonly string[]): void;
  /** Lets the target run. The answer comes when it stops. */
  resume(action: ResumeAction): void;
  /** Breakpoints that are inserted, by type (`0` software, `1` hardware) and address. */
  readonly breakpoints: ReadonlyMap<string, Set<number>>;
  /** The stop that is told to whoever asks. */
  lastStop: StopCause;
  /** Acknowledgements are left out from now on. */
  stopAcknowledging(): void;
  /** The client expects the server to stay when the program is killed or left (`target extended-remote`). */
  isExtended: boolean;
  end(how: SessionEnd): void;
}

export type StopCause = TargetStop | { readonly kind: 'interrupted' } | { readonly kind: 'attached' };

/** The body to answer with; undefined for no answer, '' for "not known here". */
export type Answer = string | undefined;

export type Command = (args: string, context: CommandContext) => Answer;

/** Commands by name: a single character, or a word after `q`, `Q` or `v`. */
export type CommandTable = Readonly<Record<string, Command>>;

export const OK = 'OK';
export const NOT_KNOWN = '';

/** Error numbers are free; these are those of errno.h that say the same. */
export const ERROR = {
  /** EFAULT: there is no such memory, or it cannot be had now. */
  memory: 'E0e',
  /** EINVAL: the command cannot be understood. */
  malformed: 'E16',
  /** EIO: the target refused. */
  refused: 'E05',
} as const;
