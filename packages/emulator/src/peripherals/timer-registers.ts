/** Registers of the timers TIM1 to TIM5: RM0383 Rev 3, 12.4 (TIM1) and 13.4 (TIM2 to TIM5). */
import type { Register } from './register-block.ts';

export const R = {
  CR1: 0x00,
  CR2: 0x04,
  SMCR: 0x08,
  DIER: 0x0c,
  SR: 0x10,
  EGR: 0x14,
  CCMR1: 0x18,
  CCMR2: 0x1c,
  CCER: 0x20,
  CNT: 0x24,
  PSC: 0x28,
  ARR: 0x2c,
  RCR: 0x30,
  CCR1: 0x34,
  CCR2: 0x38,
  CCR3: 0x3c,
  CCR4: 0x40,
  BDTR: 0x44,
  DCR: 0x48,
  DMAR: 0x4c,
  OR: 0x50,
} as const;

export interface TimerKind {
  /** TIM2 and TIM5 count 32 bits. */
  readonly wide: boolean;
  /** TIM1: repetition counter, break, complementary outputs. */
  readonly advanced: boolean;
  /** Bits of the option register, where there is one: TIM2 0xC00, TIM5 0xC0 (13.4.19, 13.4.20). */
  readonly options?: number;
}

export function timerRegisters({ wide, advanced, options }: TimerKind): readonly Register[] {
  const all = wide ? 0xffffffff : 0xffff;
  const list: Register[] = [
    { name: 'CR1', offset: R.CR1, reset: 0, writable: 0x3ff },
    { name: 'CR2', offset: R.CR2, reset: 0, writable: advanced ? 0x7ffd : 0xf8 },
    { name: 'SMCR', offset: R.SMCR, reset: 0, writable: 0xfff7 },
    { name: 'DIER', offset: R.DIER, reset: 0, writable: advanced ? 0x7fff : 0x5f5f },
    { name: 'SR', offset: R.SR, reset: 0, writable: 0, ignored: 0xffffffff },
    { name: 'EGR', offset: R.EGR, reset: 0, writable: 0, ignored: advanced ? 0xff : 0x5f },
    { name: 'CCMR1', offset: R.CCMR1, reset: 0, writable: 0xffff },
    { name: 'CCMR2', offset: R.CCMR2, reset: 0, writable: 0xffff },
    { name: 'CCER', offset: R.CCER, reset: 0, writable: advanced ? 0x3fff : 0xbbbb },
    { name: 'CNT', offset: R.CNT, reset: 0, writable: all },
    { name: 'PSC', offset: R.PSC, reset: 0, writable: 0xffff },
    { name: 'ARR', offset: R.ARR, reset: all, writable: all },
    { name: 'CCR1', offset: R.CCR1, reset: 0, writable: all },
    { name: 'CCR2', offset: R.CCR2, reset: 0, writable: all },
    { name: 'CCR3', offset: R.CCR3, reset: 0, writable: all },
    { name: 'CCR4', offset: R.CCR4, reset: 0, writable: all },
    { name: 'DCR', offset: R.DCR, reset: 0, writable: 0x1f1f },
    { name: 'DMAR', offset: R.DMAR, reset: 0, writable: 0xffff },
  ];
  if (advanced) {
    list.push({ name: 'RCR', offset: R.RCR, reset: 0, writable: 0xff });
    list.push({ name: 'BDTR', offset: R.BDTR, reset: 0, writable: 0xffff });
  }
  if (options !== undefined) list.push({ name: 'OR', offset: R.OR, reset: 0, writable: options });
  return list;
}
