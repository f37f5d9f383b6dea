/**
 * What an app, a worn flash or a damaged journal can do wrong: each has a defined result, the app gets an error where
 * there is one to give, and the image that ran before still starts. Machine code, on the chips' flash controllers.
 */
import * as update from '@kickstage/abi/update';
import { beforeAll, describe, expect, test } from 'vitest';
import { BUFFER } from './remote-app.ts';
import { buildFirmware, type Firmware, UpdateBoard } from './update-board.ts';
import { CASES } from './update-cases.ts';

const CHIPS = [CASES.F4_ALTERNATE, CASES.F4_SCRATCH, CASES.L4_DIRECT];

describe.each(CHIPS.map((what) => [what.name, what] as const))('%s', (_name, what) => {
  let firmware: Firmware;

  beforeAll(async () => {
    firmware = await buildFirmware(what);
  }, 60_000);

  function started(options: ConstructorParameters<typeof UpdateBoard>[1] = {}): UpdateBoard {
    const board = new UpdateBoard(firmware, options);
    expect(board.powerOn()).toBe(1);
    return board;
  }

  /** The device takes updates as if nothing had been. */
  function expectHealthy(board: UpdateBoard, version: number): void {
    expect(board.download(board.image(version))).toBe(update.UPDATE_OK);
    expect(board.leave('request')).toEqual({ version });
    expect(board.call('confirm')).toBe(update.UPDATE_OK);
    expect(board.powerOn()).toBe(version);
  }

  test('an image larger than its slot: refused where it would end behind it', () => {
    const board = started();
    const capacity = board.call('capacity');
    expect(capacity).toBe(firmware.layout.apps[0].update!.capacity);
    expect(board.call('erase')).toBe(update.UPDATE_OK);
    expect(board.call('write', capacity - 8, 8)).toBe(update.UPDATE_OK);
    expect(board.call('write', capacity - 8, 16)).toBe(update.UPDATE_OUT_OF_RANGE);
    expect(board.call('write', capacity, 1)).toBe(update.UPDATE_OUT_OF_RANGE);
    expect(board.call('write', 0xffff_fff8, 16)).toBe(update.UPDATE_OUT_OF_RANGE);
    expect(board.call('read', capacity, 1)).toBe(update.UPDATE_OUT_OF_RANGE);
    expectHealthy(board, 2);
  });

  test('an update asked for with an empty download slot, or without a download', () => {
    const board = started();
    expect(board.leave('request')).toEqual({ status: update.UPDATE_NOT_ERASED });
    expect(board.call('erase')).toBe(update.UPDATE_OK);
    expect(board.call('verify')).toBe(update.UPDATE_INVALID_IMAGE);
    expect(board.leave('request')).toEqual({ status: update.UPDATE_INVALID_IMAGE });
    expect(board.powerOn()).toBe(1);
    expectHealthy(board, 2);
  });

  test('something foreign in the download slot: noise, zeros, an image for another place', () => {
    const board = started();
    const elsewhere = board.image(2).slice();
    new DataView(elsewhere.buffer).setUint32(4, 0x0800_0201, true);
    const noise = Uint8Array.from({ length: 4096 }, (_, i) => (i * 193 + (i >> 4)) & 0xff);
    for (const bytes of [noise, new Uint8Array(4096), elsewhere]) {
      expect(board.download(bytes)).toBe(update.UPDATE_OK);
      expect(board.leave('request')).toEqual({ status: update.UPDATE_INVALID_IMAGE });
      expect(board.powerOn()).toBe(1);
    }
    expectHealthy(board, 2);
  });

  test('a download of an earlier session is not taken up: it may have been cut short', () => {
    const board = started();
    expect(board.download(board.image(2))).toBe(update.UPDATE_OK);
    expect(board.powerOn()).toBe(1);
    expect(board.leave('request')).toEqual({ status: update.UPDATE_NOT_ERASED });
    expectHealthy(board, 2);
  });

  test('an update during an unconfirmed trial', () => {
    const board = started();
    board.download(board.image(2));
    expect(board.leave('request')).toEqual({ version: 2 });
    expect(board.call('erase')).toBe(update.UPDATE_ON_TRIAL);
    expect(board.call('write', 0, 8)).toBe(update.UPDATE_NOT_ERASED);
    expect(board.leave('request')).toEqual({ status: update.UPDATE_ON_TRIAL });
    expect(board.call('state')).toBe(update.PHASE_TRIAL);
    expect(board.powerOn()).toBe(1);
    expectHealthy(board, 2);
  });

  test('confirming and reverting without a trial', () => {
    const board = started();
    expect(board.call('confirm')).toBe(update.UPDATE_NO_TRIAL);
    expect(board.leave('revert')).toEqual({ status: update.UPDATE_NO_TRIAL });
    board.download(board.image(2));
    expect(board.call('confirm')).toBe(update.UPDATE_NO_TRIAL);
    expect(board.leave('request')).toEqual({ version: 2 });
    expect(board.call('confirm')).toBe(update.UPDATE_OK);
    expect(board.call('confirm')).toBe(update.UPDATE_NO_TRIAL);
    expect(board.leave('revert')).toEqual({ status: update.UPDATE_NO_TRIAL });
    expect(board.powerOn()).toBe(2);
  });

  test('a place written twice', () => {
    const board = started();
    expect(board.call('erase')).toBe(update.UPDATE_OK);
    board.chip.machine.load(BUFFER, new Uint8Array(16).fill(0x5a));
    expect(board.call('write', 0, 16)).toBe(update.UPDATE_OK);
    expect(board.call('write', 8, 8)).toBe(update.UPDATE_WRITTEN_BEFORE);
    expect(board.powerOn()).toBe(1);
    expectHealthy(board, 2);
  });

  test('both halves of the journal are erased: the image in place stays', () => {
    const board = started();
    expectHealthy(board, 2);
    fillJournal(board, () => 0xff);
    // With `direct` the journal alone knows that the second bank was taken: the first image is whole, and starts.
    const version = firmware.layout.apps[0].update!.strategy === 'direct' ? 1 : 2;
    expect(board.powerOn()).toBe(version);
    expectHealthy(board, 3);
  });

  test.each([1, 2, 3, 4])('a journal full of noise, %i', (seed) => {
    const board = started();
    let x = seed * 0x9e37_79b9;
    fillJournal(board, () => {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      return x & 0xff;
    });
    expect(board.powerOn()).toBe(1);
    expect(board.call('state')).toBe(update.PHASE_NONE);
    expectHealthy(board, 2);
  });

  test('a journal of zeros', () => {
    const board = started();
    fillJournal(board, () => 0);
    expect(board.powerOn()).toBe(1);
    expectHealthy(board, 2);
  });

  test('worn-out sectors: the update ends with an error or not at all, and an image still starts', () => {
    const board = started({ endurance: 3 });
    let version = 1;
    const seen = new Set<string>();
    for (let round = 0; round < 12; round++) {
      const next = version === 2 ? 3 : 2;
      const downloaded = board.download(board.image(next));
      if (downloaded !== update.UPDATE_OK) {
        seen.add(`download: ${downloaded}`);
        expect([update.UPDATE_FLASH_ERROR, update.UPDATE_WRITTEN_BEFORE, update.UPDATE_STATE_ERROR]).toContain(
          downloaded,
        );
      } else {
        const left = board.leave('request');
        if ('version' in left && left.version === next) {
          if (board.call('confirm') === update.UPDATE_OK) version = next;
        } else seen.add('version' in left ? `stayed at ${left.version}` : `request: ${left.status}`);
      }
      expect(board.powerOn()).toBe(version);
    }
    expect(seen.size).toBeGreaterThan(0);
  });
});

