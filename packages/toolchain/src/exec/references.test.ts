/** References, several tables and memories, and longer constant expressions, beside V8. */
import { setFlagsFromString } from 'node:v8';
import { describe, expect, test } from 'vitest';
import { BesideV8 } from './testing/beside-v8.ts';

// Node 20 has them behind flags.
for (const flag of ['typed-funcref', 'extended-const', 'gc']) setFlagsFromString(`--experimental-wasm-${flag}`);

const LEVELS = [0, 2] as const;
const TABLE_BOUNDS = 'out of bounds table access';
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

describe.each(LEVELS)('level %s', (level) => {
  const both = (body: string, imports = {}) => new BesideV8(`(module ${body})`, imports, { level });

  test('references to functions: made, compared with null, put into tables and called', () => {
    const module = both(`(type $t (func (result i32)))
      (table $a 8 funcref) (table $b 3 funcref) (elem declare func $one $two)
      (func $one (result i32) (i32.const 1)) (func $two (result i32) (i32.const 2)) (func $void)
      (elem (table $b) (i32.const 1) func $two $void)
      (func (export "set") (param i32 i32)
        (table.set $a (local.get 0) (select (result funcref) (ref.func $one) (ref.null func) (local.get 1))))
      (func (export "isNull") (param i32) (result i32) (ref.is_null (table.get $a (local.get 0))))
      (func (export "callA") (param i32) (result i32) (call_indirect $a (type $t) (local.get 0)))
      (func (export "callB") (param i32) (result i32) (call_indirect $b (type $t) (local.get 0)))
      (func (export "copy") (param i32 i32 i32) (table.copy $a $b (local.get 0) (local.get 1) (local.get 2)))
      (func (export "fill") (param i32 i32) (table.fill $a (local.get 0) (ref.func $two) (local.get 1)))
      (func (export "get") (param i32) (result funcref) (table.get $a (local.get 0)))
      (func (export "size") (result i32) (i32.add (table.size $a) (i32.shl (table.size $b) (i32.const 8))))`);
    expect(module.call('size')).toBe('i32:776');
    module.call('set', 'i32:2', 'i32:1');
    expect(module.call('callA', 'i32:2')).toBe('i32:1');
    expect(module.call('callA', 'i32:3')).toBe('uninitialized element');
    expect(module.call('callA', 'i32:8')).toBe('undefined element');
    expect(module.call('set', 'i32:8', 'i32:1')).toBe(TABLE_BOUNDS);
    expect(module.call('get', 'i32:-1')).toBe(TABLE_BOUNDS);
    module.call('set', 'i32:2', 'i32:0');
    for (const i of [0, 1, 2, 3, -1]) module.call('callB', `i32:${i}`);
    for (const [a, b, c] of [
      [6, 0, 2],
      [5, 1, 2],
      [7, 1, 2],
      [0, 3, 0],
      [8, 0, 0],
      [9, 0, 0],
      [0, 0, 4],
    ])
      module.call('copy', `i32:${a}`, `i32:${b}`, `i32:${c}`);
    for (const [a, b] of [
      [0, 2],
      [7, 1],
      [8, 0],
      [7, 2],
      [0, -1],
      [9, 0],
    ])
      module.call('fill', `i32:${a}`, `i32:${b}`);
    for (const i of range(9)) {
      module.call('isNull', `i32:${i}`);
      module.call('callA', `i32:${i}`);
      module.call('get', `i32:${i}`);
    }
  });

  test('references to what the host knows', () => {
    const module = both(
      `(import "env" "see" (func $see (param externref i32) (result externref)))
       (table $t 2 externref) (global $g (mut externref) (ref.null extern))
       (func (export "through") (param externref i32) (result externref) (call $see (local.get 0) (local.get 1)))
       (func (export "keep") (param i32 externref) (table.set $t (local.get 0) (local.get 1)) (global.set $g (local.get 1)))
       (func (export "kept") (param i32) (result externref externref) (table.get $t (local.get 0)) (global.get $g))
       (func (export "many") (param externref i64 externref) (result externref externref i32)
         (local.get 2) (local.get 0) (ref.is_null (local.get 0)))`,
      { functions: { 'env.see': ([value]: readonly unknown[]) => value } },
    );
    expect(module.call('through', 'externref:7', 'i32:0')).toBe('externref:7');
    expect(module.call('through', 'externref:null', 'i32:0')).toBe('externref:null');
    module.call('kept', 'i32:0');
    module.call('keep', 'i32:1', 'externref:0');
    expect(module.call('kept', 'i32:1')).toBe('externref:0 externref:0');
    expect(module.call('keep', 'i32:2', 'externref:1')).toBe(TABLE_BOUNDS);
    expect(module.call('many', 'externref:null', 'i64:5', 'externref:4294967296')).toBe(
      'externref:4294967296 externref:null i32:1',
    );
  });

  test('tables that grow', () => {
    const module = both(`(type $t (func (result i32))) (table $t 1 6 funcref) (elem declare func $f)
      (func $f (result i32) (i32.const 42))
      (func (export "grow") (param i32) (result i32) (table.grow $t (ref.func $f) (local.get 0)))
      (func (export "growNull") (param i32) (result i32) (table.grow $t (ref.null func) (local.get 0)))
      (func (export "call") (param i32) (result i32) (call_indirect $t (type $t) (local.get 0)))
      (func (export "clear") (param i32) (table.set $t (local.get 0) (ref.null func)))
      (func (export "size") (result i32) (table.size $t))`);
    const look = () => range(7).map((i) => module.call('call', `i32:${i}`));
    look();
    expect(module.call('grow', 'i32:0')).toBe('i32:1');
    expect(module.call('grow', 'i32:2')).toBe('i32:1');
    expect(look()).toEqual(['uninitialized element', 'i32:42', 'i32:42', ...new Array(4).fill('undefined element')]);
    expect(module.call('growNull', 'i32:1')).toBe('i32:3');
    for (const delta of [3, -1, 0x7fff_ffff, -0x8000_0000])
      expect(module.call('grow', `i32:${delta}`)).toBe('i32:4294967295');
    expect(module.call('clear', 'i32:4')).toBe(TABLE_BOUNDS);
    expect(module.call('grow', 'i32:2')).toBe('i32:4');
    module.call('clear', 'i32:4');
    look();
    expect(module.call('size')).toBe('i32:6');
  });

  test('globals that hold functions, and elements from globals', () => {
    const module = both(`(type $t (func (result i32))) (table $t 4 funcref)
      (func $one (result i32) (i32.const 1)) (func $two (result i32) (i32.const 2))
      (global $constant funcref (ref.func $one)) (global $same funcref (global.get $constant))
      (global $changing (mut funcref) (ref.func $two)) (global $none (mut funcref) (ref.null func))
      (elem (i32.const 1) funcref (global.get $constant) (ref.func $two) (ref.null func))
      (func (export "call") (param i32) (result i32) (call_indirect (type $t) (local.get 0)))
      (func (export "put") (param i32)
        (table.set (i32.const 0) (global.get $same)) (table.set (i32.const 3) (global.get $changing))
        (if (local.get 0) (then (global.set $changing (global.get $none)))))`);
    const look = () => range(5).map((i) => module.call('call', `i32:${i}`));
    look();
    module.call('put', 'i32:1');
    expect(look()).toEqual(['i32:1', 'i32:1', 'i32:2', 'i32:2', 'undefined element']);
    module.call('put', 'i32:0');
    expect(look()[3]).toBe('uninitialized element');
  });

  test('segments of references: copied and dropped', () => {
    const module = both(`(type $t (func (result i32))) (table $a 4 funcref) (table $b 4 funcref)
      (func $one (result i32) (i32.const 1)) (func $two (result i32) (i32.const 2))
      (elem $e funcref (ref.func $one) (ref.null func) (ref.func $two))
      (func (export "init") (param i32 i32 i32) (table.init $b $e (local.get 0) (local.get 1) (local.get 2)))
      (func (export "drop") (elem.drop $e))
      (func (export "a") (param i32) (result i32) (call_indirect $a (type $t) (local.get 0)))
      (func (export "b") (param i32) (result i32) (call_indirect $b (type $t) (local.get 0)))`);
    for (const [a, b, c] of [
      [1, 0, 3],
      [2, 0, 3],
      [0, 2, 1],
      [0, 2, 2],
      [4, 3, 0],
      [5, 0, 0],
      [0, 4, 0],
    ])
      module.call('init', `i32:${a}`, `i32:${b}`, `i32:${c}`);
    for (const i of range(5)) for (const name of ['a', 'b']) module.call(name, `i32:${i}`);
    module.call('drop');
    expect(module.call('init', 'i32:0', 'i32:0', 'i32:1')).toBe(TABLE_BOUNDS);
  });

  test('constant expressions of several instructions', () => {
    const module = both(
      `(import "env" "base" (global $base i32)) (memory (export "memory") 1)
       (global $a i32 (i32.add (global.get $base) (i32.mul (i32.const 4) (i32.const -3))))
       (global $b (mut i64) (i64.sub (i64.const 1) (i64.mul (i64.const 0x100000001) (i64.const 0x300000005))))
       (global (export "c") i32 (i32.sub (global.get $a) (i32.const 0x7fffffff)))
       (data (offset (i32.add (global.get $base) (i32.const 100))) "shifted")
       (table 6 funcref) (elem (offset (i32.sub (global.get $base) (i32.const 46))) func $f) (func $f (result i32) (i32.const 9))
       (func (export "a") (result i32 i64) (global.get $a) (global.get $b))
       (func (export "call") (param i32) (result i32) (call_indirect (result i32) (local.get 0)))`,
      { globals: { 'env.base': 'i32:50' } },
    );
    module.call('a');
    module.global('c');
    for (const i of [3, 4, 5]) module.call('call', `i32:${i}`);
  });
});

