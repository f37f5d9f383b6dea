/**
 * What a session needs of the thing that is debugged: a Cortex-M processor with its memory. Addresses and register values
 * are unsigned 32-bit numbers. Nothing throws: what cannot be done is `false` or `undefined`.
 */

export type WatchKind = 'write' | 'read' | 'access';

/** What the processor shall do. `range` steps until it is outside of [start, end). */
export type ResumeAction =
  | { readonly kind: 'continue' }
  | { readonly kind: 'step' }
  | { readonly kind: 'range'; readonly start: number; readonly end: number };

export type TargetStop =
  /** The time of this call is over, nothing has happened: resume again with the same action. */
  | { readonly kind: 'running' }
  /** What was asked for is done. */
  | { readonly kind: 'stepped' }
  /** Before the instruction at a breakpoint. */
  | { readonly kind: 'breakpoint' }
  /** At a BKPT instruction of the program's own. */
  | { readonly kind: 'program-breakpoint' }
  /** Before the access to `address`. */
  | { readonly kind: 'watchpoint'; readonly watch: WatchKind; readonly address: number }
  /** The processor cannot sensibly go on; `text` says why, for people. */
  | { readonly kind: 'fault'; readonly text: string }
  /** The program does what the model of the hardware does not know; `text` says what. */
  | { readonly kind: 'error'; readonly text: string };

export type MemoryRegion =
  | { readonly kind: 'flash'; readonly start: number; readonly size: number; readonly sectorSize: number }
  | { readonly kind: 'ram' | 'rom'; readonly start: number; readonly size: number };

export interface DebugTarget {
  /** Whether the registers of the floating-point extension are there. */
  readonly hasFpu: boolean;
  /** By names of `registers.ts`; undefined where there is no such register. */
  readRegister(name: string): number | undefined;
  writeRegister(name: string, value: number): boolean;
  /** As many bytes as can be read from `address` on, at most `size`. */
  readMemory(address: number, size: number): Uint8Array;
  /** Writes all of it, flash as a programmer does; false where that cannot be. */
  writeMemory(address: number, bytes: Uint8Array): boolean;
  insertBreakpoint(address: number): boolean;
  removeBreakpoint(address: number): void;
  insertWatchpoint(watch: WatchKind, address: number, size: number): boolean;
  removeWatchpoint(watch: WatchKind, address: number, size: number): void;
  /** Lets the processor run for a while, so short that the caller can look at its input in between. */
  resume(action: ResumeAction): TargetStop;
  /** The caller gives up the action that was under way. */
  halt(): void;
  /** As after the reset pin; the processor stands before its first instruction. */
  reset(): void;
  /** Whole sectors only. */
  flashErase(address: number, size: number): boolean;
  /** Into erased flash. */
  flashWrite(address: number, bytes: Uint8Array): boolean;
  /** A command of the `monitor` prefix; gives the text to print, lines ended. */
  monitor(command: string): string;
  memoryMap(): readonly MemoryRegion[];
}
