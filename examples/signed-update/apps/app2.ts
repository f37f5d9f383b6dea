/** Another app of the same house, signed with the same key: its image does not belong into the slot of app1. */
import * as led from 'kickstage/firmware/drivers/led';
import { startUp } from 'kickstage/firmware/hal/start-up';

export function Reset_Handler(): void {
  startUp();
  led.start();
  led.setHigh();
  while (true) {}
}
