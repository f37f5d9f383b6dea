/**
 * The board behind the fake tools: an STM32F411xE's flash in a file, and how it behaves in flash.json. Erasing is by whole
 * sectors and programming can only clear bits, as in real flash: a tool that is called wrongly leaves wrong bytes.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const FLASH_START = 0x0800_0000;
export const FLASH_SIZE = 512 * 1024;

/** RM0383 Rev 3, 3.3. */
const SECTOR_SIZES = [16, 16, 16, 16, 64, 128, 128, 128].map((kib) => kib * 1024);

export type Trouble =
  | 'no-device'
  | 'permission'
  | 'busy'
  | 'no-voltage'
  | 'no-connection'
  | 'read-protected'
  | 'write-protected'
  | 'short-read'
  | 'no-reset';

export interface Behaviour {
  readonly trouble?: Trouble;
  readonly deviceId?: number;
  /** Address whose bit 0 stays 0 however it is written. */
  readonly stuckAt?: number;
}

export class FakeBoard {
  private readonly folder: string;
  readonly behaviour: Behaviour;

  constructor(folder: string) {
    this.folder = folder;
    const path = join(folder, 'behaviour.json');
    this.behaviour = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Behaviour) : {};
  }

  get deviceId(): number {
    return this.behaviour.deviceId ?? 0x431;
  }

  has(trouble: Trouble): boolean {
    return this.behaviour.trouble === trouble;
  }

  log(entry: object): void {
    appendFileSync(join(this.folder, 'log.jsonl'), `${JSON.stringify(entry)}\n`);
  }

  get flash(): Uint8Array {
    return new Uint8Array(readFileSync(join(this.folder, 'flash.bin')));
  }

  read(address: number, size: number): Uint8Array {
    const bytes = this.flash.slice(address - FLASH_START, address - FLASH_START + size);
    return this.has('short-read') ? bytes.subarray(0, size - 1) : bytes;
  }

  /** Erases the sectors that the bytes touch, then programs them. Gives the erased sectors' addresses. */
  write(address: number, bytes: Uint8Array): number[] {
    const flash = this.flash;
    const erased: number[] = [];
    let start = FLASH_START;
    for (const size of SECTOR_SIZES) {
      if (start < address + bytes.length && address < start + size) {
        flash.fill(0xff, start - FLASH_START, start - FLASH_START + size);
        erased.push(start);
      }
      start += size;
    }
    bytes.forEach((byte, i) => {
      flash[address - FLASH_START + i] &= byte;
    });
    const { stuckAt } = this.behaviour;
    if (stuckAt !== undefined) flash[stuckAt - FLASH_START] &= 0xfe;
    writeFileSync(join(this.folder, 'flash.bin'), flash);
    return erased;
  }
}
