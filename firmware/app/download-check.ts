import { readWord } from 'kickstage/storage';
import { readIsSound, startSoundRead } from '../update/sound-read';

/** Whether flash reads as `length` bytes of RAM, a multiple of 4, without doubt. */
export function isWrittenAs(memory: u32, address: usize, source: usize, length: u32): bool {
  startSoundRead();
  for (let i: u32 = 0; i < length; i += 4) {
    if (readWord(memory, address + i) !== load<u32>(source + i)) return false;
  }
  return readIsSound();
}

/** Whether flash reads as erased, without doubt. */
export function isErasedAt(memory: u32, address: usize, length: u32, erased: u32): bool {
  startSoundRead();
  for (let i: u32 = 0; i < length; i += 4) if (readWord(memory, address + i) !== erased) return false;
  return readIsSound();
}
