/**
 * External interrupts and events of the STM32L4: RM0351 Rev 9, chapter 14. Two banks, 40 lines. Those of blocks that can
 * wake the chip themselves are direct: no edge to select, no pending bit here, unmasked after reset.
 */
import { type ExtiBank, ExtiLines, type ExtiOptions } from './exti-lines.ts';

/** 14.5.1 to 14.5.12. */
const BANKS: readonly ExtiBank[] = [
  { suffix: '1', lines: 0xffffffff, edges: 0x007dffff, unmasked: 0xff820000 },
  { suffix: '2', lines: 0x000000ff, edges: 0x00000078, unmasked: 0x00000087 },
];

export class ExtiL4 extends ExtiLines {
  constructor(options: ExtiOptions) {
    super(BANKS, options);
  }
}
