/** Registers and numbers of the clock control: RM0383 Rev 3, 6.3, and DS10314 Rev 8, 6.3. */
import type { ClockFacts } from './clock-control.ts';
import type { Register } from './register-block.ts';

export const R = {
  CR: 0x00,
  PLLCFGR: 0x04,
  CFGR: 0x08,
  CIR: 0x0c,
  AHB1RSTR: 0x10,
  AHB2RSTR: 0x14,
  APB1RSTR: 0x20,
  APB2RSTR: 0x24,
  AHB1ENR: 0x30,
  AHB2ENR: 0x34,
  APB1ENR: 0x40,
  APB2ENR: 0x44,
  AHB1LPENR: 0x50,
  AHB2LPENR: 0x54,
  APB1LPENR: 0x60,
  APB2LPENR: 0x64,
  BDCR: 0x70,
  CSR: 0x74,
  SSCGR: 0x80,
  PLLI2SCFGR: 0x84,
  DCKCFGR: 0x8c,
} as const;

/** Bits of RCC_CR, 6.3.1. */
export const CR = {
  HSION: 1 << 0,
  HSIRDY: 1 << 1,
  HSEON: 1 << 16,
  HSERDY: 1 << 17,
  CSSON: 1 << 19,
  PLLON: 1 << 24,
  PLLRDY: 1 << 25,
  PLLI2SON: 1 << 26,
} as const;

/** Enable bits, 6.3.9 to 6.3.12; the reset registers have the same ones. */
const AHB1_BITS = 0x0060109f;
const AHB2_BITS = 0x00000080;
const APB1_BITS = 0x10e2c80f;
const APB2_BITS = 0x00177931;

/** 6.3. Trim value 16 of HSITRIM; the calibration HSICAL differs from chip to chip and reads 0 here. */
const REGISTERS: readonly Register[] = [
  { name: 'CR', offset: R.CR, reset: 0x00000083, writable: 0x050d00f9, ignored: 0x0a02ff02 },
  { name: 'PLLCFGR', offset: R.PLLCFGR, reset: 0x24003010, writable: 0x0f437fff },
  { name: 'CFGR', offset: R.CFGR, reset: 0, writable: 0xfffffcf3, ignored: 0x0000000c },
  { name: 'CIR', offset: R.CIR, reset: 0, writable: 0x00003f00, ignored: 0x00bf00bf },
  { name: 'AHB1RSTR', offset: R.AHB1RSTR, reset: 0, writable: AHB1_BITS },
  { name: 'AHB2RSTR', offset: R.AHB2RSTR, reset: 0, writable: AHB2_BITS },
  { name: 'APB1RSTR', offset: R.APB1RSTR, reset: 0, writable: APB1_BITS },
  { name: 'APB2RSTR', offset: R.APB2RSTR, reset: 0, writable: APB2_BITS },
  { name: 'AHB1ENR', offset: R.AHB1ENR, reset: 0, writable: AHB1_BITS },
  { name: 'AHB2ENR', offset: R.AHB2ENR, reset: 0, writable: AHB2_BITS },
  { name: 'APB1ENR', offset: R.APB1ENR, reset: 0, writable: APB1_BITS },
  { name: 'APB2ENR', offset: R.APB2ENR, reset: 0, writable: APB2_BITS },
  { name: 'AHB1LPENR', offset: R.AHB1LPENR, reset: 0x0061900f, writable: 0x0061909f },
  { name: 'AHB2LPENR', offset: R.AHB2LPENR, reset: AHB2_BITS, writable: AHB2_BITS },
  { name: 'APB1LPENR', offset: R.APB1LPENR, reset: APB1_BITS, writable: APB1_BITS },
  { name: 'APB2LPENR', offset: R.APB2LPENR, reset: 0x00077930, writable: APB2_BITS },
  { name: 'BDCR', offset: R.BDCR, reset: 0, writable: 0x0001830d, ignored: 0x2 },
  { name: 'CSR', offset: R.CSR, reset: 0, writable: 0x00000001, ignored: 0xff000002 },
  { name: 'SSCGR', offset: R.SSCGR, reset: 0, writable: 0xcfffffff },
  { name: 'PLLI2SCFGR', offset: R.PLLI2SCFGR, reset: 0x24003000, writable: 0x70007fff },
  { name: 'DCKCFGR', offset: R.DCKCFGR, reset: 0, writable: 0x01000000 },
];

const BORRSTF = 2 ** 25;
const PINRSTF = 2 ** 26;

/** The internal oscillator, 6.2.2. */
export const HSI_HZ = 16_000_000;

/** 6.3.2 and DS10314 Rev 8, 6.3.10 (PLL input). Hz, and the numbers of the fields M and N. */
export const PLL_LIMITS = {
  m: [2, 63],
  n: [50, 432],
  input: [950_000, 2_100_000],
  vco: [100_000_000, 432_000_000],
  output: [24_000_000, 100_000_000],
} as const;

/**
 * Start-up times: DS10314 Rev 8, 6.3.8 (HSE, typical), 6.3.9 (HSI typical, LSI typical), 6.3.10 (PLL, typical at 1 MHz
 * input). Bus limits: table 14. Reset flags: 6.3.21; every reset inside the chip pulls the reset pin, too (6.1.1).
 */
export const FACTS: ClockFacts = {
  registers: REGISTERS,
  at: R,
  resetHz: HSI_HZ,
  sources: [
    { name: 'HSI', register: R.CR, on: CR.HSION, ready: CR.HSIRDY, seconds: 2.2e-6 },
    { name: 'HSE', register: R.CR, on: CR.HSEON, ready: CR.HSERDY, seconds: 2e-3 },
    { name: 'PLL', register: R.CR, on: CR.PLLON, ready: CR.PLLRDY, seconds: 200e-6 },
    { name: 'LSI', register: R.CSR, on: 1 << 0, ready: 1 << 1, seconds: 15e-6 },
  ],
  systemSources: ['HSI', 'HSE', 'PLL'],
  prescalers: [0xf0, 0x1c00, 0xe000],
  apb1: [0, 50_000_000],
  apb2: [0, 100_000_000],
  resetFlags: {
    powerOn: 2 ** 27 + PINRSTF + BORRSTF,
    pin: PINRSTF,
    software: 2 ** 28 + PINRSTF,
    iwdg: 2 ** 29 + PINRSTF,
    wwdg: 2 ** 30 + PINRSTF,
    // There is no such reset: new option bytes are in force at once (3.6.2).
    optionBytes: PINRSTF,
  },
  removeFlags: 1 << 24,
  manual: 'RM0383 Rev 3',
  switchSection: '6.3.3',
  limitSections: '6.3.2 and 6.3.3',
};
