/**
 * V8 learns which places in a program make objects that live long, and makes further ones among the old objects at once.
 * The lab teaches it wrong: the operations of the first sessions live as long as their stage, those of the thousands after
 * them until the next boot; the lab then spends half its time on collecting garbage. So V8 is told not to learn that.
 */
import { setFlagsFromString } from 'node:v8';

const FLAG = '--no-allocation-site-pretenuring';
/** Of V8, from Node 20 to Node 26: it complains on stderr about a flag that it does not have. */
const FIRST_MAJOR = 11;
const LAST_MAJOR = 14;

/** The flags for a V8 version, as in `process.versions.v8`; none where it is not known whether there are such. */
export function shortLivesFlags(v8: string): readonly string[] {
  const major = Number.parseInt(v8, 10);
  return major >= FIRST_MAJOR && major <= LAST_MAJOR ? [FLAG] : [];
}

/** Concerns the whole process. */
export function expectShortLives(): void {
  for (const flag of shortLivesFlags(process.versions.v8)) setFlagsFromString(flag);
}
