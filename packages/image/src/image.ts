/**
 * A firmware image in MCUboot's format, taken apart: header, body, protected TLVs, unprotected TLVs. What is hashed and
 * signed is everything up to the end of the protected TLVs. Byte tables: docs/formats/image.md; numbers: abi/image.
 *
 * Whatever `decodeImage` accepts `writeImage` gives back byte for byte: unknown TLVs, the padding behind the header and
 * reserved fields are kept.
 */

export interface ImageVersion {
  /** 0 to 255. */
  readonly major: number;
  /** 0 to 255. */
  readonly minor: number;
  /** 0 to 65535. */
  readonly revision: number;
  /** 0 to 4294967295. */
  readonly build: number;
}

/** One entry of a TLV area. `type` and the data's size have 16 bits. */
export interface Tlv {
  readonly type: number;
  readonly data: Uint8Array;
}

export interface ImageHeader {
  readonly loadAddress: number;
  /** Bytes before the body. */
  readonly headerSize: number;
  readonly bodySize: number;
  /** Bytes of the protected TLV area with its info record; 0 where there is none. */
  readonly protectedSize: number;
  readonly flags: number;
  readonly version: ImageVersion;
  /** The header's last word; 0 as tools write it. */
  readonly reserved: number;
}

export interface Image {
  readonly header: ImageHeader;
  /** Bytes between the header's 32 bytes and the body. They are hashed. */
  readonly padding: Uint8Array;
  readonly body: Uint8Array;
  /** Absent where the image has no protected area; an area may be there and hold nothing. */
  readonly protectedTlvs?: readonly Tlv[];
  readonly unprotectedTlvs: readonly Tlv[];
}

/** An image that needs another one, in at least that version. */
export interface Dependency {
  /** 0 to 255: MCUboot's number of the other image. */
  readonly image: number;
  readonly version: ImageVersion;
}

export type HashName = 'sha256' | 'sha384' | 'sha512';
