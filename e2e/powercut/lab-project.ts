/** Layouts whose updates are cut, with their firmware compiled for the lab. */
import type { Board } from '@kickstage/chips/board';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { nucleoL476rg } from '@kickstage/chips/boards/nucleo-l476rg';
import type { ChipFacts } from '@kickstage/chips/chip';
import { w25q64 } from '@kickstage/chips/nor-flash';
import type { Layout } from '@kickstage/memory-map/layout';
import type { AppUpdateConfig } from '@kickstage/memory-map/updates/config';
import { type Lab, makeEmulated, makeLab } from '@kickstage/testbench/powercut/lab';
import { buildLabCode, compileLabFirmware } from '@kickstage/toolchain/powercut-firmware';
import { expectNoErrors, FIRMWARE, layoutOf } from '../firmware/firmware-files.ts';

export interface LabCase {
  readonly name: string;
  readonly board: Board;
  readonly size: string;
  readonly update: AppUpdateConfig;
  /** Bytes of the images; the lab chooses them when absent. */
  readonly lengths?: readonly number[];
  /** The bootloader's source; the library's own when absent. */
  readonly boot?: string;
}

/** The blackpill with a serial flash of 8 MiB. */
const withNor: Board = { ...blackpill, externalFlash: w25q64({ port: 'SPI1', select: 'PA4' }) };

/** A microcontroller that does not exist: an STM32F411 with equal small sectors, and flash that is erased to `erasedByte`. */
function uniform(erasedByte: number): Board {
  const { flash } = blackpill.chip;
  const chip: ChipFacts = {
    ...blackpill.chip,
    name: 'uniform 4K',
    flash: { ...flash, sectors: [{ count: 128, size: 0x1000 }], writeSize: 8, erasedByte },
  };
  return { ...blackpill, name: 'uniform', chip };
}

const PLAIN = {
  direct: { strategy: 'direct' },
  alternate: { strategy: 'alternate' },
  'swap by offset': { strategy: 'swap' },
  'swap through scratch': { strategy: 'swap', scratch: true },
  overwrite: { strategy: 'overwrite' },
} as const satisfies Record<string, AppUpdateConfig>;
type Way = keyof typeof PLAIN;
const ALL = Object.keys(PLAIN) as Way[];

interface Place {
  readonly where: string;
  readonly board: Board;
  readonly size: string;
  readonly memory?: 'external';
  readonly lengths?: readonly number[];
  readonly ways: readonly Way[];
}

/** A little more than a sector of 4 KiB, much less than one, and so on. */
const LENGTHS_4K = [4401, 5003, 1005, 4698];

const PLACES: readonly Place[] = [
  {
    where: 'F411',
    board: blackpill,
    size: '128K',
    ways: ALL,
  },
  {
    where: 'F411 and NOR',
    board: withNor,
    size: '128K',
    memory: 'external',
    ways: ALL.filter((way) => way !== 'direct'),
  },
  { where: 'L476', board: nucleoL476rg, size: '32K', ways: ALL },
  {
    where: 'uniform 4K',
    board: uniform(0xff),
    size: '32K',
    lengths: LENGTHS_4K,
    ways: ALL,
  },
  {
    where: 'uniform 4K, erased to 0x00',
    board: uniform(0),
    size: '32K',
    lengths: LENGTHS_4K,
    ways: ALL,
  },
];

export const LAB_CASES: readonly LabCase[] = PLACES.flatMap(({ where, memory, ways, ...place }) =>
  ways.map((way) => ({
    ...place,
    name: `${where}, ${way}`,
    update: { ...PLAIN[way], ...(memory ? { memory } : {}) },
  })),
);

const BOOT = "export { NMI_Handler, Reset_Handler } from 'kickstage/firmware/boot/main';";

function sourceOf({ board, size, update, boot = BOOT }: LabCase, firmware: ReadonlyMap<string, string>) {
  const apps = { app1: { entry: 'apps/app1.ts', size, update } };
  const layout = layoutOf({ apps, boot: { default: 'app1' } } as never, board);
  const readSource = (path: string) => (path === 'boot/main.ts' ? boot : undefined);
  return { layout, chip: board.chip, firmware, readSource };
}

/** The lab for a layout; `firmware` in place of the library's own sources. */
export async function labOf(
  labCase: LabCase,
  firmware: ReadonlyMap<string, string> = FIRMWARE,
): Promise<{ lab: Lab; layout: Layout }> {
  const source = sourceOf(labCase, firmware);
  const { layout, chip } = source;
  const { lengths } = labCase;
  const { value, diagnostics } = await compileLabFirmware(source, layout.apps[0]);
  expectNoErrors(diagnostics);
  const lab = await makeLab({ layout, chip, firmware: value!, app: layout.apps[0], ...(lengths ? { lengths } : {}) });
  return { lab, layout };
}

/** The same as machine code on the virtual board, and the simulated device beside it, both in their factory state. */
export async function emulatedLabOf(labCase: LabCase) {
  const { lab, layout } = await labOf(labCase);
  const { value, diagnostics } = await buildLabCode(sourceOf(labCase, FIRMWARE), layout.apps[0]);
  expectNoErrors(diagnostics);
  const device = makeEmulated(layout, layout.apps[0], labCase.board.chip, value!, lab.images);
  return { device, lab, layout };
}
