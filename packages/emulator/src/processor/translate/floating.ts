/**
 * The floating-point unit and the DSP instructions: DDI 0403E A7.7. Moves, loads and stores are written down; what
 * computes is called as the general path calls it. The unit must be ready (`Fpu.isReady`): else the general path sees to
 * its access and its state. `s` are its registers.
 */
import { DSP } from '../execute/dsp.ts';
import { VFP_DATA_PROCESSING } from '../execute/vfp.ts';
import type { Instruction } from '../instruction.ts';
import { areWithin, plus } from './memory.ts';
import { ALL_FLAGS, type Describe, type MemoryLayout, type Place, plain, type Step, word } from './step.ts';

const ready = (leave: string) => `if (!fpu.isReady) ${leave} `;

const floating = (text: (place: Place) => string): Step => ({
  reads: 0,
  writes: 0,
  mayLeave: true,
  text: (place) => ready(place.leave) + text(place),
});

const isPlainRegister = (n: number) => n !== 13 && n !== 15;

/** Between core registers (`ra`, `extra2`) and those of the unit. */
const MOVES: Readonly<Record<string, (i: Instruction) => string>> = {
  VMOV_imm_T1: (i) => `s[${i.rd}] = ${word(i.imm)};`,
  VMOV_reg_T1: (i) => `s[${i.rd}] = s[${i.rm}];`,
  VMOV_StoR_T1: (i) => `r${i.ra} = s[${i.rn}];`,
  VMOV_RtoS_T1: (i) => `s[${i.rn}] = r${i.ra};`,
  VMOV_XtoR_T1: (i) => `r${i.ra} = s[${i.rn}];`,
  VMOV_RtoX_T1: (i) => `s[${i.rn}] = r${i.ra};`,
  VMOV_SStoRR_T1: (i) => `r${i.ra} = s[${i.rm}]; r${i.extra2} = s[${i.rm + 1}];`,
  VMOV_RRtoSS_T1: (i) => `s[${i.rm}] = r${i.ra}; s[${i.rm + 1}] = r${i.extra2};`,
  VMOV_DtoRR_T1: (i) => `r${i.ra} = s[${i.rm}]; r${i.extra2} = s[${i.rm + 1}];`,
  VMOV_RRtoD_T1: (i) => `s[${i.rm}] = r${i.ra}; s[${i.rm + 1}] = r${i.extra2};`,
};

/** VMRS to APSR. N and Z together have no place here. */
const FLAGS_FROM_STATUS: Step = {
  reads: 0,
  writes: ALL_FLAGS,
  mayLeave: true,
  text: ({ leave }) =>
    `${ready(leave)}x = fpu.fpscr | 0; if (x >>> 30 === 3) ${leave} ` +
    'nz = x < 0 ? -1 : x >>> 30 === 1 ? 0 : 1; c = (x >>> 29) & 1; v = (x >>> 28) & 1;',
};

const words = (n: number, text: (k: number) => string) => Array.from({ length: n }, (_, k) => text(k)).join(' ');

/** `extra` words between `s` from `rd` on and memory at `r<rn> + offset`; `after` follows. */
function transfer(i: Instruction, isLoad: boolean, offset: number, after: string): Step {
  const { rd, rn, extra: n } = i;
  return floating(({ memory: { ramStart, flashStart }, leave }) => {
    const start = `y = r${rn}${plus(offset - ramStart)} | 0; `;
    if (!isLoad) {
      const stores = words(n, (k) => `ram32[y + ${k}] = s[${rd + k}];`);
      return `${start}if (${areWithin('ss', n)}) { y = y >>> 2; ${stores}${after} } else ${leave}`;
    }
    const take = (array: string) => `{ y = y >>> 2; ${words(n, (k) => `s[${rd + k}] = ${array}[y + ${k}];`)}${after} }`;
    return (
      `${start}if (${areWithin('rs', n)}) ${take('ram32')} ` +
      `else { y = y${plus(ramStart - flashStart)} | 0; if (${areWithin('fs', n)}) ${take('flash32')} else ${leave} }`
    );
  });
}

/** A constant beside the code, folded. */
function literal(i: Instruction, address: number, memory: MemoryLayout): Step | undefined {
  const base = (address + 4) & ~3;
  const at = (i.add ? base + i.imm : base - i.imm) | 0;
  const values = Array.from({ length: i.extra }, (_, k) => memory.literal((at + 4 * k) | 0, 4));
  if (values.some((value) => value === undefined)) return undefined;
  return floating(() => words(i.extra, (k) => `s[${i.rd + k}] = ${word(values[k]!)};`));
}

function access(mnemonic: string, i: Instruction, address: number, memory: MemoryLayout): Step | undefined {
  const isLoad = /^V(LD|POP)/.test(mnemonic);
  if (/^V(LDR|STR)$/.test(mnemonic)) {
    if (i.rn === 15) return isLoad ? literal(i, address, memory) : undefined;
    return transfer(i, isLoad, i.add ? i.imm : -i.imm, '');
  }
  if (i.rn === 15 || i.rd + i.extra > 32) return undefined;
  const down = /DB$|^VPUSH$/.test(mnemonic);
  const size = down ? -4 * i.extra : 4 * i.extra;
  return transfer(i, isLoad, down ? size : 0, i.wback ? ` r${i.rn} = r${i.rn}${plus(size)} | 0;` : '');
}

export function describeFloating(
  mnemonic: string,
  i: Instruction,
  address: number,
  memory: MemoryLayout,
): Step | undefined {
  if (!mnemonic.startsWith('V')) return undefined;
  if (/^V(LDR|STR|LDM|LDMDB|STM|STMDB|PUSH|POP)$/.test(mnemonic)) return access(mnemonic, i, address, memory);
  if (i.id === 'VMRS_T1' && i.ra === 15) return FLAGS_FROM_STATUS;
  const move = MOVES[i.id];
  if (move) return isPlainRegister(i.ra) && isPlainRegister(i.extra2) ? floating(() => move(i)) : undefined;
  return i.id in VFP_DATA_PROCESSING ? floating(({ call }) => call(i)) : undefined;
}

/** Of execute/bits.ts, what is not written down. */
const CALLED_BITS = /^(RBIT|SXTB16|UXTB16|SSAT|USAT)$/;

/** Its registers are handed over and taken back; Q and GE are the processor's own. */
export const describeCalled = (mnemonic: string, ...[i]: Parameters<Describe>): Step | undefined => {
  if (!(mnemonic in DSP) && !CALLED_BITS.test(mnemonic)) return undefined;
  const registers = [...new Set([i.rd, i.rn, i.rm, i.ra])];
  if (!registers.every(isPlainRegister)) return undefined;
  const give = registers.map((n) => `r[${n}] = r${n};`).join(' ');
  const take = [...new Set([i.rd, i.ra])].map((n) => `r${n} = r[${n}];`).join(' ');
  return plain(({ call }) => `${give} ${call(i)} ${take}`);
};
