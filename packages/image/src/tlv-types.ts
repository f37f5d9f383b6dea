/**
 * The TLV types that MCUboot defines: name, sizes of the data, and the area where they count. Vendors' types and unknown
 * ones have no row; they may lie in either area and hold anything. Source: MCUboot, boot/bootutil/include/bootutil/image.h.
 */
import * as abi from '@kickstage/abi/image';

export interface TlvType {
  readonly type: number;
  readonly name: string;
  /** Sizes that the data may have; absent where any will do. */
  readonly sizes?: readonly number[];
  /** Where a bootloader looks for it. */
  readonly area: 'protected' | 'unprotected';
  /** Whether several of them contradict each other. */
  readonly once?: true;
}

const row = (type: number, name: string, area: TlvType['area'], sizes?: readonly number[], once?: true): TlvType => ({
  type,
  name,
  area,
  ...(sizes ? { sizes } : {}),
  ...(once ? { once } : {}),
});

export const TLV_TYPES: readonly TlvType[] = [
  row(abi.TLV_KEYHASH, 'KEYHASH', 'unprotected', [abi.SHA256_SIZE, abi.SHA384_SIZE, abi.SHA512_SIZE]),
  row(abi.TLV_PUBKEY, 'PUBKEY', 'unprotected'),
  row(abi.TLV_SHA256, 'SHA256', 'unprotected', [abi.SHA256_SIZE], true),
  row(abi.TLV_SHA384, 'SHA384', 'unprotected', [abi.SHA384_SIZE], true),
  row(abi.TLV_SHA512, 'SHA512', 'unprotected', [abi.SHA512_SIZE], true),
  row(abi.TLV_RSA2048_PSS, 'RSA2048_PSS', 'unprotected', [256]),
  row(abi.TLV_ECDSA224, 'ECDSA224', 'unprotected'),
  row(abi.TLV_ECDSA_SIG, 'ECDSA_SIG', 'unprotected'),
  row(abi.TLV_RSA3072_PSS, 'RSA3072_PSS', 'unprotected', [384]),
  row(abi.TLV_ED25519, 'ED25519', 'unprotected', [abi.ED25519_SIGNATURE_SIZE]),
  row(abi.TLV_SIG_PURE, 'SIG_PURE', 'unprotected', [1], true),
  row(abi.TLV_ENC_RSA2048, 'ENC_RSA2048', 'unprotected', [256]),
  row(abi.TLV_ENC_KW, 'ENC_KW', 'unprotected', [24, 40]),
  row(abi.TLV_ENC_EC256, 'ENC_EC256', 'unprotected', [113, 129]),
  row(abi.TLV_ENC_X25519, 'ENC_X25519', 'unprotected', [80, 96]),
  row(abi.TLV_ENC_X25519_SHA512, 'ENC_X25519_SHA512', 'unprotected', [112, 128]),
  row(abi.TLV_DEPENDENCY, 'DEPENDENCY', 'protected', [abi.TLV_DEPENDENCY_SIZE]),
  row(abi.TLV_SEC_CNT, 'SEC_CNT', 'protected', [4], true),
  row(abi.TLV_BOOT_RECORD, 'BOOT_RECORD', 'protected'),
  row(abi.TLV_DECOMP_SIZE, 'DECOMP_SIZE', 'protected', [4], true),
  row(abi.TLV_DECOMP_SHA, 'DECOMP_SHA', 'protected', [abi.SHA256_SIZE, abi.SHA384_SIZE, abi.SHA512_SIZE], true),
  row(abi.TLV_DECOMP_SIGNATURE, 'DECOMP_SIGNATURE', 'protected', undefined, true),
  row(abi.TLV_COMP_DEC_SIZE, 'COMP_DEC_SIZE', 'protected', [4], true),
  row(abi.TLV_UUID_VID, 'UUID_VID', 'protected', [16], true),
  row(abi.TLV_UUID_CID, 'UUID_CID', 'protected', [16], true),
];

const BY_TYPE = new Map(TLV_TYPES.map((entry) => [entry.type, entry]));

export function findTlvType(type: number): TlvType | undefined {
  return BY_TYPE.get(type);
}

/** Whether vendors may give it a meaning: xxA0 to xxFF without FFFF. */
export function isVendorType(type: number): boolean {
  return (type & 0xff) >= abi.TLV_VENDOR_FIRST && type !== abi.TLV_ANY;
}

/** `SHA256 (0x0010)`, `vendor 0x00A0`, `unknown 0x0099`. */
export function printTlvType(type: number): string {
  const digits = `0x${type.toString(16).toUpperCase().padStart(4, '0')}`;
  const name = findTlvType(type)?.name;
  if (name !== undefined) return `${name} (${digits})`;
  return `${isVendorType(type) ? 'vendor' : 'unknown'} ${digits}`;
}
