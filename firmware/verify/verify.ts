/**
 * Whether an image may be started or installed. The answer is a status to tell; what counts is the evidence, a sum of what
 * each step found (abi/verify). It is cleared before a check, and who acts on an answer looks at the evidence again: one
 * wrong turn, or one instruction that is left out, does not make it whole.
 */
import { JOURNAL_RECORD_MARK } from 'kickstage/firmware/abi/journal';
import {
  STATUS_OK,
  STATUS_OLDER_COUNTER,
  STATUS_OLDER_VERSION,
  STATUS_WRONG_HASH,
} from 'kickstage/firmware/abi/status';
import {
  HASH_SAME,
  IMAGE_KNOWN,
  LEVEL_HASH,
  LEVEL_NONE,
  NOT_LOWER,
  PASS_INSTALL,
  PASS_START,
  SECOND_TURN,
} from 'kickstage/firmware/abi/verify';
import {
  counterFloor,
  counterWord,
  evidenceGap,
  fingerprintWord,
  HAS_UNVERIFIED,
  headerSize,
  installGap,
  KEEPS_COUNTERS,
  knownGap,
  refusesLower,
  slotSize,
  VERIFIES_ON_CHANGE,
  verifyLevel,
} from 'kickstage/layout';
import { ld32, st32 } from '../intrinsics/volatile';
import { keptCounter, readingMark } from '../update/counters';
import { currentSpot, downloadPlace, downloadSpot, imageStart, Spot } from '../update/slots';
import { stateWord } from '../update/state';
import { compareHash, hashImage } from './digest';
import { fingerprint } from './fingerprint';
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
  const form = look(app, spot, place);
  if (form !== STATUS_OK) return form;
  let sum = <u32>Spot.address(spot) + headerSize(app) + evidenceGap(app) + keptLevels(app, spot, place);
  hashImage();
  if (compareHash() !== HASH_SAME) return STATUS_WRONG_HASH;
  sum += compareHash();
  if (verifyLevel(app) !== LEVEL_HASH) {
    const status = checkSignatures(app);
    if (status !== STATUS_OK) return status;
    sum += firstFinding() + rotl<u32>(secondFinding(), SECOND_TURN);
  }
  st32(evidence, sum);
  return STATUS_OK;
}

/** Clears the evidence, opens the image, and looks at its form and its counter. STATUS_OK, or why it is refused. */
function look(app: u32, spot: u64, place: usize): u32 {
  st32(evidence, 0);
  openWindow(spot, slotSize(app));
  const form = readForm(app, place);
  if (form !== STATUS_OK) return form;
  if (securityCounter() < counterFloor(app)) return STATUS_OLDER_COUNTER;
  if (KEEPS_COUNTERS && counterWord(app) !== 0 && keptLevels(app, spot, place) !== LEVELS) return STATUS_OLDER_COUNTER;
  return STATUS_OK;
}

/** What two comparisons with a kept counter find. */
const LEVELS: u32 = NOT_LOWER + ((NOT_LOWER << SECOND_TURN) | (NOT_LOWER >>> (32 - SECOND_TURN)));

/** What they find of the image at `spot`; 0 where none is kept. */
function keptLevels(app: u32, spot: u64, place: usize): u32 {
  if (!KEEPS_COUNTERS || counterWord(app) === 0) return 0;
  return compareKept(app, spot, place, true) + rotl<u32>(compareKept(app, spot, place, false), SECOND_TURN);
}

/** NOT_LOWER, or something else. It reads by itself what the image says, so that a slip in reading misleads it once. */
function compareKept(app: u32, spot: u64, place: usize, isFirst: bool): u32 {
  openWindow(spot, slotSize(app));
  if (readForm(app, place) !== STATUS_OK || securityCounter() < keptCounter(app, isFirst)) return STATUS_OLDER_COUNTER;
  return NOT_LOWER + readingMark(isFirst) - JOURNAL_RECORD_MARK;
}

/** As `verifyImage`, of the image that is to be started; one that is known from before is not verified again. */
export function verifyStart(app: u32): u32 {
  const spot = currentSpot(app);
  const place = imageStart(app);
  if (VERIFIES_ON_CHANGE && fingerprintWord(app) !== 0 && passKnown(app, spot, place)) return STATUS_OK;
  return verifyImage(app, spot, place);
}

/** Whether the image is the one that the state remembers. The evidence is made of readings of their own. */
function passKnown(app: u32, spot: u64, place: usize): bool {
  if (look(app, spot, place) !== STATUS_OK) return false;
  const known = stateWord(fingerprintWord(app));
  if (known === 0 || known !== fingerprint(place)) return false;
  const sum = <u32>Spot.address(spot) + headerSize(app) + knownGap(app) + keptLevels(app, spot, place);
  st32(evidence, sum + compareKnown(app, place) + rotl<u32>(compareKnown(app, place), SECOND_TURN));
  return true;
}

/** IMAGE_KNOWN where what is remembered is what is there; 0, which remembers nothing, is no fingerprint. */
function compareKnown(app: u32, place: usize): u32 {
  return stateWord(fingerprintWord(app)) - fingerprint(place) + IMAGE_KNOWN;
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
