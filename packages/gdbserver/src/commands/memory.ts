/** `m`, `M`, `X`: memory in hex, and written in binary. */
import { type CommandContext, type CommandTable, ERROR, OK } from '../command.ts';
import { bytesOfBinary, bytesOfHex, hexOfBytes, parsePair } from '../hex-text.ts';
import { MOST_BODY_BYTES } from '../packets.ts';

/** Fewer bytes than asked for are an answer, none is an error. */
function read(args: string, { target }: CommandContext) {
  const pair = parsePair(args);
  if (!pair) return ERROR.malformed;
  const [address, size] = pair;
  if (size === 0) return '';
  const bytes = target.readMemory(address, Math.min(size, MOST_BODY_BYTES / 2));
  return bytes.length === 0 ? ERROR.memory : hexOfBytes(bytes);
}

const write =
  (decode: (data: string) => Uint8Array | undefined) =>
  (args: string, { target }: CommandContext) => {
    const colon = args.indexOf(':');
    const pair = parsePair(args.slice(0, Math.max(colon, 0)));
    const bytes = decode(args.slice(colon + 1));
    if (!pair || bytes?.length !== pair[1]) return ERROR.malformed;
    if (bytes.length === 0) return OK;
    return target.writeMemory(pair[0], bytes) ? OK : ERROR.memory;
  };

export const MEMORY_COMMANDS: CommandTable = { m: read, M: write(bytesOfHex), X: write(bytesOfBinary) };
