/**
 * How a debugger stops the processor between two instructions. A breakpoint is a trap: an entry of the code cache in the
 * instruction's place, so that execution without breakpoints knows nothing of them. A watchpoint makes the bus leave its
 * fast paths, where the access is seen before it happens.
 */
import { Instruction } from './instruction.ts';

export type WatchAccess = 'write' | 'read' | 'access';

export type Halt =
  /** Before the instruction at `pc`. */
  | { readonly reason: 'breakpoint' }
  /** At a BKPT of the program's own; `pc` is its address. */
  | { readonly reason: 'bkpt' }
  /** Before the instruction that would access `address`, or after an exception's entry or return that did. */
  | { readonly reason: 'watchpoint'; readonly access: WatchAccess; readonly address: number };

/** In place of an instruction with a breakpoint. Its size of 0 leaves the program counter where it is. */
export const TRAP = new Instruction('breakpoint', (cpu) => cpu.haltBefore({ reason: 'breakpoint' }), 0, 0);

/** Thrown by an access that is watched: the instruction has changed nothing that its repetition would not. */
export class WatchpointHit extends Error {
  readonly halt: Halt;

  constructor(halt: Halt) {
    super('watchpoint');
    this.halt = halt;
  }
}
