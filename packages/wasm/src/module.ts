/**
 * A parsed WebAssembly module: the sections as plain data (WebAssembly Core Specification 2.0, chapter 2; of 3.0 types of
 * references, several tables and memories, and longer constant expressions). Index spaces
 * count imports first. Every instruction and every definition keeps its byte offset in the file, for source maps and
 * for diagnostics.
 */

export type NumberType = 'i32' | 'i64' | 'f32' | 'f64';
/** `(ref null 3)`: to functions of type 3, or null (references.ts). */
export type RefType = 'funcref' | 'externref' | `(ref ${string})`;
export type ValueType = NumberType | RefType;

export interface FuncType {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** Of a memory in pages of 64 KiB, of a table in elements. */
export interface Limits {
  readonly minimum: number;
  readonly maximum?: number;
}

export interface Table extends Limits {
  readonly type: RefType;
  /** First value of the elements; null when absent. */
  readonly init?: readonly Instruction[];
}

export type ImportKind =
  /** `type`: index into `Module.types`. */
  | { readonly kind: 'function'; readonly type: number }
  | { readonly kind: 'table'; readonly limits: Table }
  | { readonly kind: 'memory'; readonly limits: Limits }
  | { readonly kind: 'global'; readonly type: ValueType; readonly mutable: boolean };

export interface Import {
  readonly module: string;
  readonly name: string;
  readonly of: ImportKind;
  readonly offset: number;
}

export interface Export {
  readonly name: string;
  readonly kind: 'function' | 'table' | 'memory' | 'global';
  readonly index: number;
  readonly offset: number;
}

/** An instruction; which immediates it has says the opcode's shape (opcodes.ts). */
export interface Instruction {
  /** As in the text format: `i32.add`. */
  readonly op: string;
  /** Byte offset in the file. */
  readonly offset: number;
  /** Label, function, local, global, table, type (`call_indirect`), memory, data or element segment; default label of `br_table`. */
  readonly index?: number;
  /** Table of `call_indirect` and `table.init`; source of `memory.copy` and `table.copy`; memory of `memory.init`. */
  readonly index2?: number;
  /** Of a constant; the bits of a float. */
  readonly value?: bigint;
  /** `align` is the log2 of the alignment in bytes, `index` that of the memory. */
  readonly memory?: { readonly align: number; readonly offset: number; readonly index: number };
  readonly labels?: readonly number[];
  /** Block type. */
  readonly block?: FuncType;
  /** Result types that a `select` names; type of a `ref.null`. */
  readonly types?: readonly ValueType[];
}

export interface Global {
  readonly type: ValueType;
  readonly mutable: boolean;
  readonly init: readonly Instruction[];
  readonly offset: number;
}

/** A function by its index, null, or what an immutable global holds. */
export type ElementItem = number | null | { readonly global: number };

export interface Element {
  readonly mode: 'active' | 'passive' | 'declarative';
  /** Of an active segment. */
  readonly offset?: readonly Instruction[];
  readonly table: number;
  readonly type: RefType;
  readonly functions: readonly ElementItem[];
  readonly fileOffset: number;
}

export interface Data {
  /** Absent for a passive segment. */
  readonly offset?: readonly Instruction[];
  readonly memory: number;
  readonly bytes: Uint8Array;
  readonly fileOffset: number;
}

export interface Code {
  /** Types of the locals behind the parameters. */
  readonly locals: readonly ValueType[];
  /** Without the final `end`. */
  readonly body: readonly Instruction[];
  readonly offset: number;
  /** Of the final `end`. */
  readonly endOffset: number;
}

export interface Module {
  readonly types: readonly FuncType[];
  readonly imports: readonly Import[];
  /** Type indices of the functions that the module defines. */
  readonly functions: readonly number[];
  readonly tables: readonly Table[];
  readonly memories: readonly Limits[];
  readonly globals: readonly Global[];
  readonly exports: readonly Export[];
  readonly start?: number;
  readonly elements: readonly Element[];
  /** Segments that the data count section announces. */
  readonly dataCount?: number;
  readonly data: readonly Data[];
  readonly code: readonly Code[];
  /** From the `name` section, by function index. */
  readonly functionNames: ReadonlyMap<number, string>;
  /** By function index, then by the local's. */
  readonly localNames: ReadonlyMap<number, ReadonlyMap<number, string>>;
  readonly globalNames: ReadonlyMap<number, string>;
}

/** The imports of one kind, in order: the beginning of that kind's index space. */
export function importsOf<K extends ImportKind['kind']>(
  module: Module,
  kind: K,
): Extract<ImportKind, { readonly kind: K }>[] {
  return module.imports.flatMap(({ of }) =>
    of.kind === kind ? [of as Extract<ImportKind, { readonly kind: K }>] : [],
  );
}
