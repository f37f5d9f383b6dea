/**
 * Reads images strictly. Whatever contradicts the format is a diagnostic with its offset; what can be read behind a fault is
 * read, so that all faults come at once. No byte outside is touched: every size is held against the bytes there are before
 * it is used. What the parts mean is not judged here: see review.ts and verify.ts.
 */
import * as abi from '@kickstage/abi/image';
import { ByteReader } from '@kickstage/base/bytes';
import type { Checked, Diagnostic } from '@kickstage/base/diagnostic';
import { formatSize } from '@kickstage/base/hex';
import type { Image, ImageHeader, ImageVersion, Tlv } from './image.ts';
import { type Fault, imageDiagnostic, printHalf, printOffset } from './image-diagnostic.ts';
import { findTlvType, printTlvType } from './tlv-types.ts';

export interface DecodedImage {
  readonly image: Image;
  /** Bytes that the image has, TLVs included. */
  readonly size: number;
  /** What follows the image in the file: padding and a slot's trailer, or nothing. */
  readonly rest: Uint8Array;
}

/** Whether the bytes begin as an image does. */
export function looksLikeImage(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && new ByteReader(bytes).u32(0) === abi.IMAGE_MAGIC;
}

/**
 * The image at the beginning of `bytes`, or what is wrong with it; `file` is how it is called in diagnostics. The arrays in
 * the value are views of `bytes`, not copies.
 */
export function decodeImage(bytes: Uint8Array, file: string): Checked<DecodedImage> {
  const decoder = new Decoder(bytes, file);
  const value = decoder.decode();
  return decoder.diagnostics.length === 0 && value ? { value, diagnostics: [] } : { diagnostics: decoder.diagnostics };
}

const CUT_SHORT = { why: 'the file is cut short, or the size is wrong', fix: 'copy the file again, or build it again' };
const REBUILD = 'build and sign the image again';

interface Area {
  readonly tlvs: Tlv[];
  readonly end: number;
}

class Decoder {
  readonly diagnostics: Diagnostic[] = [];
  private readonly reader: ByteReader;
  private readonly file: string;

  constructor(bytes: Uint8Array, file: string) {
    this.reader = new ByteReader(bytes);
    this.file = file;
  }

  decode(): DecodedImage | undefined {
    const header = this.readHeader();
    if (!header) return undefined;
    const bodyEnd = header.headerSize + header.bodySize;
    if (!this.has(0, bodyEnd, 'the body', abi.IMAGE_HEADER_BODY_SIZE)) return undefined;
    const isProtected = header.protectedSize !== 0;
    const first = isProtected ? this.readProtected(bodyEnd, header.protectedSize) : undefined;
    if (isProtected && !first) return undefined;
    const second = this.readArea(first?.end ?? bodyEnd, abi.TLV_INFO_MAGIC);
    if (!second) return undefined;
    const { reader } = this;
    const image: Image = {
      header,
      padding: reader.slice(abi.IMAGE_HEADER_SIZE, header.headerSize - abi.IMAGE_HEADER_SIZE),
      body: reader.slice(header.headerSize, header.bodySize),
      ...(first ? { protectedTlvs: first.tlvs } : {}),
      unprotectedTlvs: second.tlvs,
    };
    return { image, size: second.end, rest: reader.slice(second.end, reader.length - second.end) };
  }

  private fault(code: string, fault: Fault): undefined {
    this.diagnostics.push(imageDiagnostic(this.file, code, fault));
    return undefined;
  }

  /** Whether `size` bytes from `offset` on are there; if not, that is a fault of the size that stands at `place`. */
  private has(offset: number, size: number, what: string, place: number): boolean {
    const { length } = this.reader;
    if (offset + size <= length) return true;
    const got = `${what} ends at ${printOffset(offset + size)}; the file has ${formatSize(length)}`;
    this.fault('IMG002', { what: 'the image is cut short', offset: place, got, ...CUT_SHORT });
    return false;
  }

  private readHeader(): ImageHeader | undefined {
    const { reader } = this;
    if (reader.length === 0) {
      const why = 'an image begins with a header of 32 bytes';
      return this.fault('IMG001', { what: 'the file is empty', offset: 0, got: '0 bytes', why, fix: REBUILD });
    }
    if (reader.length < 4 || reader.u32(0) !== abi.IMAGE_MAGIC) return this.noImage();
    if (!this.has(0, abi.IMAGE_HEADER_SIZE, 'the header', 0)) return undefined;
    const header: ImageHeader = {
      loadAddress: reader.u32(abi.IMAGE_HEADER_LOAD_ADDRESS),
      headerSize: reader.u16(abi.IMAGE_HEADER_HEADER_SIZE),
      protectedSize: reader.u16(abi.IMAGE_HEADER_PROTECTED_SIZE),
      bodySize: reader.u32(abi.IMAGE_HEADER_BODY_SIZE),
      flags: reader.u32(abi.IMAGE_HEADER_FLAGS),
      version: readVersion(reader, abi.IMAGE_HEADER_VERSION),
      reserved: reader.u32(abi.IMAGE_HEADER_RESERVED),
    };
    return this.checkSizes(header) ? header : undefined;
  }

