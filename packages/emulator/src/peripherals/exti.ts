/** External interrupts and events of the STM32F411: RM0383 Rev 3, 10.2 and 10.3. One bank of 23 lines, all with edges. */
import { type ExtiBank, ExtiLines, type ExtiOptions } from './exti-lines.ts';

/** 10.3.1 to 10.3.6. */
const BANKS: readonly ExtiBank[] = [{ suffix: '', lines: 0x007fffff, edges: 0x007fffff, unmasked: 0 }];

export class Exti extends ExtiLines {
  constructor(options: ExtiOptions) {
    super(BANKS, options);
  }
}
