/** The emulated microcontroller as the testbench wants a board: times in seconds, buttons pressed and released. */
import type { Place } from '@kickstage/base/diagnostic';
import type { NorFacts } from '@kickstage/emulator/devices/spi-nor';
import { EMULATED_CHIPS, type MakeMachine, machineOf } from '@kickstage/emulator/machines/machine-of';
import type { Microcontroller } from '@kickstage/emulator/machines/wiring';
import type { EmulationError, MachineEvent } from '@kickstage/emulator/peripheral';
import { Semihosting } from '@kickstage/emulator/semihosting';
import type { Layout } from '@kickstage/memory-map/layout';
import type { StopInfo, TestBoard } from '@kickstage/testbench/test-board';
import { CommandFailure } from './command-context.ts';

export interface VirtualBoardOptions {
  readonly machine: MakeMachine;
  readonly board: Pick<Layout['board'], 'hseHz' | 'button'>;
  /** Serial flash on the board. */
  readonly externalFlash?: NorFacts | undefined;
  readonly seed: number;
  /** Whether the program may ask for output and its end by BKPT 0xAB; otherwise that is a fault, as without a debugger. */
  readonly semihosting?: boolean;
  /** Names a code address as function and source line, where that is known. */
  readonly describe?: (pc: number) => string;
}

/** The machine of the config's microcontroller; where there is none, the command ends. `at` is the board in the config. */
export function requireMachine({ chip }: Pick<Layout['board'], 'chip'>, at: Place): MakeMachine {
  const machine = machineOf(chip);
  if (machine) return machine;
  throw new CommandFailure([
    {
      code: 'CLI011',
      severity: 'error',
      what: `the virtual board cannot be a ${chip}`,
      at,
      got: `chips that can be run: ${EMULATED_CHIPS.join(', ')}`,
      why: 'the emulator has no machine for it: which peripherals are where, and how they behave',
      fix: 'run it on a real board: kickstage flash; or take a board with one of those chips',
    },
  ]);
}

export class VirtualBoard implements TestBoard {
  readonly chip: Microcontroller;
  private readonly options: VirtualBoardOptions;
  private readonly semihosting: Semihosting | undefined;

  constructor(options: VirtualBoardOptions) {
    this.options = options;
    const { externalFlash, seed } = options;
    const { hseHz } = options.board;
    this.chip = options.machine({
      seed,
      ...(hseHz === undefined ? {} : { hseHz }),
      ...(externalFlash ? { externalFlash } : {}),
    });
    this.semihosting = options.semihosting ? new Semihosting(this.chip.machine) : undefined;
  }

  seconds(): number {
    return this.chip.machine.seconds();
  }

  instructions(): number {
    return this.chip.machine.cpu.instructions;
  }

  /** Puts bytes into flash as a programmer does, before power-on. */
  load(address: number, bytes: Uint8Array): void {
    this.chip.machine.load(address, bytes);
  }

  /** Gives the board power. Keys that are not pressed are held by their pull-ups. */
  powerOn(): void {
    this.chip.machine.reset('power-on');
  }

  runUntil(seconds: number): StopInfo {
    const stop = this.chip.machine.run({ untilSeconds: seconds });
    const status = this.semihosting?.exitCode;
    if (status !== undefined) return { reason: 'exit', status };
    if (stop.reason === 'time') return { reason: 'time' };
    if (stop.reason === 'lockup') return { reason: 'lockup', code: 'CLI009', text: 'the processor locked up' };
    if (stop.error) return this.problem(stop.error);
    return { reason: 'event' };
  }

  requestStop(): void {
    this.chip.machine.requestStop();
  }

  /** A key connects its pin to ground when it is active low; released, nothing drives the pin. */
  setButton(pin: string, pressed: boolean): void {
    const { button } = this.options.board;
    const activeLow = button?.pin === pin ? button.activeLow : true;
    const level = activeLow ? 0 : 1;
    this.chip.drive(pin, pressed ? level : undefined);
  }

  readMemory(address: number, size: number): Uint8Array {
    return this.chip.machine.readMemory(address, size) ?? new Uint8Array(size);
  }

  /** Undefined where there is no memory. */
  readWord(address: number): number | undefined {
    const bytes = this.chip.machine.readMemory(address, 4);
    return bytes && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  }

  /** Of the instruction that runs next, or that cannot. */
  get registers(): { readonly pc: number; readonly sp: number; readonly lr: number } {
    const { pc, r } = this.chip.machine.cpu;
    return { pc: pc >>> 0, sp: r[13] >>> 0, lr: r[14] >>> 0 };
  }

  listen(listener: (event: MachineEvent) => void): void {
    this.chip.machine.listen(listener);
  }

  private problem(error: EmulationError): StopInfo {
    const where =
      error.pc === undefined
        ? ''
        : ` at ${this.options.describe?.(error.pc) ?? `0x${error.pc.toString(16).padStart(8, '0')}`}`;
    return { reason: 'error', code: error.code, text: `${error.message}${where}` };
  }
}
