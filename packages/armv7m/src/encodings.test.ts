/** What the tables promise beyond the bits: shape of the ids, flags, names that go with numbers. */
import { expect, test } from 'vitest';
import { compileEncoding } from './encoding.ts';
import { ENCODING_BY_ID, ENCODINGS } from './encodings.ts';
import { EXCEPTION, EXCEPTION_NAMES, exceptionName } from './exceptions.ts';
import { SPECIAL_REGISTERS, specialRegisterName } from './special-registers.ts';

test('ids are unique and end in the encoding', () => {
  expect(ENCODING_BY_ID.size).toBe(ENCODINGS.length);
  for (const { id } of ENCODINGS)
    expect(id).toMatch(
      /^[A-Z]+[A-Z0-9]*[xy]*(_(imm|reg|lit|SPimm|SPreg|[RSDX]+to[RSDX]+|(to|from)(int|fixed)))?_T[1-4]$/,
    );
});

test('the 16-bit encodings that set the flags outside an IT block only', () => {
  const setters = ENCODINGS.filter((e) => e.setsFlagsOutsideIT).map((e) => e.id);
  expect(setters.sort()).toEqual(
    `ADC_reg_T1 ADD_imm_T1 ADD_imm_T2 ADD_reg_T1 AND_reg_T1 ASR_imm_T1 ASR_reg_T1 BIC_reg_T1 EOR_reg_T1 LSL_imm_T1
    LSL_reg_T1 LSR_imm_T1 LSR_reg_T1 MOV_imm_T1 MOV_reg_T2 MUL_T1 MVN_reg_T1 ORR_reg_T1 ROR_reg_T1 RSB_imm_T1
    SBC_reg_T1 SUB_imm_T1 SUB_imm_T2 SUB_reg_T1`.split(/\s+/),
  );
});

test.each([
  ['1111', 'has 4 bits'],
  ['00000000 Rd Rd', 'field Rd twice'],
])('pattern %s is refused', (pattern, message) => {
  expect(() => compileEncoding(['X_T1', pattern, '', '', 'x'])).toThrow(message);
});

test.each([
  ['Rd=nope(Rm)', '', 'no operand kind nope'],
  ['Rd=Ra', '', 'no field Ra'],
  ['Rd=Rm Rd=Rn', '', 'an operand twice'],
  ['', 'Ra!13', 'no operand Ra'],
  ['', '~nope', 'no rule ~nope'],
  ['', 'nonsense', "no rule 'nonsense'"],
])('line with operands "%s" and rules "%s" is refused', (operands, rules, message) => {
  expect(() => compileEncoding(['X_T1', '00000000 Rm Rn', operands, rules, 'x'])).toThrow(message);
});

test('exception and special register names', () => {
  for (const [name, number] of Object.entries(EXCEPTION)) expect(EXCEPTION_NAMES[number]).toBe(name);
  expect([exceptionName(3), exceptionName(7), exceptionName(22)]).toEqual(['HardFault', undefined, 'IRQ 6']);
  for (const [name, sysm] of Object.entries(SPECIAL_REGISTERS)) expect(specialRegisterName(sysm)).toBe(name);
  expect(specialRegisterName(4)).toBeUndefined();
});
