/**
 * Called regularly by what takes long here: after each block of a hash, after each step along a scalar, for entries of
 * tables. The watchdog is fed in it: one store, which does nothing where none was started.
 */
import { feedWatchdog } from '../hal/watchdog';

export function feed(): void {
  feedWatchdog();
}
