/**
 * Machine code against V8 and against the specification's integer cases: modules are compiled, placed, and executed on the
 * emulator's processor; results, traps and memory are compared.
 */

import { readFileSync } from 'node:fs';
import { Machine } from '@kickstage/emulator/machine';
import { expect, test } from 'vitest';
import { caseCount } from '../../../tools/thorough.ts';
import type { IrValue } from './ir/interpret.ts';
import type { FloatMode } from './runtime/float/calls.ts';
import { Random } from './testing/random.ts';
import { type RandomModule, randomModule } from './testing/random-wat.ts';
import { TARGET_PARTS, Target } from './testing/target.ts';
import { assembleWat, V8Instance } from './testing/v8-harness.ts';

function target(wasm: Uint8Array, level: 0 | 2, floats: FloatMode = 'soft'): Target {
  return new Target(wasm, level, new Machine(TARGET_PARTS), floats);
}

const rows = readFileSync(new URL('../fixtures/spec-integers.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('\t'));

const value = (text: string): IrValue => {
  const [type, bits] = text.split(':');
  return type === 'i64' ? BigInt.asIntN(64, BigInt(bits)) : Number(bits) | 0;
};

test.each([0, 2] as const)(`${rows.length} integer cases of the specification, level %s`, (level) => {
  const operators = new Map(rows.filter(([, , wanted]) => !wanted.startsWith('trap')).map((row) => [row[0], row]));
  const functions = [...operators.values()].map(([op, args, wanted]) => {
    const params = args.split(' ').map((arg) => arg.split(':')[0]);
    const gets = params.map((_, i) => `(local.get ${i})`).join(' ');
    return `(func (export "${op}") (param ${params.join(' ')}) (result ${wanted.split(':')[0]}) (${op} ${gets}))`;
  });
  const machine = target(assembleWat(`(module ${functions.join('\n')})`), level);
  for (const [op, args, wanted] of rows) {
    const type = operators.get(op)![2].startsWith('i64') ? 'i64' : 'i32';
    const got = machine.run({ name: op, args: args.split(' ').map(value) }, type);
    if (wanted.startsWith('trap')) expect(got, `${op} ${args}`).toEqual({ trap: expect.stringMatching(/^integer/) });
    else expect(got, `${op} ${args}`).toEqual({ results: [value(wanted)] });
  }
});

const FIRST = Number(process.env.KICKSTAGE_SEED ?? 1);
const COUNT = caseCount(20);
const ARGUMENTS = [0, 1, 2, 31, 100, 65535, 0x7fff_ffff, -0x8000_0000, -1, -100];

test(`${COUNT} random modules from seed ${FIRST}`, { timeout: 3_600_000 }, () => {
  for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
    const module = randomModule(seed);
    for (const level of [0, 2] as const) {
      const difference = compareModule(module, seed, level, 'soft');
      if (difference) expect.fail(`seed ${seed}, level ${level}: ${difference}`);
    }
  }
});

test(`random modules with floats on the floating-point unit from seed ${FIRST}`, { timeout: 3_600_000 }, () => {
  for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
    const module = randomModule(seed, { manySingles: true });
    for (const level of [0, 2] as const) {
      const difference = compareModule(module, seed, level, 'fpu');
      if (difference) expect.fail(`seed ${seed}, level ${level}: ${difference}`);
    }
  }
});

function compareModule(
  { wat, functions }: RandomModule,
  seed: number,
  level: 0 | 2,
  floats: FloatMode,
): string | undefined {
  const wasm = assembleWat(wat);
  const engine = new V8Instance(wasm);
  const machine = target(wasm, level, floats);
  const random = new Random(seed);
  const argument = (type: 'i32' | 'i64'): IrValue => {
    const number = random.chance(70) ? random.pick(ARGUMENTS) : random.word() | 0;
    return type === 'i32' ? number : BigInt(number) * (random.chance(50) ? 1n : 0x1_0000_0001n);
  };
  for (let turn = 0; turn < 3; turn++) {
    for (const { name, params } of functions) {
      const args = params.map(argument).map((x) => (typeof x === 'bigint' ? BigInt.asIntN(64, x) : x));
      const wanted = engine.run({ name, args });
      if ('traps' in wanted && wanted.traps.includes('memoryAccess')) return undefined;
      const type = 'results' in wanted && typeof wanted.results[0] === 'bigint' ? 'i64' : 'i32';
      const got = machine.run({ name, args }, type);
      const where = `${name}(${args.join(', ')})`;
      if ('traps' in wanted) {
        if (!('trap' in got) || !wanted.traps.includes(got.trap))
          return `${where}: V8 ${wanted.traps}, got ${show(got)}`;
      } else if (show(wanted) !== show(got)) return `${where}: V8 ${show(wanted)}, got ${show(got)}`;
      const memory = engine.memory;
      if (Buffer.compare(memory, machine.memory.subarray(0, memory.length)) === 0) continue;
      const at = memory.findIndex((byte, i) => byte !== machine.memory[i]);
      return `${where}: byte ${at} is ${memory[at]} in V8, ${machine.memory[at]} on the machine`;
    }
  }
  return undefined;
}

function show(outcome: unknown): string {
  return JSON.stringify(outcome, (_, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v));
}
