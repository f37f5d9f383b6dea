/**
 * A project's boot core and update library for the power-cut lab: the same sources, with the same `kickstage/layout`, but
 * storage is what the lab simulates. The project's own bootloader and state channel are used; its storage is not.
 */
import { type Checked, type Diagnostic, hasErrors } from '@kickstage/base/diagnostic';
import type { ChipFacts } from '@kickstage/chips/chip';
import type { Layout, LayoutImage } from '@kickstage/memory-map/layout';
import type { LabFirmware } from '@kickstage/testbench/powercut/device';
import type { LabCode } from '@kickstage/testbench/powercut/emulated-device';
import { MIRRORED_READ, OWN_ADDRESSES } from '@kickstage/testbench/powercut/flash-mirror';
import { type HostedModule, hostModule } from '@kickstage/testbench/powercut/hosted-module';
import type { ReadSource } from './assemblyscript/source-tree.ts';
import { buildImage, replacedModules } from './build.ts';
import { layoutModule } from './layout-module.ts';
import { withRememberedSignatures } from './powercut-signatures.ts';

const STORAGE = `export const STORAGE_INTERNAL: u32 = 0;
export const STORAGE_EXTERNAL: u32 = 1;
export const STORAGE_OK: u32 = 0;
${MIRRORED_READ}export declare function erase(memory: u32, address: usize, length: u32): u32;
export declare function program(memory: u32, address: usize, source: usize, length: u32): u32;
`;

