/**
 * Machine instructions over virtual registers, between selection and emission. Registers below FIRST_VREG are the
 * processor's (registers.ts); from there on they are virtual. An operation here is one Thumb-2 instruction whose encoding
 * (16 or 32 bit) is chosen at emission, or a pseudo operation that emission expands without further registers.
 */
import type { RelocationKind } from '@kickstage/object/object-file';
import type { BlockId, CodePlace, FuncType, ValueId } from '../ir/types.ts';
import type { Reg } from './registers.ts';
import type { ToldValue } from './told-values.ts';

export {
  CALL_CLOBBERED,
  CALLEE_SAVED,
  FIRST_VREG,
  IP,
  isSingle,
  isVirtual,
  LR,
  PC,
  type Reg,
  SP,
} from './registers.ts';

/** Shift types as in the manual's `shift_t`. */
export const LSL = 0;
export const LSR = 1;
export const ASR = 2;
export const ROR = 3;

export interface Shift {
  readonly type: number;
  readonly amount: number;
}

/** Condition codes, DDI 0403E A7.3. */
export const EQ = 0;
export const NE = 1;
export const CS = 2;
export const CC = 3;
export const MI = 4;
export const PL = 5;
export const GE = 10;
export const LT = 11;
export const GT = 12;
export const LE = 13;
export const HI = 8;
export const LS = 9;
export const AL = 14;

export const invert = (cond: number) => cond ^ 1;

/** Two-operand arithmetic: Rd = Rn op (Rm shifted, or imm). */
export type AluOp = 'add' | 'sub' | 'rsb' | 'and' | 'orr' | 'eor' | 'bic' | 'orn' | 'adc' | 'sbc';
/** One-operand: Rd = op (Rm shifted, or imm). */
export type MoveOp = 'mov' | 'mvn';
export type CompareOp = 'cmp' | 'cmn' | 'tst' | 'teq';
export type ShiftOp = 'lsl' | 'lsr' | 'asr' | 'ror';
/** On single-precision registers: Sd = Sn op Sm; Sd = op Sm. */
export type FloatBinaryOp = 'vadd' | 'vsub' | 'vmul' | 'vdiv' | 'vnmul';
export type FloatUnaryOp = 'vsqrt' | 'vneg' | 'vabs' | FloatConvertOp;
/** Between floats and integers, both in single-precision registers; to integers towards zero, saturating. */
export type FloatConvertOp = 'vcvtFromS' | 'vcvtFromU' | 'vcvtToS' | 'vcvtToU';
export type MemoryOp = 'ldr' | 'ldrb' | 'ldrh' | 'ldrsb' | 'ldrsh' | 'str' | 'strb' | 'strh';

export type MOp =
  | AluOp
  | MoveOp
  | CompareOp
  | ShiftOp
  | MemoryOp
  | FloatBinaryOp
  | FloatUnaryOp
  /** Sd = Sd ± Sn * Sm, the product rounded: `tied`. */
  | 'vmla'
  | 'vmls'
  /** Compares two, or one with 0.0, and puts the outcome into the flags. */
  | 'vcmp'
  | 'vldr'
  | 'vstr'
  | 'mul'
  | 'mla'
  | 'mls'
  | 'umull'
  | 'smull'
  | 'umlal'
  | 'smlal'
  | 'umaal'
  | 'udiv'
  | 'sdiv'
  | 'clz'
  | 'rbit'
  | 'rev'
  | 'uxtb'
  | 'uxth'
  | 'sxtb'
  | 'sxth'
  | 'ubfx'
  | 'sbfx'
  | 'bfi'
  | 'ldrd'
  | 'strd'
  /** Constant of any value (`imm`) or address of a symbol (`symbol`, `imm` as addend): emission picks the form. */
  | 'const'
  | 'address'
  /** Register to register copy: coalesced where possible; the registers may be of two classes. */
  | 'copy'
  /** Rd = cond ? uses[0] : uses[1], in an IT block; flags set before. */
  | 'select'
  | 'bl'
  | 'blx'
  | 'tail'
  | 'b'
  | 'bcc'
  | 'cbz'
  | 'cbnz'
  | 'switch'
  | 'return'
  | 'trap'
  | 'trapIf'
  | 'cpu'
  | 'unreachable'
  /** Address of the n-th incoming stack argument's word; of an outgoing one; of a spill slot. */
  | 'loadArgument'
  | 'storeArgument'
  | 'reload'
  | 'spill';

export interface MInst {
  readonly op: MOp;
  defs: Reg[];
  uses: Reg[];
  readonly imm?: number;
  readonly shift?: Shift;
  readonly cond?: number;
  readonly symbol?: string;
  /** For memory operations: uses = [.., base] or [.., base, index] with `shift` on the index. */
  readonly indexed?: boolean;
  /** Blocks that control may go to. */
  readonly targets?: readonly BlockId[];
  readonly setsFlags?: boolean;
  readonly usesFlags?: boolean;
  /** Physical registers destroyed beside the definitions. */
  readonly clobbers?: readonly Reg[];
  readonly lsb?: number;
  readonly width?: number;
  /** Name of a cpu intrinsic. */
  readonly name?: string;
  /** spill and reload: the virtual register that the slot stands for. */
  readonly spilled?: Reg;
  /** select: constants in place of registers. */
  readonly thenImm?: number;
  readonly elseImm?: number;
  /** The first uses are the old values of the first definitions, in the same registers: these are changed in place. */
  readonly tied?: boolean;
  /** The pointer is moved by `imm`, behind the access or before it: the first definition, tied to the first use. */
  readonly writeBack?: 'post' | 'pre';
  /** Done only where `cond` holds. The first use is the old value of the definition, which is tied to it. */
  readonly predicated?: true;
  readonly place?: CodePlace;
  /** Brings a parameter to where the function wants it. */
  readonly isEntry?: true;
  readonly relocation?: RelocationKind;
}

export interface MBlock {
  readonly id: BlockId;
  insts: MInst[];
}

export interface MFunc {
  readonly name: string;
  blocks: MBlock[];
  /** One past the highest virtual register. */
  nextReg: number;
  /** Bytes of outgoing stack arguments. */
  outgoing: number;
  spillSlots: number;
  /** Whether some path returns to the caller. */
  returns: boolean;
  readonly place?: CodePlace;
  readonly exports: readonly string[];
  /** What debuggers are told of. */
  readonly told: Told;
}

/** The variables of a function, in values; what has become of these. */
export interface Told {
  readonly type: FuncType;
  readonly localNames: ReadonlyMap<number, string>;
  /** Values of the parameters at the function's entry. */
  readonly entry: readonly ValueId[];
  readonly values: ReadonlyMap<ValueId, ToldValue>;
}
