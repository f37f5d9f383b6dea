/**
 * Seeded random programs, for the comparison of translated with interpreted code. Registers of `POINTERS` stay in RAM, so
 * that most accesses succeed; a register is counted down where a program branches back. For the tests only.
 */
import { type Decoded, decode } from '@kickstage/armv7m/decode';
import { encode } from '@kickstage/armv7m/encode';
import { itOperands, itPlaceOf } from '@kickstage/armv7m/it-block';
import { hexOf, makeCases, randomSource } from '../../../../../tools/unicorn/cases.ts';

export const POINTERS: readonly number[] = [0, 1, 10, 11, 13];
/** An index: small, and written by nobody. */
export const INDEX = 2;

interface Piece {
  readonly halfwords: readonly number[];
  readonly decoded: Decoded;
}

const isAccess = (mnemonic: string) => /^(LDR|STR|LDM|STM|PUSH|POP)/.test(mnemonic);

/** Whether it leaves the pointers and the index alone, and accesses memory by them. */
function isTame({ mnemonic, operands, id }: Decoded): boolean {
  if (/^(B|BL|BX|BLX|CBN?Z|TBB|TBH|IT|BKPT|SVC|LDREX.*|STREX.*|CLREX|.*T)$/.test(mnemonic) && mnemonic !== 'MOVT')
    return false;
  const { Rn, Rm, registers, Rd, Rt, Rt2, RdLo, RdHi } = operands;
  const isStore = /^(STR|STM|PUSH)/.test(mnemonic);
  const written = [Rd, RdLo, RdHi, ...(isStore ? [] : [Rt, Rt2])];
  const isKept = (r: number | undefined) => r !== undefined && (r === 15 || r === INDEX || POINTERS.includes(r));
  if (!/^(CMP|CMN|TST|TEQ)$/.test(mnemonic) && written.some(isKept)) return false;
  if (!isStore && registers !== undefined && [15, INDEX, ...POINTERS].some((r) => (registers >>> r) & 1)) return false;
  if (!isAccess(mnemonic)) return true;
  if (Rn !== undefined && !POINTERS.includes(Rn)) return false;
  return !/_reg_/.test(id) || Rm === INDEX;
}

function piecesOf(count: number, seed: number): Piece[] {
  return makeCases(count, seed).flatMap(({ code }) => {
    const bytes = Uint8Array.from({ length: code.length / 2 }, (_, i) =>
      Number.parseInt(code.slice(2 * i, 2 * i + 2), 16),
    );
    const all = [...new Uint16Array(bytes.buffer)];
    const halfwords = all[0] >>> 8 === 0xbf && all.length > 1 ? all.slice(1) : all;
    const decoded = decode(halfwords[0], halfwords[1] ?? 0);
    return decoded && isTame(decoded) ? [{ halfwords, decoded }] : [];
  });
}

type Unit = readonly number[] | 'branch' | 'call';

/** Makes programs of some thirty instructions that begin anew at their end. */
export class RandomPrograms {
  private readonly pieces: readonly Piece[];
  private readonly random: () => number;