test('instantiation: elements that do not fit the second table', () => {
  const wat = '(module (table 4 funcref) (table $b 1 funcref) (func $f) (elem (table $b) (i32.const 1) func $f))';
  expect(new BesideV8(wat).failed).toEqual([TABLE_BOUNDS]);
});

describe('several memories', () => {
  const TWO = `(memory $a (export "memory") 1 2) (memory $b 1 3) (data (memory $a) (i32.const 0) "in a") (data (memory $b) (i32.const 2) "in b")
    (data $p "passive")
    (func (export "a") (param i32) (result i32) (i32.load8_u $a (local.get 0)))
    (func (export "b") (param i32) (result i32) (i32.load8_u $b offset=2 (local.get 0)))
    (func (export "put") (param i32 i64) (i64.store $b offset=1 (local.get 0) (local.get 1)))
    (func (export "copy") (param i32 i32 i32) (memory.copy $a $b (local.get 0) (local.get 1) (local.get 2)))
    (func (export "fill") (param i32 i32 i32) (memory.fill $b (local.get 0) (local.get 1) (local.get 2)))
    (func (export "init") (param i32 i32 i32) (memory.init $b $p (local.get 0) (local.get 1) (local.get 2)))
    (func (export "grow") (param i32) (result i32) (memory.grow $b (local.get 0)))
    (func (export "sizes") (result i32 i32) (memory.size $a) (memory.size $b))`;

  // V8 of Node 20 has one memory: what is expected is written here.
  test.each(LEVELS)('each by itself, level %s', async (level) => {
    const { assembleWat } = await import('@kickstage/codegen/testing/v8-harness');
    const { instantiate } = await import('./instantiate.ts');
    const { parseValue, printValue } = await import('./values.ts');
    const made = instantiate(assembleWat(`(module ${TWO})`), { name: 'two.wasm', level, verify: true });
    if (!('instance' in made)) throw new Error(JSON.stringify(made));
    const call = (name: string, ...args: string[]) => {
      const outcome = made.instance.invoke(
        name,
        args.map((arg) => parseValue(arg)!),
      );
      return 'values' in outcome
        ? outcome.values.map(printValue).join(' ')
        : 'trap' in outcome
          ? outcome.trap
          : 'error';
    };
    const BOUNDS = 'out of bounds memory access';
    expect(call('a', 'i32:3')).toBe(`i32:${'a'.charCodeAt(0)}`);
    expect(call('b', 'i32:3')).toBe(`i32:${'b'.charCodeAt(0)}`);
    expect(call('put', 'i32:65527', 'i64:-1')).toBe('');
    expect(call('put', 'i32:65528', 'i64:-1')).toBe(BOUNDS);
    expect(call('copy', 'i32:65528', 'i32:65528', 'i32:8')).toBe('');
    expect(call('a', 'i32:65535')).toBe('i32:255');
    expect(call('copy', 'i32:65529', 'i32:0', 'i32:8')).toBe(BOUNDS);
    expect(call('grow', 'i32:1')).toBe('i32:1');
    expect(call('sizes')).toBe('i32:1 i32:2');
    expect(call('fill', 'i32:65536', 'i32:7', 'i32:65536')).toBe('');
    expect(call('fill', 'i32:65537', 'i32:7', 'i32:65536')).toBe(BOUNDS);
    expect(call('init', 'i32:131065', 'i32:0', 'i32:7')).toBe('');
    expect(call('b', 'i32:131069')).toBe(`i32:${'e'.charCodeAt(0)}`);
    expect(call('copy', 'i32:0', 'i32:131065', 'i32:7')).toBe('');
    expect(call('a', 'i32:0')).toBe(`i32:${'p'.charCodeAt(0)}`);
    expect(call('grow', 'i32:2')).toBe('i32:4294967295');
    expect(call('a', 'i32:65536')).toBe(BOUNDS);
  });
});
