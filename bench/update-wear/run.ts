/** Erases and programmed bytes of one update, every strategy beside MCUboot's algorithms and the bound. `npm run bench:wear` */
import type { Board } from '@kickstage/chips/board';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { nucleoL476rg } from '@kickstage/chips/boards/nucleo-l476rg';
import { resolve } from '@kickstage/memory-map/resolve';
import type { Strategy } from '@kickstage/memory-map/updates/config';
import { updateFigures, type Work } from '@kickstage/memory-map/updates/figures';
import { type Algorithm, mcuboot } from './mcuboot.ts';

const KIB = 1024;
const { chip } = nucleoL476rg;
/** No microcontroller of ours: sectors of 4 KiB, words. */
const uniform: Board = {
  ...nucleoL476rg,
  chip: { ...chip, flash: { ...chip.flash, sectors: [{ count: 256, size: 4 * KIB }], writeSize: 4, writeOnce: false } },
};

const CASES = [
  { name: 'STM32F411, slot 128 KiB (one sector)', board: blackpill, size: 128 * KIB, sector: 128 * KIB, unit: 1 },
  { name: 'STM32L476, slot 256 KiB of 2 KiB pages', board: nucleoL476rg, size: 256 * KIB, sector: 2 * KIB, unit: 8 },
  { name: '4 KiB sectors, slot 256 KiB', board: uniform, size: 256 * KIB, sector: 4 * KIB, unit: 4 },
] as const;
const IMAGE = 100 * KIB;

const OURS: readonly (readonly [strategy: Strategy, scratch: boolean, beside: Algorithm])[] = [
  ['direct', false, 'direct-XIP'],
  ['overwrite', false, 'overwrite'],
  ['alternate', false, 'overwrite'],
  ['swap', false, 'offset'],
  ['swap', false, 'move'],
  ['swap', true, 'scratch'],
];

export function table(): string[] {
  const lines = [
    '| flash | strategy | erases | programmed | bound | MCUboot | erases | programmed |',
    '|---|---|---|---|---|---|---|---|',
  ];
  for (const { name, board, size, sector, unit } of CASES) {
    for (const [strategy, scratch, beside] of OURS) {
      const { value } = resolve({
        board,
        bootloader: { entry: 'boot.ts', size: '16K' },
        apps: { app: { entry: 'app.ts', size: `${size / KIB}K`, update: { strategy, scratch } } },
        boot: { default: 'app' },
      });
      if (!value) continue;
      const figures = updateFigures(value, value.apps[0], { internal: board.chip.flash }, IMAGE)!;
      const other = mcuboot(beside, { slot: size, sector, image: IMAGE, unit });
      const cells = [name, figures.strategy, ...workCells(figures), boundText(figures.bound), beside];
      lines.push(`| ${[...cells, ...(other ? workCells(other) : ['not possible', ''])].join(' | ')} |`);
    }
  }
  return lines;
}

const kib = (bytes: number) => `${(bytes / KIB).toFixed(1)} KiB`;
const workCells = ({ erases, programmed }: Work) => [String(erases), kib(programmed)];
const boundText = ({ erases, programmed }: Work) => `${erases}, ${kib(programmed)}`;

if (process.argv[1] === import.meta.filename) {
  console.log(`One update from and to an image of ${IMAGE / KIB} KiB, the download included, no journal.\n`);
  for (const line of table()) console.log(line);
}
