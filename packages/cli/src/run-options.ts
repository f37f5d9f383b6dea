/** Options of `kickstage run`, read and checked. */
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { type Press, parseDuration, parsePress } from '@kickstage/testbench/press';

export interface RawRunOptions {
  readonly for?: string;
  readonly press?: readonly string[];
  readonly expect?: string;
  readonly timeout?: string;
  readonly elf?: string;
  readonly live?: boolean;
  readonly seed?: string;
}

export interface RunOptions {
  /** Virtual seconds; undefined where nothing was said. */
  readonly duration: number | undefined;
  readonly timeout: number | undefined;
  readonly presses: readonly Press[];
  readonly expect: string | undefined;
  readonly elf: string | undefined;
  readonly live: boolean;
  /** Of the noise that RAM holds after power-on. */
  readonly seed: number;
}

/** How long a run lasts when neither --for nor --expect says so, in virtual seconds. */
const DEFAULT_DURATION = 3;
const DEFAULT_TIMEOUT = 10;

export function readRunOptions(raw: RawRunOptions): { options: RunOptions; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const duration = readDuration('--for', raw.for, diagnostics);
  const timeout = readDuration('--timeout', raw.timeout, diagnostics);
  const presses = (raw.press ?? []).flatMap((text) => {
    const press = parsePress(text);
    if (!press)
      diagnostics.push(
        badValue('--press', text, 'write PIN@TIME or PIN@TIME:DURATION, such as PA0@3s or PA0@3s:200ms'),
      );
    return press ? [press] : [];
  });
  const seed = raw.seed === undefined ? 1 : Number(raw.seed);
  if (!Number.isInteger(seed)) diagnostics.push(badValue('--seed', String(raw.seed), 'give a whole number'));
  const waits = raw.expect !== undefined;
  return {
    options: {
      duration: duration ?? (waits || raw.live ? undefined : timeout === undefined ? DEFAULT_DURATION : undefined),
      timeout: timeout ?? (waits && duration === undefined ? DEFAULT_TIMEOUT : undefined),
      presses,
      expect: raw.expect,
      elf: raw.elf,
      live: raw.live === true,
      seed,
    },
    diagnostics,
  };
}

function readDuration(option: string, text: string | undefined, diagnostics: Diagnostic[]): number | undefined {
  if (text === undefined) return undefined;
  const seconds = parseDuration(text);
  if (seconds === undefined || seconds <= 0) {
    diagnostics.push(badValue(option, text, 'write a number with its unit: 20us, 150ms, 3s, 1.5s, 2min'));
    return undefined;
  }
  return seconds;
}

function badValue(option: string, got: string, fix: string): Diagnostic {
  return {
    code: 'CLI004',
    severity: 'error',
    what: `${option} cannot be read`,
    at: { path: option },
    got: JSON.stringify(got),
    fix,
  };
}
