/** Sizes as a user writes them. */

export type ParsedSize = { readonly bytes: number } | { readonly problem: string; readonly fix: string };

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 * 1024 };

/** `'64K'`, `'1M'`, `'512'` or a number of bytes. */
export function parseSize(value: unknown): ParsedSize {
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value) && value > 0) return { bytes: value };
    return { problem: 'a size is a whole number of bytes above 0', fix: "write KiB(64) or '64K'" };
  }
  if (typeof value !== 'string') return { problem: 'a size is a text or a number', fix: "write '64K' or KiB(64)" };
  const match = /^(\d+)([KM]?)$/.exec(value);
  if (match && Number(match[1]) > 0) return { bytes: Number(match[1]) * UNITS[match[2]] };
  const unit = /^(\d+)\s*([kKmM])(i?[bB])?$/.exec(value);
  if (unit && Number(unit[1]) > 0) {
    return {
      problem: 'K means 1024 bytes here, and KB may mean 1000',
      fix: `write '${unit[1]}${unit[2].toUpperCase()}'`,
    };
  }
  return { problem: 'this is no size', fix: "write a whole number with K or M behind it: '64K', '1M'" };
}
