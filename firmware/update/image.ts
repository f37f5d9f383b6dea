/** What a slot holds, seen as bytes: how much of it is used, and whether it begins like something that can be started. */
import {
  IMAGE_FLAG_ROM_FIXED,
  IMAGE_HEADER_FLAGS,
  IMAGE_HEADER_LOAD_ADDRESS,
  IMAGE_MAGIC,
} from 'kickstage/firmware/abi/image';
import { headerSize, slotSize } from 'kickstage/layout';
import { readWord } from 'kickstage/storage';
import { Slot } from '../boot/slot';
import { feedWatchdog } from '../hal/watchdog';
import { Spot } from './slots';
import { readIsSound, startSoundRead } from './sound-read';

/** Images are copied in steps of the largest write unit that there is. */
const STEP: u32 = 8;
/** Words between two feedings of the watchdog. */
const FEED_MASK: u32 = 0xfff;

/** Bytes from the slot's start to the last one that differs from erased flash, up to a multiple of 8. */
export function usedLength(spot: u64, size: u32, erased: u32): u32 {
  for (let length = size; length > 0; length -= STEP) {
    if ((length & FEED_MASK) === 0) feedWatchdog();
    const address = Spot.address(spot) + length;
    startSoundRead();
    const low = readWord(Spot.memory(spot), address - 8);
    const high = readWord(Spot.memory(spot), address - 4);
    if (low !== erased || high !== erased || !readIsSound()) return length;
  }
  return 0;
}

/** Whether what is at `spot` begins like an image of `app` that is linked for `start`: with its vector table, or its header. */
export function isPlausible(app: u32, spot: u64, start: usize): bool {
  const size = slotSize(app);
  startSoundRead();
  if (headerSize(app) !== 0) {
    if (readWord(Spot.memory(spot), Spot.address(spot)) !== IMAGE_MAGIC) return false;
    spot += headerSize(app);
  }
  const stack = readWord(Spot.memory(spot), Spot.address(spot));
  const handler = readWord(Spot.memory(spot), Spot.address(spot) + 4);
  return Slot.isStackPointer(stack) && Slot.isResetHandler(handler, start, size) && readIsSound();
}

/** Whether what is at `spot` has an image's header, which says that it is to lie elsewhere than at `place`. */
export function isForOtherSlot(app: u32, spot: u64, place: usize): bool {
  if (headerSize(app) === 0) return false;
  const memory = Spot.memory(spot);
  const address = Spot.address(spot);
  if (readWord(memory, address) !== IMAGE_MAGIC) return false;
  if ((readWord(memory, address + IMAGE_HEADER_FLAGS) & IMAGE_FLAG_ROM_FIXED) === 0) return false;
  return readWord(memory, address + IMAGE_HEADER_LOAD_ADDRESS) !== place;
}
