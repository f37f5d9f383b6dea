/** Registers and numbers of the clock control of the STM32L476: RM0351 Rev 9, 6.4, and DS10198 Rev 8, 6.3. */
import type { ClockFacts } from './clock-control.ts';
import type { Register } from './register-block.ts';

export const R = {
  CR: 0x00,
  ICSCR: 0x04,
  CFGR: 0x08,
  PLLCFGR: 0x0c,
  PLLSAI1CFGR: 0x10,
  PLLSAI2CFGR: 0x14,
  CIER: 0x18,
  CIFR: 0x1c,
  CICR: 0x20,
  AHB1RSTR: 0x28,
  AHB2RSTR: 0x2c,
  AHB3RSTR: 0x30,
  APB1RSTR1: 0x38,
  APB1RSTR2: 0x3c,
  APB2RSTR: 0x40,
  AHB1ENR: 0x48,
  AHB2ENR: 0x4c,
  AHB3ENR: 0x50,
  APB1ENR1: 0x58,
  APB1ENR2: 0x5c,
  APB2ENR: 0x60,
  AHB1SMENR: 0x68,
  AHB2SMENR: 0x6c,
  AHB3SMENR: 0x70,
  APB1SMENR1: 0x78,
  APB1SMENR2: 0x7c,
  APB2SMENR: 0x80,
  CCIPR: 0x88,
  BDCR: 0x90,
  CSR: 0x94,
} as const;

/** Bits of RCC_CR, 6.4.1. */
export const CR = {
  MSION: 1 << 0,
  MSIRDY: 1 << 1,
  MSIPLLEN: 1 << 2,
  MSIRGSEL: 1 << 3,
  MSIRANGE: 0xf0,
  HSION: 1 << 8,
  HSIRDY: 1 << 10,
  HSEON: 1 << 16,
  HSERDY: 1 << 17,
  CSSON: 1 << 19,
  PLLON: 1 << 24,
  PLLRDY: 1 << 25,
  PLLSAION: (1 << 26) | (1 << 28),
} as const;

/** Bits of RCC_PLLCFGR, 6.4.4. */
export const PLLCFGR = { SRC: 0x3, M: 0x70, N: 0x7f00, P_Q_EN: 0x110000, REN: 1 << 24, R: 0x06000000 } as const;

/** The MSI's range while CR.MSIRGSEL is 0: in RCC_CSR, 6.4.30. */
export const MSISRANGE = 0xf00;

/** Enable bits, 6.4.16 to 6.4.21. The reset registers have the same ones, but for WWDG and the firewall. */
const AHB1_BITS = 0x00011103;
const AHB2_BITS = 0x000430ff;
const AHB3_BITS = 0x00000101;
const APB1_BITS = 0xf2feca3f;
const APB1_BITS_2 = 0x00000025;
const APB2_BITS = 0x01677c81;
const WWDG = 1 << 11;
const FIREWALL = 1 << 7;

/** 6.4.1 to 6.4.30. Factory calibrations differ from chip to chip and read 0 here. */
const REGISTERS: readonly Register[] = [
  { name: 'CR', offset: R.CR, reset: 0x00000063, writable: 0x150d0bfd, ignored: 0x2a020402 },
  { name: 'ICSCR', offset: R.ICSCR, reset: 0x10000000, writable: 0x1f00ff00, ignored: 0x00ff00ff },
  { name: 'CFGR', offset: R.CFGR, reset: 0, writable: 0x7700bff3, ignored: 0x0000000c },
  { name: 'PLLCFGR', offset: R.PLLCFGR, reset: 0x00001000, writable: 0x07737f73 },
  { name: 'PLLSAI1CFGR', offset: R.PLLSAI1CFGR, reset: 0x00001000, writable: 0x07737f00 },
  { name: 'PLLSAI2CFGR', offset: R.PLLSAI2CFGR, reset: 0x00001000, writable: 0x07037f00 },
  { name: 'CIER', offset: R.CIER, reset: 0, writable: 0x2ff },
  { name: 'CIFR', offset: R.CIFR, reset: 0, writable: 0 },
  { name: 'CICR', offset: R.CICR, reset: 0, writable: 0, ignored: 0x3ff },
  { name: 'AHB1RSTR', offset: R.AHB1RSTR, reset: 0, writable: AHB1_BITS },
  { name: 'AHB2RSTR', offset: R.AHB2RSTR, reset: 0, writable: AHB2_BITS },
  { name: 'AHB3RSTR', offset: R.AHB3RSTR, reset: 0, writable: AHB3_BITS },
  { name: 'APB1RSTR1', offset: R.APB1RSTR1, reset: 0, writable: APB1_BITS - WWDG },
  { name: 'APB1RSTR2', offset: R.APB1RSTR2, reset: 0, writable: APB1_BITS_2 },
  { name: 'APB2RSTR', offset: R.APB2RSTR, reset: 0, writable: APB2_BITS - FIREWALL },
  { name: 'AHB1ENR', offset: R.AHB1ENR, reset: 0x100, writable: AHB1_BITS },
  { name: 'AHB2ENR', offset: R.AHB2ENR, reset: 0, writable: AHB2_BITS },
  { name: 'AHB3ENR', offset: R.AHB3ENR, reset: 0, writable: AHB3_BITS },
  { name: 'APB1ENR1', offset: R.APB1ENR1, reset: 0, writable: APB1_BITS },
  { name: 'APB1ENR2', offset: R.APB1ENR2, reset: 0, writable: APB1_BITS_2 },
  { name: 'APB2ENR', offset: R.APB2ENR, reset: 0, writable: APB2_BITS },
  { name: 'AHB1SMENR', offset: R.AHB1SMENR, reset: 0x00011303, writable: 0x00011303 },
  { name: 'AHB2SMENR', offset: R.AHB2SMENR, reset: 0x000532ff, writable: 0x000532ff },
  { name: 'AHB3SMENR', offset: R.AHB3SMENR, reset: AHB3_BITS, writable: AHB3_BITS },
  { name: 'APB1SMENR1', offset: R.APB1SMENR1, reset: APB1_BITS, writable: APB1_BITS },
  { name: 'APB1SMENR2', offset: R.APB1SMENR2, reset: APB1_BITS_2, writable: APB1_BITS_2 },
  { name: 'APB2SMENR', offset: R.APB2SMENR, reset: APB2_BITS - 0x80, writable: APB2_BITS - 0x80 },
  { name: 'CCIPR', offset: R.CCIPR, reset: 0, writable: 0xffffffff },
  { name: 'BDCR', offset: R.BDCR, reset: 0, writable: 0x0301833d, ignored: 0x42 },
  { name: 'CSR', offset: R.CSR, reset: 0x600, writable: 0x00000f01, ignored: 0xff800002 },
];

