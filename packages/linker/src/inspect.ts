/** Says what is in a file of firmware: ELF, Intel HEX, UF2, or a raw image that begins with a vector table. */
import type { Checked } from '@kickstage/base/diagnostic';
import { looksLikeElf, readElf } from '@kickstage/elf/read';
import { SHF_ALLOC } from '@kickstage/elf/types';
import type { Chunk } from './chunk.ts';
import { fromHex } from './formats/hex.ts';
import { fromUf2, looksLikeUf2 } from './formats/uf2.ts';

export interface FileDescription {
  readonly format: 'ELF' | 'Intel HEX' | 'UF2' | 'raw image';
  readonly fileSize: number;
  /** Runs of bytes that go to flash. */
  readonly chunks: readonly { readonly address: number; readonly size: number }[];
  readonly sections: readonly { readonly name: string; readonly address: number; readonly size: number }[];
  /** First two words, when they look like a vector table's. */
  readonly vectors?: { readonly stackPointer: number; readonly resetHandler: number };
  readonly entry?: number;
  /** UF2 family. */
  readonly family?: number;
  readonly symbolCount?: number;
}

export function describeFile(bytes: Uint8Array, name: string): Checked<FileDescription> {
  if (looksLikeElf(bytes)) return describeElf(bytes, name);
  if (looksLikeUf2(bytes)) {
    const { value, diagnostics } = fromUf2(bytes, name);
    if (!value) return { diagnostics };
    return ok({
      ...describeChunks('UF2', bytes, value.chunks),
      ...(value.family === undefined ? {} : { family: value.family }),
    });
  }
  if (bytes[0] === 0x3a) {
    const { value, diagnostics } = fromHex(new TextDecoder().decode(bytes), name);
    if (!value) return { diagnostics };
    return ok({
      ...describeChunks('Intel HEX', bytes, value.chunks),
      ...(value.entry === undefined ? {} : { entry: value.entry }),
    });
  }
  return describeRaw(bytes, name);
}

const ok = (value: FileDescription): Checked<FileDescription> => ({ value, diagnostics: [] });

function describeElf(bytes: Uint8Array, name: string): Checked<FileDescription> {
  const { value: elf, diagnostics } = readElf(bytes, name);
  if (!elf) return { diagnostics };
  const chunks = elf.segments.map(({ loadAddress, bytes: content }) => ({ address: loadAddress, bytes: content }));
  const sections = elf.sections.filter(({ flags, size }) => (flags & SHF_ALLOC) !== 0 && size > 0);
  return ok({
    ...describeChunks(
      'ELF',
      bytes,
      chunks.filter((chunk) => chunk.bytes.length > 0),
    ),
    sections: sections.map(({ name: section, address, size }) => ({ name: section, address, size })),
    entry: elf.entry,
    symbolCount: elf.symbols.length,
  });
}

function describeChunks(
  format: FileDescription['format'],
  file: Uint8Array,
  chunks: readonly Chunk[],
): FileDescription {
  const vectors = chunks.length > 0 ? vectorsOf(chunks[0].bytes) : undefined;
  return {
    format,
    fileSize: file.length,
    chunks: chunks.map(({ address, bytes }) => ({ address, size: bytes.length })),
    sections: [],
    ...(vectors ? { vectors } : {}),
  };
}

/** Plausible for a Cortex-M: the stack pointer in RAM (0x2...) and aligned, the reset handler odd and in flash. */
function vectorsOf(bytes: Uint8Array): FileDescription['vectors'] {
  if (bytes.length < 8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const stackPointer = view.getUint32(0, true);
  const resetHandler = view.getUint32(4, true);
  const plausible =
    stackPointer >>> 28 === 2 && stackPointer % 4 === 0 && (resetHandler & 1) === 1 && resetHandler < 0x20000000;
  return plausible ? { stackPointer, resetHandler } : undefined;
}

function describeRaw(bytes: Uint8Array, name: string): Checked<FileDescription> {
  const vectors = vectorsOf(bytes);
  if (vectors) return ok({ format: 'raw image', fileSize: bytes.length, chunks: [], sections: [], vectors });
  return {
    diagnostics: [
      {
        code: 'LNK012',
        severity: 'error',
        what: 'this file is no firmware that Kickstage knows',
        at: { file: name },
        got:
          bytes.length === 0
            ? 'an empty file'
            : `it begins with ${[...bytes.slice(0, 8)].map((b) => b.toString(16).padStart(2, '0')).join(' ')}`,
        fix: 'give an ELF, Intel HEX, UF2 or raw image file',
      },
    ],
  };
}
