/**
 * A project's boot core and update library for the power-cut lab: the same sources, with the same `kickstage/layout`, but
 * storage is what the lab simulates. The project's own bootloader and state channel are used; its storage is not.
 */
import { type Checked, type Diagnostic, hasErrors } from '@kickstage/base/diagnostic';
import type { ChipFacts } from '@kickstage/chips/chip';
import type { Layout, LayoutImage } from '@kickstage/memory-map/layout';
import type { LabFirmware } from '@kickstage/testbench/powercut/device';
import { type HostedModule, hostModule } from '@kickstage/testbench/powercut/firmware-host';
import type { ReadSource } from './assemblyscript/source-tree.ts';
import { replacedModules } from './build.ts';
import { layoutModule } from './layout-module.ts';

const STORAGE = `export const STORAGE_INTERNAL: u32 = 0;
export const STORAGE_EXTERNAL: u32 = 1;
export const STORAGE_OK: u32 = 0;
export declare function readWord(memory: u32, address: usize): u32;
export declare function erase(memory: u32, address: usize, length: u32): u32;
export declare function program(memory: u32, address: usize, source: usize, length: u32): u32;
`;

/** The app under test: the library's functions, to be called from outside. */
const APP = `export { updateErase, updateWrite, updateFlush, updateAddress } from 'kickstage/firmware/app/download';
export { markBootSuccessful, revert, updateState } from 'kickstage/firmware/app/update';
export { noteFlashDoubt as NMI_Handler } from 'kickstage/firmware/update/sound-read';
import { requestUpdate } from 'kickstage/firmware/app/update';
import { hasState } from 'kickstage/firmware/app/own-state';
import { saveState } from 'kickstage/state';
export function request(permanent: bool): u32 { return requestUpdate(permanent); }
export function touch(): bool { return hasState() && saveState(); }
`;
const APP_PATH = 'powercut-lab-app.ts';

export interface LabSource {
  readonly layout: Layout;
  readonly chip: ChipFacts;
  readonly readSource: ReadSource;
  readonly firmware: ReadonlyMap<string, string>;
}

/** Compiles both for `app`, which has an `update`. */
export async function compileLabFirmware(source: LabSource, app: LayoutImage): Promise<Checked<LabFirmware>> {
  const { bootloader } = source.layout;
  const boot = await compileHosted(source, bootloader.entry!, bootloader.id, source.readSource);
  const library = await compileHosted(source, APP_PATH, app.id, (path) => (path === APP_PATH ? APP : undefined));
  const diagnostics: Diagnostic[] = [...boot.diagnostics, ...library.diagnostics];
  if (!boot.value || !library.value || hasErrors(diagnostics)) return { diagnostics };
  return { value: { bootloader: boot.value, app: library.value }, diagnostics };
}

async function compileHosted(
  { layout, chip, firmware, readSource: ofProject }: LabSource,
  entry: string,
  id: number,
  readSource: ReadSource,
): Promise<Checked<HostedModule>> {
  const { compileFirmware } = await import('./assemblyscript/compile-firmware.ts');
  const replaced = new Map([...replacedModules(layout, ofProject), ['storage', STORAGE] as const]);
  const tree = { firmware, readSource, replaced, layout: layoutModule(layout, chip, id) };
  const { value, diagnostics } = await compileFirmware({
    entry,
    tree,
    handlers: new Set(['NMI_Handler']),
    optimize: 'speed',
  });
  return value ? { value: hostModule(value), diagnostics } : { diagnostics };
}
