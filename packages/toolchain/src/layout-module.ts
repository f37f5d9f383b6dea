/**
 * Writes `kickstage/layout`: the Layout as literal constants for firmware. Whatever a configuration does not use is
 * folded away by the compiler, so that one bootloader source serves all. Declared in firmware/types/layout.d.ts.
 */
import { MAGIC_REPORT_REASON_SHIFT, MAGIC_REPORT_SLOT_SHIFT } from '@kickstage/abi/mailbox';
import { REASON_DEFAULT, REASON_MAILBOX } from '@kickstage/abi/status';
import { rangeSize } from '@kickstage/base/ranges';
import type { ChipFacts } from '@kickstage/chips/chip';
import type { Layout, LayoutImage } from '@kickstage/memory-map/layout';
import { type Constant, chipConstants, hex } from './chip-constants.ts';
import { inlined, table } from './constant-tables.ts';
import { protectionConstants } from './protection-constants.ts';
import { NO_UPDATE, updateConstants, updateTables } from './update-constants.ts';
import { verifyConstants, verifyTables } from './verify-constants.ts';

/** The module's text, for the image of the app `own`, or for the bootloader. */
export function layoutModule(layout: Layout, chip: ChipFacts, own?: number): string {
  const { apps, board, mailbox, ram } = layout;
  const order = choiceOrder(layout);
  const constants: Constant[] = [
    ['APP_COUNT', 'u32', String(apps.length)],
    ['THIS_APP', 'u32', String(own === undefined || own < 0 ? NO_UPDATE : own)],
    ['DEFAULT_APP', 'u32', String(idOf(apps, layout.defaultApp))],
    ['CHOICE_COUNT', 'u32', String(order.length)],
    ['RAM_START', 'u32', hex(ram.start)],
    ['RAM_SIZE', 'u32', hex(rangeSize(ram))],
    ['MAILBOX_ADDRESS', 'usize', hex(mailbox.start)],
    ['MAILBOX_SIZE', 'u32', String(rangeSize(mailbox))],
    ['MAILBOX_IS_RECORD', 'bool', String(mailbox.protocol === 'record')],
    ['BOOTLOADER_VERSION', 'u32', hex(versionWord(layout.bootloader.version))],
    ...updateConstants(layout),
    ...protectionConstants(layout),
    ...verifyConstants(layout),
    ...chipConstants(chip),
    ['HSE_HZ', 'u32', String(board.hseHz ?? 0)],
    ['NO_PIN', 'u32', String(NO_PIN)],
    ...pinConstants('LED', board.led),
    ...pinConstants('BUTTON', board.button),
    ['CONSOLE_BAUD', 'u32', String(board.console?.baud ?? 0)],
  ];
  return [
    '// Generated from the config: do not edit.',
    `export const enum App { ${apps.map((app) => `${app.name} = ${app.id}`).join(', ')} }`,
    ...constants.map(([name, type, value]) => `export const ${name}: ${type} = ${value};`),
    table('choice', 'position', 'u32', order, String),
    table('slotStart', 'app', 'usize', startsOf(apps), hex),
    table('slotSize', 'app', 'u32', sizesOf(apps), hex),
    table('magicOf', 'app', 'u32', magicsOf(apps), hex),
    ...updateTables(layout, chip),
    ...verifyTables(layout),
    wantedByMagic(apps, idOf(apps, layout.defaultApp)),
    '',
  ].join('\n');
}

const NO_PIN = 0xff;

/** Ids in the order in which they are tried when the wanted app is not plausible: the default, then the fallbacks. */
function choiceOrder(layout: Layout): number[] {
  const names = new Set([layout.defaultApp, ...layout.fallback]);
  return [...names].map((name) => idOf(layout.apps, name));
}

const startsOf = (apps: readonly LayoutImage[]) => apps.map((app) => app.slot.start);
const sizesOf = (apps: readonly LayoutImage[]) => apps.map((app) => rangeSize(app.slot));
const magicsOf = (apps: readonly LayoutImage[]) => apps.map((app) => app.magic ?? 0);

function idOf(apps: readonly LayoutImage[], name: string): number {
  return apps.findIndex((app) => app.name === name);
}

/** What is wanted, by the magic word in the mailbox: slot and reason, as firmware/boot/decide.ts lays them out. */
function wantedByMagic(apps: readonly LayoutImage[], defaultApp: number): string {
  const tests = apps.flatMap(({ id, magic }) =>
    magic === undefined ? [] : [`  if (word === ${hex(magic)}) return ${hex(wanted(id, REASON_MAILBOX))};`],
  );
  const last = `  return ${hex(wanted(defaultApp, REASON_DEFAULT))};`;
  return [...inlined('wantedByMagic(word: u32): u32 {'), ...tests, last, '}'].join('\n');
}

function wanted(slot: number, reason: number): number {
  return (slot << MAGIC_REPORT_SLOT_SHIFT) | (reason << MAGIC_REPORT_REASON_SHIFT);
}

function pinConstants(name: string, pin: Layout['board']['led']): Constant[] {
  const [, port, number] = /^P([A-K])(\d+)$/.exec(pin?.pin ?? '') ?? [];
  return [
    [`${name}_PORT`, 'u32', String(port === undefined ? NO_PIN : port.charCodeAt(0) - 'A'.charCodeAt(0))],
    [`${name}_PIN`, 'u32', number ?? '0'],
    [`${name}_ACTIVE_LOW`, 'bool', String(pin?.activeLow ?? false)],
  ];
}

/** `1.2.3` as major in bits 24..31, minor in 16..23, patch in 0..15. */
export function versionWord(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return ((major << 24) | (minor << 16) | patch) >>> 0;
}
