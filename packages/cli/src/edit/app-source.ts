/** The source that a new app begins with: it says its name, blinks, and the button switches to another app. */

export interface AppSourceOptions {
  readonly name: string;
  /** The app that the button switches to; without it the button does nothing. */
  readonly next?: string;
  readonly hasButton: boolean;
}

export function appSource({ name, next, hasButton }: AppSourceOptions): string {
  const switches = hasButton && next !== undefined;
  const lines = [
    `/** ${name}: blinks${switches ? `; the button switches to ${next}` : ''}. */`,
    ...(switches ? ["import { switchTo } from 'kickstage/firmware/app/switch-to';"] : []),
    ...(switches ? ["import * as button from 'kickstage/firmware/drivers/button';"] : []),
    "import * as led from 'kickstage/firmware/drivers/led';",
    "import * as delay from 'kickstage/firmware/drivers/tim1-delay';",
    "import * as usart2 from 'kickstage/firmware/drivers/usart2';",
    "import { startCrystal } from 'kickstage/firmware/hal/rcc';",
    "import { startUp } from 'kickstage/firmware/hal/start-up';",
    `import { ${switches ? 'App, ' : ''}CONSOLE_BAUD } from 'kickstage/layout';`,
    '',
    'export function Reset_Handler(): void {',
    '  startUp();',
    '  const hz = startCrystal();',
    '  usart2.start(hz, CONSOLE_BAUD);',
    `  usart2.writeLine('=== ${name} ===');`,
    '  delay.start(hz);',
    ...(switches ? ['  button.start();'] : []),
    '  led.start();',
    ...(switches ? ['  let wasPressed = button.isPressed();'] : []),
    '  while (true) {',
    '    led.setHigh();',
    '    delay.ms(50);',
    '    led.setLow();',
    '    delay.ms(50);',
    ...(switches ? switchLines(name, next) : []),
    '  }',
    '}',
    '',
  ];
  return lines.join('\n');
}

function switchLines(name: string, next: string): string[] {
  return [
    '    const isPressed = button.isPressed();',
    '    if (wasPressed && !isPressed) {',
    `      usart2.writeLine('${name}: switching to ${next}');`,
    '      usart2.flush();',
    `      switchTo(App.${next});`,
    '    }',
    '    wasPressed = isPressed;',
  ];
}
