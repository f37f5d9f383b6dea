/** The exceptions of the architecture, by exception number: DDI 0403E B1.5.2, table B1-4. Interrupts start at 16. */

/** Exception numbers by their name in the manual; the numbers that are left out are reserved. */
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

/** The same the other way about. */
export const EXCEPTION_NAMES: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(EXCEPTION).map(([name, number]) => [number, name]),
);

/** Exception number of external interrupt 0. */
export const FIRST_INTERRUPT = 16;

/** Name of an exception by number: `HardFault`, `IRQ 6` for external interrupt 6, undefined for a reserved number. */
export function exceptionName(number: number): string | undefined {
  return number >= FIRST_INTERRUPT ? `IRQ ${number - FIRST_INTERRUPT}` : EXCEPTION_NAMES[number];
}
