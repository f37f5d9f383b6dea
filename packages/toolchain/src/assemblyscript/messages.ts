/**
 * Turns the AssemblyScript compiler's messages into diagnostics. AssemblyScript looks like TypeScript and is not all of
 * it; the messages that a TypeScript programmer meets on the first day get a code and a hint of their own.
 */
import type { Diagnostic, Place } from '@kickstage/base/diagnostic';
import { nearMiss } from '@kickstage/base/near-miss';
import { positionIn, readSource, type SourceTree, shownName } from './source-tree.ts';

/** What the compiler's `reportDiagnostic` hands out: positions are offsets into the source's text. */
export interface AscMessage {
  readonly code: number;
  /** 0 pedantic, 1 info, 2 warning, 3 error. */
  readonly category: number;
  readonly message: string;
  readonly range: { readonly start: number; readonly end: number; readonly source: { normalizedPath: string } } | null;
}

const WARNING = 2;
const ERROR = 3;
/** A conversion between usize and u32 that would be none on a 64-bit machine: firmware's machine has 32. */
const NOT_64_BIT = 201;
/** What ERROR and WARNING of a source say; the firmware library writes `what: fix`. */
const USER_DEFINED = 102;

interface Rule {
  readonly code: string;
  readonly matches: (message: AscMessage, text: string) => boolean;
  readonly what: string;
  readonly fix: string;
}

const notImplemented = (feature: string) => (m: AscMessage) =>
  m.code === 100 && m.message.toLowerCase().includes(feature);

/** First match wins. `text` is the source text from where the message points at to its line's end. */
const RULES: readonly Rule[] = [
  {
    code: 'ASC010',
    matches: (m) => notImplemented('closures')(m) || (m.code === 2454 && m.message.includes('before being assigned')),
    what: 'a function inside a function cannot use the outer one’s variables (closure)',
    fix: 'pass the variable as a parameter, or make it a variable of the module',
  },
  {
    code: 'ASC011',
    matches: notImplemented('exceptions'),
    what: 'firmware has no exceptions: try, catch and finally cannot be compiled',
    fix: 'return a status number and check it',
  },
  {
    code: 'ASC012',
    matches: notImplemented('iterators'),
    what: 'for…of needs iterators, which firmware does not have',
    fix: 'count: for (let i = 0; i < a.length; i++)',
  },
  {
    code: 'ASC013',
    matches: notImplemented('union types'),
    what: 'a value has exactly one machine type: union types cannot be compiled',
    fix: 'choose one type, or write one function for each',
  },
  {
    code: 'ASC014',
    matches: (m, text) =>
      /^(export\s+)?(async|await)\b/.test(text) || (m.code === 2304 && /'(Promise|await)'/.test(m.message)),
    what: 'firmware has no async functions and no promises',
    fix: 'poll in a loop, or do the work in an interrupt handler',
  },
  {
    code: 'ASC015',
    matches: (m) => m.code === 2304 && /'(any|unknown|object)'/.test(m.message),
    what: 'firmware knows machine types only: any, unknown and object do not exist',
    fix: 'write the type that is meant: u32, i32, u8, bool, usize',
  },
  {
    code: 'ASC016',
    matches: (m) => m.code === 2322 && m.message.includes("'<object>'"),
    what: 'an object literal needs a class, and a heap that firmware does not have',
    fix: 'use variables of the module, or an @unmanaged class over a static block',
  },
  {
    code: 'ASC017',
    matches: (m) => m.code === 200 || m.code === 2365,
    what: 'machine types do not convert by themselves',
    fix: 'cast explicitly: <u8>value or value as u8',
  },
];

/** The diagnostic for a message; undefined for remarks that are no finding. */
export function toDiagnostic(message: AscMessage, tree: SourceTree): Diagnostic | undefined {
  if (message.category < WARNING || message.code === NOT_64_BIT) return undefined;
  const severity = message.category === ERROR ? 'error' : 'warning';
  const source = message.range && readSource(tree, message.range.source.normalizedPath);
  const at = placeOf(message, source);
  const text = message.range && source ? source.slice(message.range.start).split('\n', 1)[0] : '';
  const got = `${message.message.replace(/\.$/, '')} (${prefixOf(message.code)}${message.code})`;
  const unknownApp = appMiss(message, tree.layout);
  if (unknownApp) return { code: 'ASC018', severity, at, got, ...unknownApp };
  if (message.code === 6054) return missingFile(message, severity, at, got);
  const refused = message.code === USER_DEFINED ? /^User-defined: '(.*?)(?:: (.*))?'$/s.exec(message.message) : null;
  if (refused) {
    const [, what, fix] = refused;
    return { code: 'ASC026', severity, what, at, ...(fix === undefined ? {} : { fix }) };
  }
  const rule = RULES.find((r) => r.matches(message, text));
  if (rule) return { code: rule.code, severity, what: rule.what, at, got, fix: rule.fix };
  return { code: 'ASC001', severity, what: got, at };
}

/** A file that an import names, or the config in place of `kickstage/state` or `kickstage/storage`. */
function missingFile(
  message: AscMessage,
  severity: Diagnostic['severity'],
  at: Place | undefined,
  got: string,
): Diagnostic {
  const what = 'a source file is missing';
  const replaced = /^kickstage\/(state|storage)\.ts$/.exec(at?.file ?? '')?.[1];
  if (replaced === undefined) return { code: 'ASC002', severity, what, at, got, fix: 'correct the import’s path' };
  const file = shownName(/'([^']+)'/.exec(message.message)?.[1] ?? '');
  return { code: 'ASC002', severity, what, at: { file }, fix: `correct updates.${replaced}Module in the config` };
}

/** A member of `App` that the config does not have, with the apps there are. */
function appMiss(message: AscMessage, layout: string): { what: string; fix: string } | undefined {
  const missing = /^Property '(\w+)' does not exist on type '~lib\/kickstage\/layout\/App'/.exec(message.message)?.[1];
  if (message.code !== 2339 || missing === undefined) return undefined;
  const body = /enum App \{([^}]*)\}/.exec(layout)?.[1] ?? '';
  const apps = [...body.matchAll(/(\w+) =/g)].map((match) => match[1]);
  const near = nearMiss(missing, apps);
  const fix = `${near === undefined ? '' : `did you mean App.${near}? `}The config has: ${apps.join(', ')}`;
  return { what: `the config has no app \`${missing}\``, fix };
}

function placeOf(message: AscMessage, source: string | null): Place | undefined {
  // Only a file that is missing altogether has no place.
  if (!message.range) return { file: /'([^']+)'/.exec(message.message)?.[1] };
  const file = shownName(message.range.source.normalizedPath);
  if (source === null) return { file };
  return { file, ...positionIn(source, message.range.start) };
}

/** The compiler numbers its own messages below 1000 and takes TypeScript's above. */
function prefixOf(code: number): string {
  return code < 1000 ? 'AS' : 'TS';
}
