/** What the state remembers of an image that is about to be started, once the last check has passed it. */
import { PHASE_INSTALLED } from 'kickstage/firmware/abi/update';
import { counterWord, fingerprintWord, KEEPS_COUNTERS, updateIndex, VERIFIES_ON_CHANGE } from 'kickstage/layout';
import { imageStart, tableOf } from '../update/slots';
import { phaseOf, setStateWord, stateWord } from '../update/state';
import { fingerprint } from './fingerprint';
import { securityCounter } from './image-form';
import { passedTable } from './verify';

/** Takes the app's image into the state; whether that is another one now. */
export function rememberStart(app: u32): bool {
  const table = tableOf(app);
  let isNews = false;
  if (VERIFIES_ON_CHANGE && fingerprintWord(app) !== 0) {
    // Without the evidence of a check that passed this tells no image.
    const found = fingerprint(imageStart(app)) + <u32>(passedTable() - table);
    isNews = found !== stateWord(fingerprintWord(app));
    setStateWord(fingerprintWord(app), found);
  }
  // On trial, the image of before may still come back, with a lower one.
  if (KEEPS_COUNTERS && counterWord(app) !== 0 && phaseOf(updateIndex(app)) < PHASE_INSTALLED) {
    if (passedTable() === table && securityCounter() > stateWord(counterWord(app))) {
      setStateWord(counterWord(app), securityCounter());
      isNews = true;
    }
  }
  return isNews;
}
