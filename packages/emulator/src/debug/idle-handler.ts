/** Whether code only waits for a debugger: the default handlers of start-up files are a branch to itself. */
import type { Machine } from '../machine.ts';

/** Halfwords that are looked at: what a compiler without optimisation puts before the loop. */
const MOST_HALFWORDS = 8;
const NOP = 0xbf00;

/** `b .` at `address`, or after a prologue of 16-bit instructions; or a loop of one NOP. */
export function onlyLoops(machine: Machine, address: number): boolean {
  for (let i = 0, last = 0; i < MOST_HALFWORDS; i++) {
    const bytes = machine.readMemory((address + 2 * i) >>> 0, 2);
    if (!bytes) return false;
    const halfword = bytes[0] | (bytes[1] << 8);
    if (halfword === 0xe7fe || (halfword === 0xe7fd && last === NOP)) return true;
    if (!isPrologue(halfword)) return false;
    last = halfword;
  }
  return false;
}

/** PUSH, NOP, and data processing on the stack pointer: ADD and SUB (SP), MOV r7, sp (DDI 0403E A5.2). */
function isPrologue(halfword: number): boolean {
  const isPush = (halfword & 0xfe00) === 0xb400;
  const movesSp = (halfword & 0xff00) === 0xb000 || (halfword & 0xf800) === 0xa800;
  return isPush || movesSp || halfword === NOP || halfword === 0x466f;
}
