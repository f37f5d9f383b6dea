/** Intel HEX (Intel, Hexadecimal Object File Format Specification, Rev. A, 1988): records 00, 01, 04 and 05. */
import type { Checked, Diagnostic } from '@kickstage/base/diagnostic';
import { type Chunk, findOverlap, joinChunks } from '../chunk.ts';

const BYTES_PER_RECORD = 16;
/** A line: colon, length, address, type, up to 255 bytes, checksum. */
const RECORD = /^:([0-9A-Fa-f]{2}){5,260}$/;
const ADDRESS_END = 2 ** 32;

function record(type: number, address: number, data: ArrayLike<number>): string {
  const bytes = [data.length, (address >>> 8) & 0xff, address & 0xff, type, ...Array.from(data)];
  const sum = bytes.reduce((total, byte) => (total + byte) & 0xff, 0);
  const text = [...bytes, -sum & 0xff].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('');
  return `:${text}\n`;
}

/** `entry` is the start address for record 05. */
export function toHex(chunks: readonly Chunk[], entry: number): string {
  let text = '';
  let upper = -1;
  for (const { address, bytes } of chunks) {
    for (let at = 0; at < bytes.length; ) {
      const absolute = address + at;
      if (absolute >>> 16 !== upper) {
        upper = absolute >>> 16;
        text += record(4, 0, [upper >>> 8, upper & 0xff]);
      }
      const untilRow = BYTES_PER_RECORD - (absolute % BYTES_PER_RECORD);
      const size = Math.min(untilRow, bytes.length - at);
      text += record(0, absolute & 0xffff, bytes.subarray(at, at + size));
      at += size;
    }
  }
  text += record(5, 0, [entry >>> 24, (entry >>> 16) & 0xff, (entry >>> 8) & 0xff, entry & 0xff]);
  return `${text}:00000001FF\n`;
}

/** Strict: every record must be whole, its checksum right, and the end record last. */
export function fromHex(text: string, name: string): Checked<{ chunks: Chunk[]; entry?: number }> {
  const chunks: Chunk[] = [];
  const lineOf = new Map<Chunk, number>();
  let upper = 0;
  let entry: number | undefined;
  let ended = false;
  const lines = text.split(/\r?\n/);
  for (const [i, line] of lines.entries()) {
    if (line === '') continue;
    const problem = (what: string): { diagnostics: Diagnostic[] } => ({ diagnostics: [malformed(name, i + 1, what)] });
    if (ended) return problem('a record after the end record');
    if (!RECORD.test(line)) return problem('not a record');
    const bytes = Uint8Array.from(
      line
        .slice(1)
        .match(/../g)!
        .map((pair) => Number.parseInt(pair, 16)),
    );
    if (bytes.length !== bytes[0] + 5) return problem('its length is not what it says');
    if (bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0) !== 0) return problem('its checksum is wrong');
    const data = bytes.slice(4, -1);
    const address = upper * 65536 + ((bytes[1] << 8) | bytes[2]);
    if (bytes[3] === 0) {
      if (address + data.length > ADDRESS_END) return problem('its bytes lie beyond the last address');
      const chunk = { address, bytes: data };
      chunks.push(chunk);
      lineOf.set(chunk, i + 1);
    } else if (bytes[3] === 1) ended = true;
    else if (bytes[3] === 4 && data.length === 2) upper = (data[0] << 8) | data[1];
    else if (bytes[3] === 5 && data.length === 4) entry = new DataView(data.buffer).getUint32(0);
    else return problem(`unknown record type ${bytes[3]}`);
  }
  if (!ended) return { diagnostics: [malformed(name, lines.length, 'the end record is missing')] };
  const overlap = findOverlap(chunks);
  if (overlap) return { diagnostics: [malformed(name, lineOf.get(overlap)!, 'another record has the same addresses')] };
  return { value: { chunks: joinChunks(chunks), ...(entry === undefined ? {} : { entry }) }, diagnostics: [] };
}

function malformed(name: string, line: number, what: string): Diagnostic {
  return {
    code: 'LNK010',
    severity: 'error',
    what: `malformed Intel HEX file: ${what}`,
    at: { file: name, line },
    fix: 'make the file again; it may have been cut or changed by an editor',
  };
}
