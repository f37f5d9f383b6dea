/** Control flow, calls, tables, globals, imports and traps of sandboxed modules, beside V8; traps by their exact names. */
import { describe, expect, test } from 'vitest';
import { BesideV8 } from './testing/beside-v8.ts';

const both = (body: string, imports = {}, options = {}) => new BesideV8(`(module ${body})`, imports, options);
const LEVELS = [0, 2] as const;

describe('traps by name', () => {
  const TRAPS = `(memory 1) (table 5 funcref) (elem (i32.const 1) func $void $i32) (func $void) (func $i32 (result i32) (i32.const 1))
    (func (export "unreachable") (unreachable))
    (func (export "div") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
    (func (export "rem64") (param i64 i64) (result i64) (i64.rem_u (local.get 0) (local.get 1)))
    (func (export "div64") (param i64 i64) (result i64) (i64.div_s (local.get 0) (local.get 1)))
    (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
    (func (export "call") (param i32) (call_indirect (local.get 0)))
    (func $deep (export "deep") (param i32) (result i32) (i32.add (call $deep (local.get 0)) (i32.const 1)))
    (func $forever (export "forever") (call $forever) (unreachable))
    (func (export "init") (param i32) (table.init $e (local.get 0) (i32.const 0) (i32.const 1)))
    (elem $e func $void)`;
  const CASES: readonly (readonly [trap: string, name: string, ...args: string[]])[] = [
    ['unreachable', 'unreachable'],
    ['integer divide by zero', 'div', 'i32:1', 'i32:0'],
    ['integer overflow', 'div', 'i32:-2147483648', 'i32:-1'],
    ['integer divide by zero', 'rem64', 'i64:1', 'i64:0'],
    ['integer divide by zero', 'div64', 'i64:1', 'i64:0'],
    ['integer overflow', 'div64', 'i64:-9223372036854775808', 'i64:-1'],
    ['out of bounds memory access', 'load', 'i32:65533'],
    ['uninitialized element', 'call', 'i32:0'],
    ['indirect call type mismatch', 'call', 'i32:2'],
    ['uninitialized element', 'call', 'i32:4'],
    ['undefined element', 'call', 'i32:5'],
    ['undefined element', 'call', 'i32:-1'],
    ['out of bounds table access', 'init', 'i32:5'],
    ['call stack exhausted', 'deep', 'i32:0'],
    ['call stack exhausted', 'forever'],
  ];
  test.each(LEVELS)('level %s', (level) => {
    const module = both(TRAPS, {}, { level });
    for (const [trap, name, ...args] of CASES) {
      expect(module.call(name, ...args), name).toBe(trap);
      expect(module.call('call', 'i32:1')).toBe('');
    }
  });
});

describe('blocks', () => {
  const MULTI = `(type $three (func (param i32) (result i32 i64 i32)))
    (func (export "multi") (param i32) (result i32 i64 i32)
      (block $b (result i32 i64 i32)
        (br_if $b (i32.const 1) (i64.const 2) (i32.const 3) (local.get 0))
        (drop) (drop) (drop)
        (if (result i32 i64 i32) (i32.const 1) (then (i32.const 4) (i64.const 5) (i32.const 6)) (else (unreachable)))))
    (func (export "ifParam") (param i32 i32) (result i32)
      (local.get 0) (local.get 0)
      (if (param i32) (result i32) (local.get 1) (then (i32.const 10) (i32.add)) (else (i32.const 20) (i32.mul)))
      (i32.sub))
    (func (export "noElse") (param i32 i32) (result i32)
      (local.get 0) (if (param i32) (result i32) (local.get 1) (then (i32.const 1) (i32.add))))
    (func (export "loopParam") (param i64) (result i64)
      (i64.const 1) (loop (param i64) (result i64)
        (i64.mul (local.get 0)) (local.set 0 (i64.sub (local.get 0) (i64.const 1)))
        (br_if 0 (i64.gt_u (local.get 0) (i64.const 1)))))`;
  test.each(LEVELS)('with several results and with parameters, level %s', (level) => {
    const module = both(MULTI, {}, { level });
    expect(module.call('multi', 'i32:0')).toBe('i32:4 i64:5 i32:6');
    expect(module.call('multi', 'i32:1')).toBe('i32:1 i64:2 i32:3');
    module.call('ifParam', 'i32:7', 'i32:0');
    module.call('ifParam', 'i32:7', 'i32:1');
    module.call('noElse', 'i32:7', 'i32:0');
    expect(module.call('noElse', 'i32:7', 'i32:1')).toBe('i32:8');
    expect(module.call('loopParam', 'i64:20')).toBe('i64:2432902008176640000');
  });

  const switchOf = (count: number, distinct: number) => {
    const labels = Array.from({ length: count }, (_, i) => `$l${i % distinct}`).join(' ');
    const cases = Array.from({ length: distinct }, (_, i) => `) (return (i32.const ${1000 + i}))`).join('\n');
    const open = Array.from({ length: distinct }, (_, i) => `(block $l${distinct - 1 - i}`).join(' ');
    return `(func (export "f") (param i32) (result i32)
      (block $other ${open} (br_table ${labels} $other (local.get 0)) ${cases}) (i32.const -1))`;
  };
  test.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [4, 4],
    [255, 5],
    [256, 7],
    [257, 3],
    // The text parser that tests use takes 300 nested blocks on Node 24, and no 600.
    [1001, 300],
    [5000, 10],
  ])('br_table with %s targets, %s of them different', (count, distinct) => {
    const module = both(switchOf(count, distinct), {}, { level: count % 2 === 0 ? 0 : 2 });
    for (const i of [0, 1, 2, 3, 4, 100, 254, 255, 256, 257, count - 1, count, count + 1, -1, 0x7fff_ffff])
      module.call('f', `i32:${i}`);
  });

  test('br_table with values, and back to a loop', () => {
    const module = both(`
      (func (export "value") (param i32) (result i32)
        (block $a (result i32) (block $b (result i32) (block $c (result i32)
          (br_table $a $b $c $a (i32.const 7) (local.get 0))) (i32.const 1) (i32.add)) (i32.const 2) (i32.mul)))
      (func (export "loop") (param i32) (result i32) (local i32)
        (block $out (loop $again
          (local.set 1 (i32.add (local.get 1) (i32.const 1)))
          (br_table $out $again $again $again $again (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
        (local.get 1))`);
    for (const i of [0, 1, 2, 3, -1]) module.call('value', `i32:${i}`);
    for (const i of [1, 2, 5]) module.call('loop', `i32:${i}`);
  });
});

