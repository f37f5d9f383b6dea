/** Sizes as a user writes them. */

export type ParsedSize = { readonly bytes: number } | { readonly problem: string; readonly fix: string };

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 * 1024 };
/** What 32-bit addresses can reach. */
const LIMIT = 2 ** 32;

const EXAMPLES = "write '64K', '1M' or KiB(64)";

/** `'64K'`, `'1M'`, `'512'` or a number of bytes. */
export function parseSize(value: unknown): ParsedSize {
  if (typeof value === 'number') return checkBytes(value);
  if (typeof value !== 'string') return { problem: 'a size is a text or a number of bytes', fix: EXAMPLES };
  const match = /^(\d+)([KM]?)$/.exec(value);
  if (match) return checkBytes(Number(match[1]) * UNITS[match[2]]);
  const unit = /^(\d+)\s*([kKmM])(i?[bB])?$/.exec(value);
  if (!unit) return { problem: 'a size is a whole number with K or M behind it, or without', fix: EXAMPLES };
  const [, digits, letter] = unit;
  const name = letter.toUpperCase();
  return {
    problem: `${name} is ${UNITS[name]} bytes here; other spellings mean 1000 or 1024 to different people`,
    fix: `write '${digits}${name}'`,
  };
}

function checkBytes(bytes: number): ParsedSize {
  if (Number.isInteger(bytes) && bytes > 0 && bytes <= LIMIT) return { bytes };
  return { problem: 'a size is a whole number of bytes, above 0 and at most 4 GiB', fix: EXAMPLES };
}
