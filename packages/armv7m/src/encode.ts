/**
 * Operands → bits. Values are checked, never cut to size: an operand that does not fit, is missing, is unknown, or makes
 * the instruction UNPREDICTABLE or another one is refused. `encode` throws (a code generator must not ask for it),
 * `fits` answers false (so that it can choose the shortest encoding that takes its operands).
 */
import { InvariantError, invariant } from '@kickstage/base/invariant';
import { matches } from './decode.ts';
import type { Codec, Encoding, Operands } from './encoding.ts';
import { ENCODING_BY_ID, type EncodingId } from './encodings.ts';

export type { Operands } from './encoding.ts';

export interface EncodedInstruction {
  readonly size: 2 | 4;
  readonly halfwords: readonly [number] | readonly [number, number];
}

/** An instruction that cannot be encoded as asked: names the encoding, the operands, their values and what would fit. */
export class EncodeError extends InvariantError {
  override name = 'EncodeError';
}

type Outcome = { readonly word: number } | { readonly problem: string };

function place(raw: number, { fields }: Codec): number {
  let word = 0;
  let rest = raw;
  for (let i = fields.length - 1; i >= 0; i--) {
    const { shift, width } = fields[i];
    word |= (rest & ((1 << width) - 1)) << shift;
    rest >>>= width;
  }
  return word;
}

function operandProblem(encoding: Encoding, operands: Operands): string | undefined {
  for (const name of Object.keys(operands)) {
    if (!encoding.operandNames.includes(name)) return `has no operand ${name}`;
    const implied = encoding.implied[name];
    if (implied !== undefined && operands[name] !== implied) {
      return `${name} = ${operands[name]} does not fit: it is always ${implied}`;
    }
  }
  return undefined;
}

function fillFields(encoding: Encoding, operands: Operands): Outcome {
  let word = encoding.value | encoding.shouldValue;
  for (const codec of encoding.codecs) {
    const values = codec.operands.map((name) => operands[name]);
    const missing = values.indexOf(undefined as unknown as number);
    if (missing >= 0) return { problem: `operand ${codec.operands[missing]} is missing` };
    const raw = codec.kind.encode(values, codec.width);
    if (raw === undefined) {
      const shown = codec.operands.map((name, i) => `${name} = ${values[i]}`).join(', ');
      return { problem: `${shown} does not fit: ${codec.kind.range(codec.width)}` };
    }
    word |= place(raw, codec);
  }
  return { word };
}

function encodeWord(encoding: Encoding, operands: Operands): Outcome {
  const problem = operandProblem(encoding, operands);
  if (problem !== undefined) return { problem };
  const outcome = fillFields(encoding, operands);
  if ('problem' in outcome) return outcome;
  const all = { ...encoding.implied, ...operands };
  for (const rule of encoding.rules) {
    const reason = rule(all);
    if (reason !== undefined) return { problem: `UNPREDICTABLE: ${reason}` };
  }
  const other = encoding.precededBy.find((e) => matches(e, outcome.word));
  return other ? { problem: `these operands make it ${other.id}` } : outcome;
}

function encodingOf(id: EncodingId): Encoding {
  const encoding = ENCODING_BY_ID.get(id);
  invariant(encoding, `no encoding ${id}`);
  return encoding;
}

/** The halfwords of an instruction, in memory order. Throws `EncodeError`. */
export function encode(id: EncodingId, operands: Operands): EncodedInstruction {
  const encoding = encodingOf(id);
  const outcome = encodeWord(encoding, operands);
  if ('problem' in outcome) throw new EncodeError(`${id}: ${outcome.problem}`);
  const { word } = outcome;
  return encoding.size === 2 ? { size: 2, halfwords: [word] } : { size: 4, halfwords: [word >>> 16, word & 0xffff] };
}

/** Whether `encode` would take these operands. */
export function fits(id: EncodingId, operands: Operands): boolean {
  return 'word' in encodeWord(encodingOf(id), operands);
}
