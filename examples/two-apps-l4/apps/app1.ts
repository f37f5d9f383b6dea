/** Slow blinker. The button's interrupt switches to app2. */
import { switchTo } from 'kickstage/firmware/app/switch-to';
import * as button from 'kickstage/firmware/drivers/button';
import * as led from 'kickstage/firmware/drivers/led';
import * as delay from 'kickstage/firmware/drivers/tim1-delay';
import * as usart2 from 'kickstage/firmware/drivers/usart2';
import { clearPending } from 'kickstage/firmware/hal/exti';
import { startClock } from 'kickstage/firmware/hal/rcc';
import { startUp } from 'kickstage/firmware/hal/start-up';
import { App, BUTTON_PIN, CONSOLE_BAUD } from 'kickstage/layout';

export function EXTI15_10_IRQHandler(): void {
  usart2.writeLine('APP1: Button pressed! Switching to APP2...');
  usart2.flush();
  clearPending(BUTTON_PIN);
  switchTo(App.app2);
}

export function Reset_Handler(): void {
  startUp();
  const hz = startClock();
  usart2.start(hz, CONSOLE_BAUD);
  usart2.writeLine('=== APP1 STARTING ===');
  delay.start(hz);
  button.start();
  button.interruptOnRelease();
  usart2.writeLine('APP1: Init complete - button interrupt enabled');
  usart2.writeLine('APP1: Press button to switch to APP2');
  led.start();
  while (true) {
    blink(150, 50);
    blink(150, 50);
    blink(2000, 0);
  }
}

/** The pin high for so many milliseconds, then low. */
function blink(high: u32, low: u32): void {
  led.setHigh();
  delay.ms(high);
  led.setLow();
  delay.ms(low);
}
