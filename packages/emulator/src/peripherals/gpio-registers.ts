/** Registers of general-purpose I/O ports: RM0383 Rev 3, 8.4 (STM32F4) and RM0351 Rev 9, 8.5 (STM32L4). */
import type { Register } from './register-block.ts';

export const R = {
  MODER: 0x00,
  OTYPER: 0x04,
  OSPEEDR: 0x08,
  PUPDR: 0x0c,
  IDR: 0x10,
  ODR: 0x14,
  BSRR: 0x18,
  LCKR: 0x1c,
  AFRL: 0x20,
  AFRH: 0x24,
  BRR: 0x28,
  ASCR: 0x2c,
} as const;

type Setup = readonly [moder: number, ospeedr: number, pupdr: number];

export interface GpioFamily {
  /** Registers after reset of the ports with debug pins, PA13..15, PB3, PB4. */
  readonly debugPorts: Readonly<Record<string, Setup>>;
  /** Those of the other ports. */
  readonly others: Setup;
  /** The bits of the pins that a port has, where it has not all 16. */
  readonly pins: Readonly<Record<string, number>>;
  /** BRR, and ASCR that connects pins to the ADC. */
  readonly hasResetAndSwitch: boolean;
}

/** 8.4.1, 8.4.3, 8.4.4. */
export const GPIO_F4: GpioFamily = {
  debugPorts: { A: [0xa8000000, 0x0c000000, 0x64000000], B: [0x00000280, 0x000000c0, 0x00000100] },
  others: [0, 0, 0],
  pins: {},
  hasResetAndSwitch: false,
};

/** 8.5.1, 8.5.3, 8.5.4: pins are analog after reset. The STM32L476 has PH0 and PH1 alone of port H. */
export const GPIO_L4: GpioFamily = {
  debugPorts: { A: [0xabffffff, 0x0c000000, 0x64000000], B: [0xfffffebf, 0, 0x00000100] },
  others: [0xffffffff, 0, 0],
  pins: { H: 0x0003 },
  hasResetAndSwitch: true,
};

/** 8.4.1 to 8.4.10; 8.5.1 to 8.5.12. */
export function gpioRegisters(port: string, family: GpioFamily): readonly Register[] {
  const pins = family.pins[port] ?? 0xffff;
  const [pairs, first, second] = [spread(pins, 2), spread(pins & 0xff, 4), spread(pins >>> 8, 4)];
  const [moder, ospeedr, pupdr] = family.debugPorts[port] ?? family.others;
  const list: Register[] = [
    { name: 'MODER', offset: R.MODER, reset: (moder & pairs) >>> 0, writable: pairs },
    { name: 'OTYPER', offset: R.OTYPER, reset: 0, writable: pins },
    { name: 'OSPEEDR', offset: R.OSPEEDR, reset: (ospeedr & pairs) >>> 0, writable: pairs },
    { name: 'PUPDR', offset: R.PUPDR, reset: (pupdr & pairs) >>> 0, writable: pairs },
    { name: 'IDR', offset: R.IDR, reset: 0, writable: 0 },
    { name: 'ODR', offset: R.ODR, reset: 0, writable: pins },
    { name: 'BSRR', offset: R.BSRR, reset: 0, writable: 0, ignored: pins * 0x10001 },
    { name: 'LCKR', offset: R.LCKR, reset: 0, writable: pins, ignored: 1 << 16 },
    { name: 'AFRL', offset: R.AFRL, reset: 0, writable: first },
    { name: 'AFRH', offset: R.AFRH, reset: 0, writable: second },
  ];
  if (family.hasResetAndSwitch) {
    list.push({ name: 'BRR', offset: R.BRR, reset: 0, writable: 0, ignored: pins });
    list.push({ name: 'ASCR', offset: R.ASCR, reset: 0, writable: pins });
  }
  return list;
}

/** A field of `width` ones for each bit of `pins`, as far as 32 bits reach. */
function spread(pins: number, width: number): number {
  let mask = 0;
  for (let pin = 0; pin * width < 32; pin++) if (pins & (1 << pin)) mask |= (2 ** width - 1) << (pin * width);
  return mask >>> 0;
}
