/**
 * Judges an image as a bootloader does: its hash, then a signature by a trusted key, then whether it belongs into the slot.
 * All reasons against it come at once. A signature belongs to the KEYHASH or PUBKEY in front of it; signatures by keys that
 * are not trusted count for nothing; one by a trusted key that does not verify refuses the image, whatever others there are.
 */
import * as abi from '@kickstage/abi/image';
import { ByteReader } from '@kickstage/base/bytes';
import { type Diagnostic, hasErrors } from '@kickstage/base/diagnostic';
import { formatAddress, formatRange, formatSize } from '@kickstage/base/hex';
import type { DecodedImage } from './decode.ts';
import { computeHash, equalBytes, HASH_NAMES, hashOfTlv, printHex } from './hash.ts';
import type { HashName, Image } from './image.ts';
import { type Fault, imageDiagnostic } from './image-diagnostic.ts';
import type { PublicKey } from './keys/key.ts';
import { type PlacedTlv, placedTlvs } from './review.ts';
import { signatureTlvType, verifyMessage } from './signature.ts';
import { printTlvType } from './tlv-types.ts';
import { writeSignedPart } from './write.ts';

export interface SlotFacts {
  /** Where the slot begins, if that is to be checked. */
  readonly address?: number;
  /** Bytes of the slot, if they are to be checked. */
  readonly size?: number;
  /** Bytes at the slot's end that no image may use. */
  readonly trailerSize?: number;
}

export interface VerifyOptions {
  /** Any of these keys may have signed. Without keys the hash alone is checked. */
  readonly keys?: readonly PublicKey[];
  readonly slot?: SlotFacts;
}

export interface Verdict {
  readonly diagnostics: readonly Diagnostic[];
  /** The first trusted key whose signature verified; absent where anything speaks against the image. */
  readonly signedBy?: PublicKey;
}

const TAMPERED = 'the image was changed after it was made, or came over damaged';
const AGAIN = 'get the image again from who made it';

/** `file` is how the image is called in diagnostics. Accepted where no diagnostic is an error. */
export function verifyImage({ image, size }: DecodedImage, { keys, slot = {} }: VerifyOptions, file: string): Verdict {
  const verifier = new Verifier(image, file);
  verifier.checkSlot(slot, size);
  const isEncrypted = verifier.checkReadable();
  if (isEncrypted) return { diagnostics: verifier.diagnostics };
  verifier.checkHashes(keys === undefined);
  const signedBy = keys && verifier.checkSignatures(keys);
  const { diagnostics } = verifier;
  return { diagnostics, ...(signedBy && !hasErrors(diagnostics) ? { signedBy } : {}) };
}

/** Whether the signatures are said to be over the image and not over its digest. */
export function isPure({ unprotectedTlvs }: Image): boolean {
  return unprotectedTlvs.some(({ type, data }) => type === abi.TLV_SIG_PURE && data[0] === 1);
}

const SIGNATURES: readonly number[] = [
  abi.TLV_RSA2048_PSS,
  abi.TLV_ECDSA224,
  abi.TLV_ECDSA_SIG,
  abi.TLV_RSA3072_PSS,
  abi.TLV_ED25519,
];

class Verifier {
  readonly diagnostics: Diagnostic[] = [];
  private readonly image: Image;
  private readonly file: string;
  private readonly tlvs: readonly PlacedTlv[];
  private readonly signedPart: Uint8Array;
  /** Offset of the unprotected area. */
  private readonly areaOffset: number;

  constructor(image: Image, file: string) {
    this.image = image;
    this.file = file;
    this.tlvs = placedTlvs(image).filter(({ isProtected }) => !isProtected);
    this.signedPart = writeSignedPart(image);
    this.areaOffset = this.signedPart.length;
  }

  private fault(code: string, fault: Fault): undefined {
    this.diagnostics.push(imageDiagnostic(this.file, code, fault));
    return undefined;
  }

