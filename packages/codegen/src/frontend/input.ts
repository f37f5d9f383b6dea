/** What the compiler takes: a WebAssembly module, and what its producer knows of its data. */
import type { SourcePlace } from '@kickstage/object/source-place';

/** A datum with a name: firmware code reaches it through imported globals: ("data", name) is its address, ("data", "name+16") 16 bytes behind. */
export interface DataInput {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly alignment: number;
  /** The language promises that nobody writes it (string literals). Otherwise the compiler finds out. */
  readonly immutable: boolean;
  /** Words that hold addresses of other data. */
  readonly relocations: readonly { readonly offset: number; readonly symbol: string; readonly addend: number }[];
}

export type LinearMemory = 'identity' | 'sandboxed';

export interface CompileInput {
  /** How the module is called in diagnostics, and the object's name. */
  readonly name: string;
  readonly wasm: Uint8Array;
  /**
   * The module's static data, which its active data segments are then copies of. Absent when the producer knows nothing of
   * it (a module that was not made for a microcontroller): then there must be no active data segment.
   */
  readonly data?: readonly DataInput[];
  /**
   * `identity` (the default): wasm's addresses are the machine's. `sandboxed`: memory lies behind `__ks_memory`, no access
   * leaves it, any function may be imported, and `instantiate` must run first (ir/sandbox-facts.ts).
   */
  readonly linearMemory?: LinearMemory;
  /** Sandboxed: values of imported globals, by `module.name`; bits of floats. */
  readonly globals?: ReadonlyMap<string, bigint>;
  /** Source place of a byte offset in the module. */
  readonly locate?: (offset: number) => SourcePlace | undefined;
  /**
   * Whether no optimiser has changed the module, so that each local with a name is a variable of the source, wherever it
   * is. False when absent: debuggers are told of parameters only.
   */
  readonly localsAreExact?: boolean;
}
