/**
 * Operations on f32 that become instructions of the floating-point unit: which, where values live, and that the code does
 * what V8 does. Each row is the inside of a module with a function "f", and what must and must not be among its
 * instructions.
 */
import { describe, expect, test } from 'vitest';
import { formOf } from './testing/instruction-forms.ts';

const f = (body: string, more = '') => `(func (export "f") (param i32 i32) (result i32) ${more} ${body})`;
/** The arguments as floats that are neither NaN nor zero: V8 may give a NaN another sign. */
const [a, b] = [0, 1].map((i) => `(f32.add (f32.convert_i32_s (local.get ${i})) (f32.const 0.25))`);
const bits = (value: string) => f(`(i32.reinterpret_f32 ${value})`);

interface Row {
  readonly wat: string;
  readonly has: readonly RegExp[];
  readonly lacks?: readonly RegExp[];
}

const CALL = /^bl /m;
const row = (wat: string, ...has: RegExp[]): Row => ({ wat, has, lacks: [CALL] });

const FORMS: Readonly<Record<string, Row>> = {
  'a sum': row(bits(`(f32.add ${a} ${b})`), /^vadd\.f32/m),
  'a difference': row(bits(`(f32.sub ${a} ${b})`), /^vsub\.f32/m),
  'a quotient': row(bits(`(f32.div ${a} ${b})`), /^vdiv\.f32/m),
  'a root': row(bits(`(f32.sqrt (f32.abs ${a}))`), /^vsqrt\.f32/m),
  'a product that is added': row(bits(`(f32.add ${b} (f32.mul ${a} (f32.const 3)))`), /^vmla\.f32/m),
  'a product that is added on the left': row(bits(`(f32.add (f32.mul ${a} (f32.const 3)) ${b})`), /^vmla\.f32/m),
  'a product that is subtracted': row(bits(`(f32.sub ${b} (f32.mul ${a} (f32.const 3)))`), /^vmls\.f32/m),
  'a product from which is subtracted': row(
    bits(`(f32.sub (f32.mul ${a} (f32.const 3)) ${b})`),
    /^vmul\.f32/m,
    /^vsub\.f32/m,
  ),
  'signs of values in the unit': row(
    bits(`(f32.div (f32.neg (f32.add ${a} ${b})) (f32.abs (f32.sub ${a} ${b})))`),
    /^vneg\.f32/m,
    /^vabs\.f32/m,
  ),
  'signs of values elsewhere': {
    ...row(f('(i32.reinterpret_f32 (f32.neg (f32.reinterpret_i32 (local.get 0))))')),
    lacks: [/^v/m],
  },
  'a constant in the instruction': row(bits(`(f32.mul ${a} (f32.const -0.5))`), /^vmov\.f32 s\d+, #224/m),
  'a constant behind the code': row(bits(`(f32.mul ${a} (f32.const 0.1))`), /^vldr s\d+, \[pc/m),
  'a comparison that a branch needs': row(
    f(`(if (result i32) (f32.lt ${a} ${b}) (then (i32.div_s (local.get 0) (i32.const 7))) (else (local.get 1)))`),
    /^vcmp\.f32 s\d+, s\d+\nvmrs APSR_nzcv, fpscr\n(bpl|bmi)/m,
  ),
  'a comparison with zero': row(f(`(f32.gt ${a} (f32.const 0))`), /^vcmp\.f32 s\d+, #0\.0$/m),
  'a choice of floats': row(
    bits(`(select (f32.add ${a} ${b}) (f32.sub ${a} ${b}) (f32.le ${a} ${b}))`),
    /^it/m,
    /^vmov(ls|hi)\.f32/m,
  ),
  'an unsigned word': row(bits('(f32.convert_i32_u (local.get 0))'), /^vcvt\.f32\.u32/m),
  'to a word, saturating': row(f(`(i32.trunc_sat_f32_s (f32.mul ${a} ${b}))`), /^vcvt\.s32\.f32/m),
  'to a word, trapping': row(f(`(i32.trunc_f32_s (f32.mul ${a} ${b}))`), /^vcvt\.s32\.f32/m, /^cmp/m),
  'to an unsigned word, trapping': row(f(`(i32.trunc_f32_u (f32.mul ${a} (f32.const 0.3)))`), /^vcvt\.u32\.f32/m),
  'floats in memory': row(
    f(
      '(f32.store offset=8 (i32.const 64) (f32.add (f32.load (i32.const 64)) (f32.load offset=4 (i32.const 64)))) (i32.const 0)',
    ),
    /^vldr s\d+, \[r\d+\]$/m,
    /^vldr s\d+, \[r\d+, #4\]$/m,
    /^vstr s\d+, \[r\d+, #8\]$/m,
  ),
  'floats in memory that need not be aligned': row(
    f('(f32.store align=1 (i32.const 65) (f32.add (f32.load align=2 (i32.const 34)) (f32.const 1))) (i32.const 0)'),
    /^ldr\S* r/m,
    /^str\S* r/m,
  ),
  'a word that becomes a float comes right from memory': {
    wat: f('(i32.reinterpret_f32 (f32.convert_i32_s (i32.load (i32.const 16))))'),
    has: [/^vldr s(\d+).*\nvcvt\.f32\.s32 s\d+, s\1$/m],
  },
  'a float that is only copied stays in the core': {
    wat: f(
      `(f32.store (i32.const 4) (f32.load (i32.const 8))) ${bits(`(f32.add ${a} ${b})`)
        .replace(/^.*?\(i32\.re/, '(i32.re')
        .slice(0, -1)}`,
    ),
    has: [/^ldr\S* r/m, /^str\S* r/m],
  },
  minimum: { wat: bits(`(f32.min ${a} ${b})`), has: [CALL, /^vcvt/m] },
};

describe.each(Object.entries(FORMS))('%s', (_, { wat, has, lacks = [] }) => {
  const { text, difference } = formOf(wat, 'fpu');

  test('does what V8 does', () => {
    expect(difference).toBe(undefined);
  });

  test('its instructions', () => {
    for (const pattern of has) expect(text).toMatch(pattern);
    for (const pattern of lacks) expect(text).not.toMatch(pattern);
  });
});

test('a constant is made before the loop that needs it', () => {
  const loop = `(loop $again
    (local.set 2 (f32.mul (f32.add (local.get 2) (f32.const 0.3)) (f32.const 0.3)))
    (br_if $again (i32.lt_u (local.tee 3 (i32.add (local.get 3) (i32.const 1))) (i32.and (local.get 0) (i32.const 15)))))`;
  const { text, difference } = formOf(f(`${loop} (i32.reinterpret_f32 (local.get 2))`, '(local f32 i32)'), 'fpu');
  expect(difference).toBe(undefined);
  const lines = text.split('\n');
  const constant = lines.findIndex((line) => /^vldr s\d+, \[pc/.test(line));
  expect(lines.slice(constant + 1).join('\n')).toMatch(/^vadd/m);
  // One for both uses, and none behind the sum.
  expect(lines.slice(lines.findIndex((line) => line.startsWith('vadd'))).join('\n')).not.toMatch(/vldr/);
});

/** Sums of many floats, each kept until the end. */
function many(count: number, between: string): string {
  const locals = Array.from({ length: count }, (_, i) => `(local $v${i} f32)`).join(' ');
  const sets = Array.from(
    { length: count },
    (_, i) => `(local.set $v${i} (f32.mul ${i % 2 ? a : b} (f32.const ${i + 0.3})))`,
  );
  const sum = Array.from({ length: count }, (_, i) => `$v${i}`).reduce(
    (text, name) => `(f32.sub ${text} (local.get ${name}))`,
    '(f32.const 1)',
  );
  return f(`${sets.join('\n')} ${between} (i32.reinterpret_f32 ${sum})`, locals);
}

/** Has a branch, so that it is not put in its caller's place. */
const CALLEE = `(func $g (param f32) (result f32)
  (if (f32.lt (local.get 0) (f32.const 0)) (then (f32.store (i32.const 32) (local.get 0))))
  (f32.mul (local.get 0) (f32.const 2)))`;

test('values that live across a call are in registers that it keeps', () => {
  const call = '(drop (call $g (local.get $v0))) (drop (call $g (local.get $v1)))';
  const { text, difference } = formOf(`${CALLEE} ${many(6, call)}`, 'fpu');
  expect(difference).toBe(undefined);
  expect(text).toMatch(/^push \{r3, lr\}\nvpush \{d8-d9\}$/m);
  expect(text).toMatch(/^vpop \{d8-d9\}\npop \{r3, pc\}/m);
});

test('more values than there are registers', () => {
  const { text, difference } = formOf(many(40, ''), 'fpu');
  expect(difference).toBe(undefined);
  expect(text).toMatch(/^vldr s\d+, \[pc/m);
});

test('slots beyond the reach of a load from the stack pointer', () => {
  // Each is needed twice, so that none is made again where it is used.
  const twice = Array.from(
    { length: 330 },
    (_, i) => `(local.set $v${i} (f32.div (local.get $v${i}) (f32.convert_i32_u (i32.load8_u (i32.const ${i})))))`,
  );
  const { text, difference } = formOf(many(330, twice.join('\n')), 'fpu');
  expect(difference).toBe(undefined);
  expect(text).toMatch(/^add\S* r12, sp, #10[2-9]\d\nv(str|ldr) s\d+, \[r12\]$/m);
});
