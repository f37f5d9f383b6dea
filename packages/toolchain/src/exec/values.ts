/** Values of WebAssembly as `type:bits`: the bits as an unsigned decimal, of a float its IEEE 754 pattern. */
import type { ValueType } from '@kickstage/wasm/module';

export interface WasmValue {
  readonly type: ValueType;
  /** Unsigned. */
  readonly bits: bigint;
}

const WIDTHS: Readonly<Record<ValueType, 32 | 64>> = { i32: 32, i64: 64, f32: 32, f64: 64 };

export const isValueType = (text: string): text is ValueType => text in WIDTHS;

export const widthOf = (type: ValueType): 32 | 64 => WIDTHS[type];

/** `i32:4294967295`; undefined where it is none. Integers may be written signed: `i32:-1`. */
export function parseValue(text: string): WasmValue | undefined {
  const match = /^([if](?:32|64)):(-?\d+|0x[0-9a-fA-F]+)$/.exec(text);
  if (!match || !isValueType(match[1])) return undefined;
  const [, type, digits] = match;
  if (type.startsWith('f') && digits.startsWith('-')) return undefined;
  const value = BigInt(digits);
  const width = widthOf(type);
  if (value >= 1n << BigInt(width) || value < -(1n << BigInt(width - 1))) return undefined;
  return { type, bits: BigInt.asUintN(width, value) };
}

/**
 * An argument as a person writes it, for a parameter of this type: `type:bits`, or a plain number, which for a float may
 * have a fraction.
 */
export function parseArgument(text: string, type: ValueType): WasmValue | undefined {
  if (text.includes(':')) return parseValue(text);
  if (type === 'i32' || type === 'i64') return parseValue(`${type}:${text}`);
  if (text.trim() === '' || Number.isNaN(Number(text))) return undefined;
  const view = new DataView(new ArrayBuffer(8));
  if (type === 'f32') view.setFloat32(0, Number(text), true);
  else view.setFloat64(0, Number(text), true);
  return { type, bits: view.getBigUint64(0, true) };
}

export function printValue({ type, bits }: WasmValue): string {
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
