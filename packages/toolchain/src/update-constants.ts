/** What `kickstage/layout` says of updates: strategies, regions, the flash that they are in. Declared in firmware/types/layout.d.ts. */
import * as journal from '@kickstage/abi/journal';
import * as update from '@kickstage/abi/update';
import type { ChipFacts } from '@kickstage/chips/chip';
import type {
  Layout,
  LayoutExternalFlash,
  LayoutImage,
  LayoutRecord,
  StorageRange,
} from '@kickstage/memory-map/layout';
import { type Constant, hex } from './chip-constants.ts';
import { table } from './constant-tables.ts';

/** As firmware/boot counts apps that are none. */
export const NO_UPDATE = 0xff;

const STRATEGY = {
  direct: update.STRATEGY_DIRECT,
  alternate: update.STRATEGY_ALTERNATE,
  swap: update.STRATEGY_SWAP,
  overwrite: update.STRATEGY_OVERWRITE,
} as const;

const MEMORY = { internal: 0, external: 1 } as const;

export function updateConstants(layout: Layout): Constant[] {
  const { updates } = layout;
  const [first] = updates?.journal ?? [];
  const scratch = updates?.scratch;
  const external = externalOf(layout);
  const [, port, pin] = /^P([A-K])(\d+)$/.exec(external?.connection.select ?? '') ?? [];
  return [
    ['HAS_UPDATES', 'bool', String(updates !== undefined)],
    ['NO_UPDATE', 'u32', String(NO_UPDATE)],
    ['SCRATCH_MEMORY', 'u32', String(MEMORY[scratch?.memory ?? 'internal'])],
    ['SCRATCH_START', 'usize', hex(scratch?.start ?? 0)],
    ['JOURNAL_MEMORY', 'u32', String(MEMORY[first?.memory ?? 'internal'])],
    ['JOURNAL_HALF_SIZE', 'u32', hex(first ? first.end - first.start : 0)],
    ...recordConstants(updates?.record),
    ['ERASED_WORD', 'u32', wordOf(layout.flash.erasedByte)],
    ['TRIAL_WATCHDOG', 'u32', String(updates?.trialWatchdog ?? 0)],
    ['STATE_ADDRESS', 'usize', hex(updates?.ramState?.start ?? 0)],
    ['HAS_EXTERNAL_STORAGE', 'bool', String(usesExternal(layout))],
    ['EXTERNAL_SELECT_PORT', 'u32', String(port === undefined ? 0xff : port.charCodeAt(0) - 'A'.charCodeAt(0))],
    ['EXTERNAL_SELECT_PIN', 'u32', pin ?? '0'],
    ['EXTERNAL_PAGE_SIZE', 'u32', String(external?.pageSize ?? 1)],
    ['EXTERNAL_ERASE_COMMAND', 'u32', hex(eraseCommand(external))],
  ];
}

/** The journal's slots, and the words of a state: the last word of a body is its CRC, behind it is the seal. */
function recordConstants(record: LayoutRecord | undefined): Constant[] {
  const slotSize = record?.slotSize ?? journal.JOURNAL_SLOT_SIZE;
  const mask = (numbers: readonly number[] = []) => numbers.reduce((bits, n) => bits | (1 << n), 0);
  const contents = mask(record?.fingerprints) | (mask(record?.counters) << journal.JOURNAL_COUNTERS_SHIFT);
  const version = record
    ? journal.JOURNAL_VERSION_2 | ((slotSize / journal.JOURNAL_SIZE_UNIT) << journal.JOURNAL_SIZE_SHIFT)
    : journal.JOURNAL_VERSION;
  return [
    ['JOURNAL_SLOT_SIZE', 'u32', String(slotSize)],
    ['STATE_WORDS', 'u32', String((slotSize - journal.JOURNAL_SEAL_SIZE) / 4 - 1)],
    ['STATE_HAS_MORE', 'bool', String(record !== undefined)],
    ['JOURNAL_FORMAT', 'u32', hex(version)],
    ['JOURNAL_CONTENTS', 'u32', hex(contents)],
  ];
}

