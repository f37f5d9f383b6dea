/**
 * apps/NAME.ts of a new project. It blinks; the board's button, or time where there is none, switches to the next app.
 * An only app has none to switch to.
 */
import type { PlannedApp } from './project-plan.ts';

/** What a source needs to know of its app. */
type SourceFacts = Pick<PlannedApp, 'name' | 'next' | 'blinkMs'>;

/** How long an app runs on a board without button. */
const TURN_MS = 5000;

export function appSource(app: SourceFacts, hasButton: boolean): string {
  if (app.next === undefined) return onlyApp(app);
  return hasButton ? switchedByButton(app, app.next) : switchedByTime(app, app.next);
}

const DRIVERS = {
  button: "import * as button from 'kickstage/firmware/drivers/button';",
  led: "import * as led from 'kickstage/firmware/drivers/led';",
  delay: "import * as delay from 'kickstage/firmware/drivers/tim1-delay';",
  console: "import * as usart2 from 'kickstage/firmware/drivers/usart2';",
  clock: "import { startClock } from 'kickstage/firmware/hal/rcc';",
  startUp: "import { startUp } from 'kickstage/firmware/hal/start-up';",
};

const SWITCH_TO = "import { switchTo } from 'kickstage/firmware/app/switch-to';";

/** The first lines of Reset_Handler: variables, clock, console. */
function beginning(name: string): string {
  return `export function Reset_Handler(): void {
  startUp();
  const hz = startClock();
  usart2.start(hz, CONSOLE_BAUD);
  usart2.writeLine('=== ${name} ===');
  delay.start(hz);`;
}

function onlyApp({ name, blinkMs }: SourceFacts): string {
  const { led, delay, console, clock, startUp } = DRIVERS;
  return `/** Blinks. */
${[led, delay, console, clock, startUp].join('\n')}
import { CONSOLE_BAUD } from 'kickstage/layout';

${beginning(name)}
  led.start();
  while (true) {
    led.on();
    delay.ms(${blinkMs});
    led.off();
    delay.ms(${blinkMs});
  }
}
`;
}

function switchedByButton({ name, blinkMs }: SourceFacts, next: string): string {
  return `/** Blinks, and switches to ${next} when the button is let go. */
${[SWITCH_TO, ...Object.values(DRIVERS)].join('\n')}
import { App, CONSOLE_BAUD } from 'kickstage/layout';

/** Time between two looks at the button in ms: longer than its contacts bounce. */
const POLL: u32 = 10;

${beginning(name)}
  button.start();
  led.start();
  usart2.writeLine('The button switches to ${next}.');
  while (true) {
    led.on();
    wait(${blinkMs});
    led.off();
    wait(${blinkMs});
  }
}

/** Waits so many milliseconds, with an eye on the button. */
function wait(milliseconds: u32): void {
  for (let passed: u32 = 0; passed < milliseconds; passed += POLL) {
    delay.ms(POLL);
    if (button.isPressed()) leave();
  }
}

/** Waits until the button is let go, and starts the other app. */
function leave(): void {
  while (button.isPressed()) delay.ms(POLL);
  usart2.writeLine('Switching to ${next}');
  usart2.flush();
  switchTo(App.${next});
}
`;
}

function switchedByTime({ name, blinkMs }: SourceFacts, next: string): string {
  const { led, delay, console, clock, startUp } = DRIVERS;
  const count = TURN_MS / (2 * blinkMs);
  return `/** Blinks for ${TURN_MS / 1000} seconds and switches to ${next}. The board has no button. */
${[SWITCH_TO, led, delay, console, clock, startUp].join('\n')}
import { App, CONSOLE_BAUD } from 'kickstage/layout';

${beginning(name)}
  led.start();
  for (let i: u32 = 0; i < ${count}; i++) {
    led.on();
    delay.ms(${blinkMs});
    led.off();
    delay.ms(${blinkMs});
  }
  usart2.writeLine('Switching to ${next}');
  usart2.flush();
  switchTo(App.${next});
}
`;
}
