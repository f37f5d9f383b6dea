/**
 * Describes a module's static data to the code generator: which runs of bytes there are, and which of them are constant
 * by nature. A managed object of AssemblyScript has a header of 20 bytes before the bytes that its address names:
 *
 *    -20 mmInfo   -16 gcInfo   -12 gcInfo2   -8 rtId   -4 rtSize    0 payload
 *
 * mmInfo holds the size of everything after itself. Strings have rtId 2 and never change. Any other object, and the
 * raw blocks of `memory.data`, may be written: the code generator decides between flash and RAM by looking at the code.
 */
import type { Addresses, StaticBlock } from './addresses.ts';

const HEADER_SIZE = 20;
const STRING_ID = 2;

export interface DataBlock extends StaticBlock {
  /** `string` is constant; of `raw` that is not known. */
  readonly kind: 'string' | 'raw';
  /** A power of two that its place must keep: that of its offset, at most 16. */
  readonly alignment: number;
}

/** The blocks of static data in order of their offsets. */
export function describeStaticData(addresses: Addresses): DataBlock[] {
  const targets = [
    ...addresses.inGlobals.values(),
    ...[...addresses.inCode.values()].flatMap((found) => [...found.values()]),
    ...addresses.blocks.flatMap((block) => block.relocations),
  ];
  // A managed object is only ever named by its payload: bytes that merely look like a header are named by their start.
  const raw = new Set(targets.filter(({ addend }) => addend < HEADER_SIZE).map(({ symbol }) => symbol));
  return addresses.blocks.map((block) => ({
    ...block,
    kind: isString(block) && !raw.has(block.symbol) ? 'string' : 'raw',
    alignment: alignmentOf(block.offset),
  }));
}

function isString({ bytes }: StaticBlock): boolean {
  if (bytes.length < HEADER_SIZE) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [mmInfo, gcInfo, gcInfo2, rtId, rtSize] = [0, 4, 8, 12, 16].map((at) => view.getUint32(at, true));
  return (
    mmInfo === bytes.length - 4 &&
    gcInfo === 0 &&
    gcInfo2 === 0 &&
    rtId === STRING_ID &&
    rtSize % 2 === 0 &&
    rtSize <= bytes.length - HEADER_SIZE
  );
}

/** Offsets are from a base of alignment 16. */
function alignmentOf(offset: number): number {
  for (const alignment of [16, 8, 4, 2]) if (offset % alignment === 0) return alignment;
  return 1;
}