/** The app under test: the library's functions, to be called from outside. */
const APP = `export { updateErase, updateWrite, updateFlush, updateAddress } from 'kickstage/firmware/app/download';
export { markBootSuccessful, revert, updateOutcome, updateState } from 'kickstage/firmware/app/update';
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

const FUNCTIONS = [
  'updateErase',
  'updateWrite',
  'updateFlush',
  'updateAddress',
  'markBootSuccessful',
  'revert',
  'updateState',
  'updateOutcome',
  'request',
  'touch',
] as const;
const CALLS: Readonly<Record<(typeof FUNCTIONS)[number], string>> = {
  updateErase: 'updateErase()',
  updateWrite: 'updateWrite(ld32(COMMAND + 4), ld32(COMMAND + 8), ld32(COMMAND + 12))',
  updateFlush: 'updateFlush()',
  updateAddress: '<u32>updateAddress()',
  markBootSuccessful: 'markBootSuccessful()',
  revert: 'revert()',
  updateState: 'updateState()',
  updateOutcome: 'updateOutcome()',
  request: 'requestUpdate(ld32(COMMAND + 4) !== 0)',
  touch: '<u32>(hasState() && saveState())',
};

/** The app under test as machine code: its functions are asked for by words in RAM. */
const machineApp = (command: number) => `import { startUp } from 'kickstage/firmware/hal/start-up';
import { ld32, st32 } from 'kickstage/firmware/intrinsics/volatile';
import { updateErase, updateWrite, updateFlush, updateAddress } from 'kickstage/firmware/app/download';
import { markBootSuccessful, revert, updateOutcome, updateState, requestUpdate } from 'kickstage/firmware/app/update';
import { hasState } from 'kickstage/firmware/app/own-state';
import { saveState } from 'kickstage/state';
export { noteFlashDoubt as NMI_Handler } from 'kickstage/firmware/update/sound-read';
const COMMAND: usize = 0x${command.toString(16)};
export function Reset_Handler(): void { startUp(); }
function run(n: u32): u32 {
${FUNCTIONS.map((name, n) => `  if (n === ${n}) return ${CALLS[name]};`).join('\n')}
  return 0;
}
export function SysTick_Handler(): void { st32(COMMAND + 16, run(ld32(COMMAND))); }
`;

/** Room for the library's machine code in flash that the Layout leaves free. */
const MOST_CODE = 0x6000;

/** Builds bootloader and library for the virtual board. The library lies where nothing else does. */
export async function buildLabCode(source: LabSource, app: LayoutImage): Promise<Checked<LabCode>> {
  const { layout, chip, firmware, readSource } = source;
  const boot = await buildImage({ layout, chip, firmware, readSource }, layout.bootloader);
  const start = freePlace(layout, app);
  if (start === undefined) return { diagnostics: [...boot.diagnostics, noPlace(layout)] };
  const slot = { start, end: start + MOST_CODE };
  const command = (app.ram.start + Math.floor((app.ram.end - app.ram.start) / 2)) & ~0xff;
  const text = machineApp(command);
  // The library is no image that anything verifies.
  const { verify, headerSize, ...plain } = app;
  const library = await buildImage(
    { layout, chip, firmware, readSource: (path) => (path === APP_PATH ? text : readSource(path)) },
    { ...plain, slot, vectorTable: start, entry: APP_PATH },
  );
  const diagnostics = [...boot.diagnostics, ...library.diagnostics];
  if (!boot.value || !library.value || hasErrors(diagnostics)) return { diagnostics };
  const chunks = [boot.value, library.value].map(({ linked }) => ({
    address: linked.image.slot.start,
    bytes: linked.bytes,
  }));
  return { value: { chunks, library: start, command, functions: FUNCTIONS, elf: boot.value.elf }, diagnostics };
}

/** In another app's slot the library lies behind what the bootloader would take for its vector table. */
const BEHIND_TABLE = 0x1000;

/** A sector's start behind which there is room that no region uses; else a place in another app's slot. */
function freePlace({ flash, apps, bootloader, updates }: Layout, subject: LayoutImage): number | undefined {
  const { journal = [], scratch } = updates ?? {};
  const downloads = apps.flatMap(({ update }) => update?.downloads ?? []);
  const inside = [...downloads, ...journal, ...(scratch ? [scratch] : [])].filter(
    ({ memory }) => memory === 'internal',
  );
  const taken = [bootloader.slot, ...apps.map(({ slot }) => slot), ...inside];
  const isFree = (start: number) => taken.every((range) => range.end <= start || range.start >= start + MOST_CODE);
  const free = flash.sectors.map(({ start }) => start).find((start) => start + MOST_CODE <= flash.end && isFree(start));
  const others = apps.filter((app) => app.name !== subject.name).map(({ slot }) => slot);
  const other = others.find(({ start, end }) => start + BEHIND_TABLE + MOST_CODE <= end);
  return free ?? (other && other.start + BEHIND_TABLE);
}

const noPlace = ({ flash }: Layout): Diagnostic => ({
  code: 'LAB001',
  severity: 'error',
  what: 'there is no room for the lab beside the images',
  got: `${(flash.end - flash.start) / 1024} KiB of flash, all of it in use`,
  why: 'on the virtual board the update library is called from flash of its own, so that the images can be anything',
  fix: `leave ${MOST_CODE / 1024} KiB free, or cut the power without --on emulator`,
});

/** Compiles both for `app`, which has an `update`. */
export async function compileLabFirmware(source: LabSource, app: LayoutImage): Promise<Checked<LabFirmware>> {
  const { bootloader } = source.layout;
  const boot = await compileHosted(source, bootloader.entry!, bootloader.id);
  // A state channel of the project's own is read from the project.
  const readSource: ReadSource = (path) => (path === APP_PATH ? APP : source.readSource(path));
  const library = await compileHosted({ ...source, readSource }, APP_PATH, app.id);
  const diagnostics: Diagnostic[] = [...boot.diagnostics, ...library.diagnostics];
  if (!boot.value || !library.value || hasErrors(diagnostics)) return { diagnostics };
  return { value: { bootloader: boot.value, app: library.value }, diagnostics };
}

async function compileHosted(
  { layout, chip, firmware, readSource }: LabSource,
  entry: string,
  id: number,
): Promise<Checked<HostedModule>> {
  const { compileFirmware } = await import('./assemblyscript/compile-firmware.ts');
  const replaced = new Map([...replacedModules(layout), ['storage', STORAGE] as const]);
  const tree = {
    firmware: withRememberedSignatures(firmware),
    readSource,
    replaced,
    layout: layoutModule(layout, chip, id),
  };
  const { value, diagnostics } = await compileFirmware({
    entry,
    tree,
    handlers: new Set(['NMI_Handler']),
    optimize: 'speed',
  });
  if (!value) return { diagnostics };
  const { exportGlobals } = await import('./assemblyscript/export-globals.ts');
  const { accessOwnMemory } = await import('./assemblyscript/own-memory.ts');
  const wasm = accessOwnMemory(exportGlobals(value.wasm), OWN_ADDRESSES);
  return { value: hostModule({ ...value, wasm }), diagnostics };
}
