/**
 * Boot records: what PSA attestation says about a piece of software, in CBOR (RFC 8949). A map of five: 1 kind, 4 version,
 * 5 hash of the signer's key, 6 name of the hash, 2 measurement. The measurement is last and zero: the bootloader puts the
 * image's hash there. Source: MCUboot, docs/design.md, "Measured boot"; PSA Attestation API 1.0, "Software components".
 */
import { ByteWriter } from '@kickstage/base/bytes';
import type { HashName, ImageVersion } from './image.ts';

export const BOOT_RECORD_NAME_SIZE = 12;

const KIND = 1;
const MEASUREMENT = 2;
const VERSION = 4;
const SIGNER = 5;
const HASH_NAME = 6;

const HASH_SIZES: Readonly<Record<HashName, number>> = { sha256: 32, sha384: 48, sha512: 64 };

export interface BootRecord {
  readonly softwareType: string;
  readonly version: ImageVersion;
  readonly hash: HashName;
  readonly signerId: Uint8Array;
}

export function encodeBootRecord({ softwareType, version, hash, signerId }: BootRecord): Uint8Array {
  const { major, minor, revision } = version;
  const writer = new ByteWriter().u8(0xa5);
  writeText(writer.u8(KIND), softwareType);
  writeText(writer.u8(VERSION), `${major}.${minor}.${revision}`);
  writeBytes(writer.u8(SIGNER), 0x40, signerId);
  writeText(writer.u8(HASH_NAME), hash.toUpperCase());
  writeBytes(writer.u8(MEASUREMENT), 0x40, new Uint8Array(HASH_SIZES[hash]));
  return writer.toBytes();
}

function writeText(writer: ByteWriter, text: string): void {
  writeBytes(writer, 0x60, new TextEncoder().encode(text));
}

/** All lengths here are below 256. */
function writeBytes(writer: ByteWriter, major: number, bytes: Uint8Array): void {
  if (bytes.length < 24) writer.u8(major | bytes.length);
  else writer.u8(major | 24).u8(bytes.length);
  writer.append(bytes);
}
