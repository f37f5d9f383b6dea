/**
 * A state channel of one's own: what is remembered of updates, in the backup registers of the RTC (RM0383 Rev 3, 17.6.20:
 * twenty words). They survive every reset and need no flash; with a battery at VBAT they survive loss of power, too.
 * Without one it is the same as with `state: 'ram'`: an update under way is forgotten.
 *
 * There are two places, written in turn, each with a number and a CRC: a reset in the middle of a word leaves the other.
 */
import { CRC_START, crc32Step } from 'kickstage/firmware/boot/crc32';
import { ld32, st32 } from 'kickstage/firmware/intrinsics/mmio';
import { resetState, STATE_WORDS, setStateWord, stateWord } from 'kickstage/firmware/update/state';
import { closeBackup, openBackup } from './backup-domain';

/** RTC_BKP0R. */
const REGISTERS: usize = 0x4000_2850;
/** The state's words, the number, the CRC. */
const NUMBER: u32 = 4 * STATE_WORDS;
const CRC: u32 = NUMBER + 4;
const PLACE_SIZE: u32 = CRC + 4;

/** The number of the state that was loaded or saved last; its place is that of its last bit. */
let number: u32 = 0;

function placeOf(which: u32): usize {
  return REGISTERS + (which & 1) * PLACE_SIZE;
}

function crcOf(place: usize): u32 {
  let crc = CRC_START;
  for (let offset: u32 = 0; offset < CRC; offset += 4) crc = crc32Step(crc, ld32(place + offset));
  return ~crc;
}

/** The number that a place holds; 0 where it holds none. */
function numberIn(which: u32): u32 {
  const place = placeOf(which);
  return ld32(place + CRC) === crcOf(place) ? ld32(place + NUMBER) : 0;
}

/** Fills the state; where there is none, it is that of a device that was never updated. */
export function loadState(): bool {
  const before = openBackup();
  const first = numberIn(0);
  const second = numberIn(1);
  number = second > first ? second : first;
  if (number === 0) resetState();
  else for (let n: u32 = 0; n < STATE_WORDS; n++) setStateWord(n, ld32(placeOf(number) + 4 * n));
  closeBackup(before);
  return true;
}

/** Keeps the state. Whether it reads back as it was written. */
export function saveState(): bool {
  const before = openBackup();
  number++;
  const place = placeOf(number);
  for (let n: u32 = 0; n < STATE_WORDS; n++) st32(place + 4 * n, stateWord(n));
  st32(place + NUMBER, number);
  st32(place + CRC, crcOf(place));
  const isKept = numberIn(number) === number;
  closeBackup(before);
  return isKept;
}
