/** The figures of `kickstage map` for one update are those that flash controllers count. */
import * as update from '@kickstage/abi/update';
import type { MachineEvent } from '@kickstage/emulator/peripheral';
import { updateFigures } from '@kickstage/memory-map/updates/figures';
import { regionsOf } from '@kickstage/memory-map/updates/layout-regions';
import { expect, test } from 'vitest';
import { buildFirmware, UpdateBoard, type UpdateCase } from './update-board.ts';

export function testFigures(cases: readonly UpdateCase[]): void {
  test.each(cases.map((what) => [what.name, what] as const))(
    '%s',
    async (_name, what) => {
      const firmware = await buildFirmware(what);
      const board = new UpdateBoard(firmware);
      const { layout } = firmware;
      // The copy of `alternate`, as flashing a new device writes it.
      const { linked } = firmware.build.images.find(({ name }) => name === 'app1')!;
      const [, copy] = layout.apps[0].update!.downloads;
      if (copy) {
        const [{ memory, start }] = layout.apps[0].update!.downloads;
        if (memory === 'external') board.chip.externalFlash!.bytes.set(linked.bytes, start);
        else board.chip.machine.load(start, linked.bytes);
      }
      board.powerOn();
      const counted = { erases: 0, programmed: 0, records: 0 };
      const journal = regionsOf(layout).filter(({ name }) => name.startsWith('journal'));
      board.chip.machine.listen((event: MachineEvent) => {
        if (event.event !== 'flash') return;
        const isJournal =
          event.unit === undefined && journal.some(({ start, end }) => event.address >= start && event.address < end);
        if (isJournal) {
          // Records and slots that are made void; seals and headers have a place of their own.
          const slot = journal.find(({ start, end }) => event.address >= start && event.address < end)!;
          if (event.op === 'program' && (event.address - slot.start) % 32 === 0 && event.address !== slot.start)
            counted.records++;
        } else if (event.op === 'erase') counted.erases++;
        else if (event.op === 'program') counted.programmed += event.size;
      });
      expect(board.download(board.image(2, 0))).toBe(update.UPDATE_OK);
      board.leave('request');
      board.call('confirm');
      const flashes = {
        internal: what.board.chip.flash,
        ...(what.board.externalFlash ? { external: what.board.externalFlash } : {}),
      };
      const figures = updateFigures(layout, layout.apps[0], flashes, linked.bytes.length)!;
      expect({ erases: counted.erases, programmed: counted.programmed }).toEqual({
        erases: figures.erases,
        programmed: figures.programmed,
      });
      expect(figures.erases).toBeGreaterThanOrEqual(figures.bound.erases);
      expect(figures.programmed).toBeGreaterThanOrEqual(figures.bound.programmed);
      // The first update of a new journal begins it: a header and the state of before, and nothing void for want of a session.
      expect(Math.abs(counted.records - figures.records)).toBeLessThanOrEqual(2);
    },
    60_000,
  );
}
