/**
 * What the manual calls UNPREDICTABLE in an encoding, as short rules beside the encoding's line:
 *
 *  - `Rd,Rm!13,15`     none of these operands may have one of these values
 *  - `Rt!=Rt2`         these operands must differ
 *  - `wback:Rn!=Rt`    … if `wback` is 1 (the same before `Rd!15` and `~name`)
 *  - `~name`           one of the named rules below
 *  - `IT=never`, `IT=last`, `IT=pc`  may not stand in an IT block; only last in it; only last if it writes the PC
 *
 * A rule answers with its reason when it is broken. IT rules depend on the surroundings and are kept apart.
 */
import { invariant } from '@kickstage/base/invariant';
import { registerCount } from './registers.ts';

export type ItPlace = 'any' | 'last' | 'never' | 'pc';

type Values = { readonly [operand: string]: number };
export type Rule = (operands: Values) => string | undefined;

const NAMED: Record<string, (o: Values) => boolean> = {
  'no register listed': (o) => o.registers === 0,
  'fewer than two registers listed': (o) => registerCount(o.registers) < 2,
  'both PC and LR listed': (o) => o.registers >>> 14 === 3,
  'base listed with write-back': (o) => o.wback === 1 && ((o.registers >>> o.Rn) & 1) === 1,
  'both registers are the PC': (o) => o.Rn === 15 && o.Rm === 15,
  'both registers below r8': (o) => o.Rn < 8 && o.Rm < 8,
  'a field that ends beyond bit 31': (o) => o.lsb + o.width > 32,
  'a shift of SP other than LSL 0..3': (o) => o.Rd === 13 && (o.shift_t !== 0 || o.shift_n > 3),
  'SP copied to SP': (o) => o.Rd === 13 && o.Rm === 13,
  'neither I nor F': (o) => o.I === 0 && o.F === 0,
  'a condition that does not exist': (o) => o.firstcond === 15,
  'an "else" of "always"': (o) => o.firstcond === 14 && registerCount(o.mask) !== 1,
  'a mask for a register without parts': (o) => o.mask === 0 || (o.mask !== 2 && o.SYSm > 3),
  'a special register that does not exist': (o) => !isSpecialRegister(o.SYSm),
};

const SHORT: Record<string, string> = {
  '~some': 'no register listed',
  '~two': 'fewer than two registers listed',
  '~pclr': 'both PC and LR listed',
  '~wback': 'base listed with write-back',
  '~pcpc': 'both registers are the PC',
  '~high': 'both registers below r8',
  '~field': 'a field that ends beyond bit 31',
  '~spshift': 'a shift of SP other than LSL 0..3',
  '~spsp': 'SP copied to SP',
  '~if': 'neither I nor F',
  '~cond': 'a condition that does not exist',
  '~else': 'an "else" of "always"',
  '~mask': 'a mask for a register without parts',
  '~sysm': 'a special register that does not exist',
};

/** SYSm values with a meaning (DDI 0403E B5.1.1, table B5-1): 4 and the gaps have none. */
function isSpecialRegister(sysm: number): boolean {
  return sysm <= 3 || (sysm >= 5 && sysm <= 9) || (sysm >= 16 && sysm <= 20);
}

function parseUnguarded(text: string, operands: readonly string[]): Rule {
  const known = (name: string) => invariant(operands.includes(name), `rule '${text}': no operand ${name}`);
  if (text.startsWith('~')) {
    const reason = SHORT[text];
    invariant(reason !== undefined, `no rule ${text}`);
    const broken = NAMED[reason];
    return (o) => (broken(o) ? reason : undefined);
  }
  const differ = /^(\w+)!=(\w+)$/.exec(text);
  if (differ) {
    const [, a, b] = differ;
    [a, b].forEach(known);
    return (o) => (o[a] === o[b] ? `${a} and ${b} are the same` : undefined);
  }
  const excluded = /^([\w,]+)!([\d,]+)$/.exec(text);
  invariant(excluded, `no rule '${text}'`);
  const names = excluded[1].split(',');
  const values = excluded[2].split(',').map(Number);
  names.forEach(known);
  return (o) => {
    const name = names.find((n) => values.includes(o[n]));
    return name === undefined ? undefined : `${name} is ${o[name]}`;
  };
}

function parseRule(text: string, operands: readonly string[]): Rule {
  const guarded = /^(\w+):(.+)$/.exec(text);
  if (!guarded) return parseUnguarded(text, operands);
  const [, guard, rest] = guarded;
  invariant(operands.includes(guard), `rule '${text}': no operand ${guard}`);
  const rule = parseUnguarded(rest, operands);
  return (o) => (o[guard] === 1 ? rule(o) : undefined);
}

/** Reads an encoding's rules. An operand that the encoding does not have is our bug. */
export function parseRules(text: string, operands: readonly string[]): { rules: Rule[]; itPlace: ItPlace } {
  const rules: Rule[] = [];
  let itPlace: ItPlace = 'any';
  for (const token of text.split(' ').filter(Boolean)) {
    const it = /^IT=(never|last|pc)$/.exec(token);
    if (it) itPlace = it[1] as ItPlace;
    else rules.push(parseRule(token, operands));
  }
  return { rules, itPlace };
}
