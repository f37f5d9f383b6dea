/** The exceptions of the architecture, by exception number: DDI 0403E B1.5.2, table B1-4. Interrupts start at 16. */

/** Names of exceptions 1..15; the numbers that are left out are reserved. */
export const EXCEPTION_NAMES: Readonly<Record<number, string>> = {
  1: 'Reset',
  2: 'NMI',
  3: 'HardFault',
  4: 'MemManage',
  5: 'BusFault',
  6: 'UsageFault',
  11: 'SVCall',
  12: 'DebugMonitor',
  14: 'PendSV',
  15: 'SysTick',
};

/** Exception numbers by their name in the manual. */
export const EXCEPTION = {
  Reset: 1,
  NMI: 2,
  HardFault: 3,
  MemManage: 4,
  BusFault: 5,
  UsageFault: 6,
  SVCall: 11,
  DebugMonitor: 12,
  PendSV: 14,
  SysTick: 15,
} as const;

/** Exception number of external interrupt 0. */
export const FIRST_INTERRUPT = 16;

/** Name of an exception by number: `HardFault`, `IRQ 6` for external interrupt 6, undefined for a reserved number. */
export function exceptionName(number: number): string | undefined {
  return number >= FIRST_INTERRUPT ? `IRQ ${number - FIRST_INTERRUPT}` : EXCEPTION_NAMES[number];
}
