/** `overwrite`: the download is copied over the app. The update stays whole until the app's slot reads the same; there is no way back. */
import { erasedWord, slotSize } from 'kickstage/layout';
import { replaceBy } from '../copy';
import { usedLength } from '../image';
import { bootSpot, downloadSpot, Spot } from '../slots';

export function installOverwrite(app: u32): bool {
  const source = downloadSpot(app);
  const length = usedLength(source, slotSize(app), erasedWord(Spot.memory(source)));
  return replaceBy(source, bootSpot(app), length, length);
}
