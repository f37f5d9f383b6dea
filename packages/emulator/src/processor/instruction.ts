/** A decoded instruction, ready to run: its operands in plain fields and the function that does it. */
import type { Cpu } from './cpu.ts';

export type Execute = (cpu: Cpu, i: Instruction) => void;

/** One class for all, so that the engine sees one shape. Fields that an instruction lacks are 0. */
export class Instruction {
  run: Execute;
  size: number;
  cycles: number;
  rd = 0;
  rn = 0;
  rm = 0;
  ra = 0;
  imm = 0;
  /** Carry of the modified immediate: 0, 1, or -1 for unchanged. */
  immCarry = -1;
  setsFlags = 0;
  shiftType = 0;
  shiftAmount = 0;
  cond = 14;
  index = 1;
  add = 1;
  wback = 0;
  /** lsb, first condition of IT, saturation: whatever is one more small number. */
  extra = 0;
  extra2 = 0;
  /** Changes nothing but registers and flags: data processing, a single load, a branch. */
  isPure = false;
  readonly id: string;
  /** The same instruction inside an IT block: 16-bit data processing sets no flags there. */
  inIt: Instruction;

  constructor(id: string, run: Execute, size: number, cycles: number) {
    this.id = id;
    this.run = run;
    this.size = size;
    this.cycles = cycles;
    this.inIt = this;
  }
}
