/**
 * A machine: processor, memory, register blocks, virtual time. It executes machine code and knows no firmware. Peripherals
 * are handed in; machines/ wires those of a microcontroller.
 */
import { invariant } from '@kickstage/base/invariant';
import { Bus, type BusBlock, memoryUnit } from './bus.ts';
import { Clock } from './clock.ts';
import { restoreMachine, saveMachine } from './machine-state.ts';
import { PagedMemory } from './nonvolatile/paged-memory.ts';
import type { Device, EmitEvent, MachineEvent, ResetKind, SystemResetCause } from './peripheral.ts';
import { EmulationError } from './peripheral.ts';
import { Power } from './power.ts';
import { Cpu } from './processor/cpu.ts';
import type { Halt, WatchAccess } from './processor/halt.ts';
import { Dwt } from './system/dwt.ts';
import { SystemControl } from './system/system-control.ts';

export interface MachineParts {
  readonly flash: { readonly start: number; readonly size: number };
  readonly ram: { readonly start: number; readonly size: number };
  /** RAM beside the main one: reached the slow way. */
  readonly moreRam?: readonly { readonly start: number; readonly size: number }[];
  readonly interruptCount: number;
  /** Processor clock after reset, in Hz. */
  readonly hz: number;
  /** Of the noise in RAM after power-on. */
  readonly seed?: number;
}

export type StopReason = 'time' | 'instructions' | 'lockup' | 'stopped' | 'error' | 'power-cut' | Halt['reason'];

export interface Stop {
  readonly reason: StopReason;
  readonly error?: EmulationError;
  /** For `watchpoint`: what is watched. */
  readonly access?: WatchAccess;
  readonly address?: number;
}

export interface RunLimits {
  /** Virtual seconds since power-on. */
  readonly untilSeconds?: number;
  readonly untilCycle?: number;
  readonly maxInstructions?: number;
  /** Addresses of code before which the run ends, its first instruction aside. */
  readonly breakpoints?: ReadonlySet<number>;
}

/** Addresses of the system control space and of the trace unit, DDI 0403E B3.1. */
const SCS = 0xe000e000;
const DWT = 0xe0001000;

export class Machine {
  readonly clock: Clock;
  readonly bus: Bus;
  readonly cpu: Cpu;
  readonly system: SystemControl;
  readonly power: Power;
  private readonly parts: MachineParts;
  private readonly listeners: EmitEvent[] = [];
  private readonly devices: Device[] = [];
  private noise: readonly Uint8Array[] | undefined;
  private resetRequested: SystemResetCause | undefined;
  /** Called before a requested system reset: who keeps its cause notes it. */
  onSystemReset: ((cause: SystemResetCause) => void) | undefined;

  /** `makeBlocks` gets the machine's clock and interrupt lines, and gives the register blocks. */
  constructor(parts: MachineParts, makeBlocks: (machine: Machine) => readonly BusBlock[] = () => []) {
    this.parts = parts;
    this.clock = new Clock(parts.hz);
    this.system = new SystemControl(this.clock, parts.interruptCount, (event) => this.emit(event));
    this.power = new Power(this.clock, () => {
      this.cpu.stopRequested = true;
    });
    this.system.onResetRequest = () => this.requestReset('software');
    const flash = memoryUnit(parts.flash.start, parts.flash.size);
    flash.bytes.fill(0xff);
    this.flashMemory = flash.bytes;
    this.flashPages = new PagedMemory(flash.bytes);
    const blocks = makeBlocks(this);
    const dwt = new Dwt(this.clock, () => (this.system.scb.demcr & (1 << 24)) !== 0);
    const guard = (address: number) => this.system.checkPrivilege(address);
    const core = [
      { start: SCS, size: 0x1000, peripheral: this.system, guard },
      { start: DWT, size: 0x1000, peripheral: dwt, guard },
    ];
    const moreRam = (parts.moreRam ?? []).map(({ start, size }) => memoryUnit(start, size));
    this.bus = new Bus(flash, memoryUnit(parts.ram.start, parts.ram.size), [...core, ...blocks], moreRam);
    this.cpu = new Cpu(this.bus, this.clock, this.system);
  }

  /** The flash array, also while blocks are being made. Who changes it says so (`flashChanged`). */
  readonly flashMemory: Uint8Array;
  readonly flashPages: PagedMemory;

  /** Bytes of flash from `start` to `end` (addresses) were changed: code that was decoded there is stale. */
  flashChanged(start: number, end: number): void {
    this.flashPages.touch(start - this.parts.flash.start, end - this.parts.flash.start);
    this.cpu.code.invalidate(start, end);
  }

  /** Puts a device on the board: it is reset, kept and restored with the machine. */
  attach(device: Device): void {
    this.devices.push(device);
  }

  listen(listener: EmitEvent): void {
    this.listeners.push(listener);
  }

  emit(event: MachineEvent): void {
    for (const listener of this.listeners) listener(event);
  }

  /** Writes memory as a factory programmer does: no controller, no time. */
  load(address: number, bytes: Uint8Array): void {
    const place = this.bus.unitAt(address, bytes.length);
    invariant(place, `no memory for ${bytes.length} bytes at 0x${address.toString(16)}`);
    place.unit.bytes.set(bytes, place.offset);
    if (place.unit === this.bus.flash) this.flashPages.touch(place.offset, place.offset + bytes.length);
    this.cpu.code.invalidate(address, address + bytes.length);
  }

