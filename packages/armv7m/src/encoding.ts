/**
 * An encoding: a line of the tables made ready for use. `compileEncoding` does the reading once, at load; encode, decode
 * and print only follow what it found.
 *
 * An operand list is made of `names=kind(fields)` (operand-kinds.ts), `name=field` for a plain unsigned field,
 * `name=#n` for an operand whose value the encoding implies, and the macros below. A field that none of them takes is
 * an operand of its own name.
 */
import { invariant } from '@kickstage/base/invariant';
import type { EncodingLine } from './encoding-line.ts';
import { OPERAND_KINDS, type OperandKind, type OperandKindName } from './operand-kinds.ts';
import { type BitField, type Pattern, parsePattern } from './pattern.ts';
import { type ItPlace, parseRules, type Rule } from './rules.ts';

/**
 * Operands by the manual's names. Registers 0..15 (`Rd Rn Rm Rt Rt2 RdLo RdHi Ra`), `S` 0 or 1, `imm32` the value or the
 * byte offset itself (a branch's is signed and relative to the instruction's address + 4), `shift_t` LSL..RRX (immediates.ts)
 * with `shift_n` the real amount, `registers` a 16-bit mask, `index` `add` `wback` 0 or 1. Floating-point registers
 * (`Sd Sn Sm` 0..31, `Dd Dn Dm` 0..15) in lists: the first and their `count`.
 */
export type Operands = Readonly<Record<string, number>>;

/** One step of encoding or decoding: some operands and the bit fields that hold them together. */
export interface Codec {
  readonly operands: readonly string[];
  readonly kind: OperandKind;
  /** From the most significant part of the kind's raw value to the least. */
  readonly fields: readonly BitField[];
  readonly width: number;
}

export interface Encoding extends Pattern {
  readonly id: string;
  /** The manual's mnemonic in capitals, without suffixes: `ADD`. The part of the id before the first `_`. */
  readonly mnemonic: string;
  readonly codecs: readonly Codec[];
  /** Operands whose value the encoding implies: decoded always, optional when encoding. */
  readonly implied: Operands;
  /** All operands, the implied ones included. */
  readonly operandNames: readonly string[];
  readonly rules: readonly Rule[];
  /** Where the instruction may stand in an IT block. `pc`: only last, if it writes the PC. */
  readonly itPlace: ItPlace;
  /** A 16-bit data-processing encoding that sets the flags exactly when it stands outside an IT block. */
  readonly setsFlagsOutsideIT: boolean;
  /** Template of the assembly text (print.ts). */
  readonly text: string;
  /** Encodings that take precedence over this one for some words; filled in by encodings.ts. */
  readonly precededBy: Encoding[];
}

const MACROS: Record<string, string> = {
  /** Unshifted register operand. */
  $noshift: 'shift_t=#0 shift_n=#0',
  /** Shifted register operand. */
  $shift: 'shift_t,shift_n=shift(type:imm3:imm2)',
  /** Base plus offset, base unchanged. */
  $offset: 'index=#1 add=#1 wback=#0',
  /** Three, and two, single-precision registers. */
  $Sdnm: 'Sd=Vd:D Sn=Vn:N Sm=Vm:M',
  $Sdm: 'Sd=Vd:D Sm=Vm:M',
};

function parseCodec(names: string, expression: string, pattern: Pattern, id: string): Codec {
  const call = /^(\w+)\(([\w:]+)\)$/.exec(expression);
  const kindName = call ? call[1] : 'u';
  invariant(kindName in OPERAND_KINDS, `${id}: no operand kind ${kindName}`);
  const fields = (call ? call[2] : expression).split(':').map((name) => {
    const field = pattern.fields.find((f) => f.name === name);
    invariant(field, `${id}: no field ${name}`);
    return field;
  });
  const width = fields.reduce((sum, field) => sum + field.width, 0);
  return { operands: names.split(','), kind: OPERAND_KINDS[kindName as OperandKindName], fields, width };
}

function parseOperands(text: string, pattern: Pattern, id: string) {
  const codecs: Codec[] = [];
  const implied: Record<string, number> = {};
  const expanded = text.replace(/\$\w+/g, (macro) => MACROS[macro]);
  for (const token of expanded.split(' ').filter(Boolean)) {
    const [names, expression] = token.split('=');
    if (expression.startsWith('#')) implied[names] = Number(expression.slice(1));
    else codecs.push(parseCodec(names, expression, pattern, id));
  }
  for (const field of pattern.fields) {
    if (codecs.some((codec) => codec.fields.includes(field))) continue;
    codecs.push({ operands: [field.name], kind: OPERAND_KINDS.u, fields: [field], width: field.width });
  }
  return { codecs, implied };
}

/** Reads one line of the encoding tables. Anything wrong with it is our bug. */
export function compileEncoding([id, bits, operands, ruleText, text]: EncodingLine): Encoding {
  const pattern = parsePattern(bits);
  const { codecs, implied } = parseOperands(operands, pattern, id);
  const operandNames = [...codecs.flatMap((codec) => codec.operands), ...Object.keys(implied)];
  invariant(new Set(operandNames).size === operandNames.length, `${id}: an operand twice`);
  return {
    ...pattern,
    id,
    mnemonic: id.split('_')[0],
    codecs,
    implied,
    operandNames,
    ...parseRules(ruleText, operandNames),
    setsFlagsOutsideIT: /^\w+\{C\}/.test(text) || text.startsWith('movs '),
    text,
    precededBy: [],
  };
}
