/** What is remembered of an app's update. Constants only; compiled by both the host's and the firmware's compiler. */

// Phase: where an app's update stands. Bits 0..2 of its four bits in the journal.
/** Nothing is going on: the app is confirmed. */
export const PHASE_NONE: u32 = 0;
/** The download slot is being written: its content means nothing yet. */
export const PHASE_DOWNLOADING: u32 = 1;
/** The update is to be installed, on trial. */
export const PHASE_REQUESTED: u32 = 2;
/** The update is to be installed for good. */
export const PHASE_REQUESTED_PERMANENT: u32 = 3;
/** The update is in place and was not started yet. */
export const PHASE_INSTALLED: u32 = 4;
/** The update was started and is not confirmed. */
export const PHASE_TRIAL: u32 = 5;
/** The image of before is to be brought back. */
export const PHASE_REVERT: u32 = 6;
export const PHASE_MASK: u32 = 7;
/** Which of two is in use: `direct` the bank that runs, `alternate` the download slot with the running image's copy. */
export const PHASE_SECOND: u32 = 8;

// Outcome of an app's last update.
export const OUTCOME_NONE: u32 = 0;
/** The new image was confirmed. */
export const OUTCOME_CONFIRMED: u32 = 1;
/** It was not confirmed, or asked to be taken back: the image of before is in place again. */
export const OUTCOME_REVERTED: u32 = 2;
/** The download slot held nothing that can be started: nothing was changed. */
export const OUTCOME_INVALID_IMAGE: u32 = 3;
/** Flash could not be written: the image of before is in place if the strategy keeps one. */
export const OUTCOME_EXCHANGE_FAILED: u32 = 4;
/** The journal says something that cannot be: nothing was changed. */
export const OUTCOME_INVALID_STATE: u32 = 5;
// Why a verified download was refused, with the numbers of STATUS_... (status.ts): nothing was changed.
export const OUTCOME_NO_IMAGE: u32 = 7;
export const OUTCOME_WRONG_HASH: u32 = 8;
export const OUTCOME_WRONG_SIGNATURE: u32 = 9;
export const OUTCOME_UNTRUSTED_KEY: u32 = 10;
export const OUTCOME_OLDER_VERSION: u32 = 11;
export const OUTCOME_OLDER_COUNTER: u32 = 12;
export const OUTCOME_OTHER_SLOT: u32 = 13;

// How an app's call ended.
export const UPDATE_OK: u32 = 0;
/** The app has no `update` in the config. */
export const UPDATE_NOT_CONFIGURED: u32 = 1;
/** Beyond the slot's end. */
export const UPDATE_OUT_OF_RANGE: u32 = 2;
/** This app is on trial: it must be confirmed or reverted before. */
export const UPDATE_ON_TRIAL: u32 = 3;
/** There is no trial to confirm or to revert. */
export const UPDATE_NO_TRIAL: u32 = 4;
/** The download slot was not erased since the last update. */
export const UPDATE_NOT_ERASED: u32 = 5;
/** The download slot holds nothing that can be started. */
export const UPDATE_INVALID_IMAGE: u32 = 6;
/** Flash reported an error, or does not read as it was written. */
export const UPDATE_FLASH_ERROR: u32 = 7;
/** The journal could not be written. */
export const UPDATE_STATE_ERROR: u32 = 8;
/** Too many parts of write units are open: write in order. */
export const UPDATE_TOO_SCATTERED: u32 = 9;
/** This place was written before: it must be erased first. */
export const UPDATE_WRITTEN_BEFORE: u32 = 10;
/** The image in the download slot says that it is made for another slot. */
export const UPDATE_OTHER_SLOT: u32 = 11;

// Strategies, as firmware knows them.
export const STRATEGY_NONE: u32 = 0;
export const STRATEGY_DIRECT: u32 = 1;
export const STRATEGY_ALTERNATE: u32 = 2;
export const STRATEGY_SWAP: u32 = 3;
export const STRATEGY_OVERWRITE: u32 = 4;
