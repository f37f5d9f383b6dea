/** Images for tests, put together byte by byte and not by the encoder. */

export const le16 = (value: number) => [value & 0xff, (value >>> 8) & 0xff];

export const le32 = (value: number) => [...le16(value), ...le16(value >>> 16)];

/** An entry whose data counts up. */
export const tlv = (type: number, size: number) => [...le16(type), ...le16(size), ...counting(size)];

export const tlvArea = (magic: number, ...tlvs: readonly (readonly number[])[]) => [
  ...le16(magic),
  ...le16(4 + tlvs.flat().length),
  ...tlvs.flat(),
];

const counting = (size: number) => Array.from({ length: size }, (_, i) => (i * 7) & 0xff);

export interface ImageParts {
  readonly loadAddress?: number;
  readonly headerSize?: number;
  /** Bytes of the body, which count up. */
  readonly body: number;
  readonly flags?: number;
  /** Eight bytes. */
  readonly version?: readonly number[];
  readonly reserved?: number;
  /** Fills the header. */
  readonly padding?: number;
  readonly protectedArea?: readonly number[];
  readonly area: readonly number[];
  /** Behind the image. */
  readonly rest?: readonly number[];
}

export function image(parts: ImageParts): Uint8Array {
  const { headerSize = 32, protectedArea = [], body, area, rest = [], version = [1, 0, 0, 0, 0, 0, 0, 0] } = parts;
  return Uint8Array.from([
    ...le32(0x96f3b83d),
    ...le32(parts.loadAddress ?? 0),
    ...le16(headerSize),
    ...le16(protectedArea.length),
    ...le32(body),
    ...le32(parts.flags ?? 0),
    ...version,
    ...le32(parts.reserved ?? 0),
    ...Array<number>(headerSize - 32).fill(parts.padding ?? 0xff),
    ...counting(body),
    ...protectedArea,
    ...area,
    ...rest,
  ]);
}
