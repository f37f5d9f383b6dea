/**
 * Registers of the timers: RM0383 Rev 3, 12.4 (TIM1), 13.4 (TIM2 to TIM5), 14.4 (TIM9) and 14.5 (TIM10, TIM11); RM0351
 * Rev 9, 30.4 (TIM1, TIM8), 31.4 (TIM2 to TIM5), 32.5 (TIM15), 32.6 (TIM16, TIM17) and 33.4 (TIM6, TIM7).
 */
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
  /** TIM1, TIM8: repetition counter, break, complementary outputs, interrupts of their own. */
  readonly advanced: boolean;
  /** Channels; 4 where nothing is said. TIM9 and TIM15 have 2, TIM10, TIM11, TIM16, TIM17 one, TIM6 and TIM7 none. */
  readonly channels?: 0 | 1 | 2 | 4;
  /** TIM15 to TIM17: repetition counter and break with one interrupt for all. */
  readonly repetition?: boolean;
  /** Bits of the option register, where there is one. */
  readonly options?: number;
}

/** Masks of the registers that differ between kinds; undefined where there is no such register. */
interface Masks {
  readonly CR1: number;
  readonly CR2?: number;
  readonly SMCR?: number;
  readonly DIER: number;
  readonly EGR: number;
  readonly CCMR1?: number;
  readonly CCMR2?: number;
  readonly CCER?: number;
  readonly DCR?: number;
}

const GENERAL: Masks = {
  CR1: 0x3ff,
  CR2: 0xf8,
  SMCR: 0xfff7,
  DIER: 0x5f5f,
  EGR: 0x5f,
  CCMR1: 0xffff,
  CCMR2: 0xffff,
  CCER: 0xbbbb,
  DCR: 0x1f1f,
};
const ADVANCED: Masks = { ...GENERAL, CR2: 0x7ffd, DIER: 0x7fff, EGR: 0xff, CCER: 0x3fff };
/** By the number of channels, without and with repetition counter and break. */
const SMALL: readonly Masks[] = [
  { CR1: 0x8f, CR2: 0x70, DIER: 0x101, EGR: 0x1 },
  { CR1: 0x38f, DIER: 0x3, EGR: 0x3, CCMR1: 0xff, CCER: 0xb },
  { CR1: 0x38f, SMCR: 0xf7, DIER: 0x47, EGR: 0x47, CCMR1: 0xffff, CCER: 0xbb },
];
const REPEATING: readonly Masks[] = [
  SMALL[0],
  { CR1: 0x38f, CR2: 0x30d, DIER: 0x3a3, EGR: 0xa3, CCMR1: 0xff, CCER: 0xf, DCR: 0x1f1f },
  { CR1: 0x38f, CR2: 0x7fd, SMCR: 0xf7, DIER: 0x67e7, EGR: 0xe7, CCMR1: 0xffff, CCER: 0xbf, DCR: 0x1f1f },
];

function masksOf({ advanced, channels = 4, repetition }: TimerKind): Masks {
  if (channels === 4) return advanced ? ADVANCED : GENERAL;
  return (repetition ? REPEATING : SMALL)[channels];
}

export function timerRegisters(kind: TimerKind): readonly Register[] {
  const { wide, advanced, channels = 4, repetition, options } = kind;
  const all = wide ? 0xffffffff : 0xffff;
  const masks = masksOf(kind);
  const list: Register[] = [
    { name: 'SR', offset: R.SR, reset: 0, writable: 0, ignored: 0xffffffff },
    { name: 'EGR', offset: R.EGR, reset: 0, writable: 0, ignored: masks.EGR },
    { name: 'CNT', offset: R.CNT, reset: 0, writable: all },
    { name: 'PSC', offset: R.PSC, reset: 0, writable: 0xffff },
    { name: 'ARR', offset: R.ARR, reset: all, writable: all },
  ];
  const add = (name: keyof typeof R, writable: number | undefined) => {
    if (writable !== undefined) list.push({ name, offset: R[name], reset: 0, writable });
  };
  for (const name of ['CR1', 'CR2', 'SMCR', 'DIER', 'CCMR1', 'CCMR2', 'CCER', 'DCR'] as const) add(name, masks[name]);
  for (const name of (['CCR1', 'CCR2', 'CCR3', 'CCR4'] as const).slice(0, channels)) add(name, all);
  if (masks.DCR !== undefined) add('DMAR', 0xffff);
  if (advanced || repetition) {
    add('RCR', 0xff);
    add('BDTR', 0xffff);
  }
  add('OR', options);
  return list;
}