describe('calls', () => {
  const PARAMS = 'i32 i64 i32 i32 i64 i64 i32 i64';
  const many = `(func $many (export "many") (param ${PARAMS}) (result i64 i32 i64 i32 i64 i64)
      (local.get 1) (local.get 0) (local.get 4) (local.get 2) (i64.sub (local.get 5) (local.get 7))
      (i64.extend_i32_s (i32.sub (local.get 3) (local.get 6))))`;
  const ARGS = PARAMS.split(' ').map((type, i) => `${type}:${-7 * i}`);

  test.each(LEVELS)('more arguments and results than registers, level %s', (level) => {
    const module = both(
      `(type $t (func (param ${PARAMS}) (result i64 i32 i64 i32 i64 i64))) (table funcref (elem $many)) ${many}
       (func (export "through") (param ${PARAMS}) (result i64 i32 i64 i32 i64 i64)
         ${[0, 1, 2, 3, 4, 5, 6, 7].map((i) => `(local.get ${i})`).join(' ')} (call_indirect (type $t) (i32.const 0)))
       (func (export "twice") (param ${PARAMS}) (result i64)
         ${[0, 1, 2, 3, 4, 5, 6, 7].map((i) => `(local.get ${i})`).join(' ')} (call $many)
         (local.set 7) (local.set 5) (drop) (drop) (drop) (drop)
         ${[0, 1, 2, 3, 4, 5, 6, 7].map((i) => `(local.get ${i})`).join(' ')} (call $many)
         (i64.sub) (local.set 1) (drop) (drop) (drop) (drop) (local.get 1))`,
      {},
      { level },
    );
    for (const name of ['many', 'through', 'twice']) module.call(name, ...ARGS);
  });

  test('a recursion as deep as it needs to be', () => {
    const module = both(`
      (func $fac (export "fac") (param i64) (result i64)
        (if (result i64) (i64.eqz (local.get 0)) (then (i64.const 1))
          (else (i64.mul (local.get 0) (call $fac (i64.sub (local.get 0) (i64.const 1)))))))
      (func $even (export "even") (param i32) (result i32)
        (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 44)) (else (call $odd (i32.sub (local.get 0) (i32.const 1))))))
      (func $odd (param i32) (result i32)
        (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 99)) (else (call $even (i32.sub (local.get 0) (i32.const 1))))))
      (func $ack (export "ack") (param i32 i32) (result i32)
        (if (result i32) (i32.eqz (local.get 0)) (then (i32.add (local.get 1) (i32.const 1)))
          (else (if (result i32) (i32.eqz (local.get 1))
            (then (call $ack (i32.sub (local.get 0) (i32.const 1)) (i32.const 1)))
            (else (call $ack (i32.sub (local.get 0) (i32.const 1)) (call $ack (local.get 0) (i32.sub (local.get 1) (i32.const 1)))))))))`);
    expect(module.call('fac', 'i64:25')).toBe('i64:7034535277573963776');
    expect(module.call('even', 'i32:5000')).toBe('i32:44');
    expect(module.call('ack', 'i32:2', 'i32:9')).toBe('i32:21');
  });

  test('a table that changes', () => {
    const module = both(`(type $t (func (result i32))) (table $t 10 funcref)
      (elem (i32.const 2) func $a $b) (elem $p func $c $d $a)
      (func $a (result i32) (i32.const 1)) (func $b (result i32) (i32.const 2))
      (func $c (result i32) (i32.const 3)) (func $d (result i32) (i32.const 4))
      (func (export "call") (param i32) (result i32) (call_indirect (type $t) (local.get 0)))
      (func (export "init") (param i32 i32 i32) (table.init $p (local.get 0) (local.get 1) (local.get 2)))
      (func (export "copy") (param i32 i32 i32) (table.copy (local.get 0) (local.get 1) (local.get 2)))
      (func (export "drop") (elem.drop $p))`);
    const look = () => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((i) => module.call('call', `i32:${i}`)).join();
    const before = look();
    const EDGES = [0, 1, 2, 3, 4, 7, 9, 10, 11, -1, -8];
    for (const a of EDGES)
      for (const b of EDGES)
        for (const c of [0, 1, 3, 4, 10, -1]) module.call('copy', `i32:${a}`, `i32:${b}`, `i32:${c}`);
    expect(look()).not.toBe(before);
    for (const a of EDGES)
      for (const b of EDGES) for (const c of [0, 1, 3, 4, -1]) module.call('init', `i32:${a}`, `i32:${b}`, `i32:${c}`);
    look();
    module.call('drop');
    expect(module.call('init', 'i32:0', 'i32:0', 'i32:1')).toBe('out of bounds table access');
    expect(module.call('init', 'i32:0', 'i32:0', 'i32:0')).toBe('');
    look();
  });
});

