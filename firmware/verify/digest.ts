/** The SHA-256 of an image's signed part, read through the window block by block. */
import { HASH_OTHER, HASH_SAME } from 'kickstage/firmware/abi/verify';
import { sameAs } from '../crypto/numbers';
import { sha256Finish, sha256Start, sha256Update } from '../crypto/sha256';
import { hashPlace, signedPartSize } from './image-form';
import { copyOut, wordAround } from './window';

const BLOCK: u32 = 64;

const context = memory.data(292, 4);
const block = memory.data(64, 4);
const digest = memory.data(32, 4);
const written = memory.data(32, 4);

/** Where the digest of the image lies. */
export function imageDigest(): usize {
  return digest;
}

/** Hashes the signed part, and takes the hash that stands behind it. */
export function hashImage(): void {
  const size = signedPartSize();
  sha256Start(context);
  for (let done: u32 = 0; done < size; done += BLOCK) {
    const part = size - done < BLOCK ? size - done : BLOCK;
    for (let i: u32 = 0; i < part; i += 4) store<u32>(block + i, wordAround(done + i));
    sha256Update(context, block, part);
  }
  sha256Finish(context, digest);
  copyOut(hashPlace(), written, 32);
}

/** HASH_SAME where the image is what its hash was made of; to be asked more than once. */
export function compareHash(): u32 {
  return sameAs(digest, written, HASH_SAME, HASH_OTHER);
}
