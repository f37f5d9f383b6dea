/**
 * What an app in any language asks for through the mailbox: to install its update, to confirm itself, to be taken back.
 * The bootloader takes the request out of the mailbox, and here makes it part of the state.
 */
import { REQUEST_CONFIRM, REQUEST_REVERT, REQUEST_UPDATE } from 'kickstage/firmware/abi/mailbox';
import {
  OUTCOME_CONFIRMED,
  PHASE_DOWNLOADING,
  PHASE_NONE,
  PHASE_REQUESTED,
  PHASE_REQUESTED_PERMANENT,
  PHASE_REVERT,
  PHASE_TRIAL,
} from 'kickstage/firmware/abi/update';
import { NO_UPDATE, updateIndex } from 'kickstage/layout';
import { saveState } from 'kickstage/state';
import { outcomeOf, phaseOf, setOutcome, setPhase } from './state';
import { takeOtherCopy } from './take-other';

let kind: u32 = 0;
let subject: u32 = 0;
let isPermanent: bool = false;

/** Remembers a request until the state is read. */
export function noteRequest(asked: u32, app: u32, permanent: bool): void {
  kind = asked;
  subject = app;
  isPermanent = permanent;
}

/** Makes the request part of the state, where it has a meaning there. */
export function applyRequest(): void {
  const asked = kind;
  kind = 0;
  if (asked === 0 || updateIndex(subject) === NO_UPDATE) return;
  const index = updateIndex(subject);
  const phase = phaseOf(index);
  if (asked === REQUEST_UPDATE && (phase === PHASE_NONE || phase === PHASE_DOWNLOADING)) {
    become(index, isPermanent ? PHASE_REQUESTED_PERMANENT : PHASE_REQUESTED, outcomeOf(index));
  } else if (asked === REQUEST_CONFIRM && phase === PHASE_TRIAL) {
    takeOtherCopy(subject, index);
    become(index, PHASE_NONE, OUTCOME_CONFIRMED);
  } else if (asked === REQUEST_REVERT && phase === PHASE_TRIAL) become(index, PHASE_REVERT, outcomeOf(index));
}

function become(index: u32, phase: u32, outcome: u32): void {
  setPhase(index, phase);
  setOutcome(index, outcome);
  saveState();
}
