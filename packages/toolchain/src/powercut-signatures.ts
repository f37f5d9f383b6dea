/**
 * Signatures in the power-cut lab: the same few images are verified again and again, and a signature takes longer than
 * everything else that a boot does. Verification runs as it is once for each key, digest and signature; what it found, and
 * what it left in its scratch memory, is remembered by the engine and put there again. The steps around it (hash, form,
 * confirmation, evidence) run each time.
 */

/** Asks the engine; module and names are those of `testbench/powercut/remembered-signatures.ts`. */
const ASKED = `export declare function recall(key: usize, digest: usize, signature: usize, scratch: usize): u32;
export declare function remember(found: u32, scratch: usize, size: u32): void;
`;

const ED25519 = `import { ED25519_SCRATCH, ed25519Verify as verify } from './ed25519-itself';
import { recall, remember } from './remembered';
export { ED25519_SCRATCH, ed25519Confirm } from './ed25519-itself';
export function ed25519Verify(key: usize, digest: usize, size: u32, signature: usize, scratch: usize): u32 {
  const known = recall(key, digest, signature, scratch);
  if (known !== 0) return known;
  const found = verify(key, digest, size, signature, scratch);
  remember(found, scratch, <u32>ED25519_SCRATCH);
  return found;
}
`;

const P256 = `import { P256_SCRATCH, p256Verify as verify } from './p256-itself';
import { recall, remember } from './remembered';
export { P256_SCRATCH, p256Confirm } from './p256-itself';
export function p256Verify(key: usize, digest: usize, signature: usize, scratch: usize): u32 {
  const known = recall(key, digest, signature, scratch);
  if (known !== 0) return known;
  const found = verify(key, digest, signature, scratch);
  remember(found, scratch, <u32>P256_SCRATCH);
  return found;
}
`;

/** The firmware library with signatures that are verified once. */
export function withRememberedSignatures(firmware: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([
    ...firmware,
    ['crypto/remembered.ts', ASKED],
    ['crypto/ed25519-itself.ts', firmware.get('crypto/ed25519.ts')!],
    ['crypto/ed25519.ts', ED25519],
    ['crypto/p256-itself.ts', firmware.get('crypto/p256.ts')!],
    ['crypto/p256.ts', P256],
  ]);
}
