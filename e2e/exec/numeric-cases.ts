/** Cases as `operator, arguments, expectation` with tabs between; values are type:bits. What an answer has wrong. */
import type { BatchAnswer } from './batch-session.ts';

export interface NumericCase {
  readonly op: string;
  readonly args: readonly string[];
  /** `type:bits`, `type:nan:canonical`, `type:nan:arithmetic` or `trap:name`. */
  readonly wanted: string;
}

export function parseCases(text: string): NumericCase[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [op, args, wanted] = line.split('\t');
      return { op, args: args.split(' '), wanted };
    });
}

/** `i32 585, f64 5322`, by what operators belong to. */
export function countsByType(cases: readonly NumericCase[]): string {
  const counts = new Map<string, number>();
  for (const { op } of cases) {
    const type = op.slice(0, op.indexOf('.'));
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return [...counts].map(([type, count]) => `${type} ${count}`).join(', ');
}

/** One line for each case with another answer than it wants. */
export function failures(cases: readonly NumericCase[], answers: readonly BatchAnswer[]): string[] {
  return cases.flatMap((wanted, i) => (fits(wanted, answers[i]) ? [] : [describe(wanted, answers[i])]));
}

function describe({ op, args, wanted }: NumericCase, answer: BatchAnswer): string {
  return `${op} ${args.join(' ')}: ${JSON.stringify(answer)}, not ${wanted}`;
}

function fits({ wanted }: NumericCase, { ok, values, trap }: BatchAnswer): boolean {
  if (wanted.startsWith('trap:')) return !ok && trap === wanted.slice('trap:'.length);
  const [value] = values ?? [];
  if (!ok || values?.length !== 1) return false;
  const [type, nan, kind] = wanted.split(':');
  if (nan !== 'nan') return value === wanted;
  return value.startsWith(`${type}:`) && isNan(type, BigInt(value.slice(type.length + 1)), kind === 'canonical');
}

/** Canonical: all of the payload but its top bit is zero. Arithmetic: the top bit is set. The sign is free. */
function isNan(type: string, bits: bigint, canonical: boolean): boolean {
  const [width, fraction] = type === 'f32' ? [32, 23n] : [64, 52n];
  const size = BigInt.asUintN(width - 1, bits);
  const least = ((1n << BigInt(width - 1)) - 1n) ^ ((1n << (fraction - 1n)) - 1n);
  return canonical ? size === least : size >= least;
}
