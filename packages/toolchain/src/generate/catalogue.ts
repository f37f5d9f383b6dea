/** What may be said about generated files. */
import type { CodeExplanation } from '@kickstage/base/diagnostic';

export const FIL_CODES: readonly CodeExplanation[] = [
  {
    code: 'FIL001',
    title: 'a generated file is missing',
    text: `kickstage generate --check compares the files that the config asks for with those on disk, and writes nothing. This one is
not there. Run kickstage generate with the same kinds and without --check.`,
  },
  {
    code: 'FIL002',
    title: 'a generated file is stale',
    text: `The file differs from what the config gives now: the config was changed since, Kickstage is another version, or the file was
edited by hand. Run kickstage generate without --check. Changes by hand are lost then: put them into a file of their own that
includes the generated one.`,
  },
  {
    code: 'FIL003',
    title: 'a file that Kickstage did not make is in the way',
    text: `A generated file says so in its first line, and only such files are replaced. This one does not: it may be your own work.
Where kinds were named it is an error and nothing is written; else the file is left alone and the others are written.

Move the file, choose another folder with --out DIR, or replace it with --force.`,
  },
  {
    code: 'FIL004',
    title: 'the board does not say what a kind of file needs',
    text: `Names by which other tools know a microcontroller are no part of the memory map; the board or the chip brings them:

  export const board = { ...blackpill, part: 'STM32F411CEUx' };

chip.tools.openocdTarget is OpenOCD's target/NAME.cfg, chip.tools.uf2Family the family id of UF2 files. Without them the file
is not written.`,
  },
];
