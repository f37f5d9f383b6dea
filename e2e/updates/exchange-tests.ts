/**
 * Updates as machine code: the app writes its download slot and asks, the bootloader exchanges, the new image runs on
 * trial and confirms; without that the old one is back after the next power-on. Every strategy, on every driver.
 */
import * as update from '@kickstage/abi/update';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildFirmware, type Firmware, UpdateBoard, type UpdateCase } from './update-board.ts';

export function testExchanges(cases: readonly UpdateCase[]): void {
  describe.each(cases)('$name', (what) => {
    const hasTrial = (what.update as { strategy: string }).strategy !== 'overwrite';
    /** Serial flash is polled for every byte. */
    const isSlow = what.board.externalFlash !== undefined;
    let firmware: Firmware;

    beforeAll(async () => {
      firmware = await buildFirmware(what);
    }, 600_000);

    test('v2 runs on trial, confirms and stays; v3 does not, and v2 is back', () => {
      const board = new UpdateBoard(firmware);
      expect(board.powerOn()).toBe(1);
      expect(board.download(board.image(2))).toBe(update.UPDATE_OK);
      expect(board.leave('request')).toEqual({ version: 2 });
      if (hasTrial) {
        expect(board.call('state')).toBe(update.PHASE_TRIAL);
        expect(board.call('confirm')).toBe(update.UPDATE_OK);
      }
      expect(board.call('outcome')).toBe(update.OUTCOME_CONFIRMED);
      expect(board.powerOn()).toBe(2);
      expect(board.download(board.image(3))).toBe(update.UPDATE_OK);
      expect(board.leave('request')).toEqual({ version: 3 });
      if (!hasTrial) return;
      expect(board.powerOn()).toBe(2);
      expect(board.call('outcome')).toBe(update.OUTCOME_REVERTED);
      // And the way is free for the next one.
      expect(board.download(board.image(3))).toBe(update.UPDATE_OK);
      expect(board.leave('request')).toEqual({ version: 3 });
      expect(board.call('confirm')).toBe(update.UPDATE_OK);
      expect(board.powerOn()).toBe(3);
    });

    test.runIf(hasTrial && !isSlow)('v1 is back where v2 is cut before it confirms, and where v2 asks for it', () => {
      const board = new UpdateBoard(firmware);
      board.powerOn();
      board.download(board.image(2));
      expect(board.leave('request')).toEqual({ version: 2 });
      expect(board.powerOn()).toBe(1);
      board.download(board.image(2));
      expect(board.leave('request')).toEqual({ version: 2 });
      expect(board.leave('revert')).toEqual({ version: 1 });
      expect(board.powerOn()).toBe(1);
    });
  });
}
