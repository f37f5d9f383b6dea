/** Images to bytes. What `decodeImage` took apart becomes the same bytes again. */
import * as abi from '@kickstage/abi/image';
import { ByteWriter } from '@kickstage/base/bytes';
import { invariant } from '@kickstage/base/invariant';
import type { Image, ImageHeader, ImageVersion, Tlv } from './image.ts';

/** The whole image. */
export function writeImage(image: Image): Uint8Array {
  return new ByteWriter(image.body.length + 1024)
    .append(writeSignedPart(image))
    .append(writeTlvArea(abi.TLV_INFO_MAGIC, image.unprotectedTlvs))
    .toBytes();
}

/** What is hashed and signed: header, padding, body, and the protected TLV area with its info record. */
export function writeSignedPart({ header, padding, body, protectedTlvs }: Image): Uint8Array {
  invariant(header.headerSize === abi.IMAGE_HEADER_SIZE + padding.length, 'the padding fills the header');
  invariant(header.bodySize === body.length, 'the header has the size of the body');
  const area = protectedTlvs ? writeTlvArea(abi.TLV_PROTECTED_INFO_MAGIC, protectedTlvs) : new Uint8Array(0);
  invariant(header.protectedSize === area.length, 'the header has the size of the protected area');
  return new ByteWriter(header.headerSize + body.length + area.length)
    .append(writeHeader(header))
    .append(padding)
    .append(body)
    .append(area)
    .toBytes();
}

function writeHeader(header: ImageHeader): Uint8Array {
  return new ByteWriter(abi.IMAGE_HEADER_SIZE)
    .u32(abi.IMAGE_MAGIC)
    .u32(header.loadAddress)
    .u16(header.headerSize)
    .u16(header.protectedSize)
    .u32(header.bodySize)
    .u32(header.flags)
    .append(writeVersion(header.version))
    .u32(header.reserved)
    .toBytes();
}

/** Eight bytes. */
export function writeVersion({ major, minor, revision, build }: ImageVersion): Uint8Array {
  return new ByteWriter(abi.IMAGE_VERSION_SIZE).u8(major).u8(minor).u16(revision).u32(build).toBytes();
}

/** Bytes of an area that holds these entries, its info record included. */
export function tlvAreaSize(tlvs: readonly Tlv[]): number {
  return tlvs.reduce((sum, { data }) => sum + abi.TLV_ENTRY_SIZE + data.length, abi.TLV_INFO_SIZE);
}

function writeTlvArea(magic: number, tlvs: readonly Tlv[]): Uint8Array {
  const size = tlvAreaSize(tlvs);
  invariant(size <= 0xffff, 'a TLV area has at most 65535 bytes');
  const writer = new ByteWriter(size).u16(magic).u16(size);
  for (const { type, data } of tlvs) writer.u16(type).u16(data.length).append(data);
  return writer.toBytes();
}
