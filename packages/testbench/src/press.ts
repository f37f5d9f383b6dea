/** Button presses as a user writes them: `PA0@3s`, or with a duration `PA0@3s:200ms`. */

export interface Press {
  readonly pin: string;
  /** Seconds since power-on. */
  readonly at: number;
  /** Seconds. */
  readonly duration: number;
}

/**
 * How long a press lasts where nothing is said: a quick human press. A program that polls once per 100 ms, as the
 * fast blinker does, sees it.
 */
export const DEFAULT_PRESS_SECONDS = 0.15;

const UNITS: Record<string, number> = { us: 1e-6, ms: 1e-3, s: 1, min: 60 };

/** Seconds from `3s`, `150ms`, `20us`, `1.5s`, `2min`; undefined for anything else. A unit is needed. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(us|ms|s|min)$/.exec(text.trim());
  return match ? Number(match[1]) * UNITS[match[2]] : undefined;
}

/** A press, or undefined when `text` is none. */
export function parsePress(text: string): Press | undefined {
  const match = /^(P[A-K](?:1[0-5]|[0-9]))@([^:]+)(?::(.+))?$/i.exec(text.trim());
  if (!match) return undefined;
  const at = parseDuration(match[2]);
  const duration = match[3] === undefined ? DEFAULT_PRESS_SECONDS : parseDuration(match[3]);
  if (at === undefined || duration === undefined || duration <= 0) return undefined;
  return { pin: match[1].toUpperCase(), at, duration };
}
