/** Parallel addition and subtraction on halves and bytes: DDI 0403E A7.7 (SADD8 … UHSAX). */
import type { Cpu } from '../cpu.ts';
import type { Execute } from '../instruction.ts';

export const s16 = (word: number, half: number) => (half ? word >> 16 : (word << 16) >> 16);
export const u16 = (word: number, half: number) => (half ? word >>> 16 : word & 0xffff);
export const s8 = (word: number, lane: number) => (word << (24 - 8 * lane)) >> 24;
export const u8 = (word: number, lane: number) => (word >>> (8 * lane)) & 0xff;
export const pack16 = (low: number, high: number) => (low & 0xffff) | (high << 16);

/** S and U set GE; Q and UQ saturate; SH and UH halve. */
type Mode = 'S' | 'U' | 'Q' | 'UQ' | 'SH' | 'UH';

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

function laneValue(mode: Mode, sum: number, bits: number): number {
  if (mode === 'Q') return clamp(sum, -(2 ** (bits - 1)), 2 ** (bits - 1) - 1);
  if (mode === 'UQ') return clamp(sum, 0, 2 ** bits - 1);
  return mode === 'SH' || mode === 'UH' ? sum >> 1 : sum;
}

/** Whether a lane's GE bits are set: no borrow or not negative, or a carry. */
const laneGe = (mode: Mode, sum: number, bits: number, subtracts: boolean) =>
  mode === 'S' || subtracts ? sum >= 0 : sum >= 2 ** bits;

const isSigned = (mode: Mode) => mode === 'S' || mode === 'Q' || mode === 'SH';
const setsGe = (mode: Mode) => mode === 'S' || mode === 'U';

/** `shape`: ADD16, SUB16, ASX (add high, subtract low, crossed), SAX. */
function halves(mode: Mode, shape: string): Execute {
  const get = isSigned(mode) ? s16 : u16;
  const crossed = shape === 'ASX' || shape === 'SAX';
  const lowSign = shape === 'SUB16' || shape === 'ASX' ? -1 : 1;
  const highSign = shape === 'SUB16' || shape === 'SAX' ? -1 : 1;
  return (cpu: Cpu, i) => {
    const x = cpu.r[i.rn];
    const y = cpu.r[i.rm];
    const low = get(x, 0) + lowSign * get(y, crossed ? 1 : 0);
    const high = get(x, 1) + highSign * get(y, crossed ? 0 : 1);
    cpu.r[i.rd] = pack16(laneValue(mode, low, 16), laneValue(mode, high, 16));
    if (!setsGe(mode)) return;
    cpu.ge = (laneGe(mode, low, 16, lowSign < 0) ? 3 : 0) | (laneGe(mode, high, 16, highSign < 0) ? 12 : 0);
  };
}

function bytes(mode: Mode, sign: 1 | -1): Execute {
  const get = isSigned(mode) ? s8 : u8;
  return (cpu: Cpu, i) => {
    let result = 0;
    let ge = 0;
    for (let k = 0; k < 4; k++) {
      const sum = get(cpu.r[i.rn], k) + sign * get(cpu.r[i.rm], k);
      result |= (laneValue(mode, sum, 8) & 0xff) << (8 * k);
      if (laneGe(mode, sum, 8, sign < 0)) ge |= 1 << k;
    }
    cpu.r[i.rd] = result;
    if (setsGe(mode)) cpu.ge = ge;
  };
}

const table: Record<string, Execute> = {};
for (const mode of ['S', 'U', 'Q', 'UQ', 'SH', 'UH'] as const) {
  for (const shape of ['ADD16', 'SUB16', 'ASX', 'SAX']) table[`${mode}${shape}`] = halves(mode, shape);
  table[`${mode}ADD8`] = bytes(mode, 1);
  table[`${mode}SUB8`] = bytes(mode, -1);
}

/** By mnemonic. */
export const PARALLEL: Readonly<Record<string, Execute>> = table;
