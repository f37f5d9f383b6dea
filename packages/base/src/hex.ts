/** How addresses and sizes are written for people: `0x0801_8000`, `64 KiB`. */

/** An address as eight hex digits with a separator: `0x0801_8000`. */
export function formatAddress(address: number): string {
  const digits = (address >>> 0).toString(16).toUpperCase().padStart(8, '0');
  return `0x${digits.slice(0, 4)}_${digits.slice(4)}`;
}

/** A range as `0x0801_0000..0x0802_0000` (the end is exclusive). */
export function formatRange(range: { start: number; end: number }): string {
  return `${formatAddress(range.start)}..${formatAddress(range.end)}`;
}

/** A byte count: whole KiB as `64 KiB`, else plain bytes as `644 bytes`. */
export function formatSize(bytes: number): string {
  return bytes !== 0 && bytes % 1024 === 0 ? `${bytes / 1024} KiB` : `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
}
