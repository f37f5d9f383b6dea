import { expect, test } from 'vitest';
import { AL, CONDITION_NAMES, type ConditionName, conditionCode, invertCondition } from './conditions.ts';
import { decode } from './decode.ts';
import { itConditions, itOperands, itPlaceOf, thenElseText } from './it-block.ts';

const codes = (names: string) => names.split(' ').map((name) => conditionCode(name as ConditionName));

test.each([
  ['it eq', 0xbf08, 'eq'],
  ['ite ne', 0xbf14, 'ne eq'],
  ['itt cs', 0xbf24, 'cs cs'],
  ['itet gt', 0xbfca, 'gt le gt'],
  ['ittee lt', 0xbfb9, 'lt lt ge ge'],
  ['itttt al', 0xbfe1, 'al al al al'],
])('%s', (text, word, names) => {
  const { firstcond, mask } = decode(word, 0)!.operands;
  expect(itConditions(firstcond, mask)).toEqual(codes(names));
  expect(itOperands(codes(names))).toEqual({ firstcond, mask });
  expect(`it${thenElseText(firstcond, mask)} ${CONDITION_NAMES[firstcond]}`).toBe(text);
});

test.each([['eq cs'], ['eq eq eq eq eq'], ['']])('no block of [%s]', (names) => {
  expect(() => itOperands(names === '' ? [] : codes(names))).toThrow('no IT block');
});

test('a condition and its inverse', () => {
  for (let condition = 0; condition < AL; condition++) {
    expect(invertCondition(invertCondition(condition))).toBe(condition);
    expect(invertCondition(condition)).not.toBe(condition);
  }
  expect(() => invertCondition(AL)).toThrow('no inverse');
});

test.each([
  ['add r0, r0, r1', 0x1840, 0, 'any'],
  ['add pc, r1', 0x448f, 0, 'last'],
  ['add r8, r1', 0x4488, 0, 'any'],
  ['bx lr', 0x4770, 0, 'last'],
  ['pop {pc}', 0xbd00, 0, 'last'],
  ['pop {r0}', 0xbc01, 0, 'any'],
  ['ldr.w pc, [r0]', 0xf8d0, 0xf000, 'last'],
  ['cbz r0', 0xb100, 0, 'never'],
  ['beq', 0xd000, 0, 'never'],
  ['it eq', 0xbf08, 0, 'never'],
])('%s in an IT block', (_text, first, second, place) => {
  expect(itPlaceOf(decode(first, second)!)).toBe(place);
});