  /** Whether hashes and signatures are over something that only the device can read. */
  checkReadable(): boolean {
    const { flags } = this.image.header;
    if ((flags & (abi.IMAGE_FLAG_ENCRYPTED_AES128 | abi.IMAGE_FLAG_ENCRYPTED_AES256)) === 0) return false;
    this.fault('IMG024', {
      what: 'the image is encrypted',
      offset: abi.IMAGE_HEADER_FLAGS,
      got: `flags 0x${flags.toString(16)}`,
      why: 'its hash and signature are over what only its device can decrypt',
      fix: 'verify it before it is encrypted',
    });
    return true;
  }

  checkHashes(isHashNeeded: boolean): void {
    const hashes = this.tlvs.filter(({ type }) => hashOfTlv(type) !== undefined);
    for (const { type, data, offset } of hashes) {
      const name = hashOfTlv(type) as HashName;
      const computed = computeHash(name, this.signedPart);
      if (equalBytes(data, computed)) continue;
      this.fault('IMG020', {
        what: `the ${name.toUpperCase()} does not match`,
        offset: offset + abi.TLV_ENTRY_SIZE,
        got: `${printHex(data)}; the image has ${printHex(computed)}`,
        why: TAMPERED,
        fix: AGAIN,
      });
    }
    if (hashes.length > 0 || (isPure(this.image) && !isHashNeeded)) return;
    this.fault('IMG021', {
      what: 'the image has no hash',
      offset: this.areaOffset,
      got: this.tlvs.map(({ type }) => printTlvType(type)).join(', ') || 'no entries',
      why: 'whether it is whole cannot be known',
      fix: 'sign it again',
    });
  }

  checkSignatures(keys: readonly PublicKey[]): PublicKey | undefined {
    let named: PublicKey | undefined;
    let signedBy: PublicKey | undefined;
    let isBad = false;
    for (const tlv of this.tlvs) {
      if (tlv.type === abi.TLV_KEYHASH || tlv.type === abi.TLV_PUBKEY) named = findKey(keys, tlv);
      if (!SIGNATURES.includes(tlv.type)) continue;
      if (named && !this.isGood(named, tlv)) isBad = true;
      else signedBy ??= named;
      named = undefined;
    }
    if (isBad) return undefined;
    if (!signedBy) this.unsigned();
    return signedBy;
  }

  private isGood(key: PublicKey, { type, data, offset }: PlacedTlv): boolean {
    const isKind = type === signatureTlvType(key.kind);
    if (isKind && this.signedMessages(key).some((message) => verifyMessage(key, message, data))) return true;
    this.fault('IMG023', {
      what: 'the signature does not verify',
      offset: offset + abi.TLV_ENTRY_SIZE,
      got: isKind ? printHex(data) : `${printTlvType(type)}, which the key that is named cannot have made`,
      why: `${TAMPERED}; or it was signed by another key than it says`,
      fix: AGAIN,
    });
    return false;
  }

  /** What a signature of the key may be over: the image, or one of its hashes. */
  private signedMessages({ kind }: PublicKey): Uint8Array[] {
    if (isPure(this.image)) return kind === 'ed25519' ? [this.signedPart] : [];
    return this.tlvs.filter(({ type }) => hashOfTlv(type) !== undefined).map(({ data }) => data);
  }

  private unsigned(): void {
    const signatures = this.tlvs.filter(({ type }) => SIGNATURES.includes(type));
    const names = this.tlvs.filter(({ type }) => type === abi.TLV_KEYHASH || type === abi.TLV_PUBKEY);
    const by = names.map(({ data }) => printHex(data)).join(', ') || 'no key is named';
    this.fault('IMG022', {
      what: signatures.length === 0 ? 'the image is not signed' : 'the image is signed by another key',
      offset: this.areaOffset,
      got:
        signatures.length === 0
          ? 'no signature'
          : `${signatures.map(({ type }) => printTlvType(type)).join(', ')}; ${by}`,
      why: 'a board that trusts the key given does not start it',
      fix:
        signatures.length === 0
          ? 'sign it: kickstage sign'
          : 'sign it with the right key, or give the public key that signed it',
    });
  }

