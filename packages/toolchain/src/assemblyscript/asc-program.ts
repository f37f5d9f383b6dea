/**
 * The AssemblyScript compiler's own picture of a program, as far as it is read here: elements with names, types and
 * declarations. The compiler's declarations describe it with enumerations that cannot be imported; their numbers stand
 * here (assemblyscript 0.28, src/program.ts and src/types.ts).
 */

export const ELEMENT = { Global: 0, Function: 5, Class: 7, Property: 11 } as const;

/** By the number of a type's kind. */
export const BASE_TYPES = [
  { name: 'bool', encoding: 'boolean', size: 1 },
  { name: 'i8', encoding: 'signed', size: 1 },
  { name: 'i16', encoding: 'signed', size: 2 },
  { name: 'i32', encoding: 'signed', size: 4 },
  { name: 'i64', encoding: 'signed', size: 8 },
  { name: 'isize', encoding: 'signed', size: 4 },
  { name: 'u8', encoding: 'unsigned', size: 1 },
  { name: 'u16', encoding: 'unsigned', size: 2 },
  { name: 'u32', encoding: 'unsigned', size: 4 },
  { name: 'u64', encoding: 'unsigned', size: 8 },
  { name: 'usize', encoding: 'unsigned', size: 4 },
  { name: 'f32', encoding: 'float', size: 4 },
  { name: 'f64', encoding: 'float', size: 8 },
] as const;

export interface AscSource {
  readonly normalizedPath: string;
  /** From 1. */
  lineAt(position: number): number;
  /** From 1, of the last position that `lineAt` was asked for. */
  columnAt(): number;
}

export interface AscRange {
  readonly start: number;
  readonly source: AscSource;
}

export interface AscType {
  readonly kind: number;
  readonly classReference: AscElement | null;
}

export interface AscElement {
  readonly kind: number;
  readonly name: string;
  readonly internalName: string;
  readonly parent?: AscElement;
  readonly declaration?: { readonly name?: { readonly range: AscRange } };
  readonly type?: AscType;
}

export interface AscLocal {
  readonly index: number;
  readonly name: string;
  readonly type: AscType;
}

export interface AscFunction extends AscElement {
  readonly prototype: AscElement;
  readonly signature: { readonly returnType: AscType; readonly parameterTypes: readonly AscType[] };
  readonly localsByIndex: readonly AscLocal[];
}

export interface AscGlobal extends AscElement {
  readonly type: AscType;
  /** 1 for an integer, 2 for a float, 0 for neither. */
  readonly constantValueKind: number;
  readonly constantIntegerValue: unknown;
}

export interface AscClass extends AscElement {
  readonly prototype: AscElement;
  /** Where the next member would be: the object's size. */
  readonly nextMemoryOffset: number;
  readonly typeArguments: readonly AscType[] | null;
  readonly members: ReadonlyMap<string, AscElement & { readonly instance?: AscElement }> | null;
}

export interface AscField extends AscElement {
  readonly type: AscType;
  /** -1 for what is no field. */
  readonly memoryOffset: number;
}

export interface AscProgram {
  readonly elementsByName: ReadonlyMap<string, AscElement>;
  readonly instancesByName: ReadonlyMap<string, AscElement>;
}
