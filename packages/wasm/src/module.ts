/** A parsed WebAssembly module: the sections as plain data, instructions with their byte offsets in the file. */

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128' | 'funcref' | 'externref';

export interface FuncType {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

export interface Limits {
  readonly minimum: number;
  readonly maximum?: number;
}

export type ImportKind =
  | { readonly kind: 'function'; readonly type: number }
  | { readonly kind: 'table'; readonly limits: Limits }
  | { readonly kind: 'memory'; readonly limits: Limits }
  | { readonly kind: 'global'; readonly type: ValueType; readonly mutable: boolean };

export interface Import {
  readonly module: string;
  readonly name: string;
  readonly of: ImportKind;
}

export interface Export {
  readonly name: string;
  readonly kind: 'function' | 'table' | 'memory' | 'global';
  readonly index: number;
}

/** Immediates by the opcode's shape (opcodes.ts). */
export interface Instruction {
  /** As in the text format: `i32.add`. */
  readonly op: string;
  /** Byte offset in the file. */
  readonly offset: number;
  readonly index?: number;
  readonly index2?: number;
  readonly value?: bigint;
  readonly memory?: { readonly align: number; readonly offset: number };
  readonly labels?: readonly number[];
  /** Block type. */
  readonly block?: FuncType;
}

export interface Global {
  readonly type: ValueType;
  readonly mutable: boolean;
  readonly init: readonly Instruction[];
}

export interface Element {
  readonly offset?: readonly Instruction[];
  readonly table: number;
  readonly functions: readonly (number | null)[];
}

export interface Data {
  /** Absent for a passive segment. */
  readonly offset?: readonly Instruction[];
  readonly bytes: Uint8Array;
}

export interface Code {
  readonly locals: readonly ValueType[];
  /** Without the final `end`. */
  readonly body: readonly Instruction[];
  readonly offset: number;
  readonly endOffset: number;
}

export interface Module {
  readonly types: readonly FuncType[];
  readonly imports: readonly Import[];
  /** Type indices of the functions that the module defines. */
  readonly functions: readonly number[];
  readonly tables: readonly Limits[];
  readonly memories: readonly Limits[];
  readonly globals: readonly Global[];
  readonly exports: readonly Export[];
  readonly start?: number;
  readonly elements: readonly Element[];
  readonly data: readonly Data[];
  readonly code: readonly Code[];
  /** From the `name` section, by function index. */
  readonly functionNames: ReadonlyMap<number, string>;
  readonly globalNames: ReadonlyMap<number, string>;
}
