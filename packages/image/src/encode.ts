/**
 * Makes an image of a body: header, protected TLVs, and the digest of both. `finishImage` adds what is not signed. All
 * faults of the input come at once.
 */
import * as abi from '@kickstage/abi/image';
import { ByteWriter } from '@kickstage/base/bytes';
import type { Checked, Diagnostic } from '@kickstage/base/diagnostic';
import { hasErrors } from '@kickstage/base/diagnostic';
import { encodeBootRecord } from './boot-record.ts';
import { looksLikeImage } from './decode.ts';
import { checkInput } from './encode-rules.ts';
import { computeHash, hashTlvType } from './hash.ts';
import type { Dependency, HashName, Image, ImageVersion, Tlv } from './image.ts';
import type { PublicKey } from './keys/key.ts';
import { signatureTlvType } from './signature.ts';
import { tlvAreaSize, writeImage, writeSignedPart, writeVersion } from './write.ts';

export interface ImageInput {
  /** The firmware as it lies behind the header, vector table first. */
  readonly body: Uint8Array;
  /** Bytes before the body: 32 at least, and so many that the vector table behind it is aligned. */
  readonly headerSize: number;
  readonly version: ImageVersion;
  /** Default: sha256. */
  readonly hash?: HashName;
  /** With IMAGE_FLAG_RAM_LOAD where the image goes, with IMAGE_FLAG_ROM_FIXED where it must lie. */
  readonly loadAddress?: number;
  readonly flags?: number;
  /** 0 to 4294967295: the device refuses an image with a lower one than it has seen. */
  readonly securityCounter?: number;
  readonly dependencies?: readonly Dependency[];
  /** What kind of software this is, for PSA attestation: 12 characters at most. */
  readonly softwareType?: string;
  /** Who will sign; named in the boot record. */
  readonly signer?: PublicKey;
  /** Further entries, behind those made of the fields above. */
  readonly protectedTlvs?: readonly Tlv[];
  /** Fills the header behind its fields. Default: 0xff, which flash need not be programmed with. */
  readonly erasedByte?: number;
}

/** An image without hash and signatures. */
export interface UnsignedImage {
  readonly image: Image;
  /** Header, body and protected TLVs: what is hashed, and what a pure signature signs. */
  readonly signedPart: Uint8Array;
  readonly hash: HashName;
  /** Hash of `signedPart`: what a signature signs. */
  readonly digest: Uint8Array;
}

/** A signature as the image will hold it. */
export interface Signature {
  readonly publicKey: PublicKey;
  readonly bytes: Uint8Array;
}

/** `file` is how the body is called in diagnostics. A value may come with warnings. */
export function encodeImage(input: ImageInput, file: string): Checked<UnsignedImage> {
  const protectedTlvs = makeProtectedTlvs(input);
  const diagnostics: Diagnostic[] = [
    ...checkInput(input, protectedTlvs, file),
    ...(looksLikeImage(input.body) ? [signedAlready(file)] : []),
  ];
  if (hasErrors(diagnostics)) return { diagnostics };
  const { body, headerSize, version, hash = 'sha256', erasedByte = 0xff } = input;
  const image: Image = {
    header: {
      loadAddress: input.loadAddress ?? 0,
      headerSize,
      bodySize: body.length,
      protectedSize: protectedTlvs.length === 0 ? 0 : tlvAreaSize(protectedTlvs),
      flags: input.flags ?? 0,
      version,
      reserved: 0,
    },
    padding: new Uint8Array(headerSize - abi.IMAGE_HEADER_SIZE).fill(erasedByte),
    body,
    ...(protectedTlvs.length === 0 ? {} : { protectedTlvs }),
    unprotectedTlvs: [],
  };
  const signedPart = writeSignedPart(image);
  return { value: { image, signedPart, hash, digest: computeHash(hash, signedPart) }, diagnostics };
}

/** In MCUboot's order: counter, boot record, dependencies, others. */
function makeProtectedTlvs(input: ImageInput): Tlv[] {
  const {
    securityCounter,
    softwareType,
    dependencies = [],
    protectedTlvs = [],
    hash = 'sha256',
    version,
    signer,
  } = input;
  const tlvs: Tlv[] = [];
  if (securityCounter !== undefined) {
    tlvs.push({ type: abi.TLV_SEC_CNT, data: new ByteWriter(4).u32(securityCounter).toBytes() });
  }
  if (softwareType !== undefined) {
    const signerId = signer ? computeHash(hash, signer.spki) : new Uint8Array(abi.SHA256_SIZE);
    tlvs.push({ type: abi.TLV_BOOT_RECORD, data: encodeBootRecord({ softwareType, version, hash, signerId }) });
  }
  for (const { image, version: needed } of dependencies) {
    const data = new ByteWriter(abi.TLV_DEPENDENCY_SIZE)
      .u32(image & 0xff)
      .append(writeVersion(needed))
      .toBytes();
    tlvs.push({ type: abi.TLV_DEPENDENCY, data });
  }
  return [...tlvs, ...protectedTlvs];
}

function signedAlready(file: string): Diagnostic {
  return {
    code: 'IMG044',
    severity: 'error',
    what: 'the firmware is an image already',
    at: { file },
    got: 'it begins with 3d b8 f3 96',
    why: 'an image within an image does not start',
    fix: 'sign the firmware that it was made from',
  };
}

export interface FinishOptions {
  /** Whether the signatures are over `signedPart` and not over its digest: Ed25519 only. */
  readonly pure?: boolean;
  /** Further entries that nothing protects, behind the signatures. */
  readonly unprotectedTlvs?: readonly Tlv[];
}

/** The whole image: its hash, then for each signature the key's hash and the signature. Without signatures, hash only. */
export function finishImage(
  { image, hash, digest }: UnsignedImage,
  signatures: readonly Signature[],
  { pure = false, unprotectedTlvs = [] }: FinishOptions = {},
): Uint8Array {
  const tlvs: Tlv[] = [{ type: hashTlvType(hash), data: digest }];
  if (pure) tlvs.push({ type: abi.TLV_SIG_PURE, data: Uint8Array.of(1) });
  for (const { publicKey, bytes } of signatures) {
    tlvs.push({ type: abi.TLV_KEYHASH, data: computeHash(hash, publicKey.spki) });
    tlvs.push({ type: signatureTlvType(publicKey.kind), data: bytes });
  }
  return writeImage({ ...image, unprotectedTlvs: [...tlvs, ...unprotectedTlvs] });
}
