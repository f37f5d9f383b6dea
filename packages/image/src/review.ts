/**
 * What can be said against an image that is well-formed: entries that contradict each other or lie where no bootloader looks
 * for them, flags that nobody knows, bytes that nothing covers. Errors are what makes bootloaders disagree on it.
 */
import * as abi from '@kickstage/abi/image';
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { formatSize } from '@kickstage/base/hex';
import type { DecodedImage } from './decode.ts';
import type { Image, Tlv } from './image.ts';
import { type Fault, imageDiagnostic, printWord } from './image-diagnostic.ts';
import { findTlvType, printTlvType } from './tlv-types.ts';
import { isErased, readTrailer } from './trailer.ts';

type Finding = Fault & { readonly code: string };

/** An entry with its place in the image. */
export interface PlacedTlv extends Tlv {
  /** Of the entry's four bytes; its data follows. */
  readonly offset: number;
  readonly isProtected: boolean;
}

/** All entries in the order in which they lie in the image. */
export function placedTlvs({ header, protectedTlvs, unprotectedTlvs }: Image): PlacedTlv[] {
  const start = header.headerSize + header.bodySize;
  return [
    ...place(protectedTlvs ?? [], start + abi.TLV_INFO_SIZE, true),
    ...place(unprotectedTlvs, start + header.protectedSize + abi.TLV_INFO_SIZE, false),
  ];
}

function place(tlvs: readonly Tlv[], start: number, isProtected: boolean): PlacedTlv[] {
  let at = start;
  return tlvs.map((tlv) => {
    const offset = at;
    at += abi.TLV_ENTRY_SIZE + tlv.data.length;
    return { ...tlv, offset, isProtected };
  });
}

/** Errors and warnings; `file` is how the image is called. */
export function reviewImage(decoded: DecodedImage, file: string): Diagnostic[] {
  const { image } = decoded;
  const tlvs = placedTlvs(image);
  const findings = [
    ...misplaced(tlvs),
    ...repeated(tlvs),
    ...pureMark(tlvs),
    ...flags(image),
    ...reserved(image),
    ...rest(decoded),
  ];
  findings.sort((a, b) => a.offset - b.offset);
  return findings.map(({ code, ...fault }) => imageDiagnostic(file, code, fault));
}

function misplaced(tlvs: readonly PlacedTlv[]): Finding[] {
  return tlvs.flatMap(({ type, offset, isProtected }): Finding[] => {
    const known = findTlvType(type);
    if (known === undefined || (known.area === 'protected') === isProtected) return [];
    return [
      {
        code: 'IMG007',
        severity: isProtected ? 'error' : 'warning',
        what: `${printTlvType(type)} lies in the ${isProtected ? 'protected' : 'unprotected'} area`,
        offset,
        got: 'this entry',
        why: isProtected
          ? 'a hash or signature cannot cover itself'
          : 'nothing covers it: anybody can change it, and bootloaders must not believe it',
        fix: `make the image with a tool that puts it into the ${known.area} area`,
      },
    ];
  });
}

function repeated(tlvs: readonly PlacedTlv[]): Finding[] {
  return tlvs.flatMap(({ type, offset }, i): Finding[] => {
    const first = tlvs.findIndex((other) => other.type === type);
    if (first === i || !findTlvType(type)?.once) return [];
    return [
      {
        code: 'IMG008',
        what: `${printTlvType(type)} is there more than once`,
        offset,
        got: `this entry; the first one is at offset 0x${tlvs[first].offset.toString(16).toUpperCase()}`,
        why: 'some bootloaders take the first one, others the last',
        fix: 'make the image again',
      },
    ];
  });
}

function pureMark(tlvs: readonly PlacedTlv[]): Finding[] {
  const mark = tlvs.find(({ type }) => type === abi.TLV_SIG_PURE);
  if (mark === undefined || mark.data[0] === 1) return [];
  return [
    {
      code: 'IMG009',
      what: 'SIG_PURE is neither absent nor 1',
      offset: mark.offset + abi.TLV_ENTRY_SIZE,
      got: String(mark.data[0]),
      why: 'what the signature covers is not said',
      fix: 'make the image again',
    },
  ];
}

const ENCRYPTED = abi.IMAGE_FLAG_ENCRYPTED_AES128 | abi.IMAGE_FLAG_ENCRYPTED_AES256;
const PLACED = abi.IMAGE_FLAG_RAM_LOAD | abi.IMAGE_FLAG_ROM_FIXED;
const COMPRESSED = abi.IMAGE_FLAG_LZMA1 | abi.IMAGE_FLAG_LZMA2;
const KNOWN =
  ENCRYPTED | PLACED | COMPRESSED | abi.IMAGE_FLAG_PIC | abi.IMAGE_FLAG_NON_BOOTABLE | abi.IMAGE_FLAG_ARM_THUMB_FILTER;

/** Pairs of which an image has one at most. */
const EXCLUSIVE: readonly (readonly [flags: number, names: string])[] = [
  [ENCRYPTED, 'ENCRYPTED_AES128 and ENCRYPTED_AES256'],
  [PLACED, 'RAM_LOAD and ROM_FIXED'],
  [COMPRESSED, 'COMPRESSED_LZMA1 and COMPRESSED_LZMA2'],
];

function flags({ header }: Image): Finding[] {
  const at = {
    code: 'IMG009',
    offset: abi.IMAGE_HEADER_FLAGS,
    got: printWord(header.flags),
    fix: 'make the image again',
  };
  const both = EXCLUSIVE.filter(([pair]) => (header.flags & pair) === pair).map(
    ([, names]): Finding => ({ ...at, what: `the flags ${names} are both set`, why: 'one excludes the other' }),
  );
  const unknown = (header.flags & ~KNOWN) >>> 0;
  if (unknown === 0) return both;
  const why = 'a bootloader that knows them may treat the image in another way';
  return [...both, { ...at, severity: 'warning', what: `the flags have unknown bits: ${printWord(unknown)}`, why }];
}

function reserved({ header }: Image): Finding[] {
  if (header.reserved === 0) return [];
  return [
    {
      code: 'IMG009',
      severity: 'warning',
      what: "the header's reserved word is not 0",
      offset: abi.IMAGE_HEADER_RESERVED,
      got: printWord(header.reserved),
      why: 'it has no meaning yet',
      fix: 'make the image again',
    },
  ];
}

function rest({ rest: bytes, size }: DecodedImage): Finding[] {
  if (isErased(bytes) || readTrailer(bytes)) return [];
  return [
    {
      code: 'IMG010',
      severity: 'warning',
      what: 'bytes follow the image',
      offset: size,
      got: `${formatSize(bytes.length)} that are no erased flash and no trailer`,
      why: 'neither hash nor signature covers them',
      fix: 'cut them off, if they are not wanted',
    },
  ];
}
