/**
 * Firmware images in MCUboot's format: header, body, TLV areas; and the trailer at a slot's end. Constants only; compiled
 * by both the host's and the firmware's compiler. Byte tables: docs/formats/image.md. Numbers are little-endian; offsets
 * are from the start of what they belong to. Source: MCUboot, docs/design.md, "Image format", "Image trailer".
 */

// Header: 32 bytes, then padding up to its size field.
export const IMAGE_MAGIC: u32 = 0x96f3b83d;
/** Format 1, of 2016: not supported. */
export const IMAGE_MAGIC_V1: u32 = 0x96f3b83c;
export const IMAGE_HEADER_SIZE: u32 = 32;
export const IMAGE_HEADER_MAGIC: u32 = 0;
/** Where a RAM_LOAD image goes, or where a ROM_FIXED image must lie; else 0. */
export const IMAGE_HEADER_LOAD_ADDRESS: u32 = 4;
/** u16: bytes before the body, padding included. */
export const IMAGE_HEADER_HEADER_SIZE: u32 = 8;
/** u16: bytes of the protected TLV area with its info record; 0 where there is none. */
export const IMAGE_HEADER_PROTECTED_SIZE: u32 = 10;
/** u32: bytes of the body. */
export const IMAGE_HEADER_BODY_SIZE: u32 = 12;
export const IMAGE_HEADER_FLAGS: u32 = 16;
/** u8 major, u8 minor, u16 revision, u32 build. */
export const IMAGE_HEADER_VERSION: u32 = 20;
export const IMAGE_HEADER_RESERVED: u32 = 28;

export const IMAGE_FLAG_PIC: u32 = 0x1;
export const IMAGE_FLAG_ENCRYPTED_AES128: u32 = 0x4;
export const IMAGE_FLAG_ENCRYPTED_AES256: u32 = 0x8;
export const IMAGE_FLAG_NON_BOOTABLE: u32 = 0x10;
export const IMAGE_FLAG_RAM_LOAD: u32 = 0x20;
export const IMAGE_FLAG_ROM_FIXED: u32 = 0x100;
export const IMAGE_FLAG_LZMA1: u32 = 0x200;
export const IMAGE_FLAG_LZMA2: u32 = 0x400;
export const IMAGE_FLAG_ARM_THUMB_FILTER: u32 = 0x800;

// Version within the header and within a dependency.
export const IMAGE_VERSION_SIZE: u32 = 8;
export const IMAGE_VERSION_MAJOR: u32 = 0;
export const IMAGE_VERSION_MINOR: u32 = 1;
export const IMAGE_VERSION_REVISION: u32 = 2;
export const IMAGE_VERSION_BUILD: u32 = 4;

// A TLV area: an info record (u16 magic, u16 size of the area with this record), then entries (u16 type, u16 size, data).
export const TLV_INFO_MAGIC: u32 = 0x6907;
export const TLV_PROTECTED_INFO_MAGIC: u32 = 0x6908;
export const TLV_INFO_SIZE: u32 = 4;
export const TLV_ENTRY_SIZE: u32 = 4;

export const TLV_KEYHASH: u32 = 0x01;
export const TLV_PUBKEY: u32 = 0x02;
export const TLV_SHA256: u32 = 0x10;
export const TLV_SHA384: u32 = 0x11;
export const TLV_SHA512: u32 = 0x12;
export const TLV_RSA2048_PSS: u32 = 0x20;
export const TLV_ECDSA224: u32 = 0x21;
export const TLV_ECDSA_SIG: u32 = 0x22;
export const TLV_RSA3072_PSS: u32 = 0x23;
export const TLV_ED25519: u32 = 0x24;
export const TLV_SIG_PURE: u32 = 0x25;
export const TLV_ENC_RSA2048: u32 = 0x30;
export const TLV_ENC_KW: u32 = 0x31;
export const TLV_ENC_EC256: u32 = 0x32;
export const TLV_ENC_X25519: u32 = 0x33;
export const TLV_ENC_X25519_SHA512: u32 = 0x34;
export const TLV_DEPENDENCY: u32 = 0x40;
export const TLV_SEC_CNT: u32 = 0x50;
export const TLV_BOOT_RECORD: u32 = 0x60;
export const TLV_DECOMP_SIZE: u32 = 0x70;
export const TLV_DECOMP_SHA: u32 = 0x71;
export const TLV_DECOMP_SIGNATURE: u32 = 0x72;
export const TLV_COMP_DEC_SIZE: u32 = 0x73;
export const TLV_UUID_VID: u32 = 0x74;
export const TLV_UUID_CID: u32 = 0x75;
/** Vendors' types: those whose low byte is this or above, but for TLV_ANY. */
export const TLV_VENDOR_FIRST: u32 = 0xa0;
/** No type of an entry. */
export const TLV_ANY: u32 = 0xffff;

export const SHA256_SIZE: u32 = 32;
export const SHA384_SIZE: u32 = 48;
export const SHA512_SIZE: u32 = 64;
export const ED25519_SIGNATURE_SIZE: u32 = 64;
/** The longest DER form of two 256-bit numbers, to which old tools pad with zeros. */
export const P256_SIGNATURE_MAX_SIZE: u32 = 72;

// Data of a DEPENDENCY: u8 image number, 3 bytes 0, version.
export const TLV_DEPENDENCY_SIZE: u32 = 12;
export const TLV_DEPENDENCY_IMAGE: u32 = 0;
export const TLV_DEPENDENCY_VERSION: u32 = 4;

// Trailer, from the slot's end down, where A is the alignment (8 to 32): magic, image_ok, copy_done, swap_info, swap_size.
export const TRAILER_MAGIC_SIZE: u32 = 16;
/** The magic's words where A is 8. */
export const TRAILER_MAGIC_0: u32 = 0xf395c277;
export const TRAILER_MAGIC_1: u32 = 0x7fefd260;
export const TRAILER_MAGIC_2: u32 = 0x0f505235;
export const TRAILER_MAGIC_3: u32 = 0x8079b62c;
/** The magic's words where A is above 8; A stands in the lower half of the first. */
export const TRAILER_ALIGNED_MAGIC_0: u32 = 0xe12d0000;
export const TRAILER_ALIGNED_MAGIC_1: u32 = 0x0b41295d;
export const TRAILER_ALIGNED_MAGIC_2: u32 = 0x9c67778d;
export const TRAILER_ALIGNED_MAGIC_3: u32 = 0x8a1f0f11;
export const TRAILER_MIN_ALIGNMENT: u32 = 8;
export const TRAILER_MAX_ALIGNMENT: u32 = 32;
/** Value of image_ok and copy_done once they are set; an erased byte before. */
export const TRAILER_FLAG_SET: u32 = 0x01;
// swap_info: kind in bits 0..3, image number in bits 4..7.
export const SWAP_NONE: u32 = 1;
export const SWAP_TEST: u32 = 2;
export const SWAP_PERMANENT: u32 = 3;
export const SWAP_REVERT: u32 = 4;
export const SWAP_IMAGE_SHIFT: u32 = 4;
/** Sectors of a slot for which a trailer has status records, unless told otherwise. */
export const TRAILER_DEFAULT_SECTORS: u32 = 128;