  private noImage(): undefined {
    const { reader } = this;
    const begins = [...reader.bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const isOld = reader.length >= 4 && reader.u32(0) === abi.IMAGE_MAGIC_V1;
    return this.fault('IMG001', {
      what: isOld ? 'this is an image of format 1, of 2016' : "this is no image in MCUboot's format",
      offset: 0,
      got: begins,
      why: 'an image begins with 3d b8 f3 96',
      fix: isOld ? 'sign the firmware again with a tool of today' : 'sign the firmware first: kickstage sign',
    });
  }

  private checkSizes({ headerSize, protectedSize }: ImageHeader): boolean {
    const least = abi.IMAGE_HEADER_SIZE;
    if (headerSize < least) {
      this.fault('IMG003', {
        what: 'the header is smaller than its fields',
        offset: abi.IMAGE_HEADER_HEADER_SIZE,
        got: `header size ${headerSize}`,
        why: `the fields take ${least} bytes`,
        fix: REBUILD,
      });
    }
    const isShort = protectedSize > 0 && protectedSize < abi.TLV_INFO_SIZE;
    if (isShort) {
      this.fault('IMG003', {
        what: 'the protected TLV area is smaller than its info record',
        offset: abi.IMAGE_HEADER_PROTECTED_SIZE,
        got: `${protectedSize} bytes`,
        why: `the info record has ${abi.TLV_INFO_SIZE} bytes, and is counted`,
        fix: REBUILD,
      });
    }
    return headerSize >= least && !isShort;
  }

  /** The protected area, which the header and the area's own record must give the same size. */
  private readProtected(start: number, size: number): Area | undefined {
    const area = this.readArea(start, abi.TLV_PROTECTED_INFO_MAGIC);
    if (!area || area.end - start === size) return area;
    return this.fault('IMG004', {
      what: 'the header and the protected TLV area give different sizes',
      offset: start + 2,
      got: `${area.end - start} bytes; the header says ${size} at offset ${printOffset(abi.IMAGE_HEADER_PROTECTED_SIZE)}`,
      why: 'the signature covers what the header says',
      fix: REBUILD,
    });
  }

  private readArea(start: number, magic: number): Area | undefined {
    const { reader } = this;
    const name = magic === abi.TLV_INFO_MAGIC ? 'TLV area' : 'protected TLV area';
    if (!this.has(start, abi.TLV_INFO_SIZE, `the info record of the ${name}`, start)) return undefined;
    const found = reader.u16(start);
    if (found !== magic) {
      return this.fault('IMG004', {
        what: `there is no ${name} where it should begin`,
        offset: start,
        got: `${printHalf(found)}${describeMagic(found)}`,
        why: `its info record begins with ${printHalf(magic)}`,
        fix: 'copy the file again, or build it again',
      });
    }
    const size = reader.u16(start + 2);
    if (size < abi.TLV_INFO_SIZE) {
      return this.fault('IMG004', {
        what: `the ${name} is smaller than its info record`,
        offset: start + 2,
        got: `${size} bytes`,
        why: `the info record has ${abi.TLV_INFO_SIZE} bytes, and is counted`,
        fix: REBUILD,
      });
    }
    if (!this.has(start, size, `the ${name}`, start + 2)) return undefined;
    const tlvs = this.readEntries(start + abi.TLV_INFO_SIZE, start + size);
    return tlvs && { tlvs, end: start + size };
  }

  private readEntries(start: number, end: number): Tlv[] | undefined {
    const { reader } = this;
    const tlvs: Tlv[] = [];
    for (let at = start; at < end; ) {
      if (end - at < abi.TLV_ENTRY_SIZE) return this.overrun(at, 'the beginning of an entry', end - at);
      const type = reader.u16(at);
      const size = reader.u16(at + 2);
      const dataAt = at + abi.TLV_ENTRY_SIZE;
      if (size > end - dataAt) {
        return this.overrun(at + 2, `${printTlvType(type)} of ${formatSize(size)}`, end - dataAt);
      }
      this.checkEntry(type, size, at);
      tlvs.push({ type, data: reader.slice(dataAt, size) });
      at = dataAt + size;
    }
    return tlvs;
  }

  private overrun(offset: number, what: string, left: number): undefined {
    return this.fault('IMG005', {
      what: 'an entry leaves its TLV area',
      offset,
      got: `${what}; the area has ${formatSize(left)} left`,
      why: 'a bootloader that followed it would read elsewhere',
      fix: 'copy the file again, or build it again',
    });
  }

  private checkEntry(type: number, size: number, offset: number): void {
    if (type === abi.TLV_ANY) {
      const why = 'bootloaders use this number to mean any type';
      const what = 'an entry has the type 0xFFFF';
      this.fault('IMG006', { what, offset, got: formatSize(size), why, fix: REBUILD });
    }
    const sizes = findTlvType(type)?.sizes;
    if (sizes === undefined || sizes.includes(size)) return;
    this.fault('IMG006', {
      what: `${printTlvType(type)} has the wrong size`,
      offset: offset + 2,
      got: formatSize(size),
      why: `its data has ${sizes.join(' or ')} bytes`,
      fix: REBUILD,
    });
  }
}

function describeMagic(value: number): string {
  if (value === abi.TLV_INFO_MAGIC)
    return ', which begins the unprotected area: the header says there is a protected one';
  if (value === abi.TLV_PROTECTED_INFO_MAGIC) return ', which begins the protected area: the header says there is none';
  return '';
}

/** Eight bytes. */
export function readVersion(reader: ByteReader, offset: number): ImageVersion {
  return {
    major: reader.u8(offset + abi.IMAGE_VERSION_MAJOR),
    minor: reader.u8(offset + abi.IMAGE_VERSION_MINOR),
    revision: reader.u16(offset + abi.IMAGE_VERSION_REVISION),
    build: reader.u32(offset + abi.IMAGE_VERSION_BUILD),
  };
}
