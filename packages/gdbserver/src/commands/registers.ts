/** `g`, `G`, `p`, `P`: registers, in hex, byte by byte from the lowest. */
import { type CommandContext, type CommandTable, ERROR, OK } from '../command.ts';
import { bytesOfHex, hexOfWord, parseHex, wordOfBytes } from '../hex-text.ts';
import { type RegisterFacts, registersOf } from '../registers.ts';

/** What stands for a byte of a register that cannot be had. */
const UNAVAILABLE = 'xxxxxxxx';

export function registerHex({ words }: RegisterFacts, { target }: CommandContext): string {
  return words
    .map((word) => {
      const value = target.readRegister(word);
      return value === undefined ? UNAVAILABLE : hexOfWord(value);
    })
    .join('');
}

function writeWords({ words }: RegisterFacts, bytes: Uint8Array, { target }: CommandContext): boolean {
  return words.every((word, i) => target.writeRegister(word, wordOfBytes(bytes, 4 * i)));
}

function readAll(_args: string, context: CommandContext) {
  return registersOf(context.target.hasFpu)
    .map((facts) => registerHex(facts, context))
    .join('');
}

/** From the last to the first: sp may be msp or psp by another name, and is what gdb means when it sets it. */
function writeAll(args: string, context: CommandContext) {
  const bytes = bytesOfHex(args);
  const all = registersOf(context.target.hasFpu);
  let end = all.reduce((size, { words }) => size + 4 * words.length, 0);
  if (bytes?.length !== end) return ERROR.malformed;
  for (const facts of [...all].reverse()) {
    const start = end - 4 * facts.words.length;
    if (!writeWords(facts, bytes.subarray(start, end), context)) return ERROR.refused;
    end = start;
  }
  return OK;
}

function readOne(args: string, context: CommandContext) {
  const facts = registersOf(context.target.hasFpu)[parseHex(args) ?? -1];
  return facts ? registerHex(facts, context) : ERROR.malformed;
}

function writeOne(args: string, context: CommandContext) {
  const [number, value, more] = args.split('=');
  const facts = registersOf(context.target.hasFpu)[parseHex(number) ?? -1];
  const bytes = bytesOfHex(value ?? '');
  if (!facts || more !== undefined || bytes?.length !== 4 * facts.words.length) return ERROR.malformed;
  return writeWords(facts, bytes, context) ? OK : ERROR.refused;
}

export const REGISTER_COMMANDS: CommandTable = { g: readAll, G: writeAll, p: readOne, P: writeOne };
