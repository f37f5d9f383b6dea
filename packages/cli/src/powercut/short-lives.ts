/**
 * V8 learns which places in a program make objects that live long, and makes further ones among the old objects at once.
 * The lab teaches it wrong: the operations of the first sessions live as long as their stage, those of the thousands after
 * them until the next boot; the lab then spends half its time on collecting garbage. So V8 is told not to learn that.
 */
import { setFlagsFromString } from 'node:v8';

export const FLAG = '--no-allocation-site-pretenuring';
/** Of V8, from Node 20 to Node 26: it complains on stderr about a flag that it does not have. */
const FIRST_MAJOR = 11;
const LAST_MAJOR = 14;

/** Concerns the whole process. */
export function expectShortLives(v8 = process.versions.v8): boolean {
  const major = Number.parseInt(v8, 10);
  const isKnown = major >= FIRST_MAJOR && major <= LAST_MAJOR;
  if (isKnown) setFlagsFromString(FLAG);
  return isKnown;
}
