/**
 * A state channel in RAM, beside the mailbox: it needs no flash, and forgets everything when power fails. An image on
 * trial is then as good as confirmed, and an exchange that was cut short leaves a slot that does not start: choose it
 * where that is acceptable.
 */
import { STATE_ADDRESS } from 'kickstage/layout';
import { CRC_START, crc32Step } from '../boot/crc32';
import { ld32, st32 } from '../intrinsics/volatile';
import { resetState, STATE_WORDS, setStateWord, stateWord } from './state';

/** Fills the state; noise in RAM is the state of a device that was never updated. */
export function loadState(): bool {
  let crc = CRC_START;
  for (let n: u32 = 0; n < STATE_WORDS; n++) crc = crc32Step(crc, ld32(STATE_ADDRESS + 4 * n));
  if (ld32(STATE_ADDRESS + 4 * STATE_WORDS) !== ~crc) {
    resetState();
    return true;
  }
  for (let n: u32 = 0; n < STATE_WORDS; n++) setStateWord(n, ld32(STATE_ADDRESS + 4 * n));
  return true;
}

/** Keeps the state across resets that leave RAM alone. */
export function saveState(): bool {
  let crc = CRC_START;
  for (let n: u32 = 0; n < STATE_WORDS; n++) {
    st32(STATE_ADDRESS + 4 * n, stateWord(n));
    crc = crc32Step(crc, stateWord(n));
  }
  st32(STATE_ADDRESS + 4 * STATE_WORDS, ~crc);
  return true;
}
