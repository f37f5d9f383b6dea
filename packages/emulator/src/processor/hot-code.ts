/**
 * Frequent instructions packed into two words each, for hot-loop.ts. What has no number here is left to the general path,
 * which does every instruction; so is any case that could fault, reach a peripheral or change the mode.
 *
 *   31   29  28  27  24 23  20 19  16 15        8 7         0
 *   ┌──────┬────┬──────┬──────┬──────┬───────────┬───────────┐
 *   │cycles│size│  rm  │  rn  │  rd  │ op in IT  │    op     │   and a word with the immediate
 *   └──────┴────┴──────┴──────┴──────┴───────────┴───────────┘
 *   size: 0 for 16 bits, 1 for 32
 */

import type { Decoded } from '@kickstage/armv7m/decode';
import { invariant } from '@kickstage/base/invariant';
import type { Instruction } from './instruction.ts';

/** Numbers of the cases in hot-loop.ts. `S`: sets the flags. `L`, `R`, `A`: second operand shifted left, right, arithmetically. */
export const HOT: Readonly<Record<string, number>> = Object.fromEntries(
  [
    ...['general', 'skip', 'nop', 'it', 'movI', 'movIS', 'mov', 'movS', 'mvn', 'mvnS'],
    ...['movL', 'movLS', 'movR', 'movRS', 'movA', 'movAS', 'lsl', 'lslS', 'lsr', 'lsrS'],
    ...['add', 'addS', 'addL', 'addI', 'addIS', 'addSp', 'sub', 'subS', 'subIS', 'rsbI', 'rsbIS'],
    ...['cmp', 'cmpI', 'tst', 'tstI', 'and', 'andS', 'andI', 'andIS', 'orr', 'orrS', 'orrI', 'orrL', 'orrR'],
    ...['eor', 'eorS', 'eorI', 'eorL', 'eorR', 'bic', 'bicS', 'bicI', 'andL', 'andR', 'movt'],
    ...['mul', 'mulS', 'mla', 'mls', 'uxtb', 'uxth', 'sxtb', 'sxth', 'ubfx'],
    ...['ldr', 'ldrReg', 'ldrPost', 'ldrPre', 'ldrLit', 'str', 'strReg', 'strPost', 'strPre'],
    ...['ldrb', 'ldrbReg', 'ldrbPost', 'ldrbPre', 'strb', 'strbReg', 'strbPost', 'strbPre'],
    ...['ldrh', 'ldrhReg', 'strh', 'strhReg', 'push', 'pop', 'popPc'],
    ...['b', 'beq', 'bne', 'bcs', 'bcc', 'bmi', 'bpl', 'bvs', 'bvc', 'bhi', 'bls', 'bge', 'blt', 'bgt', 'ble'],
    ...['bl', 'bx', 'cbz', 'cbnz', 'subI'],
  ].map((name, i) => [name, i]),
);

/** An instruction's name in HOT, and its immediate. */
interface Hot {
  readonly name: string;
  readonly imm?: number;
}

const SHIFT_LETTERS = ['L', 'R', 'A'];
const CONDITIONS = ['beq', 'bne', 'bcs', 'bcc', 'bmi', 'bpl', 'bvs', 'bvc', 'bhi', 'bls', 'bge', 'blt', 'bgt', 'ble'];
const LOGIC = /^(AND|ORR|EOR|BIC)$/;
const SHIFTS = /^(LSL|LSR|ASR)$/;
const LOADS = /^(LDR|LDRB|LDRH|STR|STRB|STRH)$/;

/** The two words of an instruction at `address`; zeros where it is not one of the frequent. */
export function packHot(decoded: Decoded, i: Instruction, address: number): readonly [number, number] {
  const hot = classify(decoded, i, address);
  if (!hot || !(hot.name in HOT)) return [0, 0];
  const inIt = i.inIt === i ? hot : classify(decoded, i.inIt, address);
  // Both variants share one immediate.
  const opInIt = inIt && inIt.name in HOT && inIt.imm === hot.imm ? HOT[inIt.name] : 0;
  const size = i.size === 4 ? 1 : 0;
  // Those of a list are counted with the registers, in hot-loop.ts.
  const cycles = /^p(ush|op|opPc)$/.test(hot.name) ? 1 : i.cycles;
  invariant(cycles < 8, `${i.id} takes ${cycles} cycles: the field has 3 bits`);
  const word =
    HOT[hot.name] | (opInIt << 8) | (i.rd << 16) | (i.rn << 20) | (i.rm << 24) | (size << 28) | (cycles << 29);
  return [word, hot.imm ?? i.imm];
}

/** Registers 13 and 15 as a destination, and 15 as a source, are special: the general path knows how. */
function classify(decoded: Decoded, i: Instruction, address: number): Hot | undefined {
  const { mnemonic } = decoded;
  return control(mnemonic, i, address) ?? stackPointer(mnemonic, decoded, i) ?? ordinary(decoded, i, address);
}

