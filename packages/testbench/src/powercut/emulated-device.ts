/**
 * A device of the power-cut lab that executes machine code: the project's bootloader and its update library on the virtual
 * board. Scenarios and oracle are those of the simulated device. The images are no programs: where the bootloader starts
 * one, the machine is stopped, and functions of the library are called as that image would.
 */
import type { ChipFacts } from '@kickstage/chips/chip';
import { machineOf } from '@kickstage/emulator/machines/machine-of';
import type { Microcontroller } from '@kickstage/emulator/machines/wiring';
import type { PowerCut } from '@kickstage/emulator/power';
import type { Layout, LayoutExternalFlash, LayoutImage, StorageRange } from '@kickstage/memory-map/layout';
import { type AppSession, recordOperations, type Subject, shapesOf, startsOf } from './device.ts';
import type { Ending } from './firmware-host.ts';
import { IMAGE_HANDLER } from './images.ts';
import { Broken } from './oracle.ts';
import type { FlashOperation, FlashShape } from './sim-flash.ts';

/** The firmware of such a device. */
export interface LabCode {
  /** Address and bytes of the bootloader, and of the library in a place that the Layout leaves free. */
  readonly chunks: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  /** The library's vector table: Reset_Handler brings its variables to life, SysTick_Handler does what `command` asks for. */
  readonly library: number;
  /** Five words: number of the function, its arguments, its answer. Behind them bytes for the caller. */
  readonly command: number;
  /** Functions by number. */
  readonly functions: readonly string[];
  /** The bootloader's ELF file, for a debugger. */
  readonly elf: Uint8Array;
}

/** Power failed within a session. */
export class PowerFailed extends Error {}

const VTOR = 0xe000ed08;
const SYSTICK_VECTOR = 15;
/** More virtual time than any session takes. */
const LONGEST = 120;
const STACK = 13;
const LINK = 14;

export class EmulatedDevice implements Subject {
  readonly subject: LayoutImage;
  readonly chip: Microcontroller;
  readonly flash: Subject['flash'];
  readonly record: number;
  operations: FlashOperation[] = [];
  private readonly code: LabCode;
  private wasReset = false;

  constructor(layout: Layout, subject: LayoutImage, chip: ChipFacts, code: LabCode) {
    const make = machineOf(layout.board.chip);
    if (!make) throw new Error(`the virtual board cannot be a ${layout.board.chip}`);
    this.subject = subject;
    this.code = code;
    const externalFlash = layout.memories.find(
      (memory): memory is LayoutExternalFlash => memory.kind === 'external-flash',
    );
    const { hseHz } = layout.board;
    this.chip = make({ ...(hseHz === undefined ? {} : { hseHz }), ...(externalFlash ? { externalFlash } : {}) });
    this.flash = shapesOf(layout, chip, subject).map((shape, i) =>
      i === 0 ? this.internal(shape) : this.external(shape),
    );
    this.record = recordOperations(layout, this.flash[0].shape.unit);
    for (const { address, bytes } of code.chunks) this.machine.load(address, bytes);
    this.machine.listen((event) => {
      if (event.event === 'reset') this.wasReset = true;
      if (event.event === 'reset' && event.cause === 'software') this.machine.requestStop();
      if (event.event === 'flash')
        this.operations.push({ op: event.op, memory: event.unit === undefined ? 0 : 1, address: event.address });
    });
  }

  get machine(): Microcontroller['machine'] {
    return this.chip.machine;
  }

  get isDirect(): boolean {
    return this.subject.update?.strategy === 'direct';
  }

  get appBuffer(): number {
    return this.code.command + 0x20;
  }

  get state(): unknown {
    return { machine: this.machine.snapshot(), wasReset: this.wasReset };
  }

  restore(state: unknown): void {
    const { machine, wasReset } = state as { machine: unknown; wasReset: boolean };
    this.machine.restore(machine);
    this.wasReset = wasReset;
  }

