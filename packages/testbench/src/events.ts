/** What a run on the virtual board reports, in the order of virtual time. `t` is seconds since power-on. */
import type { TrapReason } from '@kickstage/codegen/ir/types';
import type { FaultReport } from '@kickstage/emulator/peripheral';

export type RunEvent =
  | ResetEvent
  | BootEvent
  | HaltEvent
  | { readonly t: number; readonly event: 'pin'; readonly pin: string; readonly level: 0 | 1 }
  | { readonly t: number; readonly event: 'button'; readonly pin: string; readonly pressed: boolean }
  | { readonly t: number; readonly event: 'uart'; readonly port: string; readonly text: string }
  | {
      readonly t: number;
      readonly event: 'flash';
      readonly op: string;
      readonly address: number;
      readonly size: number;
      /** Name of the flash where it is not the microcontroller's: addresses are its own then. */
      readonly unit?: string;
    }
  | FaultEvent
  | EndEvent;

export interface ResetEvent {
  readonly t: number;
  readonly event: 'reset';
  /** `power-on`, `software`, `watchdog` (IWDG), `window-watchdog` (WWDG), `option-bytes` (loaded anew). */
  readonly cause: string;
}

/** The bootloader handed over to an image. */
export interface BootEvent {
  readonly t: number;
  readonly event: 'boot';
  readonly slot: string;
  /** Why this slot: `default`, `mailbox`, `fallback`; absent where the mailbox has no room for a report. */
  readonly reason?: string;
  /** Why the slot that was wanted was refused, with its name, where that happened. */
  readonly refused?: { readonly slot?: string; readonly status: string };
  readonly address: number;
}

/** The bootloader found nothing that it can start, and halted with the reason in the mailbox. */
export interface HaltEvent {
  readonly t: number;
  readonly event: 'halt';
  readonly reason: string;
  readonly refused?: BootEvent['refused'];
}

/** The processor took a fault, or locked up. */
export interface FaultEvent extends FaultReport {
  readonly t: number;
  /** What the status registers say, a text for each bit. */
  readonly status: readonly string[];
  /** Why the program ended itself, where it did: `abort`, `integerDivideByZero`. */
  readonly trap?: TrapReason;
  /** What most likely went wrong, in words. */
  readonly cause?: string;
}

export type EndReason = 'time' | 'expected' | 'timeout' | 'lockup' | 'error' | 'exit';

export interface EndEvent {
  readonly t: number;
  readonly event: 'end';
  readonly reason: EndReason;
  readonly instructions: number;
  /** What went wrong, for `error` and `lockup`. */
  readonly code?: string;
  readonly text?: string;
  /** What the program ended with, for `exit`. */
  readonly status?: number;
}
