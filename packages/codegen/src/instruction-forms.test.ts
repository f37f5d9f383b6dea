/**
 * Operations for which the processor has an instruction of its own: that it is chosen, and does what V8 does. Each row is
 * the inside of a module with a function "f" and the instructions that must be among its own.
 */
import { expect, test } from 'vitest';
import { formOf } from './testing/instruction-forms.ts';

const params = (count: number) => `(param ${'i32 '.repeat(count)})`;
const f = (count: number, body: string) => `(func (export "f") ${params(count)} (result i32) ${body})`;
const get = (i: number) => `(local.get ${i})`;
const wide = (i: number, sign: 's' | 'u') => `(i64.extend_i32_${sign} ${get(i)})`;
/** Both halves of an i64 in one word, so that none is left out. */
const both = (value: string) =>
  `(local i64) (local.set 4 ${value})
   (i32.xor (i32.wrap_i64 (local.get 4)) (i32.wrap_i64 (i64.shr_u (local.get 4) (i64.const 32))))`;
const pair = (lo: number, hi: number) => `(i64.or ${wide(lo, 'u')} (i64.shl ${wide(hi, 'u')} (i64.const 32)))`;

type Row = readonly [title: string, wat: string, ...wanted: RegExp[]];

const FORMS: readonly Row[] = [
  ['a signed product of words', f(4, both(`(i64.mul ${wide(0, 's')} ${wide(1, 's')})`)), /^smull/m],
  ['an unsigned product of words', f(4, both(`(i64.mul ${wide(0, 'u')} ${wide(1, 'u')})`)), /^umull/m],
  [
    'a signed product, added',
    f(4, both(`(i64.add ${pair(2, 3)} (i64.mul ${wide(0, 's')} ${wide(1, 's')}))`)),
    /^smlal/m,
  ],
  [
    'an unsigned product, added on the left',
    f(4, both(`(i64.add (i64.mul ${wide(0, 'u')} ${wide(1, 'u')}) ${pair(2, 3)})`)),
    /^umlal/m,
  ],
  ['a product with a word', f(4, both(`(i64.mul ${pair(0, 1)} ${wide(2, 'u')})`)), /^umull/m, /^mla/m],
  ['a word added', f(4, both(`(i64.add ${wide(2, 'u')} ${pair(0, 1)})`)), /^adc.*#0/m],
  ['a constant subtracted', f(4, both(`(i64.sub ${pair(0, 1)} (i64.const 7))`)), /^(adds|subs)/m, /^(adc|sbc).*#/m],
  ['a mask over both halves', f(4, both(`(i64.and ${pair(0, 1)} (i64.const 0xff0000ffffffff))`)), /^and.*#16711680/m],
  [
    'bytes reversed, by rotations',
    f(
      1,
      `(i32.or (i32.rotl (i32.and ${get(0)} (i32.const 0xff00ff00)) (i32.const 8))
               (i32.rotr (i32.and ${get(0)} (i32.const 0x00ff00ff)) (i32.const 8)))`,
    ),
    /^rev r0, r0$/m,
  ],
  [
    'bytes reversed, one by one',
    f(
      1,
      `(i32.or (i32.or (i32.shl ${get(0)} (i32.const 24)) (i32.shr_u ${get(0)} (i32.const 24)))
               (i32.or (i32.shl (i32.and ${get(0)} (i32.const 0xff00)) (i32.const 8))
                       (i32.and (i32.shr_u ${get(0)} (i32.const 8)) (i32.const 0xff00))))`,
    ),
    /^rev r0, r0$/m,
  ],
  [
    'a rotation by two shifts',
    f(1, `(i32.or (i32.shr_u ${get(0)} (i32.const 7)) (i32.shl ${get(0)} (i32.const 25)))`),
    / ror #7$/m,
  ],
];

test.each(FORMS.map(([title, ...form]) => [title, form] as const))('%s', (_, [wat, ...wanted]) => {
  const { text, difference } = formOf(wat as string);
  expect(difference).toBe(undefined);
  for (const pattern of wanted) expect(text).toMatch(pattern as RegExp);
});
