/**
 * The SSA intermediate representation. A module holds functions and data objects; a function is a graph of blocks;
 * phis are block parameters. Values are defined once; a definition dominates its uses. Values are integers: a float is
 * its bit pattern (f32 in an i32, f64 in an i64), and what computes with floats are operations of their own.
 *
 * Addresses are machine addresses: linear memory is identity-mapped, or lies behind a symbol (frontend/sandbox.ts). What the linker places is named by a symbol:
 * `symbolAddress` yields its address. wasm globals are data objects of 4 or 8 bytes and are read by `load`.
 */
import type { SourcePlace } from '@kickstage/object/source-place';
import type { SandboxFacts } from './sandbox-facts.ts';

export type ValueType = 'i32' | 'i64';

/** A place in the source, and what its variables are there. */
export interface CodePlace extends SourcePlace {
  /**
   * For debuggers, by the index of the WebAssembly local: the value that it has before the instruction; undefined where
   * none is told. Passes need not keep it up, as what becomes of a value stands in `Func.replaced`; but one that copies
   * blocks gives a value several names (passes/repair-places.ts).
   */
  readonly locals?: readonly (ValueId | undefined)[];
}

/** Index into `Func.values`. Branded, so that it is not mistaken for another number. */
export type ValueId = number & { readonly brand: 'ValueId' };
/** Index into `Func.blocks`. */
export type BlockId = number & { readonly brand: 'BlockId' };

export type BinaryOp =
  | 'add'
  | 'sub'
  | 'mul'
  | 'divS'
  | 'divU'
  | 'remS'
  | 'remU'
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'shrS'
  | 'shrU'
  | 'rotl'
  | 'rotr';

/** Result is i32, 0 or 1. */
export type CompareOp = 'eq' | 'ne' | 'ltS' | 'ltU' | 'gtS' | 'gtU' | 'leS' | 'leU' | 'geS' | 'geU';

export type UnaryOp =
  | 'clz'
  | 'ctz'
  | 'popcnt'
  | 'eqz'
  | 'extend8S'
  | 'extend16S'
  | 'extend32S'
  | 'wrap'
  | 'extendI32S'
  | 'extendI32U';

type Float = 'f32' | 'f64';
type Sign = 'S' | 'U';

/**
 * Operations on floats, as bit patterns, by the names of WebAssembly (Core Specification 2.0, 4.3.3): comparisons give 0
 * or 1, a NaN that comes out of arithmetic is the positive canonical one. `Trunc` traps where the integer cannot hold the
 * value, `TruncSat` takes the nearest integer that there is. ir/float-operations.ts has them with their types.
 */
export type FloatOp =
  | `${Float}${'Add' | 'Sub' | 'Mul' | 'Div' | 'Min' | 'Max'}`
  | `${Float}${'Sqrt' | 'Ceil' | 'Floor' | 'Trunc' | 'Nearest'}`
  | `${Float}${'Eq' | 'Ne' | 'Lt' | 'Gt' | 'Le' | 'Ge'}`
  | `${Float}Convert${'I32' | 'I64'}${Sign}`
  | `${'i32' | 'i64'}Trunc${'F32' | 'F64'}${Sign}`
  | `${'i32' | 'i64'}TruncSat${'F32' | 'F64'}${Sign}`
  | 'f32DemoteF64'
  | 'f64PromoteF32';

/** Why a trap happens; the number is the immediate of the UDF instruction that raises it. */
export type TrapReason =
  | 'unreachable'
  | 'integerDivideByZero'
  | 'integerOverflow'
  | 'invalidConversionToInteger'
  | 'undefinedElement'
  | 'indirectCallTypeMismatch'
  | 'abort'
  | 'outOfBoundsMemory'
  | 'outOfBoundsTable'
  | 'uninitializedElement'
  | 'callStackExhausted';

interface InstBase {
  /** Values it defines: none, one, or a call's results. */
  readonly results: readonly ValueId[];
  readonly args: readonly ValueId[];
  readonly place?: CodePlace;
}

export interface MemoryAccess {
  /** Bytes in memory: 1, 2, 4 or 8. A narrower load is extended to the result type; a narrower store is truncated. */
  readonly width: 1 | 2 | 4 | 8;
  /** Sign-extend on load. */
  readonly signed: boolean;
  /** Constant added to the address argument. */
  readonly offset: number;
  /** Must happen exactly as written: not merged, moved past another volatile access, or removed. */
  readonly volatile: boolean;
  /** Known alignment of the access in bytes; 1 where nothing is known. Volatile accesses are naturally aligned. */
  readonly alignment: number;
}

