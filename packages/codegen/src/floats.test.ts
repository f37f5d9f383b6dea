/**
 * Floating point: the specification's cases as machine code on the emulator and in the interpreter, the constant folder
 * held to them as well, and random operands against V8. All operators lie in one module, so that the whole runtime library
 * is linked.
 */
import { existsSync, readFileSync } from 'node:fs';
import { Machine } from '@kickstage/emulator/machine';
import { type OptimizationLevel, optimizeModule } from '@kickstage/toolchain/assemblyscript/optimize';
import binaryen from 'binaryen';
import { describe, expect, test } from 'vitest';
import { lowerToIr } from './frontend/lower.ts';
import { bitsOf, FLOAT_OPERATIONS } from './ir/float-operations.ts';
import { Interpreter, type IrValue } from './ir/interpret.ts';
import { evaluate } from './passes/evaluate.ts';
import { wrapTo } from './passes/fold-context.ts';
import type { FloatMode } from './runtime/float/calls.ts';
import { FLOAT_OPERATORS, isNan, operatorFunction, operatorTypes, randomOperands } from './testing/float-cases.ts';
import { Random } from './testing/random.ts';
import { TARGET_PARTS, Target, type TargetOutcome } from './testing/target.ts';
import { V8Instance } from './testing/v8-harness.ts';

const FIXTURE = new URL('../fixtures/spec-floats.tsv', import.meta.url);

interface Case {
  readonly op: string;
  readonly args: readonly IrValue[];
  /** `type:bits`, `type:nan:kind` or `trap:reason`. */
  readonly wanted: string;
}

const value = (text: string): IrValue => {
  const [type, bits] = text.split(':');
  return type.endsWith('64') ? BigInt.asIntN(64, BigInt(bits)) : Number(bits) | 0;
};

const cases: Case[] = existsSync(FIXTURE)
  ? readFileSync(FIXTURE, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const [op, args, wanted] = line.split('\t');
        return { op, args: args.split(' ').map(value), wanted };
      })
  : [];

const TRAPS: Readonly<Record<string, string>> = {
  'trap:integer overflow': 'integerOverflow',
  'trap:invalid conversion to integer': 'invalidConversionToInteger',
};

/** What is wrong with an outcome, or undefined. */
function fault({ wanted }: Case, got: TargetOutcome | { readonly trap: string }): string | undefined {
  if (wanted.startsWith('trap')) return 'trap' in got && got.trap === TRAPS[wanted] ? undefined : 'no such trap';
  if ('trap' in got) return `trap ${got.trap}`;
  const [type, nan, kind] = wanted.split(':');
  const [result] = got.results;
  if (nan !== 'nan') return result === value(wanted) ? undefined : `${result}`;
  const fits = isNan(type as 'f32' | 'f64', result, kind === 'canonical' ? 'canonical' : 'quiet');
  return fits ? undefined : `${result} is no such NaN`;
}

const faultsOf = (run: (c: Case) => TargetOutcome | { readonly trap: string }) =>
  cases.flatMap((c) => {
    const found = fault(c, run(c));
    return found === undefined ? [] : [`${c.op} ${c.args.join(' ')}: ${found}, not ${c.wanted}`];
  });

function assemble(level: OptimizationLevel): Uint8Array {
  const module = binaryen.parseText(`(module ${FLOAT_OPERATORS.map(operatorFunction).join('\n')})`);
  module.setFeatures(binaryen.Features.All);
  optimizeModule(module, level);
  const bytes = module.emitBinary();
  module.dispose();
  return bytes;
}

const machine = (level: OptimizationLevel, floats: FloatMode) =>
  new Target(assemble(level), level === 'none' ? 0 : 2, new Machine(TARGET_PARTS), floats);

const MODES: readonly FloatMode[] = ['soft', 'fpu'];

const resultType = (op: string) => bitsOf(operatorTypes(op).result);

if (cases.length === 0) test.skip("the specification's float cases are not there: fixtures/spec-floats.tsv", () => {});

describe.runIf(cases.length > 0)(`${cases.length} float cases of the specification`, () => {
  const levels = ['none', 'speed', 'size'] as const;
  const ways = levels.flatMap((level) => MODES.map((floats) => [level, floats] as const));
  test.each(ways)('as machine code, level %s, floats %s', (level, floats) => {
    const target = machine(level, floats);
    expect(faultsOf(({ op, args }) => target.run({ name: op, args }, resultType(op)))).toEqual([]);
  });

  test('in the interpreter', () => {
    const { value: module } = lowerToIr({ name: 'test.wasm', wasm: assemble('none') });
    const interpreter = new Interpreter(module!);
    expect(faultsOf(({ op, args }) => interpreter.run(op, args))).toEqual([]);
  });

  test('folded; what traps is not', () => {
    const operations = new Map([...FLOAT_OPERATIONS.values()].map((operation) => [operation.wasm, operation]));
    const folded = (c: Case) => {
      const { op, args, result } = operations.get(c.op)!;
      const bits = evaluate(op, args[0], c.args.map(BigInt));
      if (bits === undefined) return { trap: TRAPS[c.wanted] };
      const wrapped = wrapTo(result, bits);
      return { results: [result === 'i64' ? wrapped : Number(wrapped)] };
    };
    const own = cases.filter(({ op }) => operations.has(op));
    expect(own.flatMap((c) => fault(c, folded(c)) ?? [])).toEqual([]);
  });
});

const SEED = Number(process.env.KICKSTAGE_SEED ?? 1);
const PAIRS = Number(process.env.KICKSTAGE_OPERANDS ?? 300);

test.each(MODES)(
  `${PAIRS} random operands of each operator against V8, seed ${SEED}, floats %s`,
  { timeout: 3_600_000 },
  (floats) => {
    const target = machine('size', floats);
    const engine = new V8Instance(assemble('none'));
    const random = new Random(SEED);
    const faults: string[] = [];
    for (const name of FLOAT_OPERATORS) {
      const { result } = operatorTypes(name);
      for (let i = 0; i < PAIRS && faults.length < 20; i++) {
        const args = randomOperands(random, name);
        const wanted = engine.run({ name, args });
        const got = target.run({ name, args }, bitsOf(result));
        const same =
          'traps' in wanted
            ? 'trap' in got && wanted.traps.includes(got.trap)
            : 'results' in got && sameBits(name, result, wanted.results[0], got.results[0]);
        if (!same) faults.push(`${name} ${args.join(' ')}: V8 ${Object.values(wanted)}, got ${Object.values(got)}`);
      }
    }
    expect(faults).toEqual([]);
  },
);

/** Where arithmetic gives a NaN, ours is the positive canonical one; operators on sign bits keep all bits. */
function sameBits(name: string, type: string, wanted: IrValue, got: IrValue): boolean {
  const isExact = /abs|neg|copysign|reinterpret/.test(name);
  if (isExact || (type !== 'f32' && type !== 'f64') || !isNan(type, wanted)) return wanted === got;
  return got === (type === 'f32' ? 0x7fc0_0000 : 0x7ff8_0000_0000_0000n);
}