function ordinary(decoded: Decoded, i: Instruction, address: number): Hot | undefined {
  const { mnemonic, id } = decoded;
  const literal = /_lit_/.test(id);
  if (i.rm === 15 || (i.rn === 15 && !literal && mnemonic !== 'ADR')) return undefined;
  const comparison = /^(CMP|TST)$/.test(mnemonic);
  if (!comparison && (i.rd === 13 || i.rd === 15)) return undefined;
  if (LOADS.test(mnemonic)) return memory(mnemonic, id, i, address);
  if (mnemonic === 'ADR') {
    const base = (address + 4) & ~3;
    return { name: 'movI', imm: (i.add ? base + i.imm : base - i.imm) | 0 };
  }
  return /_reg_|_SPreg_/.test(id) || SHIFTS.test(mnemonic) ? register(mnemonic, id, i) : immediate(mnemonic, id, i);
}

function control(mnemonic: string, i: Instruction, address: number): Hot | undefined {
  const target = (address + 4 + i.imm) | 0;
  switch (mnemonic) {
    case 'B':
      return { name: i.cond < 14 ? CONDITIONS[i.cond] : 'b', imm: target };
    case 'BL':
      return { name: 'bl', imm: target };
    case 'BX':
      return i.rm === 15 ? undefined : { name: 'bx' };
    case 'CBZ':
    case 'CBNZ':
      return { name: mnemonic.toLowerCase(), imm: target };
    case 'IT':
      return { name: 'it', imm: (i.extra << 4) | i.extra2 };
    case 'NOP':
      return { name: 'nop' };
    default:
      return undefined;
  }
}

/** Registers as a mask, their number above it. ADD and SUB that move the stack pointer. */
function stackPointer(mnemonic: string, { id }: Decoded, i: Instruction): Hot | undefined {
  const list = i.imm | (i.extra << 16);
  if (mnemonic === 'PUSH' && /_T[12]$/.test(id) && (i.imm & 0xa000) === 0) return { name: 'push', imm: list };
  if (mnemonic === 'POP' && /_T[12]$/.test(id) && (i.imm & 0x2000) === 0)
    return { name: i.imm & 0x8000 ? 'popPc' : 'pop', imm: list };
  if (!/^(ADD|SUB)_SPimm_/.test(id) || i.rd !== 13 || i.setsFlags) return undefined;
  return { name: 'addSp', imm: mnemonic === 'ADD' ? i.imm : -i.imm | 0 };
}

function memory(mnemonic: string, id: string, i: Instruction, address: number): Hot | undefined {
  const name = mnemonic.toLowerCase();
  if (/_lit_/.test(id)) {
    const base = (address + 4) & ~3;
    return { name: `${name}Lit`, imm: (i.add ? base + i.imm : base - i.imm) | 0 };
  }
  if (/_reg_/.test(id)) return { name: `${name}Reg`, imm: i.shiftAmount };
  const imm = i.add ? i.imm : -i.imm | 0;
  if (!i.wback) return { name, imm };
  // What is loaded into, or stored from, the base itself is UNPREDICTABLE.
  return i.rn === 13 || i.rn === i.rd ? undefined : { name: `${name}${i.index ? 'Pre' : 'Post'}`, imm };
}

function register(mnemonic: string, id: string, i: Instruction): Hot | undefined {
  const s = i.setsFlags ? 'S' : '';
  const name = mnemonic.toLowerCase();
  if (SHIFTS.test(mnemonic) && /_reg_/.test(id)) return { name: `${name}${s}` };
  const amount = i.shiftAmount;
  if (i.shiftType > 2 || amount > 31) return undefined;
  const letter = amount === 0 ? '' : SHIFT_LETTERS[i.shiftType];
  if (mnemonic === 'MOV' || SHIFTS.test(mnemonic)) return { name: `mov${letter}${s}`, imm: amount };
  const isPlain = letter === '';
  if (/^(MVN|ADD|SUB|MUL)$/.test(mnemonic) || LOGIC.test(mnemonic))
    return isPlain || !s ? { name: `${name}${letter}${s}`, imm: amount } : undefined;
  return isPlain && /^(CMP|TST)$/.test(mnemonic) ? { name } : undefined;
}

/** Immediates that give the carry a value of their own are left to the general path. */
function immediate(mnemonic: string, id: string, i: Instruction): Hot | undefined {
  const s = i.setsFlags ? 'S' : '';
  const name = mnemonic.toLowerCase();
  const keepsCarry = i.immCarry < 0;
  switch (mnemonic) {
    case 'MOV':
    case 'MVN': {
      const imm = mnemonic === 'MOV' ? i.imm : ~i.imm;
      return s && !keepsCarry ? undefined : { name: `movI${s}`, imm };
    }
    case 'AND':
    case 'ORR':
    case 'EOR':
    case 'BIC':
      return s && !keepsCarry ? undefined : { name: `${name}I${s}` };
    case 'TST':
      return keepsCarry ? { name: 'tstI' } : undefined;
    case 'CMP':
      return { name: 'cmpI' };
    case 'ADD':
    case 'SUB':
    case 'RSB':
      return { name: `${name}I${s}` };
    default:
      return /^(MOVT|MUL|MLA|MLS|UXTB|UXTH|SXTB|SXTH|UBFX)_T/.test(id) ? multiplyOrField(name, s, i) : undefined;
  }
}

function multiplyOrField(name: string, s: string, i: Instruction): Hot | undefined {
  if (name === 'ubfx') return { name, imm: i.extra | (i.extra2 << 8) };
  if (name === 'mla' || name === 'mls') return { name, imm: i.ra };
  if (/^[us]xt/.test(name) && i.shiftAmount !== 0) return undefined;
  return { name: `${name}${s}` };
}
