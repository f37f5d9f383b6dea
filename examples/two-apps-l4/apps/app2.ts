/** Fast blinker. It looks at the button once per turn; letting it go switches to app1. */
import { switchTo } from 'kickstage/firmware/app/switch-to';
import * as button from 'kickstage/firmware/drivers/button';
import * as led from 'kickstage/firmware/drivers/led';
import * as delay from 'kickstage/firmware/drivers/tim1-delay';
import * as usart2 from 'kickstage/firmware/drivers/usart2';
import { startClock } from 'kickstage/firmware/hal/rcc';
import { startUp } from 'kickstage/firmware/hal/start-up';
import { App, CONSOLE_BAUD } from 'kickstage/layout';

export function Reset_Handler(): void {
  startUp();
  const hz = startClock();
  usart2.start(hz, CONSOLE_BAUD);
  usart2.writeLine('=== APP2 STARTING ===');
  delay.start(hz);
  button.start();
  usart2.writeLine('APP2: Init complete - fast blinker mode');
  usart2.writeLine('APP2: Press button to switch to APP1');
  led.start();
  let wasPressed = button.isPressed();
  while (true) {
    led.setHigh();
    delay.ms(50);
    led.setLow();
    delay.ms(50);
    const isPressed = button.isPressed();
    if (wasPressed && !isPressed) {
      usart2.writeLine('APP2: Button pressed! Switching to APP1...');
      usart2.flush();
      switchTo(App.app1);
    }
    wasPressed = isPressed;
  }
}
