/**
 * The board's button between its pin and, when pressed, ground (or supply, where the board says so); the pull resistor
 * of the chip holds the other level.
 */
import { BUTTON_ACTIVE_LOW, BUTTON_PIN, BUTTON_PORT, NO_PIN } from 'kickstage/layout';
import { interruptOnFall, interruptOnRise, lineInterrupt } from '../hal/exti';
import { MODE_INPUT, PULL_DOWN, PULL_UP, readPin, setMode, setPull, startPort } from '../hal/gpio';
import { enableInterrupt } from '../hal/nvic';

/** Call once. */
export function start(): void {
  if (BUTTON_PORT === NO_PIN) ERROR('the board has no button: name its pin in the config, board.button');
  startPort(BUTTON_PORT);
  setMode(BUTTON_PORT, BUTTON_PIN, MODE_INPUT);
  setPull(BUTTON_PORT, BUTTON_PIN, BUTTON_ACTIVE_LOW ? PULL_UP : PULL_DOWN);
}

export function isPressed(): bool {
  return readPin(BUTTON_PORT, BUTTON_PIN) !== BUTTON_ACTIVE_LOW;
}

/**
 * Raises the pin's external interrupt (EXTI0_IRQHandler for pin 0, EXTI9_5_IRQHandler for pins 5 to 9, EXTI15_10_IRQHandler above) when the button is let go. The handler clears its
 * line with `clearPending` of hal/exti.
 */
export function interruptOnRelease(): void {
  if (BUTTON_ACTIVE_LOW) interruptOnRise(BUTTON_PORT, BUTTON_PIN);
  else interruptOnFall(BUTTON_PORT, BUTTON_PIN);
  enableInterrupt(lineInterrupt(BUTTON_PIN));
}
