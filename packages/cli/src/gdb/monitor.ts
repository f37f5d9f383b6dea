/** Commands of gdb's `monitor` prefix: what a board has and a processor has not. */
import { nearMiss } from '@kickstage/base/near-miss';
import type { FaultCatch } from '@kickstage/emulator/debug/debug-port';
import { DEFAULT_PRESS_SECONDS } from '@kickstage/testbench/press';

/** What the commands act on. */
export interface MonitoredBoard {
  reset(kind: 'system' | 'power-on'): void;
  hasPin(pin: string): boolean;
  /** `duration` in virtual seconds. */
  press(pin: string, duration: number): void;
  seconds(): number;
  instructions(): number;
  catches: FaultCatch;
  /** Whether virtual time is held to the speed of the clock. */
  isPaced: boolean;
}

interface MonitorCommand {
  readonly usage: string;
  readonly does: string;
  /** Undefined where the arguments cannot be understood. */
  readonly run: (board: MonitoredBoard, args: readonly string[]) => string | undefined;
}

const CATCHES: readonly string[] = ['unhandled', 'all', 'none'] satisfies readonly FaultCatch[];
/** Milliseconds; an hour is enough. */
const LONGEST_PRESS = 3_600_000;

const COMMANDS: ReadonlyMap<string, MonitorCommand> = new Map<string, MonitorCommand>([
  [
    'reset',
    {
      usage: 'reset [halt]',
      does: 'resets the chip as software does, and stops before the first instruction',
      run: (board, [how, more]) => {
        if (more !== undefined || !['', 'halt', 'init'].includes(how ?? '')) return undefined;
        board.reset('system');
        return 'reset; gdb shows the new registers after: maintenance flush register-cache\n';
      },
    },
  ],
  // Editors say it when they attach; the processor stands already.
  ['halt', { usage: 'halt', does: 'does nothing: while gdb talks, the processor stands', run: () => '' }],
  [
    'power-cycle',
    {
      usage: 'power-cycle',
      does: 'takes the power away and gives it again: RAM is lost',
      run: (board, args) => {
        if (args.length > 0) return undefined;
        board.reset('power-on');
        return 'power-cycled; gdb shows the new registers after: maintenance flush register-cache\n';
      },
    },
  ],
  [
    'press',
    {
      usage: 'press PIN [MS]',
      does: `presses the button at a pin for so many virtual milliseconds (${DEFAULT_PRESS_SECONDS * 1000}) from now on`,
      run: press,
    },
  ],
  [
    'time',
    {
      usage: 'time',
      does: 'says how long the board has had power, in virtual time',
      run: (board, args) =>
        args.length > 0 ? undefined : `${board.seconds().toFixed(6)} s, ${board.instructions()} instructions\n`,
    },
  ],
  [
    'speed',
    {
      usage: 'speed [real|full]',
      does: 'holds virtual time to the speed of the clock, or lets it run as fast as it can',
      run: (board, [speed, more]) => {
        if (more !== undefined || !['', 'real', 'full'].includes(speed ?? '')) return undefined;
        if (speed !== undefined) board.isPaced = speed === 'real';
        return `speed ${board.isPaced ? 'real' : 'full'}\n`;
      },
    },
  ],
  [
    'catch',
    {
      usage: 'catch [unhandled|all|none]',
      does: 'stops at faults whose handler only loops, at all faults, or at none',
      run: (board, [which, more]) => {
        if (more !== undefined || (which !== undefined && !CATCHES.includes(which))) return undefined;
        if (which !== undefined) board.catches = which as FaultCatch;
        return `catch ${board.catches}\n`;
      },
    },
  ],
  ['help', { usage: 'help', does: 'lists the commands', run: () => help() }],
]);

function press(board: MonitoredBoard, [name, duration, more]: readonly string[]): string | undefined {
  const pin = name?.toUpperCase();
  const milliseconds = duration === undefined ? DEFAULT_PRESS_SECONDS * 1000 : Number(duration.replace(/ms$/, ''));
  if (pin === undefined || more !== undefined || !(milliseconds > 0 && milliseconds <= LONGEST_PRESS)) return undefined;
  if (!board.hasPin(pin)) return `there is no pin ${pin}\n`;
  board.press(pin, milliseconds / 1000);
  return `${pin} is pressed for ${milliseconds} ms\n`;
}

function help(): string {
  const lines = [...COMMANDS.values()].map(({ usage, does }) => `monitor ${usage.padEnd(28)} ${does}`);
  return `${lines.join('\n')}\n`;
}

/** Gives the text to print. */
export function runMonitorCommand(board: MonitoredBoard, text: string): string {
  const [name, ...args] = text.split(/\s+/).filter((word) => word !== '');
  const command = COMMANDS.get(name ?? 'help');
  if (command) return command.run(board, args) ?? `usage: monitor ${command.usage}\n`;
  const near = nearMiss(name, [...COMMANDS.keys()]);
  return `there is no command ${name}${near === undefined ? '' : `; did you mean ${near}?`} (monitor help lists all)\n`;
}
