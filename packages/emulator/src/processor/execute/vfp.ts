/** Floating-point data processing by encoding: DDI 0403E A7.7. Registers are rd, rn, rm: numbers of singles. */
import type { Fpu } from '../fpu.ts';
import type { Execute, Instruction } from '../instruction.ts';
import { add, compare, divide, multiply, multiplyAdd, squareRoot, subtract } from './vfp-arithmetic.ts';
import { fromFixed, halfToSingle, singleToHalf, toFixed } from './vfp-convert.ts';
import { negate } from './vfp-round.ts';
import { VFP_TRANSFER } from './vfp-transfer.ts';

type Operation = (fpu: Fpu, n: number, m: number, d: number) => number;

const operation =
  (compute: Operation): Execute =>
  ({ fpu }, { rd, rn, rm }) => {
    if (!fpu.isReady) fpu.prepare();
    const { s } = fpu;
    s[rd] = compute(fpu, s[rn], s[rm], s[rd]);
  };

const comparison =
  (signalsQuiet: boolean, withZero: boolean): Execute =>
  ({ fpu }, { rd, rm }) => {
    if (!fpu.isReady) fpu.prepare();
    const { s } = fpu;
    const flags = compare(fpu, s[rd], withZero ? 0 : s[rm], signalsQuiet);
    fpu.fpscr = (fpu.fpscr & 0x0fffffff) | (flags << 28);
  };

/** Fields of conversions: shiftAmount = size, shiftType = bits behind the point, extra = whether signed. */
const formatOf = (i: Instruction) => ({ size: i.shiftAmount, fbits: i.shiftType, isSigned: i.extra === 1 });

const toInteger =
  (towardsZero: boolean): Execute =>
  ({ fpu }, i) => {
    if (!fpu.isReady) fpu.prepare();
    fpu.s[i.rd] = toFixed(fpu, fpu.s[i.rm], formatOf(i), towardsZero);
  };

const fromInteger =
  (toNearest: boolean): Execute =>
  ({ fpu }, i) => {
    if (!fpu.isReady) fpu.prepare();
    fpu.s[i.rd] = fromFixed(fpu, fpu.s[i.rm], formatOf(i), toNearest);
  };

/** extra: whether to half; the other half of the register stays. */
const half =
  (shift: 0 | 16): Execute =>
  ({ fpu }, { rd, rm, extra }) => {
    if (!fpu.isReady) fpu.prepare();
    const { s } = fpu;
    if (extra === 0) s[rd] = halfToSingle(fpu, (s[rm] >>> shift) & 0xffff);
    else s[rd] = (s[rd] & ~(0xffff << shift)) | (singleToHalf(fpu, s[rm]) << shift);
  };

/** By encoding id: what computes, and touches nothing but the unit. */
export const VFP_DATA_PROCESSING: Readonly<Record<string, Execute>> = {
  VADD_T1: operation(add),
  VSUB_T1: operation(subtract),
  VMUL_T1: operation(multiply),
  VNMUL_T2: operation((fpu, n, m) => negate(multiply(fpu, n, m))),
  VMLA_T1: operation((fpu, n, m, d) => add(fpu, d, multiply(fpu, n, m))),
  VMLS_T1: operation((fpu, n, m, d) => add(fpu, d, negate(multiply(fpu, n, m)))),
  VNMLA_T1: operation((fpu, n, m, d) => add(fpu, negate(d), negate(multiply(fpu, n, m)))),
  VNMLS_T1: operation((fpu, n, m, d) => add(fpu, negate(d), multiply(fpu, n, m))),
  VFMA_T1: operation((fpu, n, m, d) => multiplyAdd(fpu, d, n, m)),
  VFMS_T1: operation((fpu, n, m, d) => multiplyAdd(fpu, d, negate(n), m)),
  VFNMA_T1: operation((fpu, n, m, d) => multiplyAdd(fpu, negate(d), negate(n), m)),
  VFNMS_T1: operation((fpu, n, m, d) => multiplyAdd(fpu, negate(d), n, m)),
  VDIV_T1: operation(divide),
  VSQRT_T1: operation((fpu, _n, m) => squareRoot(fpu, m)),
  VABS_T1: operation((_fpu, _n, m) => m & 0x7fffffff),
  VNEG_T1: operation((_fpu, _n, m) => negate(m)),
  VMOV_reg_T1: operation((_fpu, _n, m) => m),
  VCMP_T1: comparison(false, false),
  VCMP_T2: comparison(false, true),
  VCMPE_T1: comparison(true, false),
  VCMPE_T2: comparison(true, true),
  VCVT_toint_T1: toInteger(true),
  VCVTR_toint_T1: toInteger(false),
  VCVT_fromint_T1: fromInteger(false),
  VCVT_tofixed_T1: toInteger(true),
  VCVT_fromfixed_T1: fromInteger(true),
  VCVTB_T1: half(0),
  VCVTT_T1: half(16),
};

/** By encoding id: all of FPv4-SP. */
export const VFP: Readonly<Record<string, Execute>> = { ...VFP_DATA_PROCESSING, ...VFP_TRANSFER };
