/**
 * Config → Layout. The shape is checked first; then every slot gets its place, the rules look at all of them, and
 * either the frozen layout comes out or every complaint at once.
 */
import { MAILBOX_RECORD_SIZE } from '@kickstage/abi/mailbox';
import { type Checked, type Diagnostic, hasErrors } from '@kickstage/base/diagnostic';
import { formatSize } from '@kickstage/base/hex';
import type { AddressRange } from '@kickstage/base/ranges';
import { rangeOf } from '@kickstage/base/ranges';
import type { ChipFacts } from '@kickstage/chips/chip';
import { RULES } from './catalogue.ts';
import type { AppConfig, Config } from './define.ts';
import type { Draft, DraftSlot } from './draft.ts';
import type { Layout, LayoutImage } from './layout.ts';
import { type ConfigSource, locate } from './locate.ts';
import { findSlot, largestFree } from './place.ts';
import { sectorsOf, touchedSectors } from './sectors.ts';
import { parseSize } from './size.ts';
import { validateConfig } from './validate.ts';

export interface ResolveOptions {
  /** The config's text, so that diagnostics can say line and column of a key. */
  readonly source?: ConfigSource;
}

/** Words of a vector table with the system exceptions alone. */
const SYSTEM_VECTORS = 16;
const MAGIC_MAILBOX_SIZE = 8;
const DEFAULT_VERSION = '0.0.0';

export function resolve(value: unknown, { source }: ResolveOptions = {}): Checked<Layout> {
  const valid = validateConfig(value, source);
  if ('diagnostics' in valid) return valid;
  const { config } = valid;
  const diagnostics: Diagnostic[] = [];
  const draft = makeDraft(config, (path) => locate(config, source, path), diagnostics);
  for (const rule of RULES) diagnostics.push(...rule.check(draft));
  if (hasErrors(diagnostics)) return { diagnostics };
  return { value: freeze(makeLayout(draft)), diagnostics };
}

const bytesOf = (size: unknown): number => {
  const parsed = parseSize(size);
  return 'bytes' in parsed ? parsed.bytes : 0;
};

function makeDraft(config: Config, at: Draft['at'], diagnostics: Diagnostic[]): Draft {
  const { chip } = config.board;
  const sectors = sectorsOf(chip.flash);
  const flash = { start: chip.flash.start, end: sectors[sectors.length - 1].end };
  const ram = rangeOf(chip.ram[0].start, chip.ram[0].size);
  const mailbox = mailboxOf(config, ram);
  const slots: DraftSlot[] = [bootloaderSlot(config, chip)];
  for (const [name, app] of Object.entries(config.apps))
    if (app.at !== undefined) slots.push(appSlot(name, app, chip, app.at));
  for (const [name, app] of Object.entries(config.apps)) {
    if (app.at !== undefined) continue;
    const taken = slots.map((slot) => slot.range);
    const range = findSlot(sectors, taken, {
      size: bytesOf(app.size),
      vectorCount: SYSTEM_VECTORS + chip.interruptCount,
    });
    if (range) slots.push(appSlot(name, app, chip, range.start));
    else diagnostics.push(noRoom(name, app, largestFree(sectors, taken), at));
  }
  const order = Object.keys(config.apps);
  const [bootloader, ...apps] = slots;
  apps.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  const imageRam = {
    start: ram.start,
    end: mailbox.end === ram.end && mailbox.start > ram.start ? mailbox.start : ram.end,
  };
  return { config, chip, sectors, flash, ram, mailbox, slots: [bootloader, ...apps], imageRam, at };
}

function mailboxOf(config: Config, ram: AddressRange): Draft['mailbox'] {
  const protocol = config.mailbox?.protocol ?? 'record';
  const size = protocol === 'record' ? MAILBOX_RECORD_SIZE : MAGIC_MAILBOX_SIZE;
  const start = config.mailbox?.at ?? ram.end - size;
  // A magic word in the last word of RAM has no room for a report.
  const end = protocol === 'magic-word' ? Math.min(start + size, Math.max(ram.end, start + 4)) : start + size;
  return { protocol, start, end };
}

function bootloaderSlot(config: Config, chip: ChipFacts): DraftSlot {
  const { size, at = chip.resetAddress, vectors } = config.bootloader;
  return {
    name: 'bootloader',
    kind: 'bootloader',
    path: 'bootloader',
    range: rangeOf(at, bytesOf(size)),
    explicit: config.bootloader.at !== undefined,
    preservesShared: false,
    vectorCount: vectors === 'full' ? SYSTEM_VECTORS + chip.interruptCount : SYSTEM_VECTORS,
  };
}

function appSlot(name: string, app: AppConfig, chip: ChipFacts, start: number): DraftSlot {
  return {
    name,
    kind: 'app',
    path: app.at === undefined ? `apps.${name}` : `apps.${name}.at`,
    range: rangeOf(start, bytesOf(app.size)),
    explicit: app.at !== undefined,
    preservesShared: app.sharedSectors === 'preserve',
    ...(app.magic === undefined ? {} : { magic: app.magic }),
    vectorCount: SYSTEM_VECTORS + chip.interruptCount,
  };
}

function noRoom(name: string, app: AppConfig, largest: number, at: Draft['at']): Diagnostic {
  return {
    code: 'MAP005',
    severity: 'error',
    what: `there is no room for \`${name}\``,
    at: at(`apps.${name}`),
    got: `${formatSize(bytesOf(app.size))}; the largest run of free sectors has ${formatSize(largest)}`,
    why: 'each app is placed in whole erase sectors of its own',
    fix:
      largest > 0
        ? `make it ${formatSize(largest)} or smaller, or make another app smaller`
        : 'make another app smaller, or remove one',
  };
}

function makeLayout(draft: Draft): Layout {
  const { config, chip, sectors, flash, ram, mailbox, slots, imageRam } = draft;
  const touched = slots.map(({ range }) => touchedSectors(sectors, range));
  const images = slots.map((slot, i): LayoutImage => {
    const source = slot.kind === 'app' ? config.apps[slot.name] : config.bootloader;
    const shared = touched[i].filter((sector) => touched.some((other, k) => k !== i && other.includes(sector)));
    return {
      name: slot.name,
      kind: slot.kind,
      entry: source.entry,
      version: source.version ?? DEFAULT_VERSION,
      id: i - 1,
      ...(slot.magic === undefined ? {} : { magic: slot.magic }),
      slot: slot.range,
      sectors: touched[i],
      sharedSectors: shared,
      vectorTable: slot.range.start,
      vectorCount: slot.vectorCount,
      ram: imageRam,
    };
  });
  const [bootloader, ...apps] = images;
  const { board } = config;
  const names = apps.map((app) => app.name);
  return {
    formatVersion: 1,
    board: {
      name: board.name,
      chip: chip.name,
      ...(board.hseHz === undefined ? {} : { hseHz: board.hseHz }),
      ...(board.led ? { led: board.led } : {}),
      ...(board.button ? { button: board.button } : {}),
      ...(board.console ? { console: board.console } : {}),
    },
    flash: { ...flash, sectors, erasedByte: chip.flash.erasedByte, writeSize: chip.flash.writeSize },
    ram,
    mailbox,
    bootloader,
    apps,
    defaultApp: config.boot.default,
    fallback: config.boot.fallback ?? names.filter((name) => name !== config.boot.default),
  };
}

/** Deep: a layout is never changed. */
function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  const copy = structuredClone(value);
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const child of Object.values(node)) visit(child);
    Object.freeze(node);
  };
  visit(copy);
  return copy;
}
