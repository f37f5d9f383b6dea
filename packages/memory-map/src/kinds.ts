/**
 * The kinds of values that a config holds: how each is told, and what is said about a value that is not of it. Shapes of
 * objects are in schema.ts.
 */
import { nearMiss } from '@kickstage/base/near-miss';
import { ROLLBACKS, VERIFY_LEVELS, VERIFY_TIMES } from './signing/config.ts';
import { parseSize } from './size.ts';
import { STRATEGIES } from './updates/config.ts';

export interface KindProblem {
  /** Goes on after the key's name: `is no address`. */
  readonly what: string;
  readonly why?: string;
  readonly fix: string;
}

export interface Kind {
  readonly code: string;
  readonly test: (value: unknown) => boolean;
  readonly problem: (value: unknown) => KindProblem;
}

const isWord = (value: unknown) =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0xffff_ffff;
const isText = (value: unknown) => typeof value === 'string' && value !== '';

function word(what: string, example: string): Kind {
  return {
    code: 'MAP002',
    test: isWord,
    problem: (value) => ({
      what,
      why: 'it is a whole number from 0 to 0xFFFF_FFFF',
      fix:
        typeof value === 'string' && isWord(Number(value)) ? `write ${value} without quotes` : `write it as ${example}`,
    }),
  };
}

/** One of several texts. */
export function choice(...options: readonly string[]): Kind {
  return {
    code: 'MAP002',
    test: (value) => options.includes(value as string),
    problem: (value) => {
      const near = typeof value === 'string' ? nearMiss(value, options) : undefined;
      return {
        what: 'has a value that means nothing',
        why: `it can be ${options.map((option) => `'${option}'`).join(' or ')}`,
        fix: near ? `did you mean '${near}'?` : `write '${options[0]}', or leave it out`,
      };
    },
  };
}

function plain(test: Kind['test'], what: string, fix: string): Kind {
  return { code: 'MAP002', test, problem: () => ({ what, fix }) };
}

/** A whole number from 1 on. */
function range(maximum: number): Kind {
  const test = (value: unknown) => isWord(value) && value !== 0 && (value as number) <= maximum;
  return plain(test, `is not a whole number from 1 to ${maximum}`, 'write such a number');
}

const VERSION = /^(\d{1,3})\.(\d{1,3})\.(\d{1,5})$/;

function isVersion(value: unknown): boolean {
  const match = typeof value === 'string' ? VERSION.exec(value) : null;
  return match !== null && Number(match[1]) <= 0xff && Number(match[2]) <= 0xff && Number(match[3]) <= 0xffff;
}

const PIN = /^P[A-K](?:\d|1[0-5])$/;

const kinds = {
  object: plain(isPlainObject, 'is not an object', 'write { … }'),
  list: plain(Array.isArray, 'is not a list', 'write [ … ]'),
  filled: plain((value) => Array.isArray(value) && value.length > 0, 'is an empty list', 'name one at least'),
  text: plain(isText, 'is not a text', "write it in quotes: '…'"),
  flag: plain((value) => typeof value === 'boolean', 'is neither true nor false', 'write true or false'),
  number: plain((value) => typeof value === 'number', 'is no number', 'write one without quotes: 0xff'),
  index: plain(isWord, 'is not a whole number from 0 on', 'write such a number'),
  core: plain(
    (value) => value === 'cortex-m4f',
    'is no processor for which code can be made',
    "it can be 'cortex-m4f'",
  ),
  count: range(0xffff_ffff),
  sectorCount: range(0x1_0000),
  pin: plain((value) => isText(value) && PIN.test(value as string), 'names no pin', "write port and number: 'PC13'"),
  address: word('is no address', 'a number: 0x0800_4000'),
  word: word('is no 32-bit word', 'a number: 0xCAFE_BABE'),
  size: {
    code: 'MAP004',
    test: (value) => 'bytes' in parseSize(value),
    problem: (value) => {
      const parsed = parseSize(value);
      return { what: 'is no size', ...('bytes' in parsed ? { fix: '' } : { why: parsed.problem, fix: parsed.fix }) };
    },
  },
  version: {
    code: 'MAP020',
    test: isVersion,
    problem: () => ({
      what: 'is no version',
      why: 'a version is three numbers of at most 255, 255 and 65535: images carry it in four bytes',
      fix: "write it as '1.2.3'",
    }),
  },
  preserve: choice('preserve'),
  protocol: choice('record', 'magic-word'),
  vectors: choice('system', 'full'),
  update: plain(
    (value) => value === true || isPlainObject(value),
    'is neither true nor an object',
    'write true, or { strategy: … }',
  ),
  strategy: choice(...STRATEGIES),
  storageMemory: choice('internal', 'external'),
  stateChannel: choice('journal', 'ram'),
  watchdog: plain(
    (value) => isWord(value) && (value as number) >= 8 && (value as number) <= 32_760,
    'is no time that the watchdog can measure',
    'write milliseconds, 8 to 32760',
  ),
  floats: choice('fpu', 'soft'),
  verify: choice(...VERIFY_LEVELS),
  verifyWhen: choice(...VERIFY_TIMES),
  rollback: choice(...ROLLBACKS),
  downgrade: choice('refuse', 'allow'),
  key: plain(
    (value) => isText(value) || isPlainObject(value),
    'names no key',
    "write its file: 'keys/main.pem', or { public: …, private: … }",
  ),
} satisfies Record<string, Kind>;

export type KindName = keyof typeof kinds;

export const KINDS: Readonly<Record<KindName, Kind>> = kinds;

/** Whether a value can be looked into by keys: no list, no null. */
export function isPlainObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