  checkSlot({ address, size, trailerSize = 0 }: SlotFacts, imageSize: number): void {
    if (size !== undefined && imageSize + trailerSize > size) this.tooLarge(imageSize, size, trailerSize);
    if (address === undefined) return;
    const { header } = this.image;
    if ((header.flags & abi.IMAGE_FLAG_ROM_FIXED) !== 0 && header.loadAddress !== address) {
      this.fault('IMG026', {
        what: 'the image is for another slot',
        offset: abi.IMAGE_HEADER_LOAD_ADDRESS,
        got: `it is made for ${formatAddress(header.loadAddress)}; the slot is at ${formatAddress(address)}`,
        why: 'its code and its vectors hold absolute addresses',
        fix: 'link it for this slot, or put it into its own',
      });
    }
    if ((header.flags & abi.IMAGE_FLAG_RAM_LOAD) === 0) this.checkVectors(address);
  }

  private tooLarge(imageSize: number, slotSize: number, trailerSize: number): void {
    const { headerSize, bodySize } = this.image.header;
    const tlvSize = imageSize - headerSize - bodySize;
    const trailer = trailerSize === 0 ? '' : `, of which the trailer takes ${formatSize(trailerSize)}`;
    this.fault('IMG025', {
      what: 'the image is too large for its slot',
      offset: abi.IMAGE_HEADER_BODY_SIZE,
      got: `header ${headerSize} + body ${bodySize} + TLVs ${tlvSize} = ${formatSize(imageSize)}; the slot has ${formatSize(slotSize)}${trailer}`,
      why: `${formatSize(imageSize + trailerSize - slotSize)} have no room`,
      fix: 'make the firmware smaller or the slot larger',
    });
  }

  /** The vector table's first two words, as a bootloader looks at them before it jumps. */
  private checkVectors(slotAddress: number): void {
    const { body, header } = this.image;
    const start = slotAddress + header.headerSize;
    const range = formatRange({ start, end: start + body.length });
    if (body.length < 8) return this.badVectors(0, `a body of ${formatSize(body.length)}`, 'it has no vector table');
    const reader = new ByteReader(body);
    const [stack, reset] = [reader.u32(0), reader.u32(4)];
    if (stack >>> 28 !== 2 && stack >>> 28 !== 1)
      this.badVectors(0, formatAddress(stack), 'no stack pointer lies there');
    else if (stack % 8 !== 0) this.badVectors(0, formatAddress(stack), 'a stack pointer is a multiple of 8');
    const isInside = reset - 1 >= start && reset - 1 < start + body.length;
    if (reset % 2 !== 1) this.badVectors(4, formatAddress(reset), 'the address of Thumb code is odd');
    else if (!isInside) this.badVectors(4, formatAddress(reset), `the reset handler is not in the image: ${range}`);
  }

  private badVectors(at: number, got: string, why: string): undefined {
    const fix = 'link the firmware for the address of the slot and the header';
    const offset = this.image.header.headerSize + at;
    return this.fault('IMG027', { what: 'the vector table is none for this slot', offset, got, why, fix });
  }
}

/** The key that an entry names, if it is trusted. */
function findKey(keys: readonly PublicKey[], { type, data }: PlacedTlv): PublicKey | undefined {
  if (type === abi.TLV_PUBKEY) return keys.find(({ spki }) => equalBytes(spki, data));
  const hash = HASH_NAMES.find((name) => hashSize(name) === data.length);
  return hash && keys.find(({ spki }) => equalBytes(computeHash(hash, spki), data));
}

const SIZES = { sha256: abi.SHA256_SIZE, sha384: abi.SHA384_SIZE, sha512: abi.SHA512_SIZE } as const;

const hashSize = (name: HashName) => SIZES[name];
