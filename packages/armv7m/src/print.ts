/**
 * Instruction → UAL text (DDI 0403E A4.2), as `arm-none-eabi-objdump -d -M reg-names-std` writes it, less its comments and
 * symbol names. tools/objdump-text.ts lists where the two differ by choice.
 *
 * An encoding's text is a template. `{Rd}` prints an operand by the nature of its name, the names in `PLACES` print more.
 */
import { CONDITION_NAMES } from './conditions.ts';
import type { Decoded } from './decode.ts';
import type { Operands } from './encoding.ts';
import { encodeFloatImmediate, LSL, ROR, RRX, SHIFT_NAMES } from './immediates.ts';
import { thenElseText } from './it-block.ts';
import { PC, registerListText, registerName } from './registers.ts';
import { SPECIAL_REGISTERS, specialRegisterName } from './special-registers.ts';

/** What surrounds an instruction. `inIT` is the condition (0..14) that the IT block around it gives it. */
export interface PrintContext {
  readonly inIT?: number | undefined;
}

interface Place {
  readonly operands: Operands;
  readonly address: number;
  readonly inIT: number | undefined;
}

type Printer = (place: Place) => string;

function shiftText(type: number, amount: number): string {
  if (type === LSL && amount === 0) return '';
  return type === RRX ? ', rrx' : `, ${SHIFT_NAMES[type]} #${amount}`;
}

/** `[r1]`, `[r1, #4]`, `[r1, #-4]!`, `[r1], #4`. Encodings without `index`, `add`, `wback` have a plain positive offset. */
function memoryText({ Rn, imm32, index = 1, add = 1, wback = 0 }: Operands): string {
  const base = registerName(Rn);
  const offset = `#${add ? '' : '-'}${imm32}`;
  if (!index) return `[${base}], ${offset}`;
  if (imm32 === 0 && add && !wback) return `[${base}]`;
  return `[${base}, ${offset}]${wback ? '!' : ''}`;
}

/** As `memoryText`, but with `{option}` for the form that is neither indexed nor written back. */
function coprocessorMemoryText(operands: Operands): string {
  const { Rn, imm32, index, wback } = operands;
  return index || wback ? memoryText(operands) : `[${registerName(Rn)}], {${imm32 / 4}}`;
}

function indexedText({ Rn, Rm, shift_n }: Operands): string {
  return `[${registerName(Rn)}, ${registerName(Rm)}${shiftText(LSL, shift_n)}]`;
}

function literalText({ imm32, add }: Operands): string {
  return `[pc, #${add ? '' : '-'}${imm32}]`;
}

function rangeText(letter: string, first: number, count: number): string {
  return count === 1 ? `{${letter}${first}}` : `{${letter}${first}-${letter}${first + count - 1}}`;
}

function hexText(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}

function specialText(sysm: number): string {
  return specialRegisterName(sysm) ?? `(UNDEF: ${sysm})`;
}

function maskedSpecialText({ SYSm, mask }: Operands): string {
  const suffix = ['', '_g', '_nzcvq', '_nzcvqg'][mask];
  return specialText(SYSm) + (SYSm <= SPECIAL_REGISTERS.XPSR ? suffix : '');
}

/** Names of the domain and access type that a barrier is asked for; others execute as `sy` (DDI 0403E A7.7.33). */
const BARRIER_OPTIONS: Record<number, string> = {
  2: 'oshst',
  3: 'osh',
  6: 'nshst',
  7: 'nsh',
  10: 'ishst',
  11: 'ish',
  14: 'st',
  15: 'sy',
};

const suffix: Printer = ({ inIT }) => (inIT === undefined ? '' : CONDITION_NAMES[inIT]);

