/** A broken update: it writes to where nothing is. The fault stops it, and the watchdog resets the chip. */
import { st32 } from 'kickstage/firmware/intrinsics/volatile';
import { start } from './common';

export { NMI_Handler } from 'kickstage/firmware/app/nmi';
export { USART2_IRQHandler } from 'kickstage/firmware/drivers/usart2-receive';
export { SysTick_Handler } from './common';

/** No memory there, on any of the boards. */
const NOWHERE: usize = 0x60000000;

export function Reset_Handler(): void {
  start('v3-faults');
  st32(NOWHERE, 1);
}
