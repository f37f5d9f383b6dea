import type { Diagnostic } from '@kickstage/base/diagnostic';
import { formatSize } from '@kickstage/base/hex';
import { nearMiss } from '@kickstage/base/near-miss';
import type { Board, ExternalFlash } from '@kickstage/chips/board';
import { flashSize } from '../board-memories.ts';
import type { PlaceOf } from '../locate.ts';
import type { BoardRule } from './rule.ts';

const CODE = 'MAP029';
const PATH = 'board.externalFlash';

export const externalFlash: BoardRule = {
  code: CODE,
  title: 'external flash whose facts contradict each other',
  text: `Serial flash is programmed by pages and erased by sectors: a page is a whole number of write units, a sector a whole
number of pages. Its JEDEC id is the three bytes that command 0x9F answers; most makers write the capacity into the last
one, as the power of two of its bytes (0x17 is 8 MiB), and an id that says another size than the sectors is warned of. It
hangs on a SPI port of the microcontroller, with a pin of its own that selects it.

The functions w25q16 to w25q128 of kickstage/boards make the facts of Winbond's flash.`,
  check(board, at) {
    const flash = board.externalFlash;
    if (!flash) return [];
    return [...pages(flash, at), ...identity(flash, at), ...port(board, flash, at), ...select(board, flash, at)];
  },
};

const error = { code: CODE, severity: 'error' as const };

function pages({ pageSize, writeSize, sectors }: ExternalFlash, at: PlaceOf): Diagnostic[] {
  const place = at(`${PATH}.pageSize`);
  const fix = "take pageSize from the flash's datasheet: 256 bytes in most";
  if (pageSize % writeSize !== 0) {
    const why = 'a page is programmed by write units';
    const got = `pageSize is ${pageSize}, writeSize ${writeSize}`;
    return [{ ...error, what: 'a page of external flash is no whole number of write units', at: place, got, why, fix }];
  }
  const cut = sectors.find(({ size }) => size % pageSize !== 0);
  if (!cut) return [];
  return [
    {
      ...error,
      what: 'a sector of external flash is no whole number of pages',
      at: place,
      got: `a sector has ${formatSize(cut.size)}, a page ${formatSize(pageSize)}`,
      why: 'a page that ends in the next sector would be erased with it',
      fix,
    },
  ];
}

function identity(flash: ExternalFlash, at: PlaceOf): Diagnostic[] {
  const { jedecId } = flash;
  const place = at(`${PATH}.jedecId`);
  const got = `0x${jedecId.toString(16).toUpperCase().padStart(6, '0')}`;
  const fix = "take it from the flash's datasheet: manufacturer, type, capacity";
  if (jedecId > 0xff_ffff) return [{ ...error, what: 'the JEDEC id has more than three bytes', at: place, got, fix }];
  const told = jedecId & 0xff;
  const size = flashSize(flash);
  // 64 KiB to 32 MiB: what is larger, makers encode in ways of their own.
  if (told < 16 || told > 25 || 2 ** told === size) return [];
  return [
    {
      code: CODE,
      severity: 'warning',
      what: 'the JEDEC id tells another size than the sectors',
      at: place,
      got: `${got} is ${formatSize(2 ** told)} with most makers; the sectors have ${formatSize(size)}`,
      why: 'one of the two is of another flash',
      fix: 'mend jedecId or the sectors',
    },
  ];
}

/** A chip may have no register blocks: then nothing is known of its ports. */
function port({ chip }: Board, { connection }: ExternalFlash, at: PlaceOf): Diagnostic[] {
  const ports = chip.registerBlocks
    .filter(({ kind }) => /spi/.test(kind))
    .map(({ name }) => name)
    .sort();
  if (chip.registerBlocks.length === 0 || ports.includes(connection.port)) return [];
  const near = nearMiss(connection.port, ports);
  return [
    {
      ...error,
      what: `external flash hangs on \`${connection.port}\`, which is no SPI port of the ${chip.name}`,
      at: at(`${PATH}.connection.port`),
      got: ports.length === 0 ? 'it has none' : `its SPI ports are ${ports.join(', ')}`,
      fix: near ? `did you mean ${near}?` : 'name one of them, or add it to the registerBlocks of the chip',
    },
  ];
}

function select({ led, button, console }: Board, { connection }: ExternalFlash, at: PlaceOf): Diagnostic[] {
  const users = [
    { pin: led?.pin, path: 'board.led.pin', name: 'led' },
    { pin: button?.pin, path: 'board.button.pin', name: 'button' },
    { pin: console?.tx, path: 'board.console.tx', name: 'console' },
    { pin: console?.rx, path: 'board.console.rx', name: 'console' },
  ];
  const user = users.find(({ pin }) => pin === connection.select);
  if (!user) return [];
  return [
    {
      ...error,
      what: `the pin ${connection.select} selects external flash and belongs to \`${user.name}\` too`,
      at: at(`${PATH}.connection.select`),
      why: 'a pin has one use: the flash would answer when it is not meant',
      fix: 'mend one of the two pins',
      notes: [{ text: `\`${user.name}\` has it`, at: at(user.path) }],
    },
  ];
}
