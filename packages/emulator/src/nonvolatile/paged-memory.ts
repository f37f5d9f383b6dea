/** Snapshots of a large memory that cost what has changed: they share the pages that are the same in several of them. */

const PAGE_SIZE = 4096;

/** Pages of a memory; those who hold one do not change it. */
export type Pages = readonly Uint8Array[];

export class PagedMemory {
  private readonly bytes: Uint8Array;
  /** A copy of each page, where it is not out of date. */
  private readonly copies: (Uint8Array | undefined)[];

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.copies = new Array(Math.ceil(bytes.length / PAGE_SIZE)).fill(undefined);
  }

  /** Bytes from `start` to `end` (offsets) may have been changed. */
  touch(start: number, end: number): void {
    for (let page = Math.floor(start / PAGE_SIZE); page * PAGE_SIZE < end; page++) this.copies[page] = undefined;
  }

  snapshot(): Pages {
    return this.copies.map((copy, page) => {
      const kept = copy ?? this.bytes.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
      this.copies[page] = kept;
      return kept;
    });
  }

  /** Calls `onChange` for ranges (offsets) that were different. */
  restore(pages: Pages, onChange: (start: number, end: number) => void = () => {}): void {
    pages.forEach((wanted, page) => {
      if (this.copies[page] === wanted) return;
      this.copies[page] = wanted;
      const start = page * PAGE_SIZE;
      const place = this.bytes.subarray(start, start + wanted.length);
      if (isSame(place, wanted)) return;
      place.set(wanted);
      onChange(start, start + wanted.length);
    });
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
