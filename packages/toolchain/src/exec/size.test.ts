/** Functions that are large in one respect: locals, parameters, results, targets, nesting, instructions; beside V8. */

import { describe, expect, test } from 'vitest';
import { IS_THOROUGH } from '../../../../tools/thorough.ts';
import { BesideV8 } from './testing/beside-v8.ts';

const LEVELS = IS_THOROUGH ? ([0, 2] as const) : ([2] as const);
const range = (count: number) => Array.from({ length: count }, (_, i) => i);
const repeat = (count: number, make: (i: number) => string) => range(count).map(make).join(' ');

describe.each(LEVELS)('level %s', (level) => {
  const both = (body: string) => new BesideV8(`(module ${body})`, {}, { level, verify: false });

  test.runIf(level === 2)('more locals alive than an immediate offset reaches', () => {
    const COUNT = 1100;
    const module = both(`(func (export "f") (param i32) (result i32) (local ${repeat(COUNT, () => 'i32')})
      ${repeat(COUNT, (i) => `(local.set ${i + 1} (i32.mul (local.get 0) (i32.const ${7 * i + 3})))`)}
      ${repeat(COUNT, (i) => `(local.set 0 (i32.xor (i32.rotl (local.get 0) (i32.const 1)) (local.get ${i + 1})))`)}
      ${repeat(COUNT, (i) => `(local.get ${i + 1})`)} ${repeat(COUNT - 1, () => 'i32.add')} (local.get 0) (i32.add))`);
    module.call('f', 'i32:12345');
  });

  test.runIf(level === 2 && IS_THOROUGH)('wide locals alive across calls', () => {
    const COUNT = 600;
    const module = both(`(func $g (param i64) (result i64) (i64.add (local.get 0) (i64.const 0x100000001)))
      (func (export "f") (param i64) (result i64) (local ${repeat(COUNT, () => 'i64')})
      ${repeat(COUNT, (i) => `(local.set ${i + 1} (call $g (i64.mul (local.get 0) (i64.const ${7 * i + 3}))))`)}
      ${repeat(COUNT, (i) => `(local.get ${i + 1})`)} ${repeat(COUNT - 1, () => 'i64.sub')})`);
    module.call('f', 'i64:12345678901234567');
  });

  test.each([30, 200])('%s parameters', (count) => {
    const type = (i: number) => (i % 3 === 0 ? 'i64' : 'i32');
    const wide = (i: number) => (i % 3 === 0 ? `(local.get ${i})` : `(i64.extend_i32_s (local.get ${i}))`);
    const argument = (i: number) => (i % 3 === 0 ? `(i64.const ${i + 1})` : `(i32.add (local.get 0) (i32.const ${i}))`);
    const module = both(`
      (func $g (param ${repeat(count, type)}) (result i64)
        ${repeat(count, wide)} ${repeat(count - 1, (i) => (i % 2 ? 'i64.add' : 'i64.sub'))})
      (func (export "f") (param i32) (result i64) (call $g ${repeat(count, argument)}))`);
    module.call('f', 'i32:-3');
  });

  test.each([30, 700])('%s results', (count) => {
    const type = (i: number) => (i % 2 ? 'i32' : 'i64');
    const value = (i: number) => (i % 2 ? `(i32.add (local.get 0) (i32.const ${i}))` : `(i64.const ${i})`);
    const module = both(`
      (func $g (export "g") (param i32) (result ${repeat(count, type)}) ${repeat(count, value)})
      (func (export "f") (param i32) (result i32)
        (call $g (local.get 0)) ${repeat(count / 2 - 1, () => '(local.set 0) (drop)')} (local.set 0) (drop) (local.get 0))`);
    module.call('f', 'i32:1');
    module.call('g', 'i32:4');
  });

  test('blocks in blocks', () => {
    const DEPTH = 400;
    const module = both(`(func (export "f") (param i32) (result i32)
      ${repeat(DEPTH, () => '(block (result i32)')} (local.get 0)
      ${repeat(DEPTH, (i) => `(br_if ${i % (DEPTH - i)} (i32.and (local.get 0) (i32.const ${i}))) (i32.const 1) (i32.add))`)})`);
    module.call('f', 'i32:0');
    module.call('f', 'i32:64');
  });

  test('a branch to 25000 targets, two of them different', () => {
    const module = both(`(func (export "f") (param i32) (result i32)
      (block $a (result i32) (block $b (result i32)
        (br_table ${repeat(25_000, (i) => (i % 2 ? '$a' : '$b'))} $b (i32.const 5) (local.get 0)))
        (i32.const 1) (i32.add)))`);
    for (const i of [0, 1, 24_998, 24_999, 25_000, -1]) module.call('f', `i32:${i}`);
  });

  test.runIf(level === 2 || IS_THOROUGH)('a long function', () => {
    const COUNT = 3000;
    const module = both(`(memory (export "memory") 1) (func (export "f") (param i32) (result i32)
      ${repeat(COUNT, (i) => `(i32.store offset=${4 * i} (local.get 0) (i32.add (local.get 0) (i32.const ${i})))`)}
      (i32.load offset=400 (local.get 0)))`);
    module.call('f', 'i32:3');
  });

  test('a recursion of large frames ends as a trap', () => {
    const COUNT = 1056;
    const module = both(`(func $f (export "f") (local ${repeat(COUNT, () => 'i64')})
      (call $f) ${repeat(COUNT, (i) => `(local.set ${i} (i64.add (local.get ${i}) (local.get ${(i + 1) % COUNT})))`)} (call $f))`);
    expect(module.call('f')).toBe('call stack exhausted');
  });
});
