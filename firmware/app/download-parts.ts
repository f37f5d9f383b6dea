/**
 * Parts of write units that wait for the rest. Flash takes whole units, some kinds only once: bytes of a unit that is not
 * full yet are kept here, for up to PARTS units at once, so that downloads may come in any pieces and, nearly, any order.
 */
import { UPDATE_FLASH_ERROR, UPDATE_OK, UPDATE_TOO_SCATTERED } from 'kickstage/firmware/abi/update';
import { erasedWord, THIS_APP } from 'kickstage/layout';
import { program, STORAGE_OK } from 'kickstage/storage';
import { downloadSpot, Spot } from '../update/slots';
import { isWrittenAs } from './download-check';

/** Bytes of a unit: the largest write unit that there is. */
export const UNIT: u32 = 8;
/** Units that may wait. */
const PARTS: u32 = 8;
/** Where a unit lies in the image; FREE where none waits. */
const places = memory.data(32, 4);
/** Bit n: byte n is there. */
const masks = memory.data(8, 4);
const units = memory.data(64, 8);
const FREE: u32 = 0xffffffff;
let isStarted: bool = false;

/** Forgets what waits. */
export function forgetParts(): void {
  isStarted = true;
  for (let n: u32 = 0; n < PARTS; n++) store<u32>(places + 4 * n, FREE);
}

/** Takes one byte of a unit; the unit is programmed when its last byte has come. */
export function putByte(offset: u32, byte: u32): u32 {
  if (!isStarted) forgetParts();
  const place = offset & ~(UNIT - 1);
  const n = partFor(place);
  if (n === PARTS) return UPDATE_TOO_SCATTERED;
  store<u8>(units + UNIT * n + (offset - place), <u8>byte);
  const mask = <u32>load<u8>(masks + n) | (1 << (offset - place));
  store<u8>(masks + n, <u8>mask);
  return mask === 0xff ? programPart(n) : UPDATE_OK;
}

/** The part of the unit at `place`, a fresh one where none waits; PARTS where all are taken. */
function partFor(place: u32): u32 {
  let free = PARTS;
  for (let n: u32 = 0; n < PARTS; n++) {
    const there = load<u32>(places + 4 * n);
    if (there === place) return n;
    if (there === FREE) free = n;
  }
  if (free === PARTS) return PARTS;
  const erased = erasedWord(Spot.memory(downloadSpot(THIS_APP)));
  store<u32>(places + 4 * free, place);
  store<u8>(masks + free, 0);
  store<u32>(units + UNIT * free, erased);
  store<u32>(units + UNIT * free + 4, erased);
  return free;
}

function programPart(n: u32): u32 {
  const spot = downloadSpot(THIS_APP);
  const address = Spot.address(spot) + load<u32>(places + 4 * n);
  store<u32>(places + 4 * n, FREE);
  if (program(Spot.memory(spot), address, units + UNIT * n, UNIT) !== STORAGE_OK) return UPDATE_FLASH_ERROR;
  return isWrittenAs(Spot.memory(spot), address, units + UNIT * n, UNIT) ? UPDATE_OK : UPDATE_FLASH_ERROR;
}

/** Programs what waits, the bytes that never came as erased ones. */
export function flushParts(): u32 {
  if (!isStarted) return UPDATE_OK;
  for (let n: u32 = 0; n < PARTS; n++) {
    if (load<u32>(places + 4 * n) === FREE) continue;
    const status = programPart(n);
    if (status !== UPDATE_OK) return status;
  }
  return UPDATE_OK;
}

/** A byte that waits, in bits 0..7, with bit 8 set; 0 where none waits for `offset`. */
export function waitingByte(offset: u32): u32 {
  if (!isStarted) return 0;
  const place = offset & ~(UNIT - 1);
  for (let n: u32 = 0; n < PARTS; n++) {
    if (load<u32>(places + 4 * n) !== place) continue;
    const bit = (<u32>load<u8>(masks + n) >>> (offset - place)) & 1;
    if (bit !== 0) return 0x100 | load<u8>(units + UNIT * n + (offset - place));
  }
  return 0;
}
