import { expect, test } from 'vitest';
import type { Board } from './board.ts';
import { blackpill } from './boards/blackpill.ts';
import { w25q16, w25q32, w25q64, w25q128 } from './nor-flash.ts';

const connection = { port: 'SPI1', select: 'PA4' };

test.each([
  ['W25Q16', w25q16, 2, 0xef_4015],
  ['W25Q32', w25q32, 4, 0xef_4016],
  ['W25Q64', w25q64, 8, 0xef_4017],
  ['W25Q128', w25q128, 16, 0xef_4018],
] as const)('%s', (name, make, mebibytes, jedecId) => {
  const flash = make(connection);
  expect(flash).toMatchObject({ name, start: 0, jedecId, pageSize: 256, writeSize: 1, writeOnce: false, connection });
  expect(flash).toMatchObject({ erasedByte: 0xff, endurance: 100_000 });
  expect(flash.sectors).toEqual([{ count: mebibytes * 256, size: 4096 }]);
  const { program, erase } = flash.timing!;
  for (const { typical, maximum } of [program, ...erase]) expect(maximum).toBeGreaterThan(typical);
  expect(erase.map(({ sectorSize }) => sectorSize)).toEqual([0x1000, 0x8000, 0x1_0000]);
  expect(flash.source).toContain(`${name}JV`);
});

test('a board with a serial flash', () => {
  const board: Board = { ...blackpill, externalFlash: w25q64(connection) };
  expect(board.externalFlash?.connection.select).toBe('PA4');
});
