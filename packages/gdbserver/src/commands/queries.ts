/** What gdb asks about the server and the target: features, descriptions, threads (there is one). */
import { type CommandContext, type CommandTable, ERROR, NOT_KNOWN, OK } from '../command.ts';
import { bytesOfHex, hex, hexOfText, parsePair } from '../hex-text.ts';
import { memoryMapXml } from '../memory-map-xml.ts';
import { MOST_BODY_BYTES } from '../packets.ts';
import { targetDescription } from '../registers.ts';

const FEATURES = [
  `PacketSize=${hex(MOST_BODY_BYTES)}`,
  'QStartNoAckMode+',
  'qXfer:features:read+',
  'qXfer:memory-map:read+',
  'vContSupported+',
  'swbreak+',
  'hwbreak+',
];

function supported(args: string, context: CommandContext) {
  const theirs = args.replace(/^:/, '').split(';');
  context.learn(theirs.filter((feature) => feature.endsWith('+')).map((feature) => feature.slice(0, -1)));
  return FEATURES.join(';');
}

/** `:object:read:annex:offset,length`: a piece of a document, `m` before it where more follows, else `l`. */
function transfer(args: string, context: CommandContext) {
  const [, object, operation, annex, place] = args.split(':');
  const range = parsePair(place ?? '');
  if (operation !== 'read' || !range) return ERROR.malformed;
  const text = documentOf(object, annex, context);
  if (text === undefined) return object === 'features' ? 'E00' : NOT_KNOWN;
  const [offset, size] = range;
  if (offset > text.length) return ERROR.malformed;
  const piece = text.slice(offset, offset + Math.min(size, MOST_BODY_BYTES / 2));
  return `${offset + piece.length < text.length ? 'm' : 'l'}${piece}`;
}

function documentOf(object: string, annex: string, { target }: CommandContext): string | undefined {
  if (object === 'features' && annex === 'target.xml') return targetDescription(target.hasFpu);
  return object === 'memory-map' && annex === '' ? memoryMapXml(target.memoryMap()) : undefined;
}

function monitor(args: string, { target }: CommandContext) {
  const bytes = args.startsWith(',') ? bytesOfHex(args.slice(1)) : undefined;
  if (!bytes) return ERROR.malformed;
  const text = target.monitor(new TextDecoder().decode(bytes).trim());
  return text === '' ? OK : hexOfText(text);
}

export const QUERY_COMMANDS: CommandTable = {
  qSupported: supported,
  qXfer: transfer,
  qRcmd: monitor,
  QStartNoAckMode: (_args, context) => {
    context.stopAcknowledging();
    return OK;
  },
  /** The board was there before gdb came: gdb detaches from it when it ends. */
  qAttached: () => '1',
  qC: () => 'QC1',
  qfThreadInfo: () => 'm1',
  qsThreadInfo: () => 'l',
  qThreadExtraInfo: () => hexOfText('processor'),
  qSymbol: () => OK,
  H: () => OK,
  T: (args) => (/^[01]$/.test(args) ? OK : ERROR.malformed),
};
