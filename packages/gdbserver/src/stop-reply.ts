/** `T` packets: the signal that stands for why the target stopped, with the registers that gdb asks for first. */
import type { CommandContext, StopCause } from './command.ts';
import { registerHex } from './commands/registers.ts';
import { hex } from './hex-text.ts';
import { EXPEDITED, registersOf } from './registers.ts';
import type { WatchKind } from './target.ts';

/** gdb's numbers of signals (GDB's include/gdb/signals.def; the manual names them in appendix E.3). */
const SIGNAL = { int: 2, trap: 5, abort: 6, segv: 11 } as const;

const SIGNALS: Readonly<Record<StopCause['kind'], number>> = {
  attached: SIGNAL.trap,
  running: SIGNAL.trap,
  stepped: SIGNAL.trap,
  breakpoint: SIGNAL.trap,
  'program-breakpoint': SIGNAL.trap,
  watchpoint: SIGNAL.trap,
  interrupted: SIGNAL.int,
  fault: SIGNAL.segv,
  error: SIGNAL.abort,
};

const WATCH_NAMES: Readonly<Record<WatchKind, string>> = { write: 'watch', read: 'rwatch', access: 'awatch' };

export function stopReply(context: CommandContext): string {
  const { lastStop, target } = context;
  const registers = registersOf(target.hasFpu);
  const fields = EXPEDITED.map((number) => `${pair(number)}:${registerHex(registers[number], context)}`);
  const reason = reasonOf(lastStop, context);
  return `T${pair(SIGNALS[lastStop.kind])}${[...fields, 'thread:1', ...reason].join(';')};`;
}

const pair = (number: number) => hex(number).padStart(2, '0');

function reasonOf(stop: StopCause, context: CommandContext): string[] {
  if (stop.kind === 'watchpoint') return [`${WATCH_NAMES[stop.watch]}:${hex(stop.address)}`];
  if (stop.kind !== 'breakpoint') return [];
  const pc = context.target.readRegister('pc') ?? 0;
  const name = context.breakpoints.get('1')?.has(pc) ? 'hwbreak' : 'swbreak';
  return context.knows(name) ? [`${name}:`] : [];
}
