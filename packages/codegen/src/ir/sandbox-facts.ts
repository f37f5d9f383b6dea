/**
 * What a loader must know of a module whose memory is sandboxed (frontend/sandbox.ts): which symbols the module's parts
 * have, and which ones the loader has to supply.
 */
import type { FuncType, ValueType } from '@kickstage/wasm/module';

/** Symbols that the loader supplies. */
export const LOADER_SYMBOLS = {
  /** Address of linear memory 0: a multiple of 8, zeroed, `memoryLimit` pages of it. */
  memory: '__ks_memory',
  /** Its value is the number of pages (64 KiB) that memory 0 may grow to. */
  memoryLimit: '__ks_memory_limit',
  /** Lowest address that a function's stack may reach; exceptions take some more below it. */
  stackLimit: '__ks_stack_limit',
} as const;

/** Symbols that the module defines. */
export const SANDBOX_SYMBOLS = {
  /** A word: bytes that memory 0 has now. Only in a module that grows it. */
  memorySize: '__ks_memory_size',
  /** i32 -> i32: memory.grow of memory 0. */
  memoryGrow: '__ks_memory_grow',
  /** i32, i64, i32 -> (): writes a reference into so many entries from an address on. */
  tableFill: '__ks_table_fill',
  /** Words of results that do not fit r0-r3. */
  results: '__ks_results',
  /** To be called once before anything else: fills memory and calls the start function. */
  instantiate: '__ks_instantiate',
} as const;

/** The symbol that a memory has where that of memory 0 is `name`. */
export const ofMemory = (name: string, index: number): string => (index === 0 ? name : `${name}.${index}`);

/** In pages of 64 KiB. */
export interface MemoryFacts {
  readonly minimum: number;
  readonly maximum?: number;
  /** Whether any instruction makes it grow. */
  readonly grows: boolean;
}

export interface ImportFacts {
  readonly symbol: string;
  readonly module: string;
  readonly name: string;
  readonly type: FuncType;
}

export interface FunctionFacts {
  readonly symbol: string;
  readonly type: FuncType;
}

/** A global is a constant, or a variable of 4 or 8 bytes. */
export type GlobalFacts = { readonly type: ValueType; readonly mutable: boolean } & (
  | { readonly value: bigint }
  | { readonly symbol: string }
);

export interface SandboxFacts {
  readonly memories: readonly MemoryFacts[];
  readonly imports: readonly ImportFacts[];
  /** By exported name. */
  readonly functions: ReadonlyMap<string, FunctionFacts>;
  /** By exported name. */
  readonly globals: ReadonlyMap<string, GlobalFacts>;
}
