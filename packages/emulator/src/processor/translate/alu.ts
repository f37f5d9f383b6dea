/** Data processing: DDI 0403E A7.7, A5.3. The same as execute/alu.ts, as text. */
import type { Instruction } from '../instruction.ts';
import { flagsOfDifference, flagsOfSum } from './flags.ts';
import { ALL_FLAGS, C, type Describe, NZ, plain, reg, type Step, word } from './step.ts';

/** A second operand: its value, and the carry that it leaves (undefined: as it was). */
interface Operand {
  readonly value: string;
  readonly carry?: string;
  readonly readsCarry?: boolean;
}

function shifted(i: Instruction, address: number): Operand {
  const r = reg(i.rm, address);
  const n = i.shiftAmount;
  const carry = `(${r} >>> ${n - 1}) & 1`;
  switch (i.shiftType) {
    case 0:
      return n === 0 ? { value: r } : { value: `(${r} << ${n})`, carry: `(${r} >>> ${32 - n}) & 1` };
    case 1:
      return { value: n === 32 ? '0' : `(${r} >>> ${n} | 0)`, carry };
    case 2:
      return { value: `(${r} >> ${Math.min(n, 31)})`, carry };
    case 3:
      return { value: `((${r} >>> ${n}) | (${r} << ${32 - n}))`, carry };
    default:
      return { value: `((c << 31) | (${r} >>> 1))`, carry: `${r} & 1`, readsCarry: true };
  }
}

const immediate = (i: Instruction): Operand => ({
  value: word(i.imm),
  carry: i.immCarry < 0 ? undefined : `${i.immCarry}`,
});

type Kind = (i: Instruction, address: number, operand: Operand) => Step;

/** A result whose flags are N, Z and the shifter's carry. `rd` undefined: a test. */
function logical(i: Instruction, rd: number | undefined, result: string, { carry, readsCarry }: Operand): Step {
  const setsFlags = i.setsFlags !== 0 || rd === undefined;
  const reads = readsCarry ? C : 0;
  if (!setsFlags) return { ...plain(() => `r${rd} = ${result};`), reads };
  return {
    reads,
    writes: NZ | (carry === undefined ? 0 : C),
    mayLeave: false,
    text: ({ live }) => {
      // The carry comes from operands that the result may replace.
      const carried = carry !== undefined && live & C ? ` c = ${carry};` : '';
      const value = `x = ${result};${carried}`;
      return `${value}${live & NZ ? ' nz = x;' : ''}${rd === undefined ? '' : ` r${rd} = x;`}`;
    },
  };
}

const logic =
  (op: (x: string, y: string) => string, isTest = false): Kind =>
  (i, address, operand) =>
    logical(i, isTest ? undefined : i.rd, op(reg(i.rn, address), operand.value), operand);

const move =
  (prefix: string): Kind =>
  (i, _address, operand) =>
    i.rd === 13 && !i.setsFlags
      ? plain(() => target(13, `${prefix}${operand.value}`))
      : logical(i, i.rd, `${prefix}${operand.value}`, operand);

const target = (rd: number, value: string) => (rd === 13 ? `r13 = ${value} & ~3;` : `r${rd} = ${value};`);

/** `x - y`; the operands stay in `fx` and `fy`, for a condition that follows. */
function difference(i: Instruction, rd: number | undefined, x: string, y: string): Step {
  if (rd !== undefined && !i.setsFlags) return plain(() => target(rd, `(${x} - ${y} | 0)`));
  return {
    reads: 0,
    writes: ALL_FLAGS,
    mayLeave: false,
    compares: true,
    text: ({ live }) =>
      `fx = ${x}; fy = ${y}; nz = fx - fy | 0;${flagsOfDifference(live)}${rd === undefined ? '' : ` ${target(rd, 'nz')}`}`,
  };
}

function sum(i: Instruction, rd: number | undefined, x: string, y: string, usesCarry: boolean): Step {
  const reads = usesCarry ? C : 0;
  const value = usesCarry ? `(${x} + ${y} + c | 0)` : `(${x} + ${y} | 0)`;
  if (rd !== undefined && !i.setsFlags) return { ...plain(() => target(rd, value)), reads };
  return {
    reads,
    writes: ALL_FLAGS,
    mayLeave: false,
    text: ({ live }) => {
      const result = usesCarry ? 'x + y + c | 0' : 'x + y | 0';
      return `x = ${x}; y = ${y}; nz = ${result};${flagsOfSum(live)}${rd === undefined ? '' : ` ${target(rd, 'nz')}`}`;
    },
  };
}

