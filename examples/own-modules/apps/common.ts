/** What all versions do alike: say who they are, and take the next version from the serial line. */

import { RESET_INDEPENDENT_WATCHDOG } from 'kickstage/firmware/abi/status';
import { OUTCOME_REVERTED, PHASE_TRIAL, UPDATE_OK } from 'kickstage/firmware/abi/update';
import { bootReport } from 'kickstage/firmware/app/boot-report';
import { isTransferOpen, onTransferEnd, takeTransferByte } from 'kickstage/firmware/app/transfer';
import { markBootSuccessful, updateOutcome, updateState } from 'kickstage/firmware/app/update';
import * as led from 'kickstage/firmware/drivers/led';
import * as usart2 from 'kickstage/firmware/drivers/usart2';
import {
  hasReceived,
  sleepUntilReceived,
  startReceiving,
  takeReceived,
} from 'kickstage/firmware/drivers/usart2-receive';
import { startClock } from 'kickstage/firmware/hal/rcc';
import { startUp } from 'kickstage/firmware/hal/start-up';
import { startSysTick } from 'kickstage/firmware/hal/systick';
import { feedWatchdog } from 'kickstage/firmware/hal/watchdog';
import { CONSOLE_BAUD } from 'kickstage/layout';

/** The first thing in Reset_Handler. */
export function start(name: string): void {
  startUp();
  const hz = startClock();
  usart2.start(hz, CONSOLE_BAUD);
  startReceiving();
  startSysTick(hz / 4);
  led.start();
  usart2.write(name);
  if (updateState() === PHASE_TRIAL) usart2.writeLine(': started on trial');
  else usart2.writeLine(': started');
  if (bootReport().resetCause === RESET_INDEPENDENT_WATCHDOG) usart2.writeLine('  after a reset by the watchdog');
  if (updateOutcome() === OUTCOME_REVERTED) usart2.writeLine('  the version that was tried last was taken back');
}

/** Looks whether this version works; here: it has come so far. Then it stays. */
export function confirm(): void {
  if (updateState() !== PHASE_TRIAL) return;
  if (markBootSuccessful() === UPDATE_OK) usart2.writeLine('  confirmed: this version stays');
  else usart2.writeLine('  cannot confirm: flash does not take the record');
}

/** Wakes the processor often enough to feed the watchdog. */
export function SysTick_Handler(): void {}

/** The main loop: asleep but for bytes and ticks. The LED is on while an image comes in. */
export function serve(): void {
  onTransferEnd(usart2.flush);
  while (true) {
    feedWatchdog();
    while (hasReceived()) takeTransferByte(takeReceived(), usart2.writeByte);
    if (isTransferOpen()) led.on();
    else led.off();
    sleepUntilReceived();
  }
}