  constructor(seed: number) {
    this.pieces = piecesOf(4000, seed);
    this.random = randomSource(seed + 1);
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.random() % list.length];
  }

  /** One to four instructions under conditions; they set the flags at times. */
  private conditional(): number[][] {
    const cond = this.random() % 14;
    const count = 1 + (this.random() % 4);
    const list = Array.from({ length: count }, () =>
      this.random() % 4 === 0 ? this.compare() : this.ordinary((piece) => itPlaceOf(piece.decoded) === 'any'),
    );
    const conditions = list.map((_, k) => (k > 0 && this.random() % 2 === 0 ? cond ^ 1 : cond));
    return [[...encode('IT_T1', itOperands(conditions)).halfwords], ...list];
  }

  private compare(): number[] {
    return [0x4280 | (this.random() & 0x3f)];
  }

  /** Sets flags within an IT block, too: a comparison, or one of 32 bits (DDI 0403E A7.7). */
  private setter(): number[] {
    const [d, n, m] = [3 + (this.random() % 5), 3 + (this.random() % 5), 3 + (this.random() % 5)];
    const compare = this.pick([0x4280, 0x42c0, 0x4200]);
    if (this.random() % 2 === 0) return [compare | (m << 3) | n];
    // ADDS, SUBS, ADCS, SBCS, ANDS, LSLS
    const [first, second] = this.pick([[0xeb10], [0xebb0], [0xeb50], [0xeb70], [0xea10], [0xfa10, 0xf000]]);
    return [first | n, (second ?? 0) | (d << 8) | m];
  }

  private under(cond: number, instruction: readonly number[]): number[] {
    return [...encode('IT_T1', itOperands([cond])).halfwords, ...instruction];
  }

  /**
   * Flags that are set, perhaps, and read in part: nothing of it can leave a translation, so that what is not read need
   * not be known; with a comparison before it and one behind it.
   */
  private flagChain(): number[] {
    const length = 1 + (this.random() % 4);
    // EQ and NE more often: they are what a comparison is read by in another way than by its flags.
    const condition = () => this.random() % (this.random() % 2 === 0 ? 2 : 14);
    const links = Array.from({ length }, () => {
      const cond = condition();
      const kind = this.random() % 4;
      if (kind === 0) return this.setter();
      return this.under(cond, kind === 1 ? [0x2000 | (3 << 8) | (this.random() & 0xff)] : this.setter());
    });
    const last = this.under(condition(), [0x2000 | (4 << 8) | (this.random() & 0xff)]);
    return [...this.compare(), ...links.flat(), ...last, ...this.compare()];
  }

  /** LDR, STR, LDRB, STRB, LDRH or STRH of R3…R7 by R0 or R1. */
  private access(): number[] {
    const encoding = this.pick([0x6800, 0x6000, 0x7800, 0x7000, 0x8800, 0x8000]);
    return [encoding | ((this.random() & 15) << 6) | ((this.random() & 1) << 3) | (3 + (this.random() % 5))];
  }

  /** A subroutine, which leaves by BX LR or by a POP. */
  private subroutine(): number[] {
    const body = [...this.ordinary(), ...this.conditional().flat()];
    const keepsLR = this.random() % 2 === 0;
    if (keepsLR)
      return [
        ...encode('PUSH_T1', { registers: 0x4010 }).halfwords,
        ...body,
        ...encode('POP_T1', { registers: 0x8010 }).halfwords,
      ];
    return [...encode('MOV_reg_T1', { Rd: 7, Rm: 14 }).halfwords, ...encode('BX_T1', { Rm: 14 }).halfwords];
  }

  private ordinary(fits: (piece: Piece) => boolean = () => true): number[] {
    for (;;) {
      const piece = this.pick(this.pieces);
      if (fits(piece)) return [...piece.halfwords];
    }
  }

  /** Halfwords; branches are filled in when all is in place. */
  make(): number[] {
    const units: Unit[] = [];
    const length = 6 + (this.random() % 30);
    while (units.length < length) {
      const kind = this.random() % 10;
      if (kind < 2) units.push('branch');
      else if (kind === 2) units.push(this.compare());
      else if (kind === 4 && this.random() % 2 === 0) units.push('call');
      else if (kind === 5 || kind === 6) units.push(this.access());
      else if (kind === 3) units.push(this.conditional().flat());
      else units.push(this.ordinary());
    }
    return this.link(units);
  }

  /** A program of nothing but flags. */
  makeFlags(): number[] {
    return this.link(Array.from({ length: 1 + (this.random() % 6) }, () => this.flagChain()));
  }

  private link(units: readonly Unit[]): number[] {
    const starts: number[] = [];
    let size = 0;
    for (const unit of units) {
      starts.push(size);
      size += unit === 'branch' ? 2 : unit === 'call' ? 4 : 2 * unit.length;
    }
    const code = units.flatMap((unit, k) => {
      if (unit === 'branch') return this.branch(this.pick(starts) - starts[k] - 4);
      // Behind the branch back, which has two bytes.
      if (unit === 'call') return [...encode('BL_T1', { imm32: size + 2 - starts[k] - 4 }).halfwords];
      return unit;
    });
    return [...code, ...encode('B_T2', { imm32: -size - 4 }).halfwords, ...this.subroutine()];
  }

  private branch(distance: number): number[] {
    const kind = this.random() % 8;
    if (kind === 0 && distance >= 0 && distance < 126)
      return [...encode('CBZ_T1', { Rn: 3 + (this.random() % 5), imm32: distance }).halfwords];
    const near = distance >= -256 && distance <= 254;
    if (!near) return [0xbf00];
    return [...encode('B_T1', { cond: this.random() % 14, imm32: distance }).halfwords];
  }

  /** R0…R14 and the flags; `otherStart`: of something that is not accessed in place. */
  registers(ramStart: number, otherStart: number): { readonly r: number[]; readonly apsr: number } {
    const values = Array.from({ length: 15 }, () =>
      this.pick([this.random() | 0, this.random() & 0xff, 0, -1, 1 << 31]),
    );
    for (const n of POINTERS) values[n] = ramStart + 0x800 + (this.random() & 0x3fc);
    // Accesses there are the general path's.
    if (this.random() % 2 === 0) values[this.pick([0, 1])] = otherStart + 0x400;
    values[INDEX] = this.random() & 0x7c;
    return { r: values, apsr: this.random() & 0xf0000000 };
  }

  /** Below `limit`. */
  below(limit: number): number {
    return this.random() % limit;
  }
}

export { hexOf };
