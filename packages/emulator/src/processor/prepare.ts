/** Decoded encodings → instructions ready to run: which function does them, and their operands in plain fields. */
import { type Decoded, decode } from '@kickstage/armv7m/decode';
import { modifiedImmediateCarry } from '@kickstage/armv7m/immediates';
import { EmulationError } from '../peripheral.ts';
import type { Cpu } from './cpu.ts';
import {
  addw,
  adr,
  IMMEDIATE_ALU,
  movt,
  movw,
  REGISTER_ALU,
  SHIFT_IMMEDIATE,
  SHIFT_REGISTER,
  subw,
} from './execute/alu.ts';
import { BITS } from './execute/bits.ts';
import { CONDITIONAL_BRANCH, CONTROL } from './execute/control.ts';
import { DSP } from './execute/dsp.ts';
import { MEMORY, singleAccess } from './execute/memory.ts';
import { MULTIPLY } from './execute/multiply.ts';
import { CFSR, Fault, undefinedInstruction } from './fault.ts';
import { type Execute, Instruction } from './instruction.ts';
import { prepareVfp } from './prepare-vfp.ts';

const SHIFTS: Readonly<Record<string, number>> = { LSL: 0, LSR: 1, ASR: 2, ROR: 3, RRX: 4 };
/** Encodings whose 12- or 16-bit immediate is plain. */
const PLAIN: Readonly<Record<string, Execute>> = {
  ADD_imm_T4: addw,
  ADD_SPimm_T4: addw,
  SUB_imm_T4: subw,
  SUB_SPimm_T3: subw,
  MOV_imm_T3: movw,
  MOVT_T1: movt,
  B_T1: CONDITIONAL_BRANCH,
  B_T3: CONDITIONAL_BRANCH,
};
const COPROCESSOR = /^(CDP|MCR|MRC|MCRR|MRRC|LDC|STC)$/;
const PURE = /^(LDRS?[BH]?|B|BL|BX|CBN?Z|IT|NOP|ADR|MOVT|MUL)$/;
/** Coprocessors 10 and 11 are the floating-point unit: what it lacks is undefined. */
const noCoprocessor: Execute = ({ fpu }, { extra }) => {
  if (extra >>> 1 === 5) {
    fpu.checkAccess();
    throw undefinedInstruction('a floating-point instruction that is not there');
  }
  throw new Fault('UsageFault', CFSR.NOCP, 'a coprocessor instruction, and there is no coprocessor');
};

function executeOf({ id, mnemonic }: Decoded): Execute | undefined {
  const plain = PLAIN[id];
  if (plain) return plain;
  if (mnemonic === 'ADR') return adr;
  if (COPROCESSOR.test(mnemonic)) return noCoprocessor;
  if (mnemonic in SHIFTS) return /_reg_/.test(id) ? SHIFT_REGISTER.get(mnemonic) : SHIFT_IMMEDIATE;
  const alu = /_(reg|SPreg)_/.test(id) ? REGISTER_ALU : IMMEDIATE_ALU;
  if (alu.has(mnemonic)) return alu.get(mnemonic);
  const other = MULTIPLY[mnemonic] ?? BITS[mnemonic] ?? MEMORY[mnemonic] ?? CONTROL[mnemonic] ?? DSP[mnemonic];
  return other ?? singleAccess(mnemonic, /_reg_/.test(id));
}

/**
 * Cycles: one, and what the Cortex-M4 TRM (DDI 0439D, table 3-1) adds: loads and stores 1, multiple ones 1 a register,
 * branches a refill of 2, multiply and accumulate 1, division about 5. Flash wait states are not counted.
 */
function cyclesOf({ mnemonic, operands }: Decoded): number {
  if (/^(LDM|LDMDB|POP|STM|STMDB|PUSH)$/.test(mnemonic)) return 1 + count(operands.registers ?? 0);
  if (/^(LDRD|STRD)$/.test(mnemonic)) return 3;
  if (/^(LDR|STR)/.test(mnemonic)) return 2;
  if (/^(BL|BX|BLX|B|TBB|TBH)$/.test(mnemonic)) return mnemonic === 'B' && operands.cond !== undefined ? 1 : 3;
  if (/^(MLA|MLS)$/.test(mnemonic)) return 2;
  return /^[SU]DIV$/.test(mnemonic) ? 6 : 1;
}

