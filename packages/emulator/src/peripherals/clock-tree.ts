/** What peripherals know of clocks: frequencies, whether they are enabled, and news of a change. */

export type Bus = 'AHB1' | 'AHB2' | 'APB1' | 'APB2';

export interface ClockTree {
  /** Of the processor (HCLK), in Hz. */
  cpuHz(): number;
  /** Of a bus, in Hz. */
  busHz(bus: Bus): number;
  /** Of the timers on a bus: twice the bus where it is divided (RM0383 Rev 3, 6.2). */
  timerHz(bus: Bus): number;
  /** Called before frequencies change (`phase` before) and after. */
  onChange(listener: (phase: 'before' | 'after') => void): void;
}

/** A fixed tree, for tests and bare machines. */
export function fixedClock(hz: number): ClockTree {
  return { cpuHz: () => hz, busHz: () => hz, timerHz: () => hz, onChange: () => {} };
}
