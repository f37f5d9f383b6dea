/** Runs a kernel on the emulator, whoever compiled it, and counts its instructions. */
import { createBareMachine, type Machine } from '@kickstage/emulator/machine';
import { type Case, WORK, WORK_SIZE } from './cases.ts';

export const FLASH = { start: 0x0800_0000, size: 0x1_0000 };
const RAM = { start: 0x2000_0000, size: 0x2_0000 };
const STACK_TOP = RAM.start + RAM.size;
const RETURN_ADDRESS = FLASH.start + 0x100;
const FAULT_HANDLER = FLASH.start + 0x104;
export const CODE_START = FLASH.start + 0x200;
/** The floating-point unit is on, and gives canonical NaNs (DDI 0403E B3.2.20, B3.2.23). */
const CPACR = { address: 0xe000_ed88, value: 0x00f0_0000 };
const FPDSCR = { address: 0xe000_ef3c, value: 1 << 25 };
const MAX_INSTRUCTIONS = 2_000_000;

export interface Program {
  readonly chunks: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  /** By name; the size includes the literal pool. */
  readonly functions: ReadonlyMap<string, { readonly address: number; readonly size: number }>;
}

export interface Measured {
  /** Bytes of the function with its literal pool. */
  readonly bytes: number;
  /** Executed instructions, those that an IT block skips included, from the first to the return. */
  readonly instructions: number;
}

export interface Run extends Measured {
  /** All that the kernel has done, in words. */
  readonly outcome: string;
}

export function runKernel(program: Program, { name, memory, calls, resultWords }: Case): Run {
  const machine = prepare(program);
  machine.load(WORK, memory);
  const { address, size } = program.functions.get(name)!;
  const { cpu } = machine;
  let instructions = 0;
  const results: number[] = [];
  for (const args of calls) {
    args.forEach((arg, i) => {
      cpu.r[i] = arg;
    });
    cpu.r[13] = STACK_TOP;
    cpu.r[14] = RETURN_ADDRESS | 1;
    cpu.pc = address;
    const before = cpu.instructions;
    const breakpoints = new Set([RETURN_ADDRESS, FAULT_HANDLER]);
    const { reason } = machine.run({ breakpoints, maxInstructions: MAX_INSTRUCTIONS });
    if (reason !== 'breakpoint' || cpu.pc >>> 0 !== RETURN_ADDRESS) throw new Error(`${name} ended by ${reason}`);
    instructions += cpu.instructions - before;
    results.push(...cpu.r.slice(0, resultWords ?? 0));
  }
  const after = machine.readMemory(WORK, WORK_SIZE)!;
  return { bytes: size, instructions, outcome: `${results.join(' ')}; ${Buffer.from(after).toString('hex')}` };
}

function prepare({ chunks }: Program): Machine {
  const machine = createBareMachine({ flash: FLASH, ram: RAM });
  const vectors = new DataView(new ArrayBuffer(64));
  [STACK_TOP, RETURN_ADDRESS | 1].forEach((word, i) => void vectors.setUint32(4 * i, word, true));
  for (let i = 2; i < 16; i++) vectors.setUint32(4 * i, FAULT_HANDLER | 1, true);
  machine.load(FLASH.start, new Uint8Array(vectors.buffer));
  for (const { address, bytes } of chunks) machine.load(address, bytes);
  machine.reset('power-on');
  for (const { address, value } of [CPACR, FPDSCR]) machine.bus.write32(address, value);
  return machine;
}