  /** Puts bytes into a region as a programmer does. */
  load({ memory, start }: StorageRange, bytes: Uint8Array): void {
    if (memory === 'internal') this.machine.load(start, bytes);
    else this.chip.externalFlash!.bytes.set(bytes, start);
  }

  powerOn(): void {
    this.machine.reset('power-on');
  }

  /** Arms a cut: an operation is counted from 1, from now on. */
  cutAt(cut: PowerCut): void {
    this.machine.power.cutAt(cut);
  }

  boot(): Ending {
    this.operations = [];
    if (!this.wasReset) this.machine.reset('system');
    this.wasReset = false;
    this.machine.cpu.stopRequested = false;
    const { headerSize = 0 } = this.subject;
    const { r } = this.machine.cpu;
    if (!this.runTo(startsOf(this.subject).map((start) => start + headerSize + IMAGE_HANDLER))) return { how: 'halt' };
    return { how: 'boot', stackPointer: r[STACK] >>> 0, handler: (this.machine.cpu.pc | 1) >>> 0 };
  }

  app(): AppSession {
    this.operations = [];
    this.wasReset = false;
    this.machine.bus.write32(VTOR, this.code.library);
    this.machine.cpu.r[STACK] = this.subject.ram.end;
    this.callVector(1);
    return {
      memory: { set: (bytes, address) => this.machine.writeMemory(address, bytes) },
      call: (name, ...args) => this.callLibrary(name, args),
    };
  }

  private callLibrary(name: string, args: readonly number[]): Ending | number {
    const { command, functions } = this.code;
    const words = Uint32Array.of(functions.indexOf(name), ...args);
    this.machine.writeMemory(command, new Uint8Array(words.buffer));
    this.callVector(SYSTICK_VECTOR);
    if (this.wasReset) return { how: 'reset' };
    return new DataView(this.machine.readMemory(command + 16, 4)!.buffer).getUint32(0, true);
  }

  /** Calls the function in a vector, until it comes back or the chip is reset. */
  private callVector(vector: number): void {
    const { cpu, bus } = this.machine;
    const { library } = this.code;
    const handler = bus.read32(library + 4 * vector) >>> 0;
    cpu.r[LINK] = library | 1;
    cpu.pc = (handler & ~1) >>> 0;
    if (!this.runTo([library]))
      throw new Broken(`the app does not come back (it is at 0x${(cpu.pc >>> 0).toString(16)})`);
  }

  /** Whether one of these addresses, or a reset, was reached. */
  private runTo(addresses: readonly number[]): boolean {
    const { machine } = this;
    const breakpoints = new Set(addresses);
    const stop = machine.run({ breakpoints, untilSeconds: machine.seconds() + LONGEST });
    if (stop.reason === 'power-cut') throw new PowerFailed();
    if (stop.reason === 'error') throw new Broken(stop.error!.message);
    if (stop.reason === 'lockup') throw new Broken('the processor locked up');
    return stop.reason === 'breakpoint' || stop.reason === 'stopped';
  }

  private internal(shape: FlashShape): Subject['flash'][number] {
    const { machine } = this;
    return {
      shape,
      peek: (address, length) => machine.readMemory(address, length)!,
      firstUsed: (address, length) => {
        const at = machine.readMemory(address, length)!.findIndex((byte) => byte !== shape.erasedByte);
        return at < 0 ? undefined : at;
      },
      isStable: (address, length) => this.readsTheSame(address, length),
    };
  }

  private external(shape: FlashShape): Subject['flash'][number] {
    return { shape, peek: () => new Uint8Array(), firstUsed: () => undefined, isStable: () => true };
  }

  /** Reads several times, as the processor does, where anything in flash is torn at all. */
  private readsTheSame(address: number, length: number): boolean {
    const { machine } = this;
    if (machine.bus.directFlash === machine.flashMemory.length) return true;
    const { state } = this;
    const read = () => Array.from({ length: length >> 2 }, (_, i) => machine.bus.read32(address + 4 * i)).join();
    const first = read();
    const isSame = [1, 2, 3, 4].every(() => read() === first);
    this.restore(state);
    return isSame;
  }
}