describe('instantiation', () => {
  test.each([
    ['(table 2 funcref) (elem (i32.const 1) func $f $f) (func $f)', 'out of bounds table access'],
    ['(table 2 funcref) (elem (i32.const 3) func) (func $f)', 'out of bounds table access'],
    ['(memory 1) (data (i32.const 65536) "a")', 'out of bounds memory access'],
    ['(func $s (unreachable)) (start $s)', 'unreachable'],
    ['(func $s (call $s)) (start $s)', 'call stack exhausted'],
    ['(func $s (drop (i32.div_u (i32.const 1) (i32.const 0)))) (start $s)', 'integer divide by zero'],
  ])('%s: %s', (wat, trap) => {
    expect(both(wat).failed).toEqual([trap]);
  });

  test('the start function runs behind the segments, once', () => {
    const module =
      both(`(memory (export "memory") 1) (data (i32.const 8) "\\05") (table 1 funcref) (elem (i32.const 0) $seven)
      (func $seven (result i32) (i32.const 7)) (global $g (export "g") (mut i32) (i32.const 1))
      (func $s (global.set $g (i32.add (global.get $g)
        (i32.mul (i32.load8_u (i32.const 8)) (call_indirect (result i32) (i32.const 0)))))) (start $s)
      (func (export "get") (result i32) (global.get $g))`);
    expect(module.global('g')).toBe('i32:36');
    expect(module.call('get')).toBe('i32:36');
  });
});

describe('globals', () => {
  test('exported, imported, mutable and not', () => {
    const module = both(
      `(import "env" "a" (global $a i32)) (import "env" "b" (global $b i64)) (import "env" "f" (func $f))
       (global (export "a") i32 (global.get $a)) (export "b" (global $b)) (global $c (export "c") (mut i64) (global.get $b))
       (global (export "never") (mut i32) (i32.const 12))
       (func (export "step") (result i64)
         (global.set $c (i64.add (global.get $c) (i64.extend_i32_s (global.get $a)))) (global.get $c))`,
      { globals: { 'env.a': 'i32:-5', 'env.b': 'i64:1311768467463790320' }, functions: { 'env.f': () => undefined } },
    );
    module.call('step');
    module.call('step');
    expect(['a', 'b', 'c', 'never'].map((name) => module.global(name))).toEqual([
      'i32:4294967291',
      'i64:1311768467463790320',
      'i64:1311768467463790310',
      'i32:12',
    ]);
  });
});

describe('imports', () => {
  test.each(LEVELS)('are called in order, with their arguments, level %s', (level) => {
    const module = both(
      `(import "env" "a" (func $a (param i32 i64 i32 i64 i32) (result i64))) (import "env" "b" (func $b (param i32)))
       (import "other" "c" (func $c (result i32 i32))) (memory (export "memory") 1) (export "direct" (func $a))
       (table funcref (elem $b $a)) (func $s (call $b (i32.const -1))) (start $s)
       (func (export "f") (param i32) (result i64) (local i32)
         (loop (call $b (local.get 1))
           (br_if 0 (i32.lt_u (local.tee 1 (i32.add (local.get 1) (i32.const 1))) (local.get 0))))
         (call $c) (i32.sub) (call_indirect (param i32) (i32.const 0))
         (i32.const 5) (i64.const -6) (i32.const 7) (i64.const 8) (i32.const 9) (call $a)
         (i32.store (i32.const 0) (i32.const 77)))`,
      {
        functions: {
          'env.a': ([x, y]: readonly (number | bigint)[]) => BigInt(x) * 1000n + BigInt(y),
          'env.b': () => undefined,
          'other.c': () => [30, 12],
        },
      },
      { level },
    );
    expect(module.call('f', 'i32:3')).toBe('i64:4994');
    expect(module.call('direct', 'i32:1', 'i64:2', 'i32:3', 'i64:4', 'i32:5')).toBe('i64:1002');
  });
});
