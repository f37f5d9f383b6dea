/** What became of an update, in words. */
import {
  OUTCOME_CONFIRMED,
  OUTCOME_EXCHANGE_FAILED,
  OUTCOME_INVALID_IMAGE,
  OUTCOME_INVALID_STATE,
  OUTCOME_NO_IMAGE,
  OUTCOME_NONE,
  OUTCOME_OLDER_COUNTER,
  OUTCOME_OLDER_VERSION,
  OUTCOME_OTHER_SLOT,
  OUTCOME_REVERTED,
  OUTCOME_UNTRUSTED_KEY,
  OUTCOME_WRONG_HASH,
  OUTCOME_WRONG_SIGNATURE,
  UPDATE_FLASH_ERROR,
  UPDATE_INVALID_IMAGE,
  UPDATE_OK,
  UPDATE_ON_TRIAL,
  UPDATE_OTHER_SLOT,
  UPDATE_OUT_OF_RANGE,
} from 'kickstage/firmware/abi/update';

/** Of OUTCOME_..., as `updateOutcome` gives it. */
export function outcomeText(outcome: u32): string {
  switch (outcome) {
    case OUTCOME_NONE:
      return 'there was none';
    case OUTCOME_CONFIRMED:
      return 'confirmed';
    case OUTCOME_REVERTED:
      return 'taken back';
    case OUTCOME_INVALID_IMAGE:
      return 'refused, nothing that can be started';
    case OUTCOME_EXCHANGE_FAILED:
      return 'flash could not be written';
    case OUTCOME_INVALID_STATE:
      return 'the journal is wrong';
    case OUTCOME_NO_IMAGE:
      return 'refused, no image';
    case OUTCOME_WRONG_HASH:
      return 'refused, damaged or changed';
    case OUTCOME_WRONG_SIGNATURE:
      return 'refused, wrong signature';
    case OUTCOME_UNTRUSTED_KEY:
      return 'refused, not signed by a trusted key';
    case OUTCOME_OLDER_VERSION:
      return 'refused, older version';
    case OUTCOME_OLDER_COUNTER:
      return 'refused, lower security counter';
    case OUTCOME_OTHER_SLOT:
      return 'refused, made for another slot';
    default:
      return 'unknown';
  }
}

/** Of UPDATE_..., as the calls of kickstage/firmware/app/update answer. */
export function updateText(status: u32): string {
  switch (status) {
    case UPDATE_OK:
      return 'ok';
    case UPDATE_OUT_OF_RANGE:
      return 'larger than the slot';
    case UPDATE_ON_TRIAL:
      return 'this app is on trial';
    case UPDATE_INVALID_IMAGE:
      return 'nothing that can be started';
    case UPDATE_OTHER_SLOT:
      return 'made for another slot';
    case UPDATE_FLASH_ERROR:
      return 'flash error';
    default:
      return 'not possible now';
  }
}
