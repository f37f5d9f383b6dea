/**
 * The bytes of one slot, and nothing else: every reading of an image that is not trusted yet goes through here. A byte
 * beyond the slot's end reads as 0, and is remembered. Offsets are from the slot's start.
 */
import { readWord } from 'kickstage/storage';
import { Spot } from '../update/slots';
import { readIsSound, startSoundRead } from '../update/sound-read';

let memory: u32 = 0;
let start: usize = 0;
let limit: u32 = 0;
let isWithin: bool = false;

/** From now on the slot at `spot`, of `size` bytes, is read. */
export function openWindow(spot: u64, size: u32): void {
  memory = Spot.memory(spot);
  start = Spot.address(spot);
  limit = size;
  isWithin = true;
  startSoundRead();
}

/** Whether all that was read since then lies in the slot, and flash has no doubt about it. */
export function windowIsSound(): bool {
  return isWithin && readIsSound();
}

/** Bytes of the slot. */
export function windowSize(): u32 {
  return limit;
}

export function byteAt(offset: u32): u32 {
  return (wordAround(offset) >>> ((offset & 3) << 3)) & 0xff;
}

export function halfAt(offset: u32): u32 {
  return byteAt(offset) | (byteAt(offset + 1) << 8);
}

export function wordAt(offset: u32): u32 {
  return halfAt(offset) | (halfAt(offset + 2) << 16);
}

/** The aligned word that holds the byte at `offset`: slots begin and end at multiples of 4. */
export function wordAround(offset: u32): u32 {
  if (offset < limit) return readWord(memory, start + (offset & ~3));
  isWithin = false;
  return 0;
}

/** Puts `size` bytes to `target` in RAM. */
export function copyOut(offset: u32, target: usize, size: u32): void {
  for (let i: u32 = 0; i < size; i++) store<u8>(target + i, <u8>byteAt(offset + i));
}