/** MSI by range, in Hz: 6.4.1. Ranges beyond are reserved. */
export const MSI_HZ = [
  100_000, 200_000, 400_000, 800_000, 1_000_000, 2_000_000, 4_000_000, 8_000_000, 16_000_000, 24_000_000, 32_000_000,
  48_000_000,
] as const;
/** Ranges that CSR.MSISRANGE takes: 1 to 8 MHz (6.4.30). */
export const MSISRANGES = [4, 7] as const;
export const HSI_HZ = 16_000_000;
const RESET_HZ = MSI_HZ[6];

/** 6.4.4 and DS10198 Rev 8, 6.3.9. Hz, and the number of the field N; VCO and output by voltage range. */
export const PLL_LIMITS = {
  n: [8, 86],
  input: [4_000_000, 16_000_000],
  vco: { 1: [64_000_000, 344_000_000], 2: [64_000_000, 128_000_000] },
  output: { 1: [8_000_000, 80_000_000], 2: [8_000_000, 26_000_000] },
} as const;

const PINRSTF = 2 ** 26;

/**
 * Start-up times, typical: DS10198 Rev 8, 6.3.7 (HSE), 6.3.8 (MSI at 4 MHz, HSI16, LSI), 6.3.9 (PLL lock). Bus limits:
 * 6.3.1. Reset flags: 6.4.30; every reset inside the chip pulls the reset pin, too (6.1.2).
 */
export const FACTS: ClockFacts = {
  registers: REGISTERS,
  at: R,
  resetHz: RESET_HZ,
  sources: [
    { name: 'MSI', register: R.CR, on: CR.MSION, ready: CR.MSIRDY, seconds: 3e-6 },
    { name: 'HSI16', register: R.CR, on: CR.HSION, ready: CR.HSIRDY, seconds: 0.8e-6 },
    { name: 'HSE', register: R.CR, on: CR.HSEON, ready: CR.HSERDY, seconds: 2e-3 },
    { name: 'PLL', register: R.CR, on: CR.PLLON, ready: CR.PLLRDY, seconds: 15e-6 },
    { name: 'LSI', register: R.CSR, on: 1 << 0, ready: 1 << 1, seconds: 80e-6 },
  ],
  systemSources: ['MSI', 'HSI16', 'HSE', 'PLL'],
  prescalers: [0xf0, 0x700, 0x3800],
  apb1: [0, 80_000_000],
  apb2: [0, 80_000_000],
  resetFlags: {
    powerOn: 2 ** 27 + PINRSTF,
    pin: PINRSTF,
    software: 2 ** 28 + PINRSTF,
    iwdg: 2 ** 29 + PINRSTF,
    wwdg: 2 ** 30 + PINRSTF,
    optionBytes: 2 ** 25 + PINRSTF,
  },
  removeFlags: 1 << 23,
  manual: 'RM0351 Rev 9',
  switchSection: '6.4.3',
  limitSections: '6.4.3 and 6.4.4',
};

/** Fields of RCC_CCIPR that choose the clock of a serial port, 6.4.28. */
export const PORT_SELECT: Readonly<Record<string, number>> = {
  USART1: 0x003,
  USART2: 0x00c,
  USART3: 0x030,
  UART4: 0x0c0,
  UART5: 0x300,
};
