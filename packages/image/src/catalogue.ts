/** What may be wrong with images. */
import type { CodeExplanation } from '@kickstage/base/diagnostic';

export const IMG_CODES: readonly CodeExplanation[] = [
  {
    code: 'IMG001',
    title: 'not an image',
    text: `Images are in MCUboot's format: they begin with the bytes 3D B8 F3 96. A firmware file that was not signed yet begins with
its vector table: kickstage sign makes an image of it. docs/formats/image.md has the byte table.`,
  },
  {
    code: 'IMG002',
    title: 'an image that is cut short',
    text: `The header or a TLV area gives a size that goes beyond the end of the file. The diagnostic shows where the size stands.
A copy that was not finished is the usual cause; a header from another file is another.`,
  },
  {
    code: 'IMG003',
    title: 'a header that contradicts itself',
    text: `The header's fields take 32 bytes, so no header is smaller; a protected TLV area has an info record of 4 bytes, and its
size counts it.`,
  },
  {
    code: 'IMG004',
    title: 'a TLV area that is not where it should be',
    text: `Behind the body lies the protected TLV area, if the header gives it a size, and then the unprotected one. Each begins with
an info record: 0x6908 or 0x6907, and its size. The record is missing here, or it says something else than the header.`,
  },
  {
    code: 'IMG005',
    title: 'an entry that leaves its TLV area',
    text: `An entry says how large its data is. Here that is more than its area has left: a bootloader that believed it would read
what lies behind.`,
  },
  {
    code: 'IMG006',
    title: 'an entry of the wrong size',
    text: `Entries of known types have data of known sizes: a SHA-256 has 32 bytes, an Ed25519 signature 64. The type 0xFFFF is none.`,
  },
  {
    code: 'IMG007',
    title: 'an entry in the wrong area',
    text: `Dependencies, security counters and boot records count only where the hash covers them, in the protected area: elsewhere
anybody can change them. Hashes and signatures cannot cover themselves and lie in the unprotected area.`,
  },
  {
    code: 'IMG008',
    title: 'an entry that is there twice',
    text: `An image has one hash of a kind, one security counter and so on. Of two, one bootloader takes the first and another the
last: what was checked on one is not what runs on the other. Signatures, dependencies and vendors' entries may be several.`,
  },
  {
    code: 'IMG009',
    title: 'flags that contradict each other or are unknown',
    text: `An image is encrypted with one cipher, compressed in one way, and either loaded into RAM or fixed in flash. Flags that this
version does not know are kept and shown. SIG_PURE, where it is there, holds 1.`,
  },
  {
    code: 'IMG010',
    title: 'bytes behind the image',
    text: `The image ends with its unprotected TLV area. What follows is not hashed and not signed. Erased flash and a slot's trailer
are expected there; this is neither.`,
  },
  {
    code: 'IMG020',
    title: 'a hash that does not match',
    text: `The hash covers header, body and protected TLVs. One of them is not as it was when the image was made: the file came over
damaged, or somebody changed it.`,
  },
  {
    code: 'IMG021',
    title: 'an image without a hash',
    text: `An image carries its hash (SHA-256, SHA-384 or SHA-512), or a pure signature over all of it and SIG_PURE. This one has
neither.`,
  },
  {
    code: 'IMG022',
    title: 'not signed by a key that is trusted',
    text: `Each signature follows a KEYHASH, the hash of the public key that verifies it. None of them names a key that was given.
kickstage image show FILE lists them, kickstage keys show FILE prints a key's id, which is its KEYHASH with SHA-256.`,
  },
  {
    code: 'IMG023',
    title: 'a signature that does not verify',
    text: `The image names a trusted key, and the signature behind it is not that key's over this image. Either the image was changed,
or its maker pasted a name that is not the signer's. Other good signatures do not help it.`,
  },
  {
    code: 'IMG024',
    title: 'an encrypted image',
    text: `Hash and signature of an encrypted image are over its plain text, which only the device can make of it. It can be shown,
and not verified.`,
  },
  {
    code: 'IMG025',
    title: 'an image too large for its slot',
    text: `Header, body and TLVs must fit, and the trailer, where the bootloader keeps one at the slot's end. The diagnostic shows the
sum.`,
  },
  {
    code: 'IMG026',
    title: 'an image for another slot',
    text: `The header says at which address the image must lie (ROM_FIXED), and that is not where the slot begins.`,
  },
  {
    code: 'IMG027',
    title: 'a vector table that does not belong to the slot',
    text: `The body begins with the vector table: the stack pointer, in RAM and a multiple of 8, and the reset handler, an odd address
within the body. Firmware that is linked for another slot, or without room for the header, has a reset handler elsewhere.`,
  },
  {
    code: 'IMG040',
    title: 'no version',
    text: `A version is one to four numbers: 1, 1.2, 1.2.3 or 1.2.3+4. They go to 255, 255, 65535 and 4294967295 and have no zeros in
front. Build numbers count last when versions are compared.`,
  },
  {
    code: 'IMG041',
    title: 'a header size that does not do',
    text: `The header has 32 bytes of fields and is filled up so that the vector table behind it is aligned: to the power of two that
holds all its words, 512 bytes for the STM32F411. The firmware must be linked for the slot's address and the header's size.`,
  },
  {
    code: 'IMG042',
    title: 'no firmware to sign',
    text: 'The file is empty, or holds no bytes for flash.',
  },
  {
    code: 'IMG043',
    title: 'a number or name that has no room',
    text: `Security counters and addresses have 32 bits, image numbers 8, the software type of a boot record 12 bytes.`,
  },
  {
    code: 'IMG044',
    title: 'an image is to be signed',
    text: `The file is an image already. To sign it anew take the firmware that it was made from: then version, counter and key are
those that are given, and nothing old stays.`,
  },
  {
    code: 'IMG045',
    title: 'entries that cannot be made',
    text: `A TLV area has 65535 bytes at most. Entries of one's own take vendors' types: low byte 0xA0 to 0xFF, without 0xFFFF.`,
  },
  {
    code: 'IMG046',
    title: 'a key that does not sign this',
    text: `Bootloaders for this format verify ECDSA P-256 over SHA-256, and pure signatures, which are over the whole image, of
Ed25519 only. Ed25519 signs digests of every hash.`,
  },
  {
    code: 'IMG047',
    title: "a signer's signature that does not verify",
    text: `Every signature is verified before the image is written. This one is not by the public key that was given, or not over what
was asked for: the digest, raw, or with --pure the signed part of the image.`,
  },
];
