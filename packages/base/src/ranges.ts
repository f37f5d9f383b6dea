/** Half-open address ranges: `start` belongs to the range, `end` does not. */

export interface AddressRange {
  readonly start: number;
  readonly end: number;
}

/** A range of `size` bytes from `start`. */
export function rangeOf(start: number, size: number): AddressRange {
  return { start, end: start + size };
}

export function rangeSize(range: AddressRange): number {
  return range.end - range.start;
}

/** Whether `address` lies in the range. */
export function contains(range: AddressRange, address: number): boolean {
  return address >= range.start && address < range.end;
}

/** Whether `inner` lies wholly in `outer`. */
export function encloses(outer: AddressRange, inner: AddressRange): boolean {
  return inner.start >= outer.start && inner.end <= outer.end;
}

/** Whether the two ranges share at least one address. */
export function overlaps(a: AddressRange, b: AddressRange): boolean {
  return a.start < b.end && b.start < a.end;
}
