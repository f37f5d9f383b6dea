/** The contracts between the bus, the peripherals and the processor's exception logic. A peripheral never sees the machine. */

export type AccessSize = 1 | 2 | 4;

/** What kind of reset happens: a power-on loses RAM, a system reset (SYSRESETREQ, watchdog, pin) keeps it. */
export type ResetKind = 'power-on' | 'system';

/** Why a system reset happens, as the event `reset` says it. */
export type SystemResetCause = 'software' | 'watchdog' | 'window-watchdog' | 'option-bytes';

/** A block of memory-mapped registers. Offsets are from the block's start; values are unsigned. */
export interface Peripheral {
  readonly name: string;
  read(offset: number, size: AccessSize): number;
  write(offset: number, size: AccessSize, value: number): void;
  /**
   * The first cycle at which reading the register again, and once more, could give another value or have an effect,
   * scheduled events and writes aside: infinity where only those change it. Without this method: at once.
   */
  steadyUntil?(offset: number): number;
  reset(kind: ResetKind): void;
  /** The whole state as plain data that `restore` takes back. */
  snapshot(): unknown;
  restore(state: unknown): void;
}

/** Something on the board that is not in the microcontroller: it has no addresses, but it has a state. */
export interface Device {
  readonly name: string;
  reset(kind: ResetKind): void;
  snapshot(): unknown;
  restore(state: unknown): void;
}

/** An interrupt request line into the NVIC, by IRQ number. Level-triggered peripherals hold it high until served. */
export interface InterruptLine {
  set(level: boolean): void;
}

/** Virtual time in processor clock cycles since power-on, and callbacks at a cycle. */
export interface Scheduler {
  /** Cycles since power-on. A number (exact up to 2^53: years at 100 MHz). */
  now(): number;
  /** Calls `callback` once virtual time reaches `cycle`. The same `key` replaces an earlier event. Callbacks are re-registered by peripherals on restore. */
  schedule(key: string, cycle: number, callback: () => void): void;
  cancel(key: string): void;
}

/** Thrown where the firmware does what silicon would fault on, ignore or leave undefined, or what is not modelled. */
export class EmulationError extends Error {
  override name = 'EmulationError';
  /** `EMU…` code of the catalogue. */
  readonly code: string;
  /** Program counter of the instruction at fault, filled in by the machine. */
  pc?: number;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What a run reports. `t` (seconds of virtual time) is added by the machine. */
export type MachineEvent =
  | { readonly event: 'reset'; readonly cause: 'power-on' | SystemResetCause }
  | { readonly event: 'pin'; readonly pin: string; readonly level: 0 | 1 }
  | { readonly event: 'button'; readonly pin: string; readonly pressed: boolean }
  | { readonly event: 'uart'; readonly port: string; readonly byte: number }
  | FlashEvent
  | FaultReport
  | { readonly event: 'vtor'; readonly address: number };

export interface FlashEvent {
  readonly event: 'flash';
  readonly op: 'erase' | 'program';
  readonly address: number;
  readonly size: number;
  /** Name of the flash where it is not the microcontroller's: addresses are its own then. */
  readonly unit?: string;
}

/** The processor as a fault finds it, before anything is stacked. */
export interface FaultReport {
  readonly event: 'fault';
  /** The exception that is taken, or `Lockup`. */
  readonly exception: string;
  /** Of the instruction at fault. */
  readonly pc: number;
  readonly text: string;
  readonly registers: FaultRegisters;
  /** Bits of SCB_CFSR that tell of this fault. Those of `cfsr` stay until software clears them. */
  readonly bits: number;
  /** SCB_CFSR and SCB_HFSR, with what this fault adds. */
  readonly cfsr: number;
  readonly hfsr: number;
  /** The address at fault, where the processor knows it: it is in SCB_BFAR or SCB_MMFAR then. */
  readonly address?: number;
}

/** Unsigned words. */
export interface FaultRegisters {
  readonly r0: number;
  readonly r1: number;
  readonly r2: number;
  readonly r3: number;
  readonly r12: number;
  readonly sp: number;
  readonly lr: number;
  readonly xpsr: number;
}

export type EmitEvent = (event: MachineEvent) => void;
