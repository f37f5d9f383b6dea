/** The two machines that execute the programs, seen alike: QEMU through its stub, ours directly. */
import { createStm32f411 } from '@kickstage/emulator/machines/stm32f411';
import { Qemu } from '../qemu.ts';
import { type ExceptionImage, MAIN_STACK, PROCESS_STACK, RAM } from './program.ts';

/** What is looked at where a program stops. Words that cannot be read (unprivileged code) are missing on both. */
export interface Seen {
  readonly at: string;
  /** r0-r15, xPSR. */
  readonly registers: readonly string[];
  readonly system: Readonly<Record<string, string>>;
  /** From the stack pointers' regions: words that are not 0, by address. */
  readonly stacks: Readonly<Record<string, string>>;
}

export interface Target {
  /** From now on runs stop at these addresses. */
  stopAt(stops: ReadonlySet<number>): Promise<void>;
  /** Resets. */
  reset(): Promise<void>;
  /** Of the registers at `ready`. */
  setRegister(number: number, value: number): Promise<void>;
  /** Runs to the next stop and gives its address, or says why there is none. */
  run(): Promise<number | string>;
  registers(): Promise<readonly number[]>;
  memory(address: number, size: number): Promise<Uint8Array | undefined>;
  stop(): void;
}

/** Registers of the system control space with the bits that are compared; addresses of faults only where they are valid. */
const SYSTEM: readonly (readonly [name: string, address: number, mask: number])[] = [
  ['ICSR', 0xe000ed04, 0xffffffff],
  ['CCR', 0xe000ed14, 0xffffffff],
  ['SHCSR', 0xe000ed24, 0xffffffff],
  ['CFSR', 0xe000ed28, 0xffffffff],
  ['HFSR', 0xe000ed2c, 0xffffffff],
  ['MMFAR', 0xe000ed34, 0xffffffff],
  ['BFAR', 0xe000ed38, 0xffffffff],
  // UFRDY is ARMv8-M's.
  ['FPCCR', 0xe000ef34, 0xfffffbff],
  ['FPCAR', 0xe000ef38, 0xffffffff],
  ['ISER0', 0xe000e100, 0xffffffff],
  ['ISPR0', 0xe000e200, 0xffffffff],
  ['IABR0', 0xe000e300, 0xffffffff],
];
const MMARVALID = 1 << 7;
const BFARVALID = 1 << 15;
const STACK_SIZE = 0x180;
/** A program has fewer stops. */
const MOST_STOPS = 300;
/** Bytes of RAM that are read at once. */
export const CHUNK = 0x400;

export async function look(target: Target, at: string): Promise<Seen> {
  const registers = (await target.registers()).map(hex);
  const system: Record<string, string> = {};
  for (const [name, address, mask] of SYSTEM) {
    const word = await readWord(target, address);
    if (word !== undefined) system[name] = hex(word & mask);
  }
  const cfsr = Number(`0x${system.CFSR ?? '0'}`);
  if (!(cfsr & MMARVALID)) delete system.MMFAR;
  if (!(cfsr & BFARVALID)) delete system.BFAR;
  const stacks: Record<string, string> = {};
  for (const top of [MAIN_STACK, PROCESS_STACK]) {
    const start = top - STACK_SIZE;
    Object.assign(stacks, nonZero(start, (await target.memory(start, STACK_SIZE)) ?? new Uint8Array(0)));
  }
  return { at, registers, system, stacks };
}

/** The words of a memory that are not 0, by address. */
export function nonZero(start: number, bytes: Uint8Array): Record<string, string> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const words: Record<string, string> = {};
  for (let i = 0; i < bytes.length; i += 4) {
    const word = view.getUint32(i, true);
    if (word !== 0) words[hex(start + i)] = hex(word);
  }
  return words;
}

export const hex = (value: number) => (value >>> 0).toString(16).padStart(8, '0');

async function readWord(target: Target, address: number): Promise<number | undefined> {
  const bytes = await target.memory(address, 4);
  return bytes && new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
}

export async function qemuTarget(image: ExceptionImage): Promise<Target> {
  const qemu = await Qemu.start({ kernel: image.elf, images: [] });
  const { gdb } = qemu;
  await gdb.stepWithExceptions();
  let stops: ReadonlySet<number> = new Set();
  const pc = async () => (await gdb.readRegisters())[15];
  const run = async (): Promise<number | string> => {
    // Over the breakpoint that it stands at; exceptions may come at once.
    const before = await pc();
    if (stops.has(before)) {
      await gdb.step();
      const after = await pc();
      if (after !== before && stops.has(after)) return after;
    }
    await gdb.continueToStop();
    const stopped = await pc();
    return stops.has(stopped) ? stopped : `stopped at ${hex(stopped)}`;
  };
  return {
    run,
    stopAt: async (wanted) => {
      for (const address of stops) await gdb.setBreakpoint(address, false);
      for (const address of wanted) await gdb.setBreakpoint(address);
      stops = wanted;
    },
    reset: () => gdb.monitor('system_reset'),
    setRegister: (number, value) => gdb.writeRegister(number, value),
    registers: () => gdb.readRegisters(),
    memory: (address, size) => gdb.readMemory(address, size),
    stop: () => qemu.stop(),
  };
}

export function ourTarget(image: ExceptionImage): Target {
  const { machine } = createStm32f411({ seed: 1 });
  const { cpu, bus } = machine;
  machine.load(0x08000000, image.bytes);
  machine.reset('power-on');
  let breakpoints: ReadonlySet<number> = new Set();
  const run = async (): Promise<number | string> => {
    const stop = machine.run({ breakpoints, maxInstructions: 1_000_000 });
    return stop.reason === 'breakpoint' ? cpu.pc >>> 0 : `${stop.reason} ${stop.error?.message ?? ''}`;
  };
  return {
    run,
    stopAt: async (wanted) => {
      breakpoints = wanted;
    },
    reset: async () => machine.reset('system'),
    setRegister: async (number, value) => {
      cpu.r[number] = value;
    },
    registers: async () => [...cpu.r.slice(0, 15), cpu.pc, cpu.xpsr].map((value) => value >>> 0),
    memory: async (address, size) => {
      if (address >= RAM.start && address + size <= RAM.start + RAM.size) return machine.readMemory(address, size);
      if (!cpu.isPrivileged()) return undefined;
      const bytes = new Uint8Array(4);
      new DataView(bytes.buffer).setUint32(0, bus.readVector(address), true);
      return bytes;
    },
    stop: () => {},
  };
}

/** Runs a program to its end and gives what was seen at each stop, and RAM at the end. */
export async function runProgram(target: Target, image: ExceptionImage, index: number): Promise<unknown[]> {
  await target.reset();
  await target.stopAt(new Set(image.stopsOf(index)));
  await target.run();
  await target.setRegister(4, image.symbols.get(`program_${index}`)! | 1);
  await target.setRegister(5, image.symbols.get(`vectors_${index}`)!);
  const seen: unknown[] = [];
  for (let count = 0; count < MOST_STOPS; count++) {
    const address = await target.run();
    if (typeof address === 'string') return [...seen, address];
    const name = image.stops.get(address)!;
    if (name === 'done') break;
    seen.push(await look(target, name));
  }
  for (let start: number = RAM.start; start < RAM.start + RAM.size; start += CHUNK) {
    seen.push(nonZero(start, (await target.memory(start, CHUNK)) ?? new Uint8Array(0)));
  }
  return seen;
}
