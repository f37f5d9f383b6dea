/** What the testbench needs of a board: the virtual one offers it, and one on a debug probe could. */
import type { MachineEvent } from '@kickstage/emulator/peripheral';

export interface StopInfo {
  /**
   * `time`: the wanted time was reached. `event`: a stop was requested by a listener. `lockup`: the processor locked up.
   * `error`: the firmware did what is not defined or not modelled. `exit`: it asked to end (semihosting). `halt`: a
   * debugger stopped it; it may go on later.
   */
  readonly reason: 'time' | 'event' | 'lockup' | 'error' | 'exit' | 'halt';
  readonly code?: string;
  readonly text?: string;
  /** What the program ended with, for `exit`. */
  readonly status?: number;
}

export interface TestBoard {
  /** Virtual seconds since power-on. */
  seconds(): number;
  /** Instructions executed since power-on. */
  instructions(): number;
  /** Runs until virtual time reaches `seconds`, or something stops it. */
  runUntil(seconds: number): StopInfo;
  /** Makes a run that is under way return with `event` after the current instruction. */
  requestStop(): void;
  setButton(pin: string, pressed: boolean): void;
  /** Reads memory as a debugger does, without side effects. */
  readMemory(address: number, size: number): Uint8Array;
  listen(listener: (event: MachineEvent) => void): void;
}
