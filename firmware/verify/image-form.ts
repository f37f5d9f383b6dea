/**
 * The form of an image (docs/formats/image.md): header, body, TLV areas. It is strict: every size lies within the slot,
 * areas are filled by their entries exactly, what is there once is there once. Sizes are compared with what is left, so
 * that no sum can overflow. What is found is kept here until the next image is looked at.
 */
import {
  IMAGE_FLAG_ROM_FIXED,
  IMAGE_HEADER_BODY_SIZE,
  IMAGE_HEADER_FLAGS,
  IMAGE_HEADER_HEADER_SIZE,
  IMAGE_HEADER_LOAD_ADDRESS,
  IMAGE_HEADER_MAGIC,
  IMAGE_HEADER_PROTECTED_SIZE,
  IMAGE_HEADER_VERSION,
  IMAGE_MAGIC,
  IMAGE_VERSION_BUILD,
  IMAGE_VERSION_REVISION,
  SHA256_SIZE,
  TLV_ENTRY_SIZE,
  TLV_INFO_MAGIC,
  TLV_INFO_SIZE,
  TLV_PROTECTED_INFO_MAGIC,
  TLV_SEC_CNT,
  TLV_SHA256,
  TLV_SHA384,
  TLV_SHA512,
  TLV_SIG_PURE,
} from 'kickstage/firmware/abi/image';
import { STATUS_NO_IMAGE, STATUS_OK, STATUS_OTHER_SLOT } from 'kickstage/firmware/abi/status';
import { headerSize } from 'kickstage/layout';
import { byteAt, halfAt, windowIsSound, windowSize, wordAt } from './window';

/** Bytes that are hashed: the unprotected area begins behind them. */
let signedSize: u32 = 0;
/** End of the unprotected area. */
let end: u32 = 0;
/** Offset of the hash; 0 while none was found. */
let hashOffset: u32 = 0;
let counter: u32 = 0;
let hasCounter: bool = false;

export function signedPartSize(): u32 {
  return signedSize;
}

/** First entry behind the signed part. */
export function firstEntry(): u32 {
  return signedSize + TLV_INFO_SIZE;
}

export function entriesEnd(): u32 {
  return end;
}

export function hashPlace(): u32 {
  return hashOffset;
}

/** 0 where the image has none. */
export function securityCounter(): u32 {
  return counter;
}

/** Major in bits 24..31, minor in 16..23, revision in 0..15: of the image that is being looked at. */
export function versionNumber(): u32 {
  const at = IMAGE_HEADER_VERSION;
  return (byteAt(at) << 24) | (byteAt(at + 1) << 16) | halfAt(at + IMAGE_VERSION_REVISION);
}

export function versionBuild(): u32 {
  return wordAt(IMAGE_HEADER_VERSION + IMAGE_VERSION_BUILD);
}

/** Looks at the image in the open window, which is to run as `app` in the slot at `place`. STATUS_OK, or why it is refused. */
export function readForm(app: u32, place: usize): u32 {
  hashOffset = 0;
  counter = 0;
  hasCounter = false;
  if (wordAt(IMAGE_HEADER_MAGIC) !== IMAGE_MAGIC) return STATUS_NO_IMAGE;
  const flags = wordAt(IMAGE_HEADER_FLAGS);
  if ((flags & ~IMAGE_FLAG_ROM_FIXED) !== 0) return STATUS_NO_IMAGE;
  if (halfAt(IMAGE_HEADER_HEADER_SIZE) !== headerSize(app)) return STATUS_NO_IMAGE;
  const bodySize = wordAt(IMAGE_HEADER_BODY_SIZE);
  if (bodySize > windowSize() - headerSize(app)) return STATUS_NO_IMAGE;
  signedSize = headerSize(app) + bodySize;
  const protectedSize = halfAt(IMAGE_HEADER_PROTECTED_SIZE);
  if (protectedSize !== 0) {
    if (areaSize(signedSize, TLV_PROTECTED_INFO_MAGIC) !== protectedSize) return STATUS_NO_IMAGE;
    if (!readEntries(signedSize, protectedSize, true)) return STATUS_NO_IMAGE;
    signedSize += protectedSize;
  }
  const size = areaSize(signedSize, TLV_INFO_MAGIC);
  if (size === 0 || !readEntries(signedSize, size, false)) return STATUS_NO_IMAGE;
  end = signedSize + size;
  if (hashOffset === 0 || !windowIsSound()) return STATUS_NO_IMAGE;
  if (flags !== 0 && wordAt(IMAGE_HEADER_LOAD_ADDRESS) !== place) return STATUS_OTHER_SLOT;
  return STATUS_OK;
}

/** Bytes of the area at `at` with its info record; 0 where there is none of that kind within the slot. */
function areaSize(at: u32, magic: u32): u32 {
  const left = windowSize() - at;
  if (left < TLV_INFO_SIZE || halfAt(at) !== magic) return 0;
  const size = halfAt(at + 2);
  return size < TLV_INFO_SIZE || size > left ? 0 : size;
}

/** Whether entries fill the area of `size` bytes, and each is fit to be there. */
function readEntries(at: u32, size: u32, isProtected: bool): bool {
  let left = size - TLV_INFO_SIZE;
  at += TLV_INFO_SIZE;
  while (left !== 0) {
    if (left < TLV_ENTRY_SIZE) return false;
    const type = halfAt(at);
    const length = halfAt(at + 2);
    if (length > left - TLV_ENTRY_SIZE) return false;
    if (!takeEntry(type, at + TLV_ENTRY_SIZE, length, isProtected)) return false;
    at += TLV_ENTRY_SIZE + length;
    left -= TLV_ENTRY_SIZE + length;
  }
  return true;
}

function takeEntry(type: u32, data: u32, length: u32, isProtected: bool): bool {
  if (type === TLV_SEC_CNT) {
    if (!isProtected || hasCounter || length !== 4) return false;
    counter = wordAt(data);
    hasCounter = true;
  } else if (type === TLV_SHA256) {
    if (isProtected || hashOffset !== 0 || length !== SHA256_SIZE) return false;
    hashOffset = data;
  } else if (type === TLV_SHA384 || type === TLV_SHA512 || type === TLV_SIG_PURE) return false;
  return true;
}
