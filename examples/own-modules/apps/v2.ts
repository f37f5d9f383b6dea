/** A good update: it confirms itself. */
import { confirm, serve, start } from './common';

export { NMI_Handler } from 'kickstage/firmware/app/nmi';
export { USART2_IRQHandler } from 'kickstage/firmware/drivers/usart2-receive';
export { SysTick_Handler } from './common';

export function Reset_Handler(): void {
  start('v2');
  confirm();
  serve();
}