const count = (mask: number) => {
  let n = 0;
  for (let bit = 0; bit < 16; bit++) n += (mask >>> bit) & 1;
  return n;
};

/** Reads of the PC below a write to it: MOV, ADD and loads go through `Cpu.write`. */
function fill(i: Instruction, { operands: o, mnemonic, encoding }: Decoded): void {
  i.rd = o.Rd ?? o.Rt ?? o.RdLo ?? 0;
  i.rn = o.Rn ?? (/^(PUSH|POP)$/.test(mnemonic) ? 13 : /_lit_/.test(encoding.id) ? 15 : 0);
  i.rm = o.Rm ?? 0;
  i.ra = o.Ra ?? o.RdHi ?? o.Rt2 ?? 0;
  if (/^STREX/.test(mnemonic)) {
    i.rd = o.Rd;
    i.ra = o.Rt;
  }
  i.imm = (o.imm32 ?? o.imm16 ?? o.registers ?? o.im ?? 0) | 0;
  i.shiftType = o.shift_t ?? SHIFTS[mnemonic] ?? 0;
  i.shiftAmount = o.shift_n ?? o.rotation ?? 0;
  i.cond = o.cond ?? 14;
  i.index = o.index ?? 1;
  i.add = o.add ?? 1;
  i.wback = o.wback ?? (/^(PUSH|POP)$/.test(mnemonic) ? 1 : 0);
  i.setsFlags = o.S ?? (encoding.setsFlagsOutsideIT ? 1 : 0);
  i.extra = o.lsb ?? o.firstcond ?? o.saturate_to ?? o.SYSm ?? o.N ?? o.R ?? 0;
  i.extra2 = o.width ?? o.M ?? o.mask ?? 0;
  if (o.coproc !== undefined) i.extra = o.coproc;
  if (mnemonic === 'CPS') i.extra = (o.I << 1) | o.F;
  if (o.registers !== undefined) i.extra = count(o.registers);
  if (o.S !== undefined || encoding.setsFlagsOutsideIT) {
    const carry =
      /_imm_T[12]$/.test(encoding.id) && encoding.size === 4 ? modifiedImmediateCarry(i.imm >>> 0) : undefined;
    i.immCarry = carry ?? -1;
  }
  if (/^(TST|TEQ)_imm_/.test(encoding.id)) i.immCarry = modifiedImmediateCarry(i.imm >>> 0) ?? -1;
}

function isPure(mnemonic: string): boolean {
  return PURE.test(mnemonic) || REGISTER_ALU.has(mnemonic) || mnemonic in SHIFTS || mnemonic in BITS;
}

function build(decoded: Decoded): Instruction {
  const floating = prepareVfp(decoded);
  if (floating) return floating;
  const execute = executeOf(decoded);
  if (!execute) throw new EmulationError('EMU001', `the instruction ${decoded.id} is not modelled`);
  const i = new Instruction(decoded.id, execute, decoded.size, cyclesOf(decoded));
  fill(i, decoded);
  i.isPure = isPure(decoded.mnemonic);
  return i;
}

/** What UNDEFINED bits become: an instruction that faults. */
function undefinedAt(hw1: number, hw2: number, size: number): Instruction {
  const bits =
    size === 2
      ? hw1.toString(16).padStart(4, '0')
      : `${hw1.toString(16).padStart(4, '0')} ${hw2.toString(16).padStart(4, '0')}`;
  return new Instruction(
    'undefined',
    (_cpu: Cpu) => {
      throw undefinedInstruction(`undefined instruction ${bits}`);
    },
    size,
    1,
  );
}

export interface Prepared {
  readonly instruction: Instruction;
  /** Absent for undefined bits. */
  readonly decoded?: Decoded;
}

/** The instruction of these halfwords, with its variant for IT blocks. */
export function prepare(hw1: number, hw2: number): Prepared {
  const decoded = decode(hw1, hw2);
  if (!decoded) return { instruction: undefinedAt(hw1, hw2, hw1 >= 0xe800 ? 4 : 2) };
  const i = build(decoded);
  if (decoded.encoding.setsFlagsOutsideIT) {
    i.inIt = build(decoded);
    i.inIt.setsFlags = 0;
    i.inIt.inIt = i.inIt;
  }
  return { instruction: i, decoded };
}
