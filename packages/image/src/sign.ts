/** Signs images, with a key at hand or by whoever holds it. No signature leaves unverified. */
import type { Checked, Diagnostic } from '@kickstage/base/diagnostic';
import { hasErrors } from '@kickstage/base/diagnostic';
import { type FinishOptions, finishImage, type Signature, type UnsignedImage } from './encode.ts';
import { printHex } from './hash.ts';
import type { HashName } from './image.ts';
import { KEY_NAMES, type PrivateKey, type PublicKey } from './keys/key.ts';
import { signMessage, verifyMessage } from './signature.ts';

/** What a signer is asked for. */
export interface SignRequest {
  readonly publicKey: PublicKey;
  /** `digest`: the image's hash; `image`: the whole signed part, for a pure signature. */
  readonly content: 'digest' | 'image';
  readonly hash: HashName;
  readonly message: Uint8Array;
}

/** Who signs: a key in memory, or a device that gives its private half to nobody. */
export interface Signer {
  readonly publicKey: PublicKey;
  /** The signature as an image holds it: Ed25519's 64 bytes, or ECDSA in DER. */
  sign(request: SignRequest): Checked<Uint8Array> | Promise<Checked<Uint8Array>>;
}

export function localSigner(key: PrivateKey): Signer {
  return {
    publicKey: key.publicKey,
    sign: ({ message }) => ({ value: signMessage(key, message), diagnostics: [] }),
  };
}

/** The finished image, signed by each signer in turn; `file` is how it is called in diagnostics. */
export async function signImage(
  unsigned: UnsignedImage,
  signers: readonly Signer[],
  options: FinishOptions,
  file: string,
): Promise<Checked<Uint8Array>> {
  const diagnostics: Diagnostic[] = signers.flatMap(({ publicKey }) =>
    checkPairing(unsigned, publicKey, options, file),
  );
  if (hasErrors(diagnostics)) return { diagnostics };
  const signatures: Signature[] = [];
  for (const signer of signers) {
    const { publicKey } = signer;
    const content = options.pure ? 'image' : 'digest';
    const message = options.pure ? unsigned.signedPart : unsigned.digest;
    const { value, diagnostics: found } = await signer.sign({ publicKey, content, hash: unsigned.hash, message });
    diagnostics.push(...found);
    if (value === undefined) continue;
    if (verifyMessage(publicKey, message, value)) signatures.push({ publicKey, bytes: value });
    else diagnostics.push(badSignature(value, file));
  }
  return hasErrors(diagnostics) ? { diagnostics } : { value: finishImage(unsigned, signatures, options), diagnostics };
}

/** MCUboot verifies ECDSA P-256 over SHA-256, and pure signatures of Ed25519 only. */
function checkPairing(
  { hash }: UnsignedImage,
  { kind }: PublicKey,
  { pure }: FinishOptions,
  file: string,
): Diagnostic[] {
  if (kind !== 'p256' || (!pure && hash === 'sha256')) return [];
  return [
    {
      code: 'IMG046',
      severity: 'error',
      what: `${KEY_NAMES[kind]} does not sign ${pure ? 'whole images' : `digests of ${hash}`}`,
      at: { file },
      why: 'bootloaders for this format verify ECDSA P-256 over SHA-256',
      fix: 'leave out `pure` and `hash`, or take an Ed25519 key',
    },
  ];
}

function badSignature(signature: Uint8Array, file: string): Diagnostic {
  return {
    code: 'IMG047',
    severity: 'error',
    what: "the signer's signature does not verify",
    at: { file },
    got: printHex(signature),
    why: 'another key signed, or something else was signed',
    fix: 'give the public key that belongs to the signer',
  };
}
