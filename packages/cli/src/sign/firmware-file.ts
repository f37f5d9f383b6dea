/** Firmware from a file as one run of bytes: raw, Intel HEX, ELF or UF2. */
import type { Checked, Diagnostic } from '@kickstage/base/diagnostic';
import { formatAddress, formatSize } from '@kickstage/base/hex';
import { looksLikeElf, readElf } from '@kickstage/elf/read';
import type { Chunk } from '@kickstage/linker/chunk';
import { toBin } from '@kickstage/linker/formats/bin';
import { fromHex } from '@kickstage/linker/formats/hex';
import { fromUf2, looksLikeUf2 } from '@kickstage/linker/formats/uf2';

export interface FirmwareFile {
  readonly format: 'raw' | 'Intel HEX' | 'ELF' | 'UF2';
  /** From the first byte to the last; gaps are filled as erased flash is. */
  readonly bytes: Uint8Array;
  /** Where the first byte goes; undefined in raw files. */
  readonly address?: number;
}

/** More than the flash of any microcontroller, less than what lies between flash and RAM. */
const SPAN_MAX = 16 * 1024 * 1024;

/** `file` is how it is called in diagnostics. */
export function readFirmware(content: Uint8Array, file: string, erasedByte = 0xff): Checked<FirmwareFile> {
  if (looksLikeElf(content)) {
    const { value, diagnostics } = readElf(content, file);
    if (!value) return { diagnostics };
    const chunks = value.segments.map(({ loadAddress, bytes }) => ({ address: loadAddress, bytes }));
    return joined('ELF', chunks, file, erasedByte);
  }
  if (looksLikeUf2(content)) {
    const { value, diagnostics } = fromUf2(content, file);
    return value ? joined('UF2', value.chunks, file, erasedByte) : { diagnostics };
  }
  if (content[0] === 0x3a) {
    const { value, diagnostics } = fromHex(new TextDecoder().decode(content), file);
    return value ? joined('Intel HEX', value.chunks, file, erasedByte) : { diagnostics };
  }
  return { value: { format: 'raw', bytes: content }, diagnostics: [] };
}

function joined(
  format: FirmwareFile['format'],
  all: readonly Chunk[],
  file: string,
  erasedByte: number,
): Checked<FirmwareFile> {
  const chunks = all.filter(({ bytes }) => bytes.length > 0).sort((a, b) => a.address - b.address);
  if (chunks.length === 0) return { value: { format, bytes: new Uint8Array(0) }, diagnostics: [] };
  const { address } = chunks[0];
  const end = Math.max(...chunks.map((chunk) => chunk.address + chunk.bytes.length));
  const overlap = chunks.findIndex(
    (chunk, i) => i > 0 && chunk.address < chunks[i - 1].address + chunks[i - 1].bytes.length,
  );
  if (end - address > SPAN_MAX || overlap > 0) return { diagnostics: [apart(chunks, file, overlap)] };
  return { value: { format, bytes: toBin(chunks, erasedByte).bytes, address }, diagnostics: [] };
}

function apart(chunks: readonly Chunk[], file: string, overlap: number): Diagnostic {
  const places = chunks
    .slice(0, 4)
    .map(({ address, bytes }) => `${formatSize(bytes.length)} at ${formatAddress(address)}`);
  return {
    code: 'CLI044',
    severity: 'error',
    what: overlap > 0 ? 'parts of the firmware overlap' : 'the file holds no one run of firmware',
    at: { file },
    got: `${places.join(', ')}${chunks.length > 4 ? ' …' : ''}`,
    why: 'an image holds one run of bytes',
    fix: 'give a file with the firmware of one slot, and nothing else',
  };
}
