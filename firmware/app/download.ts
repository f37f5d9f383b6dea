/**
 * The download slot as storage: bytes from offset 0 to `updateCapacity()`, the image that the next update brings.
 * `updateErase` begins a download; pieces may then come in any length, alignment and order, each byte once.
 */
import {
  PHASE_DOWNLOADING,
  PHASE_INSTALLED,
  PHASE_TRIAL,
  UPDATE_FLASH_ERROR,
  UPDATE_NOT_CONFIGURED,
  UPDATE_NOT_ERASED,
  UPDATE_OK,
  UPDATE_ON_TRIAL,
  UPDATE_OUT_OF_RANGE,
  UPDATE_STATE_ERROR,
  UPDATE_WRITTEN_BEFORE,
} from 'kickstage/firmware/abi/update';
import { erasedWord, eraseSize, NO_UPDATE, slotSize, THIS_APP } from 'kickstage/layout';
import { saveState } from 'kickstage/state';
import { erase, program, readWord, STORAGE_INTERNAL, STORAGE_OK } from 'kickstage/storage';
import { feedWatchdog } from '../hal/watchdog';
import { downloadSpot, Spot } from '../update/slots';
import { phaseOf, setPhase } from '../update/state';
import { isErasedAt, isWrittenAs } from './download-check';
import { flushParts, forgetParts, putByte, UNIT, waitingByte } from './download-parts';
import { hasState, ownIndex } from './own-state';

/** Whether this session has begun or taken up a download. */
let isOpen: bool = false;
/** Bytes for which it has erased the slot. */
let erasedSize: u32 = 0;

/** Whether what the slot holds was all written in this session. */
export function isDownloadOpen(): bool {
  return isOpen;
}

/** Bytes that an image may have. */
export function updateCapacity(): u32 {
  return ownIndex() === NO_UPDATE ? 0 : slotSize(THIS_APP);
}

/** Begins a download of any size: what the slot held is gone. It takes as long as erasing all its sectors does. */
export function updateErase(): u32 {
  return updateEraseFor(updateCapacity());
}

/**
 * Begins a download of `length` bytes: what the slot held is gone. Sectors behind them are erased only where something of
 * an earlier, longer image is left.
 */
export function updateEraseFor(length: u32): u32 {
  const index = ownIndex();
  if (index === NO_UPDATE) return UPDATE_NOT_CONFIGURED;
  if (length > slotSize(THIS_APP)) return UPDATE_OUT_OF_RANGE;
  if (!hasState()) return UPDATE_STATE_ERROR;
  const phase = phaseOf(index);
  if (phase === PHASE_TRIAL || phase === PHASE_INSTALLED) return UPDATE_ON_TRIAL;
  // Before the slot changes it is known to mean nothing, also to a request that was cut short and may still come up.
  setPhase(index, PHASE_DOWNLOADING);
  if (!saveState()) return UPDATE_STATE_ERROR;
  forgetParts();
  isOpen = eraseSlot(downloadSpot(THIS_APP), length);
  erasedSize = length;
  return isOpen ? UPDATE_OK : UPDATE_FLASH_ERROR;
}

function eraseSlot(spot: u64, length: u32): bool {
  const memory = Spot.memory(spot);
  const erased = erasedWord(memory);
  for (let at: u32 = 0; at < slotSize(THIS_APP); ) {
    const address = Spot.address(spot) + at;
    const size = eraseSize(memory, address);
    feedWatchdog();
    if (at < length || !isErasedAt(memory, address, size, erased)) {
      if (erase(memory, address, size) !== STORAGE_OK) return false;
    }
    at += size;
  }
  return true;
}

/** Puts `length` bytes from `source` at `offset` of the image. */
export function updateWrite(offset: u32, source: usize, length: u32): u32 {
  const status = checkWrite(offset, length);
  if (status !== UPDATE_OK) return status;
  while (length > 0) {
    const isUnit = offset % UNIT === 0 && source % 4 === 0 && length >= UNIT;
    const part = isUnit ? wholeUnits(length) : 1;
    const result = isUnit ? programWhole(offset, source, part) : putByte(offset, load<u8>(source));
    if (result !== UPDATE_OK) return result;
    offset += part;
    source += part;
    length -= part;
  }
  return UPDATE_OK;
}

function checkWrite(offset: u32, length: u32): u32 {
  const index = ownIndex();
  if (index === NO_UPDATE) return UPDATE_NOT_CONFIGURED;
  if (offset > slotSize(THIS_APP) || length > slotSize(THIS_APP) - offset) return UPDATE_OUT_OF_RANGE;
  if (!isOpen) return UPDATE_NOT_ERASED;
  return offset + length > erasedSize ? UPDATE_OUT_OF_RANGE : UPDATE_OK;
}

/** Bytes that are programmed at once. */
function wholeUnits(length: u32): u32 {
  return length < 256 ? length & ~(UNIT - 1) : 256;
}

function programWhole(offset: u32, source: usize, length: u32): u32 {
  const spot = downloadSpot(THIS_APP);
  const memory = Spot.memory(spot);
  const address = Spot.address(spot) + offset;
  if (!isErasedAt(memory, address, length, erasedWord(memory))) return UPDATE_WRITTEN_BEFORE;
  if (program(memory, address, source, length) !== STORAGE_OK) return UPDATE_FLASH_ERROR;
  return isWrittenAs(memory, address, source, length) ? UPDATE_OK : UPDATE_FLASH_ERROR;
}

/** Programs the bytes that wait for the rest of their units. `verify` and `requestUpdate` do it, too. */
export function updateFlush(): u32 {
  return flushParts();
}

/** Copies `length` bytes from `offset` of the image to `target` in RAM. */
export function updateRead(offset: u32, target: usize, length: u32): u32 {
  if (ownIndex() === NO_UPDATE) return UPDATE_NOT_CONFIGURED;
  if (offset > slotSize(THIS_APP) || length > slotSize(THIS_APP) - offset) return UPDATE_OUT_OF_RANGE;
  if (!isOpen && !hasState()) return UPDATE_STATE_ERROR;
  const spot = downloadSpot(THIS_APP);
  for (let i: u32 = 0; i < length; i++) {
    const at = offset + i;
    const waiting = waitingByte(at);
    const word = readWord(Spot.memory(spot), (Spot.address(spot) + at) & ~3);
    store<u8>(target + i, <u8>(waiting !== 0 ? waiting : word >>> ((at & 3) << 3)));
  }
  return UPDATE_OK;
}

/** Address of the image's first byte where it can be read like memory; 0 where it lies in external flash. */
export function updateAddress(): usize {
  if (ownIndex() === NO_UPDATE || (!isOpen && !hasState())) return 0;
  const spot = downloadSpot(THIS_APP);
  return Spot.memory(spot) === STORAGE_INTERNAL ? Spot.address(spot) : 0;
}