/** The functions of it. */
export function updateTables(layout: Layout, chip: ChipFacts): string[] {
  const { updates } = layout;
  const numbers = (value: (app: LayoutImage) => number) => layout.apps.map(value);
  const apps = withFillers(layout.apps);
  const external = externalOf(layout);
  return [
    table(
      'updateIndex',
      'app',
      'u32',
      numbers(({ update }) => update?.index ?? NO_UPDATE),
      String,
    ),
    table(
      'strategyOf',
      'app',
      'u32',
      apps.map(({ update }, i) => strategyNumber(update, layout.apps[i])),
      String,
    ),
    table(
      'downloadOffset',
      'app',
      'u32',
      apps.map(({ update }) => update?.offset ?? 0),
      hex,
    ),
    table(
      'chunkSize',
      'app',
      'u32',
      apps.map(({ update }) => update?.chunk || 1),
      hex,
    ),
    pairTable('downloadMemory', 'u32', apps, (range) => MEMORY[range?.memory ?? 'internal'], String),
    pairTable('downloadStart', 'usize', apps, (range) => range?.start ?? 0, hex),
    table(
      'journalHalf',
      'half',
      'usize',
      [0, 1].map((n) => updates?.journal?.[n].start ?? 0),
      hex,
    ),
    table('erasedWord', 'memory', 'u32', [layout.flash.erasedByte, external?.erasedByte ?? 0xff].map(repeated), hex),
    sectorTables(chip, external),
  ];
}

/**
 * What is said of apps that are not updated is asked by nobody: with the numbers of one that is, code for other strategies
 * and places falls away.
 */
function withFillers(apps: readonly LayoutImage[]): readonly LayoutImage[] {
  const filler = apps.find(({ update }) => update)?.update;
  return filler ? apps.map((app) => (app.update ? app : { ...app, update: filler })) : apps;
}

/** Whether an app is started from its other bank is asked of all. */
function strategyNumber(update: LayoutImage['update'], app: LayoutImage): number {
  return update && (app.update || update.strategy !== 'direct') ? STRATEGY[update.strategy] : 0;
}

const externalOf = ({ memories }: Layout) =>
  memories.find((memory): memory is LayoutExternalFlash => memory.kind === 'external-flash');

function usesExternal({ apps, updates }: Layout): boolean {
  const ranges = [
    ...apps.flatMap(({ update }) => update?.downloads ?? []),
    ...(updates?.scratch ? [updates.scratch] : []),
  ];
  return ranges.some(({ memory }) => memory === 'external');
}

const repeated = (byte: number) => (byte * 0x01010101) >>> 0;
const wordOf = (byte: number) => hex(repeated(byte));

/** Commands that erase 4, 32 and 64 KiB (W25Q64JV data sheet, Rev J, 8.1.2). */
function eraseCommand(external: LayoutExternalFlash | undefined): number {
  const size = external?.sectors[0]?.size;
  return size === 0x8000 ? 0x52 : size === 0x10000 ? 0xd8 : 0x20;
}

/** A function of an app and one of its two download slots; an app with one slot has it twice. */
function pairTable(
  name: string,
  type: string,
  apps: readonly LayoutImage[],
  value: (range: StorageRange | undefined) => number,
  print: (value: number) => string,
): string {
  const lines = apps.map(({ update }, app) => {
    const [first, second = first] = update?.downloads ?? [];
    const [a, b] = [print(value(first)), print(value(second))];
    const answer = a === b ? a : `n === 0 ? ${a} : ${b}`;
    return app === apps.length - 1 ? `  return ${answer};` : `  if (app === ${app}) return ${answer};`;
  });
  return [`export function ${name}(app: u32, n: u32): ${type} {`, ...lines, '}'].join('\n');
}

/** Sizes and numbers of erase sectors: one line for each run of equal ones. */
function sectorTables({ flash }: ChipFacts, external: LayoutExternalFlash | undefined): string {
  const sizes: string[] = [];
  const numbers: string[] = [];
  let at = flash.start;
  let index = 0;
  flash.sectors.forEach(({ count, size }, run) => {
    const end = at + count * size;
    const condition = run === flash.sectors.length - 1 ? '  ' : `  if (address < ${hex(end)}) `;
    sizes.push(`${condition}return ${hex(size)};`);
    numbers.push(`${condition}return ${index} + (<u32>address - ${hex(at)}) / ${hex(size)};`);
    at = end;
    index += count;
  });
  const size = external?.sectors[0]?.size;
  return [
    'export function eraseSize(memory: u32, address: usize): u32 {',
    ...(size === undefined ? [] : [`  if (memory === ${MEMORY.external}) return ${hex(size)};`]),
    ...sizes,
    '}',
    'export function sectorNumber(address: usize): u32 {',
    ...numbers,
    '}',
  ].join('\n');
}
