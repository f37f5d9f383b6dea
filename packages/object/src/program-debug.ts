/**
 * What the source says of a program, for debuggers: functions, variables and types, and where they are declared. The
 * compiler of the source knows it; the linker knows addresses; both meet in the debug information of an image.
 */
import type { SourcePlace } from './source-place.ts';

export type SourceType =
  | {
      readonly kind: 'base';
      readonly name: string;
      readonly encoding: 'boolean' | 'signed' | 'unsigned' | 'float';
      /** Bytes. */
      readonly size: number;
    }
  /** The address of an object; `class` is a key of `ProgramDebug.classes`. */
  | { readonly kind: 'reference'; readonly class: string };

export interface SourceVariable {
  readonly name: string;
  readonly type: SourceType;
}

export interface SourceParameter extends SourceVariable {
  /** Whether the function assigns to it. */
  readonly isAssigned: boolean;
}

export interface SourceLocal extends SourceVariable {
  /** Its name in the WebAssembly module, where no two locals of a function have the same. */
  readonly local: string;
}

export interface SourceFunction {
  /** As a person writes it: `blink`, `Led.toggle`. */
  readonly name: string;
  /** Of its declaration. */
  readonly place: SourcePlace;
  /** In order, `this` among them. */
  readonly parameters: readonly SourceParameter[];
  /** Without the parameters. */
  readonly locals: readonly SourceLocal[];
  /** Absent where it returns nothing. */
  readonly returns?: SourceType;
}

/** Where a variable of a module or class is. */
export type SourceStorage =
  /** In memory: the symbols that it may have, of which the image has one or none. */
  | { readonly kind: 'memory'; readonly symbols: readonly string[] }
  /** Nowhere: it is always this number. */
  | { readonly kind: 'constant'; readonly value: bigint }
  /** Nowhere: it is always the address of a datum. */
  | { readonly kind: 'address'; readonly symbol: string; readonly addend: number };

export interface SourceGlobal extends SourceVariable {
  readonly place: SourcePlace;
  readonly storage: SourceStorage;
}

export interface SourceField extends SourceVariable {
  /** Bytes from the object's address. */
  readonly offset: number;
}

export interface SourceClass {
  readonly name: string;
  readonly place: SourcePlace;
  /** Bytes, without what the language keeps before the object. */
  readonly size: number;
  /** By offset, those of base classes among them. */
  readonly fields: readonly SourceField[];
  /** A sequence of equal elements from the object's address on, in place of fields: a string or StaticArray. */
  readonly element?: SourceType | 'utf-16';
}

export interface ProgramDebug {
  /** By the function's name in the WebAssembly module. */
  readonly functions: ReadonlyMap<string, SourceFunction>;
  readonly globals: readonly SourceGlobal[];
  readonly classes: ReadonlyMap<string, SourceClass>;
}
