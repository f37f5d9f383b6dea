/** The board's LED: its pin as an output. `setHigh` and `setLow` speak of the pin's level, `on` and `off` of light. */
import { LED_ACTIVE_LOW, LED_PIN, LED_PORT, NO_PIN } from 'kickstage/layout';
import { MODE_OUTPUT, setMode, startPort, writePin } from '../hal/gpio';

/** Call once; the LED is off. */
export function start(): void {
  if (LED_PORT === NO_PIN) ERROR('the board has no LED: name its pin in the config, board.led');
  startPort(LED_PORT);
  off();
  setMode(LED_PORT, LED_PIN, MODE_OUTPUT);
}

export function setHigh(): void {
  writePin(LED_PORT, LED_PIN, true);
}

export function setLow(): void {
  writePin(LED_PORT, LED_PIN, false);
}

export function on(): void {
  writePin(LED_PORT, LED_PIN, !LED_ACTIVE_LOW);
}

export function off(): void {
  writePin(LED_PORT, LED_PIN, LED_ACTIVE_LOW);
}
