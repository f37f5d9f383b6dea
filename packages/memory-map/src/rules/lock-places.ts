import type { Diagnostic } from '@kickstage/base/diagnostic';
import { formatAddress, formatRange, formatSize } from '@kickstage/base/hex';
import { encloses, rangeOf } from '@kickstage/base/ranges';
import type { LayoutSector } from '../layout.ts';
import { type LockedApp, lockedApp } from '../lock.ts';
import { sectorAt, sectorsOf } from '../sectors.ts';
import type { LockRule } from './rule.ts';

const CODE = 'MAP009';

export const lockPlaces: LockRule = {
  code: CODE,
  title: 'a place in the lock that the tool never gives',
  text: `An app without an address in the config lies in whole erase sectors of the chip's flash, and boot.lock.json says in which.
Here it says a place outside flash, or one that does not begin and end with a sector: the file was edited, or the app
had an address in the config that was removed.

Take the file from version control again, give the app its address again with \`at\`, or remove its line from
boot.lock.json: it is then placed anew, and it and the bootloader must be flashed again.`,
  check(lock, { board, apps }, at) {
    const sectors = sectorsOf(board.chip.flash);
    return [...apps].flatMap(([name, app]): Diagnostic[] => {
      const locked = app.at === undefined ? lockedApp(lock, name) : undefined;
      const got = locked && misplacement(sectors, locked);
      if (got === undefined) return [];
      return [
        {
          code: CODE,
          severity: 'error',
          what: `the lock has \`${name}\` where no app can be placed`,
          at: at(`apps.${name}`),
          got: `${formatRange(rangeOf(locked!.start, locked!.size))}: ${got}`,
          why: 'the tool places each app in whole sectors: the file was edited, or `at` was removed from the config',
          fix: 'restore boot.lock.json from version control, or remove the line of the app from it and flash it anew',
        },
      ];
    });
  },
};

/** Why a locked place is none that the tool gives; undefined when it is one. */
export function misplacement(sectors: readonly LayoutSector[], { start, size }: LockedApp): string | undefined {
  const range = rangeOf(start, size);
  const flash = { start: sectors[0].start, end: sectors[sectors.length - 1].end };
  if (!encloses(flash, range)) return `flash is ${formatRange(flash)}`;
  const first = sectorAt(sectors, start)!;
  if (first.start !== start) return `sector ${first.index} begins at ${formatAddress(first.start)}`;
  const last = sectorAt(sectors, range.end - 1)!;
  if (last.end === range.end) return undefined;
  return `${formatSize(size)} are no whole sectors; sector ${last.index} ends at ${formatAddress(last.end)}`;
}