describe('a flash controller that reports errors: sectors with write protection', () => {
  /** FLASH_OPTCR as from the factory, without its lock (RM0383 Rev 3, 3.8.6); a sector's bit is cleared to protect it. */
  const OPTCR = 0x0fff_aaec;
  const protecting = (sectors: readonly number[]) => ({
    optionBytes: { OPTCR: sectors.reduce((word, sector) => word & ~(1 << (16 + sector)), OPTCR) },
  });
  const sectorOf = ({ layout }: Firmware, address: number) =>
    layout.flash.sectors.find(({ start, end }) => address >= start && address < end)!.index;
  let alternate: Firmware;
  let swap: Firmware;

  beforeAll(async () => {
    alternate = await buildFirmware(CASES.F4_ALTERNATE);
    swap = await buildFirmware(CASES.F4_SCRATCH);
  }, 60_000);

  test('in the download slot: the app is told', () => {
    const { downloads } = alternate.layout.apps[0].update!;
    const board = new UpdateBoard(alternate, protecting(downloads.map(({ start }) => sectorOf(alternate, start))));
    expect(board.powerOn()).toBe(1);
    expect(board.call('erase')).toBe(update.UPDATE_FLASH_ERROR);
    expect(board.leave('request')).toEqual({ status: update.UPDATE_NOT_ERASED });
    expect(board.powerOn()).toBe(1);
  });

  test("in the app's slot: the update fails, and the app goes on", () => {
    const board = new UpdateBoard(alternate, protecting([sectorOf(alternate, alternate.layout.apps[0].slot.start)]));
    expect(board.powerOn()).toBe(1);
    expect(board.download(board.image(2))).toBe(update.UPDATE_OK);
    expect(board.leave('request')).toEqual({ version: 1 });
    expect(board.call('outcome')).toBe(update.OUTCOME_EXCHANGE_FAILED);
    expect(board.powerOn()).toBe(1);
  });

  test('in the scratch area: the update fails, and the app goes on', () => {
    const board = new UpdateBoard(swap, protecting([sectorOf(swap, swap.layout.updates!.scratch!.start)]));
    expect(board.powerOn()).toBe(1);
    expect(board.download(board.image(2))).toBe(update.UPDATE_OK);
    expect(board.leave('request')).toEqual({ version: 1 });
    expect(board.call('outcome')).toBe(update.OUTCOME_EXCHANGE_FAILED);
    expect(board.powerOn()).toBe(1);
  });

  test('in the journal: nothing can be begun', () => {
    const journal = alternate.layout.updates!.journal!;
    const board = new UpdateBoard(alternate, protecting(journal.map(({ start }) => sectorOf(alternate, start))));
    expect(board.powerOn()).toBe(1);
    expect(board.call('erase')).toBe(update.UPDATE_STATE_ERROR);
    expect(board.leave('request')).not.toEqual({ version: 2 });
    expect(board.powerOn()).toBe(1);
  });
});

function fillJournal(board: UpdateBoard, byte: () => number): void {
  for (const { start, end } of board.layout.updates!.journal!)
    board.chip.machine.load(start, Uint8Array.from({ length: end - start }, byte));
}
