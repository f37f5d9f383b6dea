/** Run events as lines for people. */
import { formatAddress } from '@kickstage/base/hex';
import { TRAP_NAMES } from '@kickstage/codegen/emit/traps';
import type { FaultEvent, RunEvent } from '@kickstage/testbench/events';
import { codeText } from './code-places.ts';
import { backtraceLines, type FaultPlaces, type FaultText } from './fault-text.ts';
import type { Output } from './output.ts';

/** Columns that the time takes. */
const INDENT = ' '.repeat(14);

/** What a cause that something went wrong for, or that needs words, means. */
const RESETS: Readonly<Record<string, string>> = {
  watchdog: 'IWDG was not refreshed in time',
  'window-watchdog': 'WWDG was not refreshed in time, or too early',
};

/** The cause of a reset in words. */
export function resetText(cause: string): string {
  return cause in RESETS ? `${cause}: ${RESETS[cause]}` : cause;
}

/** One line for one event: time, what, details. A fault is told at length. */
export function eventText(event: RunEvent, colors: Output['colors'], faults?: FaultText): string {
  const places = event.event === 'fault' ? faults?.explain(event) : undefined;
  const head = `${colors.dim(event.t.toFixed(6).padStart(12))}  ${describe(event, colors, places)}`;
  return [head, ...more(event, places, colors, faults).map((line) => `${INDENT}${line}`)].join('\n');
}

/** What is told at length: faults, and errors that end the run. */
function more(
  event: RunEvent,
  places: FaultPlaces | undefined,
  colors: Output['colors'],
  faults: FaultText | undefined,
): string[] {
  if (!faults) return [];
  if (event.event === 'fault' && places) return faults.lines(event, places, colors);
  return event.event === 'end' && event.reason === 'error' ? backtraceLines(faults.backtrace(), colors) : [];
}

function describe(event: RunEvent, colors: Output['colors'], places: FaultPlaces | undefined): string {
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
      return colors.red(`fault   ${faultText(event, places)}`);
    case 'end':
      return `end     ${event.reason}, ${event.instructions} instructions${event.text ? `: ${event.text}` : ''}${event.status === undefined ? '' : `, exit code ${event.status}`}`;
  }
}

function refusal(refused: { slot?: string; status: string } | undefined): string {
  return refused ? `, ${refused.slot ?? 'the wanted slot'} refused: ${refused.status}` : '';
}

/** A program that ended itself says why; the instruction by which it did says nothing to a person. */
function faultText({ exception, pc, text, trap }: FaultEvent, places: FaultPlaces | undefined): string {
  const at = places ? codeText(places.at) : formatAddress(pc);
  return `${exception} at ${at}: ${trap === undefined ? text : TRAP_NAMES[trap]}`;
}
