/**
 * The table of what the single-precision unit computes by an instruction: operations whose arguments and result are
 * floats, or integers on their way from or to one, all in registers of class single. Whatever is not here is a call of a
 * library routine (runtime/float/calls.ts asks this table). FPv4-SP does as WebAssembly wants (DDI 0403E A2.5, A7.7) with
 * FPSCR.DN set, by which a NaN result is the positive canonical one:
 *
 * - VCVT to an integer goes towards zero, takes the nearest integer where there is none, and makes 0 of a NaN. A conversion
 *   that traps has been made one of those (runtime/float/split-truncations.ts).
 * - Minimum and maximum, and rounding to whole floats, are instructions of ARMv8 only.
 * - There is nothing for 64-bit integers and f64.
 */
import type { FloatOp, Inst } from '../ir/types.ts';
import type { FloatBinaryOp, FloatUnaryOp } from './mir.ts';
import { EQ, GE, GT, LS, MI, NE } from './mir.ts';

export const BINARY: Partial<Record<Inst['op'], FloatBinaryOp>> = {
  f32Add: 'vadd',
  f32Sub: 'vsub',
  f32Mul: 'vmul',
  f32Div: 'vdiv',
};

export const UNARY: Partial<Record<Inst['op'], FloatUnaryOp>> = {
  f32Sqrt: 'vsqrt',
  f32ConvertI32S: 'vcvtFromS',
  f32ConvertI32U: 'vcvtFromU',
  i32TruncSatF32S: 'vcvtToS',
  i32TruncSatF32U: 'vcvtToU',
};

/** Conditions that hold after VCMP of the arguments, and not where one is a NaN but for `ne` (DDI 0403E A7.3, table A7-1). */
export const COMPARE: Partial<Record<Inst['op'], number>> = {
  f32Eq: EQ,
  f32Ne: NE,
  f32Lt: MI,
  f32Gt: GT,
  f32Le: LS,
  f32Ge: GE,
};

const ALL: ReadonlySet<string> = new Set([BINARY, UNARY, COMPARE].flatMap((table) => Object.keys(table)));

/** Whether the unit has instructions for the operation. */
export const isSingleOperation = (op: Inst['op']): op is FloatOp => ALL.has(op);
