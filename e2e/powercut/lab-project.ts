/** Layouts whose updates are cut, with their firmware compiled for the lab. */
import type { Board } from '@kickstage/chips/board';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import type { Layout } from '@kickstage/memory-map/layout';
import type { Strategy } from '@kickstage/memory-map/updates/config';
import { type Lab, makeLab } from '@kickstage/testbench/powercut/lab';
import { compileLabFirmware } from '@kickstage/toolchain/powercut-firmware';
import { expectNoErrors, FIRMWARE, layoutOf } from '../firmware/firmware-files.ts';

export interface LabCase {
  readonly name: string;
  readonly board: Board;
  readonly size: string;
  readonly update: { readonly strategy: Strategy; readonly memory?: 'external'; readonly scratch?: boolean };
}

export const LAB_CASES: readonly LabCase[] = [
  { name: 'F411, direct', board: blackpill, size: '128K', update: { strategy: 'direct' } },
  { name: 'F411, alternate', board: blackpill, size: '128K', update: { strategy: 'alternate' } },
  { name: 'F411, swap by offset', board: blackpill, size: '128K', update: { strategy: 'swap' } },
  { name: 'F411, swap through scratch', board: blackpill, size: '128K', update: { strategy: 'swap', scratch: true } },
  { name: 'F411, overwrite', board: blackpill, size: '128K', update: { strategy: 'overwrite' } },
];

const BOOT = "export { NMI_Handler, Reset_Handler } from 'kickstage/firmware/boot/main';";

/** The lab for a layout. */
export async function labOf({ board, size, update }: LabCase): Promise<{ lab: Lab; layout: Layout }> {
  const apps = { app1: { entry: 'apps/app1.ts', size, update } };
  const layout = layoutOf({ apps, boot: { default: 'app1' } } as never, board);
  const { chip } = board;
  const readSource = (path: string) => (path === 'boot/main.ts' ? BOOT : undefined);
  const { value, diagnostics } = await compileLabFirmware(
    { layout, chip, firmware: FIRMWARE, readSource },
    layout.apps[0],
  );
  expectNoErrors(diagnostics);
  return { lab: makeLab({ layout, chip, firmware: value!, app: layout.apps[0] }), layout };
}
