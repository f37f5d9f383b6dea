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

const sum = (a: string, b: string) => `(i64.add ${a} ${b})`;
const product = `(i64.mul ${wide(0, 'u')} ${wide(1, 'u')})`;
const word = (at: number) => `(i64.load32_u offset=${at} (i32.const 64))`;
/** A word of memory times parameter 3, added to another one, with the carry in local 4. */
const longStep = (at: number) =>
  `(local.set 4 ${sum(sum(`(i64.mul ${word(at)} ${wide(3, 'u')})`, word(at + 16)), '(i64.shr_u (local.get 4) (i64.const 32))')})
   (i64.store32 offset=${at + 16} (i32.const 64) (local.get 4))`;
const UMAAL = /^umaal/m;

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
  ['two words added to a product', f(4, both(sum(sum(product, wide(2, 'u')), wide(3, 'u')))), UMAAL],
  ['a product added to two words', f(4, both(sum(sum(wide(2, 'u'), wide(3, 'u')), product))), UMAAL],
  ['a word, a product and a word', f(4, both(sum(wide(2, 'u'), sum(wide(3, 'u'), product)))), UMAAL],
  ['a factor added, too', f(4, both(sum(sum(product, wide(0, 'u')), wide(0, 'u')))), UMAAL],
  ['a constant added, too', f(4, both(sum(sum(product, wide(2, 'u')), '(i64.const 0xfffffff1)'))), UMAAL],
  ['words from memory', f(4, both(sum(sum(`(i64.mul ${word(0)} ${word(4)})`, word(8)), word(12)))), UMAAL],
  ['three words are one too many', f(4, both(sum(sum(sum(product, wide(2, 'u')), wide(3, 'u')), wide(2, 'u')))), UMAAL],
  ['a signed word is none', f(4, both(sum(sum(product, wide(2, 's')), wide(3, 'u')))), /^umlal/m],
  [
    'a carry along a long number stays in its register',
    `(func (export "f") ${params(4)} (result i32) (local i64) ${[0, 4, 8, 12].map(longStep).join('\n')}
      (i32.wrap_i64 (i64.shr_u (local.get 4) (i64.const 32))))`,
    /^umlal r\d+, (r\d+), .*\n(?:(?:str|ldr).*\n)+(?:umaal r\d+, \1, .*\n(?:(?:str|ldr).*\n)+){3}pop/m,
  ],
  ['two words and their carry', f(4, both(sum(wide(0, 'u'), wide(1, 'u')))), UMAAL],
  ['three words and their carry', f(4, both(sum(sum(wide(0, 'u'), wide(1, 'u')), wide(2, 'u')))), UMAAL],
  ['three words, the sum of two on the right', f(4, both(sum(word(0), sum(wide(1, 'u'), word(4))))), UMAAL],
  ['two words whose carry nobody reads', f(4, `(i32.wrap_i64 ${sum(wide(0, 'u'), word(1))})`), /^add r0, r1|^adds r0/m],
  [
    'words that are masked or joined first',
    f(4, both(sum(`(i64.xor ${wide(0, 'u')} ${word(0)})`, wide(1, 'u')))),
    UMAAL,
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
