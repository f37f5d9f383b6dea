/** Where an app's images are: the one that is started, and the slot that downloads go to. Addresses with their memory. */
import { PHASE_INSTALLED, PHASE_TRIAL, STRATEGY_ALTERNATE, STRATEGY_DIRECT } from 'kickstage/firmware/abi/update';
import {
  downloadMemory,
  downloadOffset,
  downloadStart,
  HAS_UPDATES,
  headerSize,
  NO_UPDATE,
  slotSize,
  slotStart,
  strategyOf,
  updateIndex,
} from 'kickstage/layout';
import { STORAGE_INTERNAL } from 'kickstage/storage';
import { inUse, phaseOf } from './state';

/** Address of the image that is started as `app`. */
export function imageStart(app: u32): usize {
  if (!HAS_UPDATES || strategyOf(app) !== STRATEGY_DIRECT) return slotStart(app);
  return bankStart(app, runningBank(app));
}

/** Address of the vector table that is started as `app`. */
export function tableOf(app: u32): usize {
  return imageStart(app) + headerSize(app);
}

/** `direct`: the bank that is started; an update that is in place and on trial is in the other one. */
function runningBank(app: u32): u32 {
  const index = updateIndex(app);
  const phase = phaseOf(index);
  const isOnTrial = phase === PHASE_INSTALLED || phase === PHASE_TRIAL;
  return inUse(index) ^ (isOnTrial ? 1 : 0);
}

/** `direct`: bank 0 is the app's slot, bank 1 its download slot. */
export function bankStart(app: u32, bank: u32): usize {
  return bank === 0 ? slotStart(app) : downloadStart(app, 0);
}

/** A place in a memory, as one number: memory in the upper half. */
// biome-ignore lint/complexity/noStaticOnlyClass: only a static method can ask to be inlined
export class Spot {
  @inline static of(memory: u32, address: usize): u64 {
    return ((<u64>memory) << 32) | address;
  }

  @inline static memory(spot: u64): u32 {
    return <u32>(spot >>> 32);
  }

  @inline static address(spot: u64): usize {
    return <usize>spot;
  }
}

/** Where the next download of an app goes: the first byte of the image in it. */
export function downloadSpot(app: u32): u64 {
  const strategy = strategyOf(app);
  const index = updateIndex(app);
  if (strategy === STRATEGY_DIRECT) return Spot.of(STORAGE_INTERNAL, bankStart(app, inUse(index) ^ 1));
  const n = strategy === STRATEGY_ALTERNATE ? inUse(index) ^ 1 : 0;
  return Spot.of(downloadMemory(app, n), downloadStart(app, n) + downloadOffset(app));
}

/** `alternate`: where the copy of the confirmed image is. */
export function copySpot(app: u32): u64 {
  const n = inUse(updateIndex(app));
  return Spot.of(downloadMemory(app, n), downloadStart(app, n));
}

/** Where the app's image is installed. */
export function bootSpot(app: u32): u64 {
  return Spot.of(STORAGE_INTERNAL, slotStart(app));
}

/** Where the image is that is started as `app`. */
export function currentSpot(app: u32): u64 {
  return Spot.of(STORAGE_INTERNAL, imageStart(app));
}

/** Where a download of the app is to run. */
export function downloadPlace(app: u32): usize {
  return strategyOf(app) === STRATEGY_DIRECT ? Spot.address(downloadSpot(app)) : slotStart(app);
}

/** Bytes that an image of the app may have. */
export function capacityOf(app: u32): u32 {
  return updateIndex(app) === NO_UPDATE ? 0 : slotSize(app);
}