/** Names in templates that are more than one operand's value. */
const PLACES: Record<string, Printer> = {
  /** Condition of the IT block. */
  c: suffix,
  /** Of a 16-bit data-processing instruction: `s` outside an IT block, the condition inside. */
  C: ({ inIT }) => (inIT === undefined ? 's' : CONDITION_NAMES[inIT]),
  S: ({ operands }) => (operands.S ? 's' : ''),
  '!': ({ operands }) => (operands.wback ? '!' : ''),
  cond: ({ operands }) => CONDITION_NAMES[operands.cond],
  firstcond: ({ operands }) => CONDITION_NAMES[operands.firstcond],
  thenElse: ({ operands }) => thenElseText(operands.firstcond, operands.mask),
  shift: ({ operands }) => shiftText(operands.shift_t, operands.shift_n),
  rotation: ({ operands }) => shiftText(operands.rotation === 0 ? LSL : ROR, operands.rotation),
  registers: ({ operands }) => registerListText(operands.registers),
  single: ({ operands }) => registerName(Math.log2(operands.registers)),
  memory: ({ operands }) => memoryText(operands),
  /** The same in 16-bit encodings, where a zero is written. */
  narrowMemory: ({ operands }) => `[${registerName(operands.Rn)}, #${operands.imm32}]`,
  coprocessorMemory: ({ operands }) => coprocessorMemoryText(operands),
  indexed: ({ operands }) => indexedText(operands),
  literal: ({ operands }) => literalText(operands),
  target: ({ operands, address }) => hexText(address + 4 + operands.imm32),
  instructionBarrier: ({ operands }) => (operands.option === 15 ? 'sy' : `#${operands.option}`),
  barrier: ({ operands }) => BARRIER_OPTIONS[operands.option] ?? `#${operands.option}`,
  hex: ({ operands }) => `0x${operands.imm32.toString(16).padStart(4, '0')}`,
  decimal: ({ operands }) => `${operands.imm32}`,
  braced: ({ operands }) => `{${operands.hint}}`,
  im: ({ operands }) => (operands.im ? 'id' : 'ie'),
  iflags: ({ operands }) => `${operands.I ? 'i' : ''}${operands.F ? 'f' : ''}`,
  special: ({ operands }) => specialText(operands.SYSm),
  maskedSpecial: ({ operands }) => maskedSpecialText(operands),
  /** Halves of a multiply: bottom or top; exchanged; rounded. */
  N: ({ operands }) => (operands.N ? 't' : 'b'),
  M: ({ operands }) => (operands.M ? 't' : 'b'),
  x: ({ operands }) => (operands.M ? 'x' : ''),
  r: ({ operands }) => (operands.R ? 'r' : ''),
  D: ({ operands }) => (operands.D ? 'l' : ''),
  RtOrFlags: ({ operands }) => (operands.Rt === PC ? 'APSR_nzcv' : registerName(operands.Rt)),
  opc2: ({ operands }) => `{${operands.opc2}}`,
  /** Floating point: immediate, types, lists. */
  imm8: ({ operands }) => `${encodeFloatImmediate(operands.imm32)}`,
  halfTypes: ({ operands }) => (operands.toHalf ? 'f16.f32' : 'f32.f16'),
  intType: ({ operands }) => (operands.signed ? 's32' : 'u32'),
  fixedType: ({ operands }) => `${operands.U ? 'u' : 's'}${operands.size}`,
  singles: ({ operands }) => rangeText('s', operands.Sd, operands.count),
  doubles: ({ operands }) => rangeText('d', operands.Dd, operands.count),
  nextSm: ({ operands }) => `s${operands.Sm + 1}`,
  pack: ({ operands }) => (operands.shift_t === LSL ? 'bt' : 'tb'),
};

function printerOf(name: string): Printer {
  const place = PLACES[name];
  if (place) return place;
  if (/^R[a-z]/.test(name)) return ({ operands }) => registerName(operands[name]);
  if (/^[SD][a-z]$/.test(name)) return ({ operands }) => `${name[0].toLowerCase()}${operands[name]}`;
  if (name.startsWith('CR')) return ({ operands }) => `cr${operands[name]}`;
  return ({ operands }) => `${operands[name]}`;
}

function compileTemplate(text: string): readonly (string | Printer)[] {
  return text.split(/(\{[^}]+\})/).map((part) => (part.startsWith('{') ? printerOf(part.slice(1, -1)) : part));
}

const templates = new Map<string, readonly (string | Printer)[]>();

/** The text of an instruction at `address` (for branch targets). `inIT` conditions it; see `PrintContext`. */
export function print(decoded: Decoded, address: number, { inIT }: PrintContext = {}): string {
  const { text } = decoded.encoding;
  let template = templates.get(text);
  if (!template) {
    template = compileTemplate(text);
    templates.set(text, template);
  }
  const place = { operands: decoded.operands, address, inIT };
  return template.map((part) => (typeof part === 'string' ? part : part(place))).join('');
}
