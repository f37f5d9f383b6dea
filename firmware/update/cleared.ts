import { HAS_VERIFY } from 'kickstage/layout';
import { isVerified, mayInstall } from '../verify/verify';

/** Asked where an installation begins, after the check itself: whether the download passed it. */
export function isCleared(app: u32): bool {
  return !HAS_VERIFY || !isVerified(app) || mayInstall(app);
}
