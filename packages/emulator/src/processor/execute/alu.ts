/** Data processing with shifted registers and modified immediates: DDI 0403E A7.7, A2.2.1 (AddWithCarry), A7.4.2 (shifts). */
import type { Cpu } from '../cpu.ts';
import type { Execute, Instruction } from '../instruction.ts';

/** The second operand; leaves the shifter's carry in `cpu.shiftCarry`. */
function operand2(cpu: Cpu, i: Instruction): number {
  const value = cpu.r[i.rm];
  const n = i.shiftAmount;
  switch (i.shiftType) {
    case 0:
      if (n === 0) {
        cpu.shiftCarry = cpu.c;
        return value;
      }
      cpu.shiftCarry = (value >>> (32 - n)) & 1;
      return value << n;
    case 1:
      cpu.shiftCarry = (value >>> (n - 1)) & 1;
      return n === 32 ? 0 : value >>> n;
    case 2:
      cpu.shiftCarry = (value >>> (n - 1)) & 1;
      return n === 32 ? value >> 31 : value >> n;
    case 3:
      cpu.shiftCarry = (value >>> (n - 1)) & 1;
      return (value >>> n) | (value << (32 - n));
    default:
      cpu.shiftCarry = value & 1;
      return (cpu.c << 31) | (value >>> 1);
  }
}

function immediate(cpu: Cpu, i: Instruction): number {
  cpu.shiftCarry = i.immCarry < 0 ? cpu.c : i.immCarry;
  return i.imm;
}

function logicFlags(cpu: Cpu, result: number): void {
  cpu.n = result >>> 31;
  cpu.z = result === 0 ? 1 : 0;
  cpu.c = cpu.shiftCarry;
}

/** x + y + carry with all four flags. */
export function addFlags(cpu: Cpu, x: number, y: number, carry: number): number {
  const wide = (x >>> 0) + (y >>> 0) + carry;
  const result = wide | 0;
  cpu.n = result >>> 31;
  cpu.z = result === 0 ? 1 : 0;
  cpu.c = wide > 0xffffffff ? 1 : 0;
  cpu.v = ((x ^ result) & (y ^ result)) >>> 31;
  return result;
}

type Operand = (cpu: Cpu, i: Instruction) => number;
type Logic = (a: number, b: number) => number;

const logic =
  (operand: Operand, op: Logic): Execute =>
  (cpu, i) => {
    const result = op(cpu.r[i.rn], operand(cpu, i)) | 0;
    if (i.setsFlags) logicFlags(cpu, result);
    cpu.r[i.rd] = result;
  };

const move =
  (operand: Operand, invert: boolean): Execute =>
  (cpu, i) => {
    const value = operand(cpu, i) | 0;
    const result = invert ? ~value : value;
    if (i.setsFlags) logicFlags(cpu, result);
    cpu.write(i.rd, result);
  };

/** `kind`: how operands enter the adder. */
const arithmetic = (operand: Operand, kind: 'add' | 'sub' | 'rsb' | 'adc' | 'sbc'): Execute => {
  switch (kind) {
    case 'add':
      return (cpu, i) => {
        const y = operand(cpu, i);
        if (i.setsFlags) cpu.write(i.rd, addFlags(cpu, cpu.r[i.rn], y, 0));
        else cpu.write(i.rd, (cpu.r[i.rn] + y) | 0);
      };
    case 'sub':
      return (cpu, i) => {
        const y = operand(cpu, i);
        if (i.setsFlags) cpu.write(i.rd, addFlags(cpu, cpu.r[i.rn], ~y, 1));
        else cpu.write(i.rd, (cpu.r[i.rn] - y) | 0);
      };
    case 'rsb':
      return (cpu, i) => {
        const y = operand(cpu, i);
        const x = cpu.r[i.rn];
        cpu.r[i.rd] = i.setsFlags ? addFlags(cpu, ~x, y, 1) : (y - x) | 0;
      };
    case 'adc':
      return (cpu, i) => {
        const y = operand(cpu, i);
        const x = cpu.r[i.rn];
        cpu.r[i.rd] = i.setsFlags ? addFlags(cpu, x, y, cpu.c) : (x + y + cpu.c) | 0;
      };
    case 'sbc':
      return (cpu, i) => {
        const y = operand(cpu, i);
        const x = cpu.r[i.rn];
        cpu.r[i.rd] = i.setsFlags ? addFlags(cpu, x, ~y, cpu.c) : (x - y - 1 + cpu.c) | 0;
      };
  }
};

