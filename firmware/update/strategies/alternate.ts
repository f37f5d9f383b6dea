/**
 * `alternate`: two download slots. Downloads go to them in turn, so that the image that runs always has its untouched
 * copy in the other one. Installing is a copy from the one, reverting a copy from the other; a copy that was cut short is
 * begun again. Download slots are only read here.
 */
import { erasedWord, slotSize } from 'kickstage/layout';
import { replaceBy } from '../copy';
import { usedLength } from '../image';
import { bootSpot, copySpot, downloadSpot, Spot } from '../slots';

export function installAlternate(app: u32): bool {
  return bring(app, downloadSpot(app));
}

export function revertAlternate(app: u32): bool {
  return bring(app, copySpot(app));
}

function bring(app: u32, source: u64): bool {
  const length = usedLength(source, slotSize(app), erasedWord(Spot.memory(source)));
  return replaceBy(source, bootSpot(app), length, length);
}
