/** Progress of an exchange, made to last. */
import { saveState } from 'kickstage/state';
import { setWork } from './state';

export { appAtWork, newImageLength, oldImageLength, phaseOf, progress, setLengths } from './state';

/** Remembers that the exchange of the updatable app `index` has come so far. */
export function saveWork(index: u32, done: u32): bool {
  setWork(index, done);
  return saveState();
}
