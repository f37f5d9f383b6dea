/**
 * The same modules in V8 and in the IR interpreter, before and after the passes: the specification's integer cases, and
 * random modules. The verifier runs after every pass.
 */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { caseCount } from '../../../../tools/thorough.ts';
import { lowerToIr } from '../frontend/lower.ts';
import { Interpreter, type IrValue } from '../ir/interpret.ts';
import { printModule } from '../ir/print.ts';
import type { IrModule } from '../ir/types.ts';
import { Random } from '../testing/random.ts';
import { randomModule } from '../testing/random-wat.ts';
import { assembleWat, type Call, findDifference } from '../testing/v8-harness.ts';
import { optimize } from './pipeline.ts';

function lower(wasm: Uint8Array): IrModule {
  const { value, diagnostics } = lowerToIr({ name: 'test.wasm', wasm, data: [] });
  expect(diagnostics).toEqual([]);
  return value!;
}

const LEVELS = [undefined, 0, 2] as const;

function lowered(wasm: Uint8Array, level: (typeof LEVELS)[number]): IrModule {
  const module = lower(wasm);
  if (level !== undefined) optimize(module, { level, verify: true });
  return module;
}

const parseValue = (text: string): IrValue => {
  const [type, bits] = text.split(':');
  return type === 'i64' ? BigInt.asIntN(64, BigInt(bits)) : Number(bits) | 0;
};

const TRAPS: Readonly<Record<string, string>> = {
  'trap:integer divide by zero': 'integerDivideByZero',
  'trap:integer overflow': 'integerOverflow',
};

const rows = readFileSync(new URL('../../fixtures/spec-integers.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [op, args, wanted] = line.split('\t');
    return { op, args: args.split(' '), wanted };
  });

/** Arguments come in as parameters (nothing to fold), and as constants (everything to fold). */
function specModule(): string {
  const lines: string[] = [];
  rows.forEach(({ op, args }, i) => {
    const types = args.map((arg) => arg.split(':')[0]);
    const plain = rows.find((row) => row.op === op && !row.wanted.startsWith('trap'))!;
    const result = plain.wanted.split(':')[0];
    const params = types.map((type) => `(param ${type})`).join(' ');
    const gets = types.map((_, k) => `(local.get ${k})`).join(' ');
    const constants = args.map((arg, k) => `(${types[k]}.const ${parseValue(arg)})`).join(' ');
    lines.push(`(func (export "p${i}") ${params} (result ${result}) (${op} ${gets}))`);
    lines.push(`(func (export "c${i}") (result ${result}) (${op} ${constants}))`);
  });
  return `(module ${lines.join('\n')})`;
}

test.each(LEVELS)(`${rows.length} integer cases of the specification, level %s`, (level) => {
  const interpreter = new Interpreter(lowered(assembleWat(specModule()), level));
  rows.forEach(({ op, args, wanted }, i) => {
    const outcome = wanted.startsWith('trap') ? { trap: TRAPS[wanted] } : { results: [parseValue(wanted)] };
    expect(interpreter.run(`p${i}`, args.map(parseValue)), `${op} ${args}`).toEqual(outcome);
    expect(interpreter.run(`c${i}`, []), `${op} ${args} folded`).toEqual(outcome);
  });
});

const ARGUMENTS = [0, 1, 2, 3, 7, 31, 32, 100, 255, 65535, 0x7fff_ffff, -0x8000_0000, -1, -2, -100];

/** `turns` rounds of calls, and the globals at the end. */
function randomCalls(seed: number, functions: ReturnType<typeof randomModule>['functions'], turns: number): Call[] {
  const random = new Random(seed ^ 0x5eed);
  const value = (type: 'i32' | 'i64'): IrValue => {
    const number = random.chance(70) ? random.pick(ARGUMENTS) : random.word() | 0;
    return type === 'i32' ? number : BigInt.asIntN(64, BigInt(number) * (random.chance(50) ? 1n : 0x1_0000_0001n));
  };
  return Array.from({ length: turns }, () =>
    functions.map(({ name, params }) => ({ name, args: params.map(value) })),
  ).flat();
}

const FIRST = Number(process.env.KICKSTAGE_SEED ?? 1);
const COUNT = caseCount(40);

test(`${COUNT} random modules from seed ${FIRST}`, { timeout: 600_000 }, () => {
  for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
    const { wat, functions } = randomModule(seed);
    const wasm = assembleWat(wat);
    const calls = randomCalls(seed, functions, 4);
    for (const level of LEVELS) {
      const module = lowered(wasm, level);
      const difference = findDifference(wasm, module, calls);
      if (difference) expect.fail(`seed ${seed}, level ${level}: ${difference}\n${printModule(module)}`);
    }
  }
});
