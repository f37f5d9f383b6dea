/** `vFlashErase`, `vFlashWrite`, `vFlashDone`: what gdb's `load` does with memory that the map calls flash. */
import { type CommandContext, type CommandTable, ERROR, OK } from '../command.ts';
import { bytesOfBinary, parseHex, parsePair } from '../hex-text.ts';

/** Arguments come behind a colon. */
function erase(args: string, { target }: CommandContext) {
  const pair = args.startsWith(':') ? parsePair(args.slice(1)) : undefined;
  if (!pair) return ERROR.malformed;
  return target.flashErase(...pair) ? OK : ERROR.memory;
}

function write(args: string, { target }: CommandContext) {
  const colon = args.indexOf(':', 1);
  const address = args.startsWith(':') && colon > 0 ? parseHex(args.slice(1, colon)) : undefined;
  if (address === undefined) return ERROR.malformed;
  return target.flashWrite(address, bytesOfBinary(args.slice(colon + 1))) ? OK : 'E.memtype';
}

export const FLASH_COMMANDS: CommandTable = { vFlashErase: erase, vFlashWrite: write, vFlashDone: () => OK };
