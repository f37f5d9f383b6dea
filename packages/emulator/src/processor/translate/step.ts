/**
 * What the translator knows of one instruction: which flags it reads and writes, whether it may have to leave, and its
 * text in JavaScript. Registers are locals `r0`…`r14`; of the flags, `nz` has the sign of N and is 0 for Z, `c` and `v` are
 * 0 or 1. Everything is a signed word. `x`, `y`, `z`, `w` are free for use within one instruction.
 */
import type { Instruction } from '../instruction.ts';

/** Flags as a mask: N and Z are kept together. */
export const NZ = 4;
export const C = 2;
export const V = 1;
export const ALL_FLAGS = 7;
export const ALWAYS = 14;

/** An instruction in its place. */
export interface Line {
  readonly address: number;
  readonly i: Instruction;
  readonly step: Step;
  /** Condition of the IT block it is in, or ALWAYS. */
  readonly cond: number;
  /** ITSTATE before it. */
  readonly it: number;
}

/** What a step needs to know to be written down. */
export interface Place {
  readonly address: number;
  /** Flags that are to be put into `nz`, `c` and `v`, of those it writes. */
  readonly live: number;
  /** A statement that leaves before this instruction. */
  readonly leave: string;
  readonly memory: MemoryLayout;
  /** A statement that has the general path's function do an instruction. */
  readonly call: (i: Instruction) => string;
}

export interface MemoryLayout {
  /** Signed words. */
  readonly ramStart: number;
  readonly flashStart: number;
  /** What an aligned read of flash gives, to be folded; undefined outside of flash. */
  readonly literal: (address: number, size: 1 | 2 | 4) => number | undefined;
}

export interface Step {
  readonly reads: number;
  readonly writes: number;
  /** Whether it may leave without having done anything. */
  readonly mayLeave: boolean;
  /** Statements. */
  readonly text: (place: Place) => string;
  /** Cycles beside those of the instruction. */
  readonly moreCycles?: number;
  /** It leaves what it compared in `fx` and `fy`. */
  readonly compares?: boolean;
  /** It ends the block: where execution goes. */
  readonly flow?: Flow;
}

export type Flow =
  /** To a known address; `cond` is ALWAYS, a condition, or the text of one. */
  | {
      readonly kind: 'branch';
      readonly to: number;
      readonly cond: number | string;
      readonly extra: 0 | 1;
      readonly isCall: boolean;
    }
  /** Its text sets `at` to the offset in flash. */
  | { readonly kind: 'dynamic' };

/** Undefined for an instruction, or operands, that the general path must do. */
export type Describe = (i: Instruction, address: number) => Step | undefined;

export const reg = (n: number, address: number) => (n === 15 ? `${(address + 4) | 0}` : `r${n}`);

/** The same for constants: addresses and immediates as signed words. */
export const word = (value: number) => ((value | 0) < 0 ? `(${value | 0})` : `${value | 0}`);

export const plain = (text: (place: Place) => string): Step => ({ reads: 0, writes: 0, mayLeave: false, text });
