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
import { specialRegisterName } from './special-registers.ts';

export type ItPlace = 'any' | 'last' | 'never' | 'pc';

type Values = { readonly [operand: string]: number };
export type Rule = (operands: Values) => string | undefined;

/** Rules with a name: when they are broken, and what to say then. */
const NAMED: Readonly<Record<string, readonly [broken: (o: Values) => boolean, reason: string]>> = {
  '~some': [(o) => o.registers === 0, 'no register listed'],
  '~two': [(o) => registerCount(o.registers) < 2, 'fewer than two registers listed'],
  '~pclr': [(o) => o.registers >>> 14 === 3, 'both PC and LR listed'],
  '~wback': [(o) => o.wback === 1 && ((o.registers >>> o.Rn) & 1) === 1, 'base listed with write-back'],
  '~pcpc': [(o) => o.Rn === 15 && o.Rm === 15, 'both registers are the PC'],
  '~high': [(o) => o.Rn < 8 && o.Rm < 8, 'both registers below r8'],
  '~field': [(o) => o.lsb + o.width > 32, 'a field that ends beyond bit 31'],
  '~spshift': [(o) => o.Rd === 13 && (o.shift_t !== 0 || o.shift_n > 3), 'a shift of SP other than LSL 0..3'],
  '~spsp': [(o) => o.Rd === 13 && o.Rm === 13, 'SP copied to SP'],
  '~if': [(o) => o.I === 0 && o.F === 0, 'neither I nor F'],
  '~cond': [(o) => o.firstcond === 15, 'a condition that does not exist'],
  '~else': [(o) => o.firstcond === 14 && registerCount(o.mask) !== 1, 'an "else" of "always"'],
  '~mask': [(o) => o.mask === 0 || (o.mask !== 2 && o.SYSm > 3), 'a mask for a register without parts'],
  '~singles': [(o) => o.count === 0 || o.Sd + o.count > 32, 'a list of no register, or beyond s31'],
  '~doubles': [(o) => o.count === 0 || o.Dd + o.count > 16, 'a list of no register, or beyond d15'],
  '~sysm': [(o) => specialRegisterName(o.SYSm) === undefined, 'a special register that does not exist'],
};

function parseUnguarded(text: string, operands: readonly string[]): Rule {
  const known = (name: string) => invariant(operands.includes(name), `rule '${text}': no operand ${name}`);
  if (text.startsWith('~')) {
    invariant(text in NAMED, `no rule ${text}`);
    const [broken, reason] = NAMED[text];
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
