import { IMAGE_HEADER_VERSION, IMAGE_VERSION_REVISION } from 'kickstage/firmware/abi/image';
import { headerSize, THIS_APP } from 'kickstage/layout';
import { ld32 } from '../intrinsics/volatile';
import { imageStart } from '../update/slots';

/** The version in this app's image header: major in bits 24..31, minor in 16..23, revision in 0..15; 0 where images have none. */
export function ownVersion(): u32 {
  if (headerSize(THIS_APP) === 0) return 0;
  const word = ld32(imageStart(THIS_APP) + IMAGE_HEADER_VERSION);
  return (word << 24) | ((word & 0xff00) << 8) | (word >>> (8 * IMAGE_VERSION_REVISION));
}
