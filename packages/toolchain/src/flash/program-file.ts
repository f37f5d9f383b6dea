/** The file that a tool takes for a piece. */
import { toUf2 } from '@kickstage/linker/formats/uf2';
import type { Layout } from '@kickstage/memory-map/layout';
import type { ProgramPiece } from './pieces.ts';
import type { FlashTool, ToolTarget } from './tool.ts';

export const programFileName = ({ fileFormat }: FlashTool, piece: ProgramPiece) => `${piece.fileName}.${fileFormat}`;

/** The file's bytes; the piece's must be known. */
export function programFile({ fileFormat }: FlashTool, piece: ProgramPiece, target: ToolTarget): Uint8Array {
  if (fileFormat === 'bin') return piece.bytes!;
  const chunks = [{ address: piece.start, bytes: piece.bytes! }];
  return toUf2(chunks, target.chip.tools!.uf2Family, erasedByteOf(target.layout));
}

const erasedByteOf = ({ flash }: Layout) => flash.erasedByte;
