/** The language of runtime routines: what its statements and operators mean, and that our own slips in it are found. */
import { expect, test } from 'vitest';
import { Interpreter, type IrValue } from '../../ir/interpret.ts';
import type { Func } from '../../ir/types.ts';
import { verifyModule } from '../../ir/verify.ts';
import { lowerRoutine } from './lower.ts';
import { parseRoutines } from './parse.ts';

function lower(text: string): Func[] {
  const routines = parseRoutines(text);
  const known = new Map(routines.map((routine) => [routine.name, routine]));
  return routines.map((routine) => ({
    ...lowerRoutine(routine, known, (name) => `x_${name}`),
    exports: [routine.name],
  }));
}

function run(text: string, name: string, ...args: IrValue[]) {
  const module = { name: 'm', functions: lower(text), data: [], tables: [] };
  verifyModule(module, 'lowering');
  const outcome = new Interpreter(module).run(name, args);
  return 'trap' in outcome ? outcome.trap : outcome.results[0];
}

const f = (expression: string, type = 'u32') => `function f(a: ${type}, b: ${type}): u32 { return ${expression}; }`;

test.each<[string, IrValue, IrValue, number, string?]>([
  ['a + b * 3 - 1', 2, 5, 16],
  ['a & 7 | b << 4 ^ 1', 9, 1, 17],
  ['a - b < 1', 5, 3, 0],
  ['u32(a < b)', -1, 1, 1, 'i32'],
  ['a < b', -1, 1, 0],
  ['(a >> 4) + ~b', -16, 0, 0x0ffffffe],
  ['u32(a >> 4)', -16, 0, -1, 'i32'],
  ['u32(-a / b)', 7, 2, -3, 'i32'],
  ['a % 0x10', 0x1234, 0, 4],
  ['a > b && a != 7 || b == 2', 7, 2, 1],
  ['!(a > b && a != 7)', 7, 2, 1],
  ['a > b ? a : b', 3, 9, 9],
  ['clz(a) + u32(clz(u64(a)))', 1, 0, 31 + 63],
  ['high(u64(a) * u64(b))', -1, -1, -2],
  ['u32(high(pair(a, b)) == a) + u32(u32(pair(a, b)) == b)', 5, 6, 2],
  ['u32(i64(i32(a)) < 0)', -5, 0, 1],
  ['high(a - b)', 0n, 1n, -1, 'u64'],
  ['u32(a >> u32(b))', 0x100000000n, 28n, 16, 'u64'],
])('%s for %s, %s', (expression, a, b, wanted, type) => {
  expect(run(f(expression, type), 'f', a, b)).toBe(wanted);
});

const GCD = `
  // Euclid
  function gcd(a: u32, b: u32): u32 {
    let x = a;
    let y = b;
    let turns: u32 = 0;
    while (y != 0 && turns < 100) {
      let rest = x % y;
      x = y;
      y = rest;
      turns += 1;
    }
    return x;
  }
  function sign(a: i32): i32 {
    let result = i32(0);
    if (a < 0) result = -1;
    else if (a > 0) { result = 1; } else trap(unreachable);
    return result;
  }
  function both(a: u32): u32 { return gcd(a, 12) + u32(sign(i32(a))); }`;

test('statements', () => {
  expect(run(GCD, 'gcd', 36, 24)).toBe(12);
  expect(run(GCD, 'sign', -7)).toBe(-1);
  expect(run(GCD, 'sign', 0)).toBe('unreachable');
  expect(run(GCD, 'both', 18)).toBe(7);
});

test.each([
  ['a type that is not the other', 'function f(a: u32): u64 { return a; }', /u32 in place of u64/],
  ['a sum of two types', 'function f(a: u32, b: u64): u64 { return b + a; }', /u32 in place of u64/],
  ['a variable that is not there', 'function f(a: u32): u32 { return b; }', /b, which is not declared/],
  [
    'a variable of a block that has ended',
    'function f(a: u32): u32 { if (a == 1) { let b = a; } return b; }',
    /b, which/,
  ],
  ['two of one name', 'function f(a: u32): u32 { let a = 1; return a; }', /declares a twice/],
  ['no result', 'function f(a: u32): u32 { let b = a; }', /ends without a result/],
  ['what is never reached', 'function f(a: u32): u32 { return a; return a; }', /never reached/],
  ['a number too large', 'function f(a: u32): u32 { return a + 0x100000000; }', /4294967296 as u32/],
  ['an unknown routine', 'function f(a: u32): u32 { return g(a); }', /calls g/],
  ['an unknown trap', 'function f(a: u32): u32 { trap(why); }', /traps with why/],
  ['text that is none', 'function f(a: u32): u32 { return #a; }', /unexpected text/],
  ['an end too early', 'function f(a: u32): u32 {', /ends too early/],
])('%s', (_title, text, message) => {
  expect(() => lower(text)).toThrow(message);
});
