/**
 * Writes `kickstage/layout`: the Layout as literal constants for firmware. Whatever a configuration does not use is
 * folded away by the compiler, so that one bootloader source serves all. Declared in firmware/types/layout.d.ts.
 */
import { NO_SLOT } from '@kickstage/abi/mailbox';
import { rangeSize } from '@kickstage/base/ranges';
import type { Layout, LayoutImage } from '@kickstage/memory-map/layout';

const hex = (value: number) => `0x${(value >>> 0).toString(16).padStart(8, '0')}`;

/** The module's text. `interruptCount` is the chip's number of external interrupts. */
export function layoutModule(layout: Layout, interruptCount: number): string {
  const { apps, board, mailbox, ram } = layout;
  const order = choiceOrder(layout);
  const constants: [name: string, type: string, value: string][] = [
    ['APP_COUNT', 'u32', String(apps.length)],
    ['DEFAULT_APP', 'u32', String(idOf(apps, layout.defaultApp))],
    ['CHOICE_COUNT', 'u32', String(order.length)],
    ['RAM_START', 'u32', hex(ram.start)],
    ['RAM_SIZE', 'u32', hex(rangeSize(ram))],
    ['MAILBOX_ADDRESS', 'usize', hex(mailbox.start)],
    ['MAILBOX_SIZE', 'u32', String(rangeSize(mailbox))],
    ['MAILBOX_IS_RECORD', 'bool', String(mailbox.protocol === 'record')],
    ['BOOTLOADER_VERSION', 'u32', hex(versionWord(layout.bootloader.version))],
    ['INTERRUPT_COUNT', 'u32', String(interruptCount)],
    ['HSE_HZ', 'u32', String(board.hseHz ?? 0)],
    ['NO_PIN', 'u32', String(NO_PIN)],
    ...pinConstants('LED', board.led),
    ...pinConstants('BUTTON', board.button),
    ['CONSOLE_BAUD', 'u32', String(board.console?.baud ?? 115_200)],
  ];
  return [
    '// Generated from the config: do not edit.',
    `export const enum App { ${apps.map((app) => `${app.name} = ${app.id}`).join(', ')} }`,
    ...constants.map(([name, type, value]) => `export const ${name}: ${type} = ${value};`),
    selection('choice', 'position', 'u32', [...order.entries()], String(NO_SLOT)),
    selection(
      'slotStart',
      'app',
      'usize',
      byId(apps, (app) => app.slot.start),
      '0',
      hex,
    ),
    selection(
      'slotSize',
      'app',
      'u32',
      byId(apps, (app) => rangeSize(app.slot)),
      '0',
      hex,
    ),
    selection(
      'appOfMagic',
      'word',
      'u32',
      withMagic(apps).map(({ id, magic }) => [magic, id]),
      String(NO_SLOT),
    ),
    selection(
      'magicOf',
      'app',
      'u32',
      withMagic(apps).map(({ id, magic }) => [id, magic]),
      '0',
      hex,
    ),
    '',
  ].join('\n');
}

const NO_PIN = 0xff;

/** Ids in the order in which they are tried when the wanted app is not plausible: the default, then the fallbacks. */
function choiceOrder(layout: Layout): number[] {
  const names = new Set([layout.defaultApp, ...layout.fallback]);
  return [...names].map((name) => idOf(layout.apps, name));
}

function idOf(apps: readonly LayoutImage[], name: string): number {
  return apps.findIndex((app) => app.name === name);
}

function byId(apps: readonly LayoutImage[], of: (app: LayoutImage) => number): [number, number][] {
  return apps.map((app) => [app.id, of(app)]);
}

function withMagic(apps: readonly LayoutImage[]): { id: number; magic: number }[] {
  return apps.flatMap(({ id, magic }) => (magic === undefined ? [] : [{ id, magic }]));
}

/** A function that maps numbers to numbers by comparing one after the other. */
function selection(
  name: string,
  parameter: string,
  type: string,
  rows: readonly (readonly [number, number])[],
  otherwise: string,
  print: (value: number) => string = String,
): string {
  const lines = rows.map(([key, value]) => `  if (${parameter} === ${hex(key)}) return ${print(value)};`);
  return [`export function ${name}(${parameter}: u32): ${type} {`, ...lines, `  return ${otherwise};`, '}'].join('\n');
}

function pinConstants(name: string, pin: Layout['board']['led']): [string, string, string][] {
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
