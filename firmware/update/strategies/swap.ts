/**
 * `swap`: the images in the app's slot and the download slot change places, chunk by chunk, and back again to revert.
 * Every step reads from a place that it does not erase, and is remembered when it is done; one that was cut short is done
 * again. Two ways:
 *
 *   through scratch   for sectors of any size; a chunk ends where sectors of both slots end.
 *                     For each chunk: scratch ← download, download ← app, app ← scratch.
 *   by offset         for equal sectors. The download slot has one chunk more, and a download begins behind the first.
 *                     For each chunk from the first: download[i] ← app[i], app[i] ← download[i + 1]; the old image ends
 *                     up without the offset. Back from the last: download[i + 1] ← app[i], app[i] ← download[i].
 */
import { PHASE_REVERT } from 'kickstage/firmware/abi/update';
import {
  chunkSize,
  downloadMemory,
  downloadOffset,
  downloadStart,
  erasedWord,
  SCRATCH_MEMORY,
  SCRATCH_START,
  slotSize,
  updateIndex,
} from 'kickstage/layout';
import { STORAGE_INTERNAL } from 'kickstage/storage';
import { isCleared } from '../cleared';
import { replaceBy } from '../copy';
import { usedLength } from '../image';
import { bootSpot, Spot } from '../slots';
import { appAtWork, newImageLength, oldImageLength, phaseOf, progress, saveWork, setLengths } from '../work';

/** With this progress, or less, the app's slot was not touched by an exchange, whichever way it is done. */
export const STEPS_BEFORE_APP: u32 = 1;

/** Changes the images' places, or goes on where that was cut short. */
export function exchange(app: u32): bool {
  const index = updateIndex(app);
  if (appAtWork() !== index && !begin(app, index)) return false;
  const longer = newImageLength() > oldImageLength() ? newImageLength() : oldImageLength();
  const chunks = (longer + chunkSize(app) - 1) / chunkSize(app);
  const isByOffset = downloadOffset(app) !== 0;
  const steps = chunks * (isByOffset ? 2 : 3);
  for (let step = progress() - 1; step < steps; step++) {
    if (!(isByOffset ? offsetStep(app, step, chunks) : scratchStep(app, step))) return false;
    // The record behind the last step is the one that says that the exchange is done.
    if (step + 1 < steps && !saveWork(index, step + 2)) return false;
  }
  return true;
}

function begin(app: u32, index: u32): bool {
  const boot = bootSpot(app);
  const isBack = phaseOf(index) === PHASE_REVERT;
  if (!isBack && !isCleared(app)) return false;
  const memory = downloadMemory(app, 0);
  const there = Spot.of(memory, downloadStart(app, 0) + (isBack ? 0 : downloadOffset(app)));
  setLengths(
    usedLength(there, slotSize(app), erasedWord(memory)),
    usedLength(boot, slotSize(app), erasedWord(STORAGE_INTERNAL)),
  );
  return saveWork(index, 1);
}

function scratchStep(app: u32, step: u32): bool {
  const chunk = step / 3;
  const at = chunk * chunkSize(app);
  const size = sizeFrom(app, at);
  const boot = Spot.of(STORAGE_INTERNAL, Spot.address(bootSpot(app)) + at);
  const there = Spot.of(downloadMemory(app, 0), downloadStart(app, 0) + at);
  const scratch = Spot.of(SCRATCH_MEMORY, SCRATCH_START);
  const part = step - 3 * chunk;
  if (part === 0) return partOf(newImageLength(), at, size) === 0 || move(there, scratch, newImageLength(), at, size);
  if (part === 1) return move(boot, there, oldImageLength(), at, size);
  return move(scratch, boot, newImageLength(), at, size);
}

function offsetStep(app: u32, step: u32, chunks: u32): bool {
  const isBack = phaseOf(updateIndex(app)) === PHASE_REVERT;
  const number = step >>> 1;
  const size = chunkSize(app);
  const at = (isBack ? chunks - 1 - number : number) * size;
  const boot = Spot.of(STORAGE_INTERNAL, Spot.address(bootSpot(app)) + at);
  const low = Spot.of(downloadMemory(app, 0), downloadStart(app, 0) + at);
  const high = Spot.of(downloadMemory(app, 0), downloadStart(app, 0) + at + size);
  if ((step & 1) === 0) return move(boot, isBack ? high : low, oldImageLength(), at, size);
  return move(isBack ? low : high, boot, newImageLength(), at, size);
}

/** Puts the part of an image that lies in a chunk where `target` is. */
function move(source: u64, target: u64, length: u32, at: u32, size: u32): bool {
  return replaceBy(source, target, partOf(length, at, size), size);
}

/** Bytes of an image of `length` bytes in the chunk at `at`. */
function partOf(length: u32, at: u32, size: u32): u32 {
  if (length <= at) return 0;
  return length - at < size ? length - at : size;
}

/** Bytes of the chunk at `at`: the last one may be smaller. */
function sizeFrom(app: u32, at: u32): u32 {
  const rest = slotSize(app) - at;
  return rest < chunkSize(app) ? rest : chunkSize(app);
}
