/** A linked image becomes one that the bootloader verifies: its header is filled in, hash and signature follow it. */
import { IMAGE_FLAG_ROM_FIXED } from '@kickstage/abi/image';
import { type Checked, hasErrors } from '@kickstage/base/diagnostic';
import { invariant } from '@kickstage/base/invariant';
import { rangeSize } from '@kickstage/base/ranges';
import { decodeImage } from '@kickstage/image/decode';
import { encodeImage } from '@kickstage/image/encode';
import { type Signer, signImage } from '@kickstage/image/sign';
import { verifyImage } from '@kickstage/image/verify';
import { parseVersion } from '@kickstage/image/version';
import type { LinkedImage } from '@kickstage/linker/link';
import type { Layout } from '@kickstage/memory-map/layout';

/** `signer` is absent where the hash alone is verified. */
export async function signLinked(
  linked: LinkedImage,
  { flash }: Layout,
  signer: Signer | undefined,
): Promise<Checked<LinkedImage>> {
  const { name, version, slot, headerSize = 0, verify } = linked.image;
  const parsed = parseVersion(version);
  invariant(parsed && verify, 'a verified image has a version');
  const unsigned = encodeImage(
    {
      body: linked.bytes.slice(headerSize),
      headerSize,
      version: parsed,
      // The image runs from this slot alone: where it lies is signed with it.
      loadAddress: slot.start,
      flags: IMAGE_FLAG_ROM_FIXED,
      erasedByte: flash.erasedByte,
      ...(verify.securityCounter === undefined ? {} : { securityCounter: verify.securityCounter }),
      ...(signer ? { signer: signer.publicKey } : {}),
    },
    name,
  );
  if (!unsigned.value) return { diagnostics: unsigned.diagnostics };
  const signed = await signImage(unsigned.value, signer ? [signer] : [], {}, name);
  const diagnostics = [...unsigned.diagnostics, ...signed.diagnostics];
  if (!signed.value) return { diagnostics };
  const decoded = decodeImage(signed.value, name).value;
  invariant(decoded, 'what was encoded can be decoded');
  const keys = signer ? { keys: [signer.publicKey] } : {};
  const size = rangeSize(slot);
  diagnostics.push(...verifyImage(decoded, { ...keys, slot: { address: slot.start, size } }, name).diagnostics);
  if (hasErrors(diagnostics)) return { diagnostics };
  const bytes = signed.value;
  return { value: { ...linked, bytes, sizes: { ...linked.sizes, flash: bytes.length } }, diagnostics };
}
