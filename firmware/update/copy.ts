/** Copies an image between slots: erases what it needs, programs through a block of RAM, and reads it back. */
import { HAS_EXTERNAL_STORAGE } from 'kickstage/layout';
import { erase, program, readWord, STORAGE_OK } from 'kickstage/storage';
import { feedWatchdog } from '../hal/watchdog';
import { st32 } from '../intrinsics/volatile';
import { Spot } from './slots';
import { readIsSound, startSoundRead } from './sound-read';

/** A page of serial flash; of internal flash a part that costs little to be zeroed at every start. */
const BLOCK_SIZE: u32 = HAS_EXTERNAL_STORAGE ? 256 : 64;
const block = memory.data(HAS_EXTERNAL_STORAGE ? 256 : 64, 8);

/** A sector that does not take an image is erased and programmed so often. */
const ATTEMPTS: u32 = 3;

/** Erases `size` bytes at `target` and copies `length` bytes there, a multiple of 8. Whether `target` reads as `source`. */
export function replaceBy(source: u64, target: u64, length: u32, size: u32): bool {
  for (let attempt: u32 = 0; attempt < ATTEMPTS; attempt++) {
    if (size !== 0 && erase(Spot.memory(target), Spot.address(target), size) !== STORAGE_OK) continue;
    if (copy(source, target, length) && isSame(source, target, length)) return true;
  }
  return false;
}

function copy(source: u64, target: u64, length: u32): bool {
  for (let done: u32 = 0; done < length; done += BLOCK_SIZE) {
    const rest = length - done;
    const part = rest < BLOCK_SIZE ? rest : BLOCK_SIZE;
    for (let i: u32 = 0; i < part; i += 4) {
      st32(block + i, readWord(Spot.memory(source), Spot.address(source) + done + i));
    }
    if (program(Spot.memory(target), Spot.address(target) + done, block, part) !== STORAGE_OK) return false;
  }
  return true;
}

/** Whether both read the same, without doubt. */
export function isSame(source: u64, target: u64, length: u32): bool {
  startSoundRead();
  for (let done: u32 = 0; done < length; done += 4) {
    if ((done & (BLOCK_SIZE - 1)) === 0) feedWatchdog();
    const word = readWord(Spot.memory(source), Spot.address(source) + done);
    if (word !== readWord(Spot.memory(target), Spot.address(target) + done)) return false;
  }
  return readIsSound();
}
