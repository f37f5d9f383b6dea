/**
 * `Z` and `z`: breakpoints (types 0, software, and 1, hardware: the same here, and without number) and watchpoints
 * (2 write, 3 read, 4 both). Inserting one twice is inserting it once, as the protocol wants.
 */
import { type CommandContext, type CommandTable, ERROR, NOT_KNOWN, OK } from '../command.ts';
import { parseHex } from '../hex-text.ts';
import type { WatchKind } from '../target.ts';

const WATCHES: Readonly<Record<string, WatchKind>> = { 2: 'write', 3: 'read', 4: 'access' };

interface Point {
  readonly type: string;
  readonly address: number;
  /** Bytes for a watchpoint; for a breakpoint the kind of instruction, which does not matter here. */
  readonly size: number;
}

/** Conditions and commands after `;` are never sent: the server does not offer to keep them. */
function parse(args: string): Point | undefined {
  const [type, first, second, more] = args.split(',');
  const address = parseHex(first);
  const size = parseHex(second);
  if (address === undefined || size === undefined || more !== undefined || type.length !== 1) return undefined;
  return { type, address, size };
}

function insert(args: string, { target }: CommandContext) {
  const point = parse(args);
  if (!point) return ERROR.malformed;
  const { type, address, size } = point;
  if (type === '0' || type === '1') return target.insertBreakpoint(address) ? OK : ERROR.memory;
  const watch = WATCHES[type];
  if (watch === undefined) return NOT_KNOWN;
  return size > 0 && target.insertWatchpoint(watch, address, size) ? OK : ERROR.memory;
}

function remove(args: string, { target }: CommandContext) {
  const point = parse(args);
  if (!point) return ERROR.malformed;
  const { type, address, size } = point;
  const watch = WATCHES[type];
  if (type === '0' || type === '1') target.removeBreakpoint(address);
  else if (watch === undefined) return NOT_KNOWN;
  else target.removeWatchpoint(watch, address, size);
  return OK;
}

export const BREAKPOINT_COMMANDS: CommandTable = { Z: insert, z: remove };
