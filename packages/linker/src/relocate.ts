/**
 * Applies relocations, in the letters of ELF for the Arm Architecture (IHI 0044, 4.6): S the symbol's address, A the
 * addend, P the place's address, T 1 for a Thumb function. A value that does not fit is refused.
 */
import { encode } from '@kickstage/armv7m/encode';
import { fitsSigned } from '@kickstage/base/bits';
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { formatAddress } from '@kickstage/base/hex';
import type { Relocation } from '@kickstage/object/object-file';

export interface RelocationTarget {
  readonly address: number;
  readonly isFunction: boolean;
}

/** Patches `bytes`, which lie at `sectionAddress`. Gives a diagnostic when the value does not fit. */
export function relocate(
  bytes: Uint8Array,
  sectionAddress: number,
  relocation: Relocation,
  target: RelocationTarget,
): Diagnostic | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { offset, kind } = relocation;
  const S = target.address;
  const A = relocation.addend;
  const P = sectionAddress + offset;
  const T = target.isFunction ? 1 : 0;
  switch (kind) {
    case 'R_ARM_ABS32':
      view.setUint32(offset, ((S + A) | T) >>> 0, true);
      return undefined;
    case 'R_ARM_REL32':
      view.setUint32(offset, (((S + A) | T) - P) >>> 0, true);
      return undefined;
    case 'R_ARM_THM_CALL':
    case 'R_ARM_THM_JUMP24': {
      const distance = S + A - (P + 4);
      if (!fitsSigned(distance, 25)) return outOfRange(relocation, P, S, distance);
      putWide(view, offset, encode(kind === 'R_ARM_THM_CALL' ? 'BL_T1' : 'B_T4', { imm32: distance }).halfwords);
      return undefined;
    }
    case 'R_ARM_THM_MOVW_ABS_NC':
    case 'R_ARM_THM_MOVT_ABS': {
      const value = ((S + A) | T) >>> 0;
      const Rd = bytes[offset + 3] & 15;
      const isLow = kind === 'R_ARM_THM_MOVW_ABS_NC';
      const { halfwords } = isLow
        ? encode('MOV_imm_T3', { Rd, imm32: value & 0xffff })
        : encode('MOVT_T1', { Rd, imm16: value >>> 16 });
      putWide(view, offset, halfwords);
      return undefined;
    }
  }
}

function putWide(view: DataView, offset: number, halfwords: readonly number[]): void {
  halfwords.forEach((halfword, i) => view.setUint16(offset + 2 * i, halfword, true));
}

function outOfRange({ kind, symbol }: Relocation, P: number, S: number, distance: number): Diagnostic {
  return {
    code: 'LNK003',
    severity: 'error',
    what: `a branch to \`${symbol}\` does not reach`,
    got: `${kind} at ${formatAddress(P)} to ${formatAddress(S)}: ${distance} bytes, allowed are -16777216..16777214`,
    why: 'a Thumb-2 branch reaches 16 MiB either way',
    fix: 'place the image closer to its target',
  };
}
