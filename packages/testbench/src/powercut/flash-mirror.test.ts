/** What a module reads by itself is what it would be told, whatever was done to flash. */
import { expect, test } from 'vitest';
import { FlashMirror, OWN_MEMORY } from './flash-mirror.ts';
import { Random } from './random.ts';
import {
  ERASE_TEARS,
  type FlashOperation,
  type FlashShape,
  FlashViolation,
  HICCUPS,
  PROGRAM_TEARS,
  SimFlash,
} from './sim-flash.ts';

/** One sector is no multiple of a page of the mirror's table: it is never read directly. */
const BOUNDS = [0x8000, 0x8100, 0x8180, 0x8400, 0x8c00];
const SHAPE: FlashShape = { name: 'flash', bounds: BOUNDS, unit: 8, erasedByte: 0xff, hasEcc: false };

/** The words that `MIRRORED_READ` takes by itself, by address. */
function readDirectly(memory: Uint8Array): Map<number, number> {
  const view = new DataView(memory.buffer);
  const [base, size, pages, copy] = [0, 4, 8, 12].map((at) => view.getUint32(OWN_MEMORY + 16 + at, true));
  const words = new Map<number, number>();
  for (let offset = 0; offset < size; offset += 4)
    if (view.getUint8(pages + (offset >> 8)) !== 0) words.set(base + offset, view.getInt32(copy + offset, true));
  return words;
}

function disturb(flash: SimFlash, random: Random): FlashOperation {
  const index = random.below(BOUNDS.length - 1);
  const start = BOUNDS[index];
  const units = (BOUNDS[index + 1] - start) / 8;
  const words = [random.word() | 0, random.word() | 0];
  const erase: FlashOperation = { op: 'erase', memory: 0, address: start };
  const program: FlashOperation = { op: 'program', memory: 0, address: start + 8 * random.below(units), words };
  const operation = random.below(3) === 0 ? erase : program;
  const tears = operation === erase ? ERASE_TEARS : PROGRAM_TEARS;
  try {
    const what = random.below(8);
    if (what === 0) flash.tear(operation, tears[random.below(tears.length)], random);
    else if (what === 1) flash.stumble(operation, HICCUPS[random.below(HICCUPS.length)], random);
    else flash.apply(operation);
  } catch (error) {
    // Refused: nothing has changed.
    expect(error).toBeInstanceOf(FlashViolation);
  }
  return operation;
}

test('a module that has more memory than that keeps it', () => {
  const memory = new WebAssembly.Memory({ initial: 8 });
  const mirror = new FlashMirror(memory, [new SimFlash(SHAPE, () => new Random(1))]);
  expect(mirror.memory.length).toBe(8 * 0x1_0000);
});

test('the copy is what flash holds, of all sectors that read the same each time', () => {
  const random = new Random(1);
  const flash = new SimFlash(SHAPE, () => random);
  const memory = new WebAssembly.Memory({ initial: 2 });
  new Uint8Array(memory.buffer).fill(0xff);
  flash.tear({ op: 'erase', memory: 0, address: 0x8000 }, 'flicker', random);
  const mirror = new FlashMirror(memory, [flash]);
  mirror.update();
  expect(readDirectly(mirror.memory).size).toBe(0x800 / 4);
  const kept = [flash.snapshot()];
  let read = 0;
  for (let step = 0; step < 3000; step++) {
    const operation = disturb(flash, random);
    if (random.below(10) === 0) kept.push(flash.snapshot());
    if (random.below(10) === 0) flash.restore(kept[random.below(kept.length)]);
    else if (random.below(3) > 0) mirror.follow(operation);
    if (random.below(20) === 0) flash.age();
    mirror.update();
    for (const [address, word] of readDirectly(mirror.memory)) {
      read++;
      if (flash.readWord(address) !== word) throw new Error(`step ${step}: ${address.toString(16)}`);
    }
    for (const index of BOUNDS.slice(0, -1).keys())
      if (flash.sector(index).torn) expect(readDirectly(mirror.memory).has(BOUNDS[index])).toBe(false);
  }
  expect(read).toBeGreaterThan(100_000);
});
