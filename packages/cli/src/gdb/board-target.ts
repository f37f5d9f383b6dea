/** The debugged board as gdb's server wants its target. Runs go through the scenario: presses and events come as ever. */
import type { ChipFacts } from '@kickstage/chips/chip';
import type { DebugStop, FaultCatch } from '@kickstage/emulator/debug/debug-port';
import type { DebugTarget, MemoryRegion, ResumeAction, TargetStop, WatchKind } from '@kickstage/gdbserver/target';
import type { Scenario } from '@kickstage/testbench/scenario';
import type { DebuggedBoard } from './debugged-board.ts';
import { flashRegions, memoryRegions } from './memory-regions.ts';
import { type MonitoredBoard, runMonitorCommand } from './monitor.ts';

/** Most virtual time between two looks at the input. */
const SLICE_SECONDS = 0.02;
/** What is run at once: many a breakpoint is near, and a condition of gdb's may not hold there a thousand times. */
const FIRST_SECONDS = 0.001;
/** Most of it that is made up for when the host was busy. */
const MOST_LAG_SECONDS = 0.05;
/** Steps of a range between two looks at the input. */
const MOST_STEPS = 2000;

export interface BoardTargetOptions {
  readonly board: DebuggedBoard;
  readonly scenario: Scenario;
  readonly chip: ChipFacts;
  /** Of any clock; pauses while the processor stands do not matter. */
  readonly wallSeconds: () => number;
  /** Names a code address. */
  readonly describe?: (pc: number) => string;
}

export class BoardTarget implements DebugTarget, MonitoredBoard {
  /** All microcontrollers that the emulator has are Cortex-M4 with FPv4-SP. */
  readonly hasFpu = true;
  isPaced = true;
  private readonly options: BoardTargetOptions;
  private readonly regions: readonly MemoryRegion[];
  /** Wall time of the last slice; undefined while the processor stands. */
  private lastSlice: number | undefined;
  private ahead = false;

  constructor(options: BoardTargetOptions) {
    this.options = options;
    this.regions = memoryRegions(options.chip);
  }

  /** Whether virtual time has caught up with the clock: nothing is to be done for some milliseconds. */
  get isAhead(): boolean {
    return this.ahead;
  }

  private get port() {
    return this.options.board.port;
  }

  readRegister(name: string): number | undefined {
    return this.port.readRegister(name);
  }

  writeRegister(name: string, value: number): boolean {
    return this.port.writeRegister(name, value);
  }

  readMemory(address: number, size: number): Uint8Array {
    return this.port.readMemory(address, size);
  }

  writeMemory(address: number, bytes: Uint8Array): boolean {
    return this.port.writeMemory(address, bytes);
  }

  insertBreakpoint(address: number): boolean {
    return this.port.insertBreakpoint(address);
  }

  removeBreakpoint(address: number): void {
    this.port.removeBreakpoint(address);
  }

  insertWatchpoint(watch: WatchKind, address: number, size: number): boolean {
    this.port.insertWatchpoint(watch, address, size);
    return true;
  }

  removeWatchpoint(watch: WatchKind, address: number, size: number): void {
    this.port.removeWatchpoint(watch, address, size);
  }

  resume(action: ResumeAction): TargetStop {
    const { board } = this.options;
    board.steps = action.kind !== 'continue';
    if (action.kind !== 'range') return this.slice(action.kind === 'continue');
    for (let i = 0; i < MOST_STEPS; i++) {
      const stop = this.slice(false);
      const pc = this.readRegister('pc')!;
      if (stop.kind !== 'stepped' || pc < action.start || pc >= action.end) return stop;
    }
    return { kind: 'running' };
  }

  halt(): void {
    this.port.giveUp();
    this.lastSlice = undefined;
  }

  reset(kind: 'system' | 'power-on' = 'system'): void {
    this.halt();
    this.port.reset(kind);
  }

  flashErase(address: number, size: number): boolean {
    const sectors = this.sectorsOf(address, size);
    return sectors !== undefined && this.port.writeMemory(address, new Uint8Array(size).fill(this.erasedByte));
  }

  /** Bits that are cleared stay so until they are erased. */
  flashWrite(address: number, bytes: Uint8Array): boolean {
    if (!this.isFlash(address, bytes.length)) return false;
    const before = this.port.readMemory(address, bytes.length);
    return this.port.writeMemory(
      address,
      bytes.map((byte, i) => byte & before[i]),
    );
  }

  private get erasedByte(): number {
    return this.options.chip.flash.erasedByte;
  }

  private isFlash(address: number, size: number): boolean {
    const { start } = this.options.chip.flash;
    const end = flashRegions(this.options.chip).reduce((sum, region) => sum + region.size, start);
    return address >= start && address + size <= end;
  }

  /** The number of whole sectors; undefined where the range begins or ends inside of one. */
  private sectorsOf(address: number, size: number): number | undefined {
    const starts = flashRegions(this.options.chip).flatMap((region) =>
      Array.from({ length: region.size / region.sectorSize + 1 }, (_, i) => region.start + i * region.sectorSize),
    );
    const from = starts.indexOf(address);
    const to = starts.lastIndexOf(address + size);
    return from < 0 || to < from ? undefined : to - from;
  }

  monitor(command: string): string {
    return runMonitorCommand(this, command);
  }

  memoryMap(): readonly MemoryRegion[] {
    return this.regions;
  }

  hasPin(pin: string): boolean {
    const match = /^P([A-K])(\d|1[0-5])$/.exec(pin);
    return match !== null && this.options.chip.registerBlocks.some(({ name }) => name === `GPIO${match[1]}`);
  }

  press(pin: string, duration: number): void {
    this.options.scenario.pressFor(pin, duration);
  }

  seconds(): number {
    return this.options.board.seconds();
  }

  instructions(): number {
    return this.options.board.instructions();
  }

  get catches(): FaultCatch {
    return this.port.catches;
  }

  set catches(which: FaultCatch) {
    this.port.catches = which;
  }

  /** Runs for a little virtual time: no more than has passed on the clock, when it is paced. */
  private slice(pauses: boolean): TargetStop {
    const { board, scenario } = this.options;
    const isPaced = pauses && this.isPaced;
    const wall = this.options.wallSeconds();
    const passed = this.lastSlice === undefined ? FIRST_SECONDS : Math.min(wall - this.lastSlice, MOST_LAG_SECONDS);
    this.lastSlice = wall;
    scenario.advance(board.seconds() + (isPaced ? passed : SLICE_SECONDS));
    const stop = board.takeStop();
    this.ahead = isPaced && stop === undefined;
    const told =
      scenario.end === undefined ? this.tell(stop) : { kind: 'error' as const, text: `the run ended: ${scenario.end}` };
    if (told.kind !== 'running') this.lastSlice = undefined;
    return told;
  }

  private tell(stop: DebugStop | undefined): TargetStop {
    if (stop === undefined) return RUNNING;
    switch (stop.reason) {
      case 'time':
      case 'limit':
        return RUNNING;
      case 'bkpt':
        return { kind: 'program-breakpoint' };
      case 'watchpoint':
        return { kind: 'watchpoint', watch: stop.access, address: stop.address };
      case 'fault':
        return { kind: 'fault', text: stop.text };
      case 'error':
        return { kind: 'error', text: `${stop.error.code}: ${stop.error.message}${this.place(stop.error.pc)}` };
      default:
        return { kind: stop.reason };
    }
  }

  private place(pc: number | undefined): string {
    return pc === undefined || !this.options.describe ? '' : ` at ${this.options.describe(pc)}`;
  }
}

const RUNNING: TargetStop = { kind: 'running' };
