/**
 * Updates, as the app that is updated sees them. It downloads a new image into its download slot, asks for it to be
 * installed, and, when it is the new image and works, says so:
 *
 *   updateEraseFor(size);  updateWrite(0, bytes, length);  …  requestUpdate();     in the old image; does not come back
 *   markBootSuccessful();                                                   in the new one
 *
 * Unless it says so, the bootloader brings the old image back at the next reset. Calls answer UPDATE_OK, or what stands
 * in their way (UPDATE_... of kickstage/firmware/abi/update); they change nothing then.
 */
import {
  OUTCOME_CONFIRMED,
  OUTCOME_NONE,
  PHASE_DOWNLOADING,
  PHASE_INSTALLED,
  PHASE_NONE,
  PHASE_REQUESTED,
  PHASE_REQUESTED_PERMANENT,
  PHASE_REVERT,
  PHASE_TRIAL,
  UPDATE_INVALID_IMAGE,
  UPDATE_NO_TRIAL,
  UPDATE_NOT_CONFIGURED,
  UPDATE_NOT_ERASED,
  UPDATE_OK,
  UPDATE_ON_TRIAL,
  UPDATE_OTHER_SLOT,
  UPDATE_STATE_ERROR,
} from 'kickstage/firmware/abi/update';
import { NO_UPDATE, THIS_APP } from 'kickstage/layout';
import { saveState } from 'kickstage/state';
import { isForOtherSlot, isPlausible } from '../update/image';
import { downloadPlace, downloadSpot } from '../update/slots';
import { outcomeOf, phaseOf, setOutcome, setPhase } from '../update/state';
import { takeOtherCopy } from '../update/take-other';
import { isDownloadOpen } from './download';
import { flushParts, forgetParts } from './download-parts';
import { hasState, ownIndex } from './own-state';
import { switchTo } from './switch-to';

/** What the app does before it leaves for the bootloader: stop motors, flush files. */
let preJump: (() => void) | null = null;

/** Sets what is called before `requestUpdate` and `revert` reset the chip. */
export function onPreJump(hook: (() => void) | null): void {
  preJump = hook;
}

/** PHASE_... of this app's update: PHASE_TRIAL until it is confirmed. */
export function updateState(): u32 {
  return ownIndex() === NO_UPDATE || !hasState() ? PHASE_NONE : phaseOf(ownIndex());
}

/** OUTCOME_... of this app's last update. */
export function updateOutcome(): u32 {
  return ownIndex() === NO_UPDATE || !hasState() ? OUTCOME_NONE : outcomeOf(ownIndex());
}

/** The new image works: it stays. */
export function markBootSuccessful(): u32 {
  const index = ownIndex();
  if (index === NO_UPDATE) return UPDATE_NOT_CONFIGURED;
  if (!hasState()) return UPDATE_STATE_ERROR;
  if (phaseOf(index) !== PHASE_TRIAL) return UPDATE_NO_TRIAL;
  takeOtherCopy(THIS_APP, index);
  return become(index, PHASE_NONE, OUTCOME_CONFIRMED);
}

/** Has the bootloader install what was downloaded, on trial or for good. Comes back only with what stands in the way. */
export function requestUpdate(permanent: bool = false): u32 {
  const index = ownIndex();
  const status = verify();
  if (status !== UPDATE_OK) return status;
  const next = permanent ? PHASE_REQUESTED_PERMANENT : PHASE_REQUESTED;
  return leave(become(index, next, outcomeOf(index)));
}

/** Has the bootloader bring back the image of before this trial. Comes back only with what stands in the way. */
export function revert(): u32 {
  const index = ownIndex();
  if (index === NO_UPDATE) return UPDATE_NOT_CONFIGURED;
  if (!hasState()) return UPDATE_STATE_ERROR;
  if (phaseOf(index) !== PHASE_TRIAL) return UPDATE_NO_TRIAL;
  return leave(become(index, PHASE_REVERT, outcomeOf(index)));
}

/** Whether what was downloaded can be installed. */
export function verify(): u32 {
  const index = ownIndex();
  if (index === NO_UPDATE) return UPDATE_NOT_CONFIGURED;
  if (!hasState()) return UPDATE_STATE_ERROR;
  const phase = phaseOf(index);
  if (phase === PHASE_TRIAL || phase === PHASE_INSTALLED) return UPDATE_ON_TRIAL;
  // What was written before a reset may have been cut short: a download is begun and asked for in one session.
  if (phase !== PHASE_DOWNLOADING || !isDownloadOpen()) return UPDATE_NOT_ERASED;
  const flushed = flushParts();
  if (flushed !== UPDATE_OK) return flushed;
  const spot = downloadSpot(THIS_APP);
  const place = downloadPlace(THIS_APP);
  if (isForOtherSlot(THIS_APP, spot, place)) return UPDATE_OTHER_SLOT;
  return isPlausible(THIS_APP, spot, place) ? UPDATE_OK : UPDATE_INVALID_IMAGE;
}

function become(index: u32, phase: u32, outcome: u32): u32 {
  setPhase(index, phase);
  setOutcome(index, outcome);
  return saveState() ? UPDATE_OK : UPDATE_STATE_ERROR;
}

/** Resets into the bootloader, and back into this app, if all went well so far. */
function leave(status: u32): u32 {
  if (status !== UPDATE_OK) return status;
  forgetParts();
  const hook = preJump;
  if (hook !== null) hook();
  switchTo(THIS_APP);
  return UPDATE_OK;
}
