/**
 * What is remembered of an image that was verified: 32 bits of the digest that stands behind it, and of where it lies. Who
 * has it verified when it changes only is told by them that it is the same one.
 */
import { SHA256_SIZE } from 'kickstage/firmware/abi/image';
import { CRC_START, crc32Step } from '../boot/crc32';
import { hashPlace } from './image-form';
import { wordAt } from './window';

/** Of the image in the open window, whose form was read, in the slot at `place`. */
export function fingerprint(place: usize): u32 {
  let crc = crc32Step(CRC_START, <u32>place);
  for (let i: u32 = 0; i < SHA256_SIZE; i += 4) crc = crc32Step(crc, wordAt(hashPlace() + i));
  return crc;
}
