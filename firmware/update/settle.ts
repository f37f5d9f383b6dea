/**
 * What the bootloader does about updates before it decides which app to start: goes on with what was cut short, installs
 * what is requested, and brings back what was started and not confirmed. One file for each strategy does the work.
 */
import { STATUS_OK } from 'kickstage/firmware/abi/status';
import {
  OUTCOME_CONFIRMED,
  OUTCOME_EXCHANGE_FAILED,
  OUTCOME_INVALID_IMAGE,
  OUTCOME_NONE,
  OUTCOME_REVERTED,
  PHASE_INSTALLED,
  PHASE_NONE,
  PHASE_REQUESTED,
  PHASE_REQUESTED_PERMANENT,
  PHASE_REVERT,
  PHASE_TRIAL,
  STRATEGY_ALTERNATE,
  STRATEGY_DIRECT,
  STRATEGY_OVERWRITE,
  STRATEGY_SWAP,
} from 'kickstage/firmware/abi/update';
import {
  APP_COUNT,
  fingerprintWord,
  HAS_VERIFY,
  KEEPS_COUNTERS,
  NO_UPDATE,
  strategyOf,
  TRIAL_WATCHDOG,
  updateIndex,
  VERIFIES_ON_CHANGE,
} from 'kickstage/layout';
import { loadState, saveState } from 'kickstage/state';
import { startWatchdog } from '../hal/watchdog';
import { rememberStart } from '../verify/remember';
import { isVerified, verifyDownload } from '../verify/verify';
import { isCleared } from './cleared';
import { noteCounters } from './counters';
import { isPlausible } from './image';
import { applyRequest } from './request';
import { downloadPlace, downloadSpot } from './slots';
import { appAtWork, endWork, outcomeOf, phaseOf, progress, setOutcome, setPhase, setStateWord } from './state';
import { installAlternate, keepCopy, revertAlternate } from './strategies/alternate';
import { installOverwrite } from './strategies/overwrite';
import { exchange, STEPS_BEFORE_APP } from './strategies/swap';
import { takeOtherCopy } from './take-other';
import { saveWork } from './work';

/** Reads the state and does what it asks for. */
export function settleUpdates(): void {
  if (!loadState()) return;
  if (KEEPS_COUNTERS) {
    // Read twice: who leaves out an instruction of the one has the other against him.
    noteCounters();
    if (!loadState()) return;
  }
  applyRequest();
  // The one scratch area may hold a chunk: what was begun comes first.
  for (let app: u32 = 0; app < APP_COUNT; app++) {
    if (updateIndex(app) !== NO_UPDATE && updateIndex(app) === appAtWork()) settle(app);
  }
  for (let app: u32 = 0; app < APP_COUNT; app++) if (updateIndex(app) !== NO_UPDATE) settle(app);
}

function settle(app: u32): void {
  const index = updateIndex(app);
  const phase = phaseOf(index);
  if (phase === PHASE_REQUESTED || phase === PHASE_REQUESTED_PERMANENT) install(app, index);
  else if (phase === PHASE_REVERT) bringBack(app, index);
  else if (phase === PHASE_TRIAL) {
    setPhase(index, PHASE_REVERT);
    if (strategyOf(app) === STRATEGY_DIRECT || saveState()) bringBack(app, index);
  }
}

/** Puts a requested update in place, if it can be started there. */
function install(app: u32, index: u32): void {
  const isForGood = phaseOf(index) === PHASE_REQUESTED_PERMANENT || strategyOf(app) === STRATEGY_OVERWRITE;
  if (appAtWork() !== index) {
    const refusal = refusalOf(app);
    if (refusal !== OUTCOME_NONE) return finish(index, PHASE_NONE, refusal);
  }
  forget(app);
  if (!putInPlace(app, index)) return giveUp(app, index);
  if (!isForGood) return finish(index, PHASE_INSTALLED, outcomeOf(index));
  takeOtherCopy(app, index);
  return finish(index, PHASE_NONE, OUTCOME_CONFIRMED);
}

/** What is in place will be another image: the record that begins the work says so before anything is changed. */
function forget(app: u32): void {
  if (VERIFIES_ON_CHANGE && fingerprintWord(app) !== 0) setStateWord(fingerprintWord(app), 0);
}

/** OUTCOME_NONE where the download can be installed, else what is the matter with it. */
function refusalOf(app: u32): u32 {
  if (HAS_VERIFY && isVerified(app)) {
    const status = verifyDownload(app);
    if (status !== STATUS_OK) return status;
  }
  return isPlausible(app, downloadSpot(app), downloadPlace(app)) ? OUTCOME_NONE : OUTCOME_INVALID_IMAGE;
}

function putInPlace(app: u32, index: u32): bool {
  const strategy = strategyOf(app);
  if (strategy === STRATEGY_DIRECT) return isCleared(app);
  if (strategy === STRATEGY_SWAP) return exchange(app);
  if (appAtWork() !== index) {
    if (!isCleared(app) || (strategy === STRATEGY_ALTERNATE && !keepCopy(app))) return false;
    if (!saveWork(index, 1)) return false;
  }
  return strategy === STRATEGY_ALTERNATE ? installAlternate(app) : installOverwrite(app);
}

/** The image of before comes back. */
function bringBack(app: u32, index: u32): void {
  forget(app);
  const strategy = strategyOf(app);
  if (strategy === STRATEGY_SWAP && !exchange(app)) return;
  if (strategy === STRATEGY_ALTERNATE) {
    if (appAtWork() !== index && !saveWork(index, 1)) return;
    if (!revertAlternate(app)) return;
  }
  finish(index, PHASE_NONE, OUTCOME_REVERTED);
}

/** Flash does not take the new image. Where the old one is untouched, or there is a copy of it, it stays the app's. */
function giveUp(app: u32, index: u32): void {
  const strategy = strategyOf(app);
  if (appAtWork() !== index) return;
  if (strategy === STRATEGY_SWAP && progress() > STEPS_BEFORE_APP) return;
  if (strategy === STRATEGY_OVERWRITE) return;
  if (strategy === STRATEGY_ALTERNATE && !revertAlternate(app)) return;
  finish(index, PHASE_NONE, OUTCOME_EXCHANGE_FAILED);
}

function finish(index: u32, phase: u32, outcome: u32): void {
  setPhase(index, phase);
  setOutcome(index, outcome);
  if (appAtWork() === index) endWork();
  saveState();
}

/** Whether an app's slot may be started: not while an image is on its way to it or away. */
export function isSettled(app: u32): bool {
  const index = updateIndex(app);
  return index === NO_UPDATE || appAtWork() !== index;
}

/** An app that was installed is about to be started: from now on it is on trial. Whether it may be started. */
export function beginTrial(app: u32): bool {
  const index = updateIndex(app);
  // Where that does not last, the image is verified again.
  if ((VERIFIES_ON_CHANGE || KEEPS_COUNTERS) && rememberStart(app) && phaseOf(index) !== PHASE_INSTALLED) saveState();
  if (index === NO_UPDATE || phaseOf(index) !== PHASE_INSTALLED) return true;
  setPhase(index, PHASE_TRIAL);
  if (!saveState()) return false;
  if (TRIAL_WATCHDOG !== 0) startWatchdog(TRIAL_WATCHDOG);
  return true;
}
