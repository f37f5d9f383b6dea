/** A broken update: it hangs. The watchdog that the bootloader has started before it resets the chip. */
import { start } from './common';

export { NMI_Handler } from 'kickstage/firmware/app/nmi';
export { USART2_IRQHandler } from 'kickstage/firmware/drivers/usart2-receive';
export { SysTick_Handler } from './common';

export function Reset_Handler(): void {
  start('v3-hangs');
  while (true) {}
}
