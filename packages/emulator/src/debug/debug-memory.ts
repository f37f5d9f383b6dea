/**
 * Memory as a debugger reaches it. Flash is written as a programmer does it. Registers of peripherals are read and
 * written on the bus, with the effects that this has on silicon, too; of each word that is touched, all is read.
 */
import type { Machine } from '../machine.ts';
import { type AccessSize, EmulationError } from '../peripheral.ts';
import { Fault } from '../processor/fault.ts';

/** Bytes from `address` on, up to the first that cannot be read. */
export function readMemory(machine: Machine, address: number, size: number): Uint8Array {
  const bytes = new Uint8Array(Math.min(size, 0x1_0000_0000 - address));
  let done = 0;
  while (done < bytes.length) {
    const piece = memoryPiece(machine, address + done, bytes.length - done) ?? wordPiece(machine, address + done);
    if (!piece) break;
    bytes.set(piece.subarray(0, bytes.length - done), done);
    done += Math.min(piece.length, bytes.length - done);
  }
  return bytes.slice(0, done);
}

/** What of a range lies in the memory that its first byte is in. */
function memoryPiece(machine: Machine, address: number, size: number): Uint8Array | undefined {
  const place = machine.bus.unitAt(address, 1);
  return place?.unit.bytes.subarray(place.offset, place.offset + size);
}

/** The rest of the word at an address that is no memory. */
function wordPiece({ bus }: Machine, address: number): Uint8Array | undefined {
  const word = attempt(() => bus.read32((address & ~3) >>> 0));
  if (word === undefined) return undefined;
  return Uint8Array.of(word, word >>> 8, word >>> 16, word >>> 24).subarray(address & 3);
}

/** False when a byte could not be written; those before it are. */
export function writeMemory(machine: Machine, address: number, bytes: Uint8Array): boolean {
  let done = 0;
  while (done < bytes.length) {
    const at = address + done;
    const inMemory = memoryPiece(machine, at, bytes.length - done);
    if (inMemory) machine.load(at, bytes.subarray(done, done + inMemory.length));
    const size = inMemory?.length ?? writeRegister(machine, at, bytes.subarray(done));
    if (size === undefined) return false;
    done += size;
  }
  return true;
}

/** With the widest access that fits; gives its size. */
function writeRegister({ bus }: Machine, at: number, bytes: Uint8Array): AccessSize | undefined {
  const size = at % 4 === 0 && bytes.length >= 4 ? 4 : at % 2 === 0 && bytes.length >= 2 ? 2 : 1;
  let value = 0;
  for (let i = 0; i < size; i++) value |= bytes[i] << (8 * i);
  return attempt(() => {
    if (size === 4) bus.write32(at, value);
    else if (size === 2) bus.write16(at, value);
    else bus.write8(at, value);
    return size;
  });
}

/** Undefined where nothing is there, or its model or its clock does not allow the access. */
function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof Fault || error instanceof EmulationError) return undefined;
    throw error;
  }
}