const compare =
  (operand: Operand, kind: 'CMP' | 'CMN' | 'TST' | 'TEQ'): Execute =>
  (cpu, i) => {
    const y = operand(cpu, i);
    const x = cpu.r[i.rn];
    if (kind === 'CMP') addFlags(cpu, x, ~y, 1);
    else if (kind === 'CMN') addFlags(cpu, x, y, 0);
    else logicFlags(cpu, kind === 'TST' ? x & y : x ^ y);
  };

const LOGIC: Readonly<Record<string, Logic>> = {
  AND: (a, b) => a & b,
  ORR: (a, b) => a | b,
  EOR: (a, b) => a ^ b,
  BIC: (a, b) => a & ~b,
  ORN: (a, b) => a | ~b,
};
const ARITHMETIC = { ADD: 'add', SUB: 'sub', RSB: 'rsb', ADC: 'adc', SBC: 'sbc' } as const;

function family(operand: Operand): Map<string, Execute> {
  const map = new Map<string, Execute>();
  for (const [name, op] of Object.entries(LOGIC)) map.set(name, logic(operand, op));
  for (const [name, kind] of Object.entries(ARITHMETIC)) map.set(name, arithmetic(operand, kind));
  for (const kind of ['CMP', 'CMN', 'TST', 'TEQ'] as const) map.set(kind, compare(operand, kind));
  map.set('MOV', move(operand, false));
  map.set('MVN', move(operand, true));
  return map;
}

/** By mnemonic: with a (shifted) register, and with an immediate. */
export const REGISTER_ALU: ReadonlyMap<string, Execute> = family(operand2);
export const IMMEDIATE_ALU: ReadonlyMap<string, Execute> = family(immediate);

/** A shift by a register's low byte: amounts from 32 on shift everything out. */
const shiftByRegister =
  (type: number): Execute =>
  (cpu, i) => {
    const n = cpu.r[i.rm] & 0xff;
    const result = shiftAny(cpu, cpu.r[i.rn], type, n);
    if (i.setsFlags) logicFlags(cpu, result);
    cpu.r[i.rd] = result;
  };

function shiftAny(cpu: Cpu, value: number, type: number, n: number): number {
  cpu.shiftCarry = cpu.c;
  if (n === 0) return value;
  switch (type) {
    case 0:
      cpu.shiftCarry = n > 32 ? 0 : (value >>> (32 - n)) & 1;
      return n >= 32 ? 0 : value << n;
    case 1:
      cpu.shiftCarry = n > 32 ? 0 : (value >>> (n - 1)) & 1;
      return n >= 32 ? 0 : (value >>> n) | 0;
    case 2:
      cpu.shiftCarry = (value >> Math.min(n - 1, 31)) & 1;
      return value >> Math.min(n, 31);
    default: {
      const m = n & 31;
      const result = m === 0 ? value : (value >>> m) | (value << (32 - m));
      cpu.shiftCarry = result >>> 31;
      return result;
    }
  }
}

/** A shift by a constant is a MOV with a shifted operand. */
export const SHIFT_IMMEDIATE: Execute = REGISTER_ALU.get('MOV')!;
export const SHIFT_REGISTER: ReadonlyMap<string, Execute> = new Map([
  ['LSL', shiftByRegister(0)],
  ['LSR', shiftByRegister(1)],
  ['ASR', shiftByRegister(2)],
  ['ROR', shiftByRegister(3)],
]);

/** ADR: from the word-aligned program counter. */
export const adr: Execute = (cpu, i) => {
  const base = cpu.r[15] & ~3;
  cpu.r[i.rd] = i.add ? base + i.imm : base - i.imm;
};

export const movw: Execute = (cpu, i) => {
  cpu.r[i.rd] = i.imm;
};

export const movt: Execute = (cpu, i) => {
  cpu.r[i.rd] = (cpu.r[i.rd] & 0xffff) | (i.imm << 16);
};

/** ADDW and SUBW: a plain 12-bit immediate, no flags. */
export const addw: Execute = (cpu, i) => {
  cpu.write(i.rd, (cpu.r[i.rn] + i.imm) | 0);
};
export const subw: Execute = (cpu, i) => {
  cpu.write(i.rd, (cpu.r[i.rn] - i.imm) | 0);
};
