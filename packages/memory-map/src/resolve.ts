/**
 * Config → Layout. What was written is read part by part, everything that can be placed gets its place, and the rules
 * look at both; on a board whose own facts cannot be, nothing is placed. Then either the frozen layout comes out, or everything that is wrong, at once.
 */
import { type Checked, type Diagnostic, hasErrors } from '@kickstage/base/diagnostic';
import { invariant } from '@kickstage/base/invariant';
import type { Board } from '@kickstage/chips/board';
import { BOARD_RULES, CONFIG_RULES, LOCK_RULES, SLOT_RULES } from './catalogue.ts';
import type { BootloaderProtection } from './define.ts';
import { type Draft, type DraftSlot, makeDraft } from './draft.ts';
import type { Layout, LayoutBoard, LayoutImage, LayoutUpdates, LayoutVerify } from './layout.ts';
import { type ConfigSource, locatorOf } from './locate.ts';
import { type LockFile, lockOfOtherChip, orderByLock } from './lock.ts';
import { otherMemories } from './other-memories.ts';
import { vectorAlignment } from './rules/vector-alignment.ts';
import { touchedSectors } from './sectors.ts';
import { type ReadKey, resolveKeys, verifyOf } from './signing/resolve-keys.ts';
import { type ConfigParts, readConfig } from './validate.ts';

export interface ResolveOptions {
  /** The config's text, so that diagnostics can say line and column of a key. */
  readonly source?: ConfigSource;
  /** Where the apps lay before: they stay there (`parseLock` reads it, `lockOf` makes the next). */
  readonly lock?: LockFile;
  /** Reads the files of `keys`; without it none is in the layout. */
  readonly readKey?: ReadKey;
  /** Places of the lock are forgotten and apps placed anew; they keep their numbers. */
  readonly relayout?: boolean;
}

const DEFAULT_VERSION = '0.0.0';

/** Resolves what a config file exports, of whatever shape. Errors: all MAP codes but that of `parseLock`. */
export function resolve(
  value: unknown,
  { source, lock, readKey, relayout = false }: ResolveOptions = {},
): Checked<Layout> {
  const at = locatorOf(value, source);
  const { parts, diagnostics: shape } = readConfig(value, at);
  const { board } = parts;
  const boardProblems = board ? BOARD_RULES.flatMap((rule) => rule.check(board, at)) : [];
  const fits = lock && (!board || lock.chip === board.chip.name);
  const wrongLock = lock && board && !fits ? [lockOfOtherChip(lock, board.chip.name)] : [];
  /** What says where apps lay before; undefined where that does not matter, or cannot be used. */
  const kept = fits && !relayout ? lock : undefined;
  const sound = hasErrors(boardProblems) ? undefined : board;
  const draft = sound && makeDraft(parts, sound.chip, kept, at);
  const keys = resolveKeys(parts, readKey, at);
  const diagnostics = [
    ...shape,
    ...keys.diagnostics,
    ...boardProblems,
    ...wrongLock,
    ...CONFIG_RULES.flatMap((rule) => rule.check(parts, at)),
    ...(sound && kept ? LOCK_RULES.flatMap((rule) => rule.check(kept, { ...parts, board: sound }, at)) : []),
    ...(draft ? SLOT_RULES.flatMap((rule) => rule.check(draft)) : []),
  ];
  diagnostics.sort(byPlace);
  if (hasErrors(diagnostics)) return { diagnostics };
  invariant(board && draft, 'a config without errors has a board');
  return {
    value: freeze({ ...makeLayout(parts, board, draft, lock), ...(keys.keys.length > 0 ? { keys: keys.keys } : {}) }),
    diagnostics,
  };
}

/** In the order of the config's text; those without a line first. */
function byPlace(a: Diagnostic, b: Diagnostic): number {
  return (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0);
}

function makeLayout(parts: ConfigParts, board: Board, draft: Draft, lock: LockFile | undefined): Layout {
  const { bootloader, appNames, apps, boot } = parts;
  const { chip, sectors, flash, ram, mailbox } = draft;
  invariant(bootloader && appNames && boot && mailbox, 'a config without errors has all its parts');
  const named = orderByLock(appNames, lock);
  const slotOf = new Map(draft.slots.map((slot) => [slot.name, slot]));
  const image = (name: string, id: number) => {
    const slot = slotOf.get(name);
    invariant(slot, `${name} has no place`);
    return makeImage(draft, slot, id, id < 0 ? bootloader : apps.get(name)!, verifyOf(parts, name));
  };
  return {
    formatVersion: 1,
    board: layoutBoard(board),
    flash: { ...flash, sectors, erasedByte: chip.flash.erasedByte, writeSize: chip.flash.writeSize },
    ram,
    memories: otherMemories(board),
    mailbox,
    ...(draft.plan.updates.size > 0 ? { updates: layoutUpdates(parts, draft) } : {}),
    bootloader: image('bootloader', -1),
    apps: named.map(image),
    defaultApp: boot.default,
    fallback: boot.fallback ?? appNames.filter((name) => name !== boot.default),
  };
}

function layoutUpdates({ updates = {} }: ConfigParts, { plan, ramState }: Draft): LayoutUpdates {
  const { state = 'journal', trialWatchdog = 0, stateModule, storageModule } = updates;
  return {
    state,
    ...(plan.journal ? { journal: plan.journal } : {}),
    ...(plan.record ? { record: plan.record } : {}),
    ...(plan.scratch ? { scratch: plan.scratch } : {}),
    ...(ramState ? { ramState } : {}),
    trialWatchdog,
    ...(stateModule === undefined ? {} : { stateModule }),
    ...(storageModule === undefined ? {} : { storageModule }),
  };
}

interface ImageConfig {
  readonly entry: string;
  readonly version?: string;
  readonly magic?: number;
  readonly floats?: 'fpu' | 'soft';
  readonly protect?: BootloaderProtection;
}

function makeImage(
  { sectors, users, imageRam, plan }: Draft,
  slot: DraftSlot,
  id: number,
  config: ImageConfig,
  verify: LayoutVerify | undefined,
): LayoutImage {
  // As small as VTOR's alignment lets it be; the header's own 32 bytes are less.
  const headerSize = verify ? vectorAlignment(slot.vectorCount) : 0;
  const touched = touchedSectors(sectors, slot.range);
  return {
    name: slot.name,
    kind: slot.kind,
    entry: config.entry,
    version: config.version ?? DEFAULT_VERSION,
    id,
    ...(config.magic === undefined ? {} : { magic: config.magic }),
    slot: slot.range,
    sectors: touched,
    sharedSectors: touched.filter((sector) => users[sector].length > 1),
    ...(verify ? { headerSize } : {}),
    vectorTable: slot.range.start + headerSize,
    vectorCount: slot.vectorCount,
    ...(config.floats === undefined ? {} : { floats: config.floats }),
    ram: imageRam,
    ...(config.protect ? { protect: config.protect } : {}),
    ...(verify ? { verify } : {}),
    ...(plan.updates.has(slot.name) ? { update: plan.updates.get(slot.name)! } : {}),
  };
}

function layoutBoard({ name, chip, hseHz, led, button, console }: Board): LayoutBoard {
  return {
    name,
    chip: chip.name,
    ...(hseHz === undefined ? {} : { hseHz }),
    ...(led ? { led } : {}),
    ...(button ? { button } : {}),
    ...(console ? { console } : {}),
  };
}

/** A copy that can never be changed, all the way down. */
function freeze<T>(value: T): T {
  const copy = structuredClone(value);
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    Object.values(node).forEach(visit);
    Object.freeze(node);
  };
  visit(copy);
  return copy;
}
