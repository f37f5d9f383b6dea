/** What peripherals know of clocks: frequencies, and news of a change. */

export type Bus = 'AHB1' | 'AHB2' | 'APB1' | 'APB2';

/** `before`: frequencies are still the old ones; `after`: they are the new ones. */
export type ClockListener = (phase: 'before' | 'after') => void;

export interface ClockTree {
  /** Of the processor (HCLK), in Hz. */
  cpuHz(): number;
  /** Of a bus, in Hz: the processor's divided by a power of two. */
  busHz(bus: Bus): number;
  /** Of the timers on a bus: a multiple of the bus where that is divided (RM0383 Rev 3, 6.2 and 6.3.23). */
  timerHz(bus: Bus): number;
  onChange(listener: ClockListener): void;
}

/** A tree that never changes, for machines without clock control. */
export function fixedClock(hz: number): ClockTree {
  return { cpuHz: () => hz, busHz: () => hz, timerHz: () => hz, onChange: () => {} };
}