export type Inst =
  | (InstBase & { readonly op: 'const'; readonly value: bigint })
  | (InstBase & { readonly op: 'symbolAddress'; readonly symbol: string; readonly offset: number })
  | (InstBase & { readonly op: BinaryOp | CompareOp | UnaryOp | FloatOp })
  /** args: condition (i32), value if not 0, value if 0. */
  | (InstBase & { readonly op: 'select' })
  /** args: address. */
  | (InstBase & { readonly op: 'load'; readonly access: MemoryAccess })
  /** args: address, value. */
  | (InstBase & { readonly op: 'store'; readonly access: MemoryAccess })
  | (InstBase & { readonly op: 'call'; readonly callee: string })
  /** args: table index, then arguments. Traps when out of range, null, or of another type. */
  | (InstBase & { readonly op: 'callIndirect'; readonly type: FuncType; readonly table: string })
  /** args: destination, source, size in bytes; regions may overlap. */
  | (InstBase & { readonly op: 'memoryCopy' })
  /** args: destination, byte, size. */
  | (InstBase & { readonly op: 'memoryFill' })
  /** args: condition (i32); traps when it is not 0. Nothing behind it happens before it. */
  | (InstBase & { readonly op: 'trapIf'; readonly reason: TrapReason })
  /** A machine instruction or sequence from the intrinsics table, e.g. `cpu.dsb`. Never removed, merged or reordered. */
  | (InstBase & { readonly op: 'intrinsic'; readonly name: string });

export interface BlockTarget {
  readonly block: BlockId;
  /** One for each parameter of the target block. */
  readonly args: readonly ValueId[];
}

export type Terminator = (
  | { readonly op: 'jump'; readonly target: BlockTarget }
  /** `condition` (i32): not 0 goes to `then`. */
  | { readonly op: 'branch'; readonly condition: ValueId; readonly then: BlockTarget; readonly else: BlockTarget }
  /** `index` (i32, unsigned): targets[index], or `default` when out of range. */
  | {
      readonly op: 'switch';
      readonly index: ValueId;
      readonly targets: readonly BlockTarget[];
      readonly default: BlockTarget;
    }
  | { readonly op: 'return'; readonly values: readonly ValueId[] }
  | { readonly op: 'trap'; readonly reason: TrapReason }
  /** After an intrinsic or call that does not come back. */
  | { readonly op: 'unreachable' }
) & { readonly place?: CodePlace };

export interface Block {
  readonly id: BlockId;
  params: ValueId[];
  insts: Inst[];
  terminator: Terminator;
}

export interface FuncType {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
  /** The type in WebAssembly's words, where it has floats: an indirect call tells f32 from i32. */
  readonly wasm?: string;
}

export interface Func {
  readonly name: string;
  readonly type: FuncType;
  /** Type of each value, by ValueId. */
  readonly values: ValueType[];
  /** In layout order; the first is the entry, whose parameters are the function's. A deleted block is left out. */
  blocks: Block[];
  /** Exported names: an entry point or interrupt handler that the linker may look for. */
  readonly exports: readonly string[];
  readonly place?: CodePlace;
  /** Its name in the WebAssembly module, which `name` need not be. */
  readonly source?: string;
  /** Names of WebAssembly locals that are variables of the source. */
  readonly localNames?: ReadonlyMap<number, string>;
  /** Values that are another value now, for debuggers. */
  readonly replaced: Map<ValueId, ValueId>;
  /** Constants and addresses that nobody needed, by their values, for debuggers. */
  readonly forgotten: Map<ValueId, Inst>;
  /** Values that are in two now. */
  readonly halves: Map<ValueId, { readonly low: ValueId; readonly high: ValueId }>;
}

/** A word in a data object that holds an address: symbol + addend is added by the linker. */
export interface DataRelocation {
  readonly offset: number;
  readonly symbol: string;
  readonly addend: number;
}

export interface DataObject {
  readonly name: string;
  readonly kind: 'rodata' | 'data' | 'bss';
  /** Empty for `bss`. */
  readonly bytes: Uint8Array;
  readonly size: number;
  readonly alignment: number;
  readonly relocations: readonly DataRelocation[];
}

/** A wasm table: functions by index; null where an element is uninitialised. */
export interface FuncTable {
  readonly name: string;
  readonly elements: readonly (string | null)[];
  /** Changes while the program runs: it lies in RAM. */
  readonly mutable?: boolean;
}

/** A function that is called here and lies elsewhere: the linker knows its address. */
export interface External {
  readonly name: string;
  readonly type: FuncType;
}

export interface IrModule {
  readonly name: string;
  functions: Func[];
  data: DataObject[];
  tables: FuncTable[];
  readonly externals?: readonly External[];
  /** Present when the module's memory is sandboxed. */
  readonly sandbox?: SandboxFacts;
}
