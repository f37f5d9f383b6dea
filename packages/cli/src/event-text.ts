/** Run events as lines for people. */
import { formatAddress } from '@kickstage/base/hex';
import type { RunEvent } from '@kickstage/testbench/events';
import type { Output } from './output.ts';

/** What a cause that something went wrong for, or that needs words, means. */
const RESETS: Readonly<Record<string, string>> = {
  watchdog: 'IWDG was not refreshed in time',
  'window-watchdog': 'WWDG was not refreshed in time, or too early',
};

/** The cause of a reset in words. */
export function resetText(cause: string): string {
  return cause in RESETS ? `${cause}: ${RESETS[cause]}` : cause;
}

/** One line for one event: time, what, details. */
export function eventText(event: RunEvent, colors: Output['colors']): string {
  return `${colors.dim(event.t.toFixed(6).padStart(12))}  ${describe(event, colors)}`;
}

function describe(event: RunEvent, colors: Output['colors']): string {
  switch (event.event) {
    case 'reset':
      return event.cause in RESETS
        ? colors.red(`reset   ${resetText(event.cause)}`)
        : `reset   ${resetText(event.cause)}`;
    case 'boot':
      return `boot    ${colors.green(event.slot)}${event.reason ? ` (${event.reason})` : ''}${refusal(event.refused)}`;
    case 'halt':
      return colors.red(`halt    ${event.reason}${refusal(event.refused)}`);
    case 'pin':
      return `pin     ${event.pin} ${event.level}`;
    case 'button':
      return colors.cyan(`button  ${event.pin} ${event.pressed ? 'pressed' : 'released'}`);
    case 'uart':
      return `uart    ${event.port} ${colors.bold(event.text)}`;
    case 'flash':
      return `flash   ${event.op} ${event.size} bytes at ${formatAddress(event.address)}${event.unit ? ` of ${event.unit}` : ''}`;
    case 'fault':
      return colors.red(`fault   ${event.exception} at ${formatAddress(event.pc)}: ${event.text}`);
    case 'end':
      return `end     ${event.reason}, ${event.instructions} instructions${event.text ? `: ${event.text}` : ''}${event.status === undefined ? '' : `, exit code ${event.status}`}`;
  }
}

function refusal(refused: { slot?: string; status: string } | undefined): string {
  return refused ? `, ${refused.slot ?? 'the wanted slot'} refused: ${refused.status}` : '';
}
