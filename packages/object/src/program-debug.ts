/**
 * What the source says of a program, for debuggers: functions and variables with their types and where they are declared.
 * The compiler of the source knows it; the linker knows addresses; both meet in the debug information of an image.
 */
import type { SourcePlace } from './source-place.ts';

export interface SourceFunction {
  /** As a person writes it: `blink`, `Led.toggle`. */
  readonly name: string;
  /** Of its declaration. */
  readonly place: SourcePlace;
}

export interface ProgramDebug {
  /** By the function's name in the WebAssembly module. */
  readonly functions: ReadonlyMap<string, SourceFunction>;
}