const KINDS: Readonly<Record<string, Kind>> = {
  AND: logic((x, y) => `${x} & ${y}`),
  ORR: logic((x, y) => `${x} | ${y}`),
  EOR: logic((x, y) => `${x} ^ ${y}`),
  BIC: logic((x, y) => `${x} & ~${y}`),
  ORN: logic((x, y) => `${x} | ~${y}`),
  TST: logic((x, y) => `${x} & ${y}`, true),
  TEQ: logic((x, y) => `${x} ^ ${y}`, true),
  MOV: move(''),
  MVN: move('~'),
  ADD: (i, address, { value }) => sum(i, i.rd, reg(i.rn, address), value, false),
  ADC: (i, address, { value }) => sum(i, i.rd, reg(i.rn, address), value, true),
  SBC: (i, address, { value }) => sum(i, i.rd, reg(i.rn, address), `~${value}`, true),
  SUB: (i, address, { value }) => difference(i, i.rd, reg(i.rn, address), value),
  RSB: (i, address, { value }) => difference(i, i.rd, value, reg(i.rn, address)),
  CMP: (i, address, { value }) => difference(i, undefined, reg(i.rn, address), value),
  CMN: (i, address, { value }) => sum(i, undefined, reg(i.rn, address), value, false),
};

const COMPARISON = /^(CMP|CMN|TST|TEQ)$/;
/** These alone may have the stack pointer as destination here. */
const MOVES_STACK = /^(ADD|SUB|MOV)$/;

/** With a (shifted) register, or an immediate. */
function describeAlu(mnemonic: string, i: Instruction, address: number): Step | undefined {
  const kind = KINDS[mnemonic];
  if (!kind) return undefined;
  const isRegister = /_(reg|SPreg)_/.test(i.id);
  if (
    !COMPARISON.test(mnemonic) &&
    (i.rd === 15 || (i.rd === 13 && (i.setsFlags !== 0 || !MOVES_STACK.test(mnemonic))))
  )
    return undefined;
  const operand = isRegister ? shifted(i, address) : immediate(i);
  const step = kind(i, address, operand);
  return operand.readsCarry ? { ...step, reads: step.reads | C } : step;
}

/** A shift by a constant is a move of a shifted register. */
function describeShift(mnemonic: string, i: Instruction, address: number): Step | undefined {
  if (i.rd === 13 || i.rd === 15) return undefined;
  return /_reg_/.test(i.id) ? shiftByRegister(mnemonic, i) : KINDS.MOV(i, address, shifted(i, address));
}

/** Amounts from 32 on shift everything out; an amount of 0 keeps the carry. */
const BY_REGISTER: Readonly<Record<string, readonly [string, string]>> = {
  LSL: ['y > 31 ? 0 : x << y', 'y > 32 ? 0 : (x >>> (32 - y)) & 1'],
  LSR: ['y > 31 ? 0 : x >>> y | 0', 'y > 32 ? 0 : (x >>> (y - 1)) & 1'],
  ASR: ['x >> (y > 31 ? 31 : y)', '(x >> (y > 31 ? 31 : y - 1)) & 1'],
  ROR: ['(x >>> (y & 31)) | (x << (32 - y & 31))', '(x >>> (y - 1 & 31)) & 1'],
};

function shiftByRegister(mnemonic: string, i: Instruction): Step | undefined {
  const texts = BY_REGISTER[mnemonic];
  if (!texts || i.rn === 15 || i.rm === 15) return undefined;
  const [value, carry] = texts;
  const operands = `x = r${i.rn}; y = r${i.rm} & 255;`;
  if (!i.setsFlags) return plain(() => `${operands} r${i.rd} = ${value};`);
  return {
    // The carry stays where nothing is shifted.
    reads: C,
    writes: NZ | C,
    mayLeave: false,
    text: ({ live }) => {
      const carried = live & C ? ` if (y !== 0) c = ${carry};` : '';
      return `${operands}${carried} x = ${value};${live & NZ ? ' nz = x;' : ''} r${i.rd} = x;`;
    },
  };
}

const addWide =
  (sign: '+' | '-'): Describe =>
  (i, address) =>
    i.rd === 15 ? undefined : plain(() => target(i.rd, `(${reg(i.rn, address)} ${sign} ${word(i.imm)} | 0)`));

const MOVES: Readonly<Record<string, Describe>> = {
  ADD_imm_T4: addWide('+'),
  ADD_SPimm_T4: addWide('+'),
  SUB_imm_T4: addWide('-'),
  SUB_SPimm_T3: addWide('-'),
  MOV_imm_T3: (i) => (i.rd > 12 && i.rd !== 14 ? undefined : plain(() => `r${i.rd} = ${word(i.imm)};`)),
  MOVT_T1: (i) =>
    i.rd > 12 && i.rd !== 14 ? undefined : plain(() => `r${i.rd} = (r${i.rd} & 65535) | ${word(i.imm << 16)};`),
};

export function describeDataProcessing(mnemonic: string, i: Instruction, address: number): Step | undefined {
  const own = MOVES[i.id];
  if (own) return own(i, address);
  if (mnemonic === 'ADR') {
    const base = (address + 4) & ~3;
    return i.rd > 12 ? undefined : plain(() => `r${i.rd} = ${word(i.add ? base + i.imm : base - i.imm)};`);
  }
  return mnemonic in BY_REGISTER || mnemonic === 'RRX'
    ? describeShift(mnemonic, i, address)
    : describeAlu(mnemonic, i, address);
}
