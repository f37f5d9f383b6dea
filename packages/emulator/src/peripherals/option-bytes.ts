/**
 * Option bytes of the families: words that are kept in flash of their own, over every reset and without power, and copies
 * of them that are in force. A flash interface programs the one and loads the other; when it does, and from which
 * registers, is the family's own.
 */
import type { FlashTiming } from '@kickstage/chips/chip';

/** RDP, as both families number it: none; no access by debuggers; for ever (RM0383 Rev 3, 3.6.3; RM0351 Rev 9, 3.5.1). */
export type ReadProtection = 0 | 1 | 2;

const LEVEL_0 = 0xaa;
const LEVEL_2 = 0xcc;

/** The level of the byte RDP. Every other value is level 1. */
export function readProtectionOf(rdp: number): ReadProtection {
  if (rdp === LEVEL_0) return 0;
  return rdp === LEVEL_2 ? 2 : 1;
}

/** By offset of the register that shows them. */
export type OptionWords = ReadonlyMap<number, number>;

export class OptionBytes {
  private stored: OptionWords;
  private loaded: OptionWords;
  /** What the operation that is under way will store. */
  private coming: OptionWords | undefined;

  constructor(words: OptionWords) {
    this.stored = words;
    this.loaded = words;
  }

  /** What is in force. */
  get inForce(): OptionWords {
    return this.loaded;
  }

  word(offset: number): number {
    return this.loaded.get(offset)!;
  }

  /** Begins to program; `finish` ends it, `abort` leaves all as it was. */
  begin(words: OptionWords): void {
    this.coming = words;
  }

  /** Whether an operation of its own was under way. */
  finish(): boolean {
    if (!this.coming) return false;
    this.stored = this.coming;
    this.coming = undefined;
    return true;
  }

  abort(): void {
    this.coming = undefined;
  }

  /** What is stored comes into force. */
  load(): void {
    this.loaded = this.stored;
  }

  snapshot(): unknown {
    const { stored, loaded, coming } = this;
    return { stored: [...stored], loaded: [...loaded], coming: coming && [...coming] };
  }

  restore(state: unknown): void {
    type Words = [number, number][];
    const { stored, loaded, coming } = state as { stored: Words; loaded: Words; coming?: Words };
    this.stored = new Map(stored);
    this.loaded = new Map(loaded);
    this.coming = coming && new Map(coming);
  }
}

/**
 * Seconds to program them: they are erased, then written anew. The datasheets give no time of their own: it is that of
 * erasing the smallest sector.
 */
export function optionSeconds({ erase }: FlashTiming): number {
  return Math.min(...erase.map(({ typical }) => typical));
}
