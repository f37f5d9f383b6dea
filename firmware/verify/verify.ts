/**
 * Whether an image may be started or installed. The answer is a status to tell; what counts is the evidence, a sum of what
 * each step found (abi/verify). It is cleared before a check, and who acts on an answer looks at the evidence again: one
 * wrong turn, or one instruction that is left out, does not make it whole.
 */
import {
  STATUS_OK,
  STATUS_OLDER_COUNTER,
  STATUS_OLDER_VERSION,
  STATUS_WRONG_HASH,
} from 'kickstage/firmware/abi/status';
import {
  HASH_SAME,
  LEVEL_HASH,
  LEVEL_NONE,
  NOT_LOWER,
  PASS_INSTALL,
  PASS_START,
  SECOND_TURN,
} from 'kickstage/firmware/abi/verify';
import {
  counterFloor,
  evidenceGap,
  HAS_UNVERIFIED,
  headerSize,
  installGap,
  refusesLower,
  slotSize,
  verifyLevel,
} from 'kickstage/layout';
import { ld32, st32 } from '../intrinsics/volatile';
import { currentSpot, downloadPlace, downloadSpot, imageStart, Spot } from '../update/slots';
import { compareHash, hashImage } from './digest';
import { readForm, securityCounter, versionBuild, versionNumber } from './image-form';
import { checkSignatures, firstFinding, secondFinding } from './signatures';
import { openWindow } from './window';

/** The evidence of the last check. */
const evidence = memory.data(4, 4);

/** Whether the app's images are verified at all. */
export function isVerified(app: u32): bool {
  return !HAS_UNVERIFIED || verifyLevel(app) !== LEVEL_NONE;
}

/** Checks the image in the slot at `spot`, which is to run as `app` in the slot at `place`. STATUS_OK, or why it is refused. */
export function verifyImage(app: u32, spot: u64, place: usize): u32 {
  st32(evidence, 0);
  openWindow(spot, slotSize(app));
  const form = readForm(app, place);
  if (form !== STATUS_OK) return form;
  if (securityCounter() < counterFloor(app)) return STATUS_OLDER_COUNTER;
  hashImage();
  if (compareHash() !== HASH_SAME) return STATUS_WRONG_HASH;
  let sum = <u32>Spot.address(spot) + headerSize(app) + evidenceGap(app) + compareHash();
  if (verifyLevel(app) !== LEVEL_HASH) {
    const status = checkSignatures(app);
    if (status !== STATUS_OK) return status;
    sum += firstFinding() + rotl<u32>(secondFinding(), SECOND_TURN);
  }
  st32(evidence, sum);
  return STATUS_OK;
}

/** An app whose images are not verified is to be started from the vector table at `table`. */
export function passUnverified(app: u32, table: usize): void {
  st32(evidence, <u32>table + evidenceGap(app) + LEVEL_NONE);
}

/** The vector table that the last check lets be started; nothing of use where it did not. */
export function passedTable(): usize {
  return <usize>(ld32(evidence) - PASS_START);
}

/** As `verifyImage`, of the app's download, which is to take the place of its image. */
export function verifyDownload(app: u32): u32 {
  const status = verifyImage(app, downloadSpot(app), downloadPlace(app));
  if (status !== STATUS_OK) return status;
  st32(evidence, ld32(evidence) + installGap(app));
  if (!refusesLower(app)) return STATUS_OK;
  const first = compareLevels(app);
  if (first !== NOT_LOWER) return first;
  const second = compareLevels(app);
  if (second !== NOT_LOWER) return second;
  st32(evidence, ld32(evidence) + first + rotl<u32>(second, SECOND_TURN));
  return STATUS_OK;
}

/** Whether the app's download passed the last check, and may be installed. */
export function mayInstall(app: u32): bool {
  return ld32(evidence) - PASS_INSTALL === <u32>Spot.address(downloadSpot(app)) + headerSize(app);
}

/**
 * NOT_LOWER, or why the app's download is too old. Where nothing is in place, anything is new. Asked twice: it finds out
 * by itself where both images are, so that a wrong place misleads it once.
 */
function compareLevels(app: u32): u32 {
  openWindow(downloadSpot(app), slotSize(app));
  const form = readForm(app, downloadPlace(app));
  if (form !== STATUS_OK) return form;
  const counter = securityCounter();
  const version = versionNumber();
  const build = versionBuild();
  openWindow(currentSpot(app), slotSize(app));
  if (readForm(app, imageStart(app)) !== STATUS_OK) return NOT_LOWER;
  if (counter < securityCounter()) return STATUS_OLDER_COUNTER;
  const inPlace = versionNumber();
  if (version < inPlace || (version === inPlace && build < versionBuild())) return STATUS_OLDER_VERSION;
  return NOT_LOWER;
}
