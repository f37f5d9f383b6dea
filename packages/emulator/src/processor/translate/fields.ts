/** Multiplication, division, bit fields, extension, reversal: DDI 0403E A7.7. The same as execute/'s, as text. */
import type { Instruction } from '../instruction.ts';
import { NZ, plain, type Step } from './step.ts';

type Text = (i: Instruction) => string;

const rotated = ({ rm, shiftAmount: n }: Instruction) =>
  n === 0 ? `r${rm}` : `((r${rm} >>> ${n}) | (r${rm} << ${32 - n}))`;

const extend =
  (text: (value: string) => string): Text =>
  (i) =>
    `r${i.rd} = ${text(rotated(i))};`;
const extendAdd =
  (text: (value: string) => string): Text =>
  (i) =>
    `r${i.rd} = r${i.rn} + (${text(rotated(i))}) | 0;`;

const signed8 = (value: string) => `${value} << 24 >> 24`;
const signed16 = (value: string) => `${value} << 16 >> 16`;
const unsigned8 = (value: string) => `${value} & 255`;
const unsigned16 = (value: string) => `${value} & 65535`;

const maskOf = ({ extra, extra2 }: Instruction) => (0xffffffff >>> (32 - extra2)) << extra;
const reversed = (r: string) => `(${r} << 24) | ((${r} & 65280) << 8) | ((${r} >>> 8) & 65280) | (${r} >>> 24)`;

/** RdLo is `rd`, RdHi is `ra`. `lowProduct` and `high…` are functions beside the translated one. */
const longProduct =
  (high: string): Text =>
  (i) =>
    `x = r${i.rn}; y = r${i.rm}; r${i.rd} = Math.imul(x, y); r${i.ra} = ${high}(x, y);`;
const longSum =
  (high: string): Text =>
  (i) =>
    `x = r${i.rn}; y = r${i.rm}; z = Math.imul(x, y); w = z + r${i.rd} | 0; ` +
    `r${i.ra} = ${high}(x, y) + r${i.ra} + (w >>> 0 < z >>> 0 ? 1 : 0) | 0; r${i.rd} = w;`;

const umaal: Text = (i) =>
  `x = r${i.rn}; y = r${i.rm}; z = Math.imul(x, y); w = z + r${i.rd} | 0; x = highUnsigned(x, y) + (w >>> 0 < z >>> 0 ? 1 : 0) | 0; ` +
  `z = w + r${i.ra} | 0; r${i.ra} = x + (z >>> 0 < w >>> 0 ? 1 : 0) | 0; r${i.rd} = z;`;

const TEXTS: Readonly<Record<string, Text>> = {
  MLA: (i) => `r${i.rd} = Math.imul(r${i.rn}, r${i.rm}) + r${i.ra} | 0;`,
  MLS: (i) => `r${i.rd} = r${i.ra} - Math.imul(r${i.rn}, r${i.rm}) | 0;`,
  UMULL: longProduct('highUnsigned'),
  SMULL: longProduct('highSigned'),
  UMLAL: longSum('highUnsigned'),
  SMLAL: longSum('highSigned'),
  UMAAL: umaal,
  SXTB: extend(signed8),
  SXTH: extend(signed16),
  UXTB: extend(unsigned8),
  UXTH: extend(unsigned16),
  SXTAB: extendAdd(signed8),
  SXTAH: extendAdd(signed16),
  UXTAB: extendAdd(unsigned8),
  UXTAH: extendAdd(unsigned16),
  CLZ: (i) => `r${i.rd} = Math.clz32(r${i.rm});`,
  REV: (i) => `x = r${i.rm}; r${i.rd} = ${reversed('x')};`,
  REV16: (i) => `x = r${i.rm}; r${i.rd} = ((x >>> 8) & 0xff00ff) | ((x & 0xff00ff) << 8);`,
  REVSH: (i) => `x = r${i.rm}; r${i.rd} = (((x >>> 8) & 255) | ((x & 255) << 8)) << 16 >> 16;`,
  UBFX: (i) => `r${i.rd} = (r${i.rn} >>> ${i.extra}) & ${(0xffffffff >>> (32 - i.extra2)) | 0};`,
  SBFX: (i) => `r${i.rd} = (r${i.rn} << ${32 - i.extra - i.extra2}) >> ${32 - i.extra2};`,
  BFI: (i) => `r${i.rd} = (r${i.rd} & ${~maskOf(i)}) | ((r${i.rn} << ${i.extra}) & ${maskOf(i)});`,
  BFC: (i) => `r${i.rd} = r${i.rd} & ${~maskOf(i)};`,
};

/** Division by zero is the general path's: it may trap. */
const DIVISIONS: Readonly<Record<string, Text>> = {
  UDIV: (i) => `r${i.rd} = ((r${i.rn} >>> 0) / (y >>> 0)) | 0;`,
  SDIV: (i) => `r${i.rd} = (r${i.rn} / y) | 0;`,
};

const isPlainRegister = (n: number) => n !== 13 && n !== 15;

export function describeFields(mnemonic: string, i: Instruction): Step | undefined {
  if (![i.rd, i.rn, i.rm, i.ra].every(isPlainRegister)) return undefined;
  const text = TEXTS[mnemonic];
  if (text) return plain(() => text(i));
  const division = DIVISIONS[mnemonic];
  if (division)
    return {
      reads: 0,
      writes: 0,
      mayLeave: true,
      text: ({ leave }) => `y = r${i.rm}; if (y === 0) ${leave} ${division(i)}`,
    };
  if (mnemonic !== 'MUL') return undefined;
  const product = `Math.imul(r${i.rn}, r${i.rm})`;
  if (!i.setsFlags) return plain(() => `r${i.rd} = ${product};`);
  return { reads: 0, writes: NZ, mayLeave: false, text: () => `nz = ${product}; r${i.rd} = nz;` };
}
