/** An image as plain values: what `image show` prints, and gives as JSON. Sizes and addresses are numbers, bytes hexadecimal. */
import * as abi from '@kickstage/abi/image';
import { ByteReader } from '@kickstage/base/bytes';
import { type DecodedImage, readVersion } from './decode.ts';
import { printHex } from './hash.ts';
import { type PlacedTlv, placedTlvs } from './review.ts';
import { findTlvType, isVendorType } from './tlv-types.ts';
import { readTrailer, type Trailer } from './trailer.ts';
import { printVersion } from './version.ts';

export interface TlvDescription {
  readonly offset: number;
  readonly area: 'protected' | 'unprotected';
  readonly type: number;
  /** MCUboot's name, `vendor` or `unknown`. */
  readonly name: string;
  readonly size: number;
  readonly data: string;
  /** What the data says, where it is known. */
  readonly meaning?: string;
}

export interface ImageDescription {
  readonly version: string;
  readonly size: number;
  readonly headerSize: number;
  readonly bodySize: number;
  readonly protectedSize: number;
  readonly loadAddress: number;
  readonly flags: readonly string[];
  readonly tlvs: readonly TlvDescription[];
  /** Bytes behind the image. */
  readonly restSize: number;
  readonly trailer?: Trailer;
}

const FLAGS: readonly (readonly [bit: number, name: string])[] = [
  [abi.IMAGE_FLAG_PIC, 'PIC'],
  [abi.IMAGE_FLAG_ENCRYPTED_AES128, 'ENCRYPTED_AES128'],
  [abi.IMAGE_FLAG_ENCRYPTED_AES256, 'ENCRYPTED_AES256'],
  [abi.IMAGE_FLAG_NON_BOOTABLE, 'NON_BOOTABLE'],
  [abi.IMAGE_FLAG_RAM_LOAD, 'RAM_LOAD'],
  [abi.IMAGE_FLAG_ROM_FIXED, 'ROM_FIXED'],
  [abi.IMAGE_FLAG_LZMA1, 'COMPRESSED_LZMA1'],
  [abi.IMAGE_FLAG_LZMA2, 'COMPRESSED_LZMA2'],
  [abi.IMAGE_FLAG_ARM_THUMB_FILTER, 'COMPRESSED_ARM_THUMB'],
];

export function describeImage({ image, size, rest }: DecodedImage): ImageDescription {
  const { header } = image;
  const trailer = readTrailer(rest);
  return {
    version: printVersion(header.version),
    size,
    headerSize: header.headerSize,
    bodySize: header.bodySize,
    protectedSize: header.protectedSize,
    loadAddress: header.loadAddress,
    flags: describeFlags(header.flags),
    tlvs: placedTlvs(image).map(describeTlv),
    restSize: rest.length,
    ...(trailer ? { trailer } : {}),
  };
}

function describeFlags(flags: number): string[] {
  const known = FLAGS.filter(([bit]) => (flags & bit) !== 0);
  const rest = known.reduce((left, [bit]) => left & ~bit, flags) >>> 0;
  return [...known.map(([, name]) => name), ...(rest === 0 ? [] : [`0x${rest.toString(16)}`])];
}

function describeTlv({ type, data, offset, isProtected }: PlacedTlv): TlvDescription {
  const meaning = explain(type, data);
  return {
    offset,
    area: isProtected ? 'protected' : 'unprotected',
    type,
    name: findTlvType(type)?.name ?? (isVendorType(type) ? 'vendor' : 'unknown'),
    size: data.length,
    data: printHex(data),
    ...(meaning === undefined ? {} : { meaning }),
  };
}

/** Entries of known types have their sizes: the decoder takes no others. */
function explain(type: number, data: Uint8Array): string | undefined {
  const reader = new ByteReader(data);
  switch (type) {
    case abi.TLV_SEC_CNT:
      return `security counter ${reader.u32(0)}`;
    case abi.TLV_DEPENDENCY:
      return `needs image ${reader.u8(0)} in version ${printVersion(readVersion(reader, abi.TLV_DEPENDENCY_VERSION))} or later`;
    case abi.TLV_SIG_PURE:
      return data[0] === 1 ? 'the signature is over the image, not over its hash' : undefined;
    case abi.TLV_DECOMP_SIZE:
    case abi.TLV_COMP_DEC_SIZE:
      return `${reader.u32(0)} bytes`;
    default:
      return undefined;
  }
}
