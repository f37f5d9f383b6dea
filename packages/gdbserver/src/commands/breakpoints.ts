/**
 * `Z` and `z`: breakpoints (types 0, software, and 1, hardware: the same for the target, and as many as one likes) and
 * watchpoints (2 write, 3 read, 4 both). Inserting one twice is inserting it once, as the protocol wants.
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

function insert(args: string, { target, breakpoints }: CommandContext) {
  const point = parse(args);
  if (!point) return ERROR.malformed;
  const { type, address, size } = point;
  const ofType = breakpoints.get(type);
  if (ofType) {
    if (!target.insertBreakpoint(address)) return ERROR.memory;
    ofType.add(address);
    return OK;
  }
  const watch = WATCHES[type];
  if (watch === undefined) return NOT_KNOWN;
  return size > 0 && target.insertWatchpoint(watch, address, size) ? OK : ERROR.memory;
}

/** One of the other type may be at the same address. */
function remove(args: string, { target, breakpoints }: CommandContext) {
  const point = parse(args);
  if (!point) return ERROR.malformed;
  const { type, address, size } = point;
  const watch = WATCHES[type];
  if (breakpoints.get(type)?.delete(address)) {
    if (![...breakpoints.values()].some((all) => all.has(address))) target.removeBreakpoint(address);
  } else if (watch !== undefined) target.removeWatchpoint(watch, address, size);
  else if (!breakpoints.has(type)) return NOT_KNOWN;
  return OK;
}

export const BREAKPOINT_COMMANDS: CommandTable = { Z: insert, z: remove };
