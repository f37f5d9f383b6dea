/**
 * `alternate`: two download slots. Downloads go to them in turn, so that the image that runs always has its untouched
 * copy in the other one. Installing is a copy from the one, reverting a copy from the other; a copy that was cut short is
 * begun again. Download slots are only read here, but for a copy that is missing.
 */
import { erasedWord, slotSize, slotStart } from 'kickstage/layout';
import { isSame, replaceBy } from '../copy';
import { isPlausible, usedLength } from '../image';
import { bootSpot, copySpot, downloadSpot, Spot } from '../slots';

export function installAlternate(app: u32): bool {
  return bring(app, downloadSpot(app));
}

/**
 * Makes sure of the way back before the app's slot changes: the running image's copy reads as the image itself. A device
 * that was flashed without the copy, or whose copy was damaged, gets it now.
 */
export function keepCopy(app: u32): bool {
  const boot = bootSpot(app);
  const copy = copySpot(app);
  if (!isPlausible(app, boot, slotStart(app))) return true;
  const length = usedLength(boot, slotSize(app), erasedWord(Spot.memory(boot)));
  return isSame(boot, copy, length) || replaceBy(boot, copy, length, length);
}

/**
 * The app's slot as the copy says. Where flash takes nothing, and has not changed either (sectors with write protection),
 * the image that is there is as good as its copy: an app that is whole must start.
 */
export function revertAlternate(app: u32): bool {
  const copy = copySpot(app);
  const length = lengthOf(app, copy);
  return replaceBy(copy, bootSpot(app), length, length) || (length !== 0 && isSame(copy, bootSpot(app), length));
}

function bring(app: u32, source: u64): bool {
  const length = lengthOf(app, source);
  return replaceBy(source, bootSpot(app), length, length);
}

function lengthOf(app: u32, spot: u64): u32 {
  return usedLength(spot, slotSize(app), erasedWord(Spot.memory(spot)));
}