  /** A system reset happens after the current instruction. Of several requests the first counts. */
  requestReset(cause: SystemResetCause): void {
    this.resetRequested ??= cause;
    this.clock.isHeld = true;
    this.cpu.stopRequested = true;
  }

  /** After a power failure only power-on is possible. */
  reset(kind: ResetKind, cause: SystemResetCause = 'software'): void {
    invariant(this.power.isOn || kind === 'power-on', 'a machine without power is reset');
    if (kind === 'power-on') this.loseRam();
    for (const device of this.devices) device.reset(kind);
    for (const { peripheral } of this.bus.registerBlocks) peripheral.reset(kind);
    this.resetRequested = undefined;
    this.power.turnOn();
    this.cpu.stopRequested = false;
    this.cpu.halted = undefined;
    this.emit({ event: 'reset', cause: kind === 'power-on' ? 'power-on' : cause });
    this.cpu.reset(this.parts.flash.start);
  }

  /** RAM after power-on is noise, the same each time. */
  private loseRam(): void {
    const units = [this.bus.ram, ...this.bus.moreRam];
    this.noise ??= units.map(({ bytes }) => noiseOf(bytes.length, this.parts.seed ?? 1));
    units.forEach(({ start, bytes }, i) => {
      bytes.set(this.noise![i]);
      this.cpu.code.invalidate(start, start + bytes.length);
    });
  }

  /** Runs until a limit is reached or something stops it. */
  run(limits: RunLimits): Stop {
    const { breakpoints, maxInstructions } = limits;
    if (!breakpoints) return this.runOn(limits);
    const { code } = this.cpu;
    const start = this.cpu.instructions;
    const first = this.runOn({ ...limits, maxInstructions: Math.min(maxInstructions ?? 1, 1) });
    if (breakpoints.has(this.cpu.pc >>> 0)) return { reason: 'breakpoint' };
    if (first.reason !== 'instructions') return first;
    const set = [...breakpoints].filter((address) => !code.hasTrap(address) && code.setTrap(address));
    const left = (maxInstructions ?? Number.POSITIVE_INFINITY) - (this.cpu.instructions - start);
    const stop = this.runOn({ ...limits, maxInstructions: left });
    for (const address of set) code.removeTrap(address);
    return stop;
  }

  private runOn({ untilSeconds, untilCycle, maxInstructions }: RunLimits): Stop {
    const { cpu, clock } = this;
    const end = cpu.instructions + (maxInstructions ?? Number.POSITIVE_INFINITY);
    try {
      for (;;) {
        if (!this.power.isOn) return this.withoutPower();
        // The frequency may have changed: seconds are turned into cycles anew.
        const cycle =
          untilSeconds === undefined ? (untilCycle ?? Number.POSITIVE_INFINITY) : clock.cycleAt(untilSeconds);
        if (clock.cycles >= cycle) return { reason: 'time' };
        if (cpu.instructions >= end) return { reason: 'instructions' };
        const slice = Math.min(end - cpu.instructions, SLICE);
        cpu.run(untilSeconds === undefined ? cycle : Math.min(cycle, clock.cycles + SLICE), slice);
        if (!this.power.isOn) continue;
        if (this.resetRequested) {
          this.onSystemReset?.(this.resetRequested);
          this.reset('system', this.resetRequested);
        } else if (cpu.lockedUp) return { reason: 'lockup' };
        else if (cpu.stopRequested) {
          return this.stopped();
        }
      }
    } catch (error) {
      if (!(error instanceof EmulationError)) throw error;
      error.pc ??= cpu.pc >>> 0;
      return { reason: 'error', error };
    }
  }

  private withoutPower(): Stop {
    this.cpu.stopRequested = false;
    return { reason: 'power-cut' };
  }

  private stopped(): Stop {
    const { halted } = this.cpu;
    this.cpu.stopRequested = false;
    this.cpu.halted = undefined;
    return halted ?? { reason: 'stopped' };
  }

  step(): Stop {
    return this.run({ maxInstructions: 1 });
  }

  /** Makes a run return with `stopped` after the current instruction. */
  requestStop(): void {
    this.cpu.stopRequested = true;
  }

  seconds(): number {
    return this.clock.seconds();
  }

  /** Memory as a debugger reads it: nothing happens. Undefined where there is no memory. */
  readMemory(address: number, size: number): Uint8Array | undefined {
    const place = this.bus.unitAt(address, size);
    return place?.unit.bytes.slice(place.offset, place.offset + size);
  }

  writeMemory(address: number, bytes: Uint8Array): void {
    this.load(address, bytes);
  }

  /** All of the state, as plain data that nobody may change: snapshots share the pages of flash that are the same. */
  snapshot(): unknown {
    return saveMachine(this, this.devices);
  }

  /** An armed power cut is disarmed. */
  restore(state: unknown): void {
    this.resetRequested = undefined;
    this.cpu.stopRequested = false;
    this.cpu.halted = undefined;
    restoreMachine(this, this.devices, state);
  }
}

/** Instructions and cycles between looks at the outer conditions. */
const SLICE = 1_000_000;

/** xorshift32, so that a run can be repeated. */
function noiseOf(size: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let x = (seed | 0) === 0 ? 0x9e3779b9 : seed | 0;
  for (let i = 0; i < bytes.length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    bytes[i] = x >>> 16;
  }
  return bytes;
}

/** A processor with memory alone, to run bare code. Reset it before use. */
export function createBareMachine(memory: Pick<MachineParts, 'flash' | 'ram'>): Machine {
  return new Machine({ ...memory, interruptCount: 86, hz: 16_000_000 });
}
