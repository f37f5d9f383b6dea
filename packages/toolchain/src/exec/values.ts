/**
 * Values of WebAssembly as `type:bits`: the bits as an unsigned decimal, of a float its IEEE 754 pattern. References are
 * `funcref:null`, `externref:null`, `externref:7` for what the host calls 7, and of a function that it got `funcref:` with a
 * number.
 */
import type { NumberType, ValueType } from '@kickstage/wasm/module';
import { isReference } from '@kickstage/wasm/references';

export interface WasmValue {
  readonly type: ValueType;
  /** Unsigned. */
  readonly bits: bigint;
}

const WIDTHS: Readonly<Record<NumberType, 32 | 64>> = { i32: 32, i64: 64, f32: 32, f64: 64 };

export const isNumberType = (text: string): text is NumberType => text in WIDTHS;

/** Of a reference that of its two words. */
export const widthOf = (type: ValueType): 32 | 64 => (isReference(type) ? 64 : WIDTHS[type]);

/** A type as values name it: there are two kinds of references. */
export function kindOf(type: ValueType): NumberType | 'funcref' | 'externref' {
  if (!isReference(type)) return type;
  return type.includes('extern') ? 'externref' : 'funcref';
}

/** `i32:4294967295`; undefined where it is none. Integers may be written signed: `i32:-1`. */
export function parseValue(text: string): WasmValue | undefined {
  const reference = /^(funcref|externref):(?:null|(\d+))$/.exec(text);
  if (reference) return parseReference(reference[1] as 'funcref' | 'externref', reference[2]);
  const match = /^([if](?:32|64)):(-?\d+|0x[0-9a-fA-F]+)$/.exec(text);
  if (!match || !isNumberType(match[1])) return undefined;
  const [, type, digits] = match;
  if (type.startsWith('f') && digits.startsWith('-')) return undefined;
  const value = BigInt(digits);
  const width = widthOf(type);
  if (value >= 1n << BigInt(width) || value < -(1n << BigInt(width - 1))) return undefined;
  return { type, bits: BigInt.asUintN(width, value) };
}

/** Functions have no numbers that a host could know. */
function parseReference(type: 'funcref' | 'externref', number: string | undefined): WasmValue | undefined {
  if (number === undefined) return { type, bits: 0n };
  const bits = BigInt(number) + 1n;
  return type === 'externref' && bits < 1n << 64n ? { type, bits } : undefined;
}

/**
 * An argument as a person writes it, for a parameter of this type: `type:bits`, or a plain number, which for a float may
 * have a fraction.
 */
export function parseArgument(text: string, type: ValueType): WasmValue | undefined {
  if (text.includes(':')) return parseValue(text);
  if (type === 'i32' || type === 'i64') return parseValue(`${type}:${text}`);
  if (isReference(type)) return parseValue(`${kindOf(type)}:${text}`);
  if (text.trim() === '' || Number.isNaN(Number(text))) return undefined;
  const view = new DataView(new ArrayBuffer(8));
  if (type === 'f32') view.setFloat32(0, Number(text), true);
  else view.setFloat64(0, Number(text), true);
  return { type, bits: view.getBigUint64(0, true) };
}

export function printValue({ type, bits }: WasmValue): string {
  if (isReference(type)) {
    const kind = kindOf(type);
    return `${kind}:${bits === 0n ? 'null' : kind === 'externref' ? bits - 1n : bits >> 32n}`;
  }
  return `${type}:${BigInt.asUintN(widthOf(type), bits)}`;
}

/** Words of values, low one first: as they lie in registers. */
export function toWords({ type, bits }: WasmValue): number[] {
  const low = Number(BigInt.asIntN(32, bits));
  return widthOf(type) === 64 ? [low, Number(BigInt.asIntN(32, bits >> 32n))] : [low];
}

/** Values of the types from words, which there must be enough of. */
export function fromWords(types: readonly ValueType[], words: readonly number[]): WasmValue[] {
  let at = 0;
  return types.map((type) => {
    const low = BigInt(words[at++] >>> 0);
    return { type, bits: widthOf(type) === 64 ? low | (BigInt(words[at++] >>> 0) << 32n) : low };
  });
}
