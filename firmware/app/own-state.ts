/** The state of updates as this app has read it: once in a session, for reading may have to write. */
import { NO_UPDATE, THIS_APP, updateIndex } from 'kickstage/layout';
import { loadState } from 'kickstage/state';

let isLoaded: bool = false;

/** Whether the state is there and can be made to last. The app must have an `update` in the config. */
export function hasState(): bool {
  if (!isLoaded) isLoaded = loadState();
  return isLoaded;
}

/** This app's number among those that can be updated; NO_UPDATE where it has no `update`. */
export function ownIndex(): u32 {
  return THIS_APP === NO_UPDATE ? NO_UPDATE : updateIndex(THIS_APP);
}
