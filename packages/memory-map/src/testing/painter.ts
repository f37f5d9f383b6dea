/**
 * A judge of memory maps that knows none of the resolver's code. It cuts the address space at every border that a map or
 * a chip has, paints the pieces with the names of those who use them, and counts. From what a config asks for it says
 * which codes `resolve` must answer with; of a layout it says what is wrong.
 */
import type { ChipFacts } from '@kickstage/chips/chip';
import type { AppConfig, MailboxConfig } from '../define.ts';
import type { Layout, LayoutImage } from '../layout.ts';
import type { LockFile } from '../lock.ts';
import type { AnyConfig } from './any-config.ts';

interface Span {
  readonly start: number;
  readonly end: number;
}

/** A slot as it is asked for, or as it came out. */
interface Slot extends Span {
  readonly name: string;
  readonly explicit: boolean;
  readonly preserves: boolean;
}

/** A piece of the address space without a border in it, and who uses it. */
interface Piece extends Span {
  readonly users: readonly string[];
}

function paint(spans: readonly (Span & { readonly name: string })[], borders: readonly number[]): Piece[] {
  const cuts = [...new Set([...borders, ...spans.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((start, i) => {
    const end = cuts[i + 1];
    return { start, end, users: spans.filter((s) => s.start < end && s.end > start).map(({ name }) => name) };
  });
}

/** Sectors by their borders: sector i is from border i to border i + 1. */
function bordersOf({ flash }: Pick<ChipFacts, 'flash'>): number[] {
  const borders = [flash.start];
  for (const { count, size } of flash.sectors)
    for (let i = 0; i < count; i++) borders.push(borders[borders.length - 1] + size);
  return borders;
}

/** The power of two, 128 at least, at whose multiples a table of so many words may lie. */
function tableStep(words: number): number {
  let step = 128;
  while (step < 4 * words) step *= 2;
  return step;
}

const BOXES = { record: 64, 'magic-word': 8 } as const;

/** Where the mailbox must lie; in the last word of RAM a magic word stands alone. */
function boxOf({ protocol = 'record', at }: MailboxConfig, ram: Span): Span {
  const start = at ?? ram.end - BOXES[protocol];
  const size = protocol === 'magic-word' && start + 4 === ram.end ? 4 : BOXES[protocol];
  return { start, end: start + size };
}

/** Whether a mailbox can be where it is: in RAM, on a word, within 1024 bytes of the nearer end. */
function isGoodBox(box: Span, ram: Span): boolean {
  if (box.start < ram.start || box.end > ram.end || box.start % 4 !== 0) return false;
  const before = box.start - ram.start;
  const behind = ram.end - box.end;
  return before !== behind && Math.min(before, behind) <= 1024;
}

const mainRam = ({ ram: [{ start, size }] }: ChipFacts): Span => ({ start, end: start + size });

/** The codes that a config must give in which every app has an address and a size in bytes. */
export function expectedCodes({ board, bootloader, apps, mailbox = {} }: AnyConfig): Set<string> {
  const { chip } = board;
  const borders = bordersOf(chip);
  const bootStart = bootloader.at ?? chip.resetAddress;
  const exactEnd = bootStart + (bootloader.size as number);
  const bootEnd = bootloader.at === undefined ? (borders.find((b) => b >= exactEnd) ?? exactEnd) : exactEnd;
  const slots: Slot[] = [
    {
      name: 'bootloader',
      start: bootStart,
      end: bootEnd,
      explicit: bootloader.at !== undefined,
      preserves: false,
    },
    ...Object.entries(apps).map(([name, { at, size, sharedSectors }]) => ({
      name,
      start: at!,
      end: at! + (size as number),
      explicit: true,
      preserves: sharedSectors === 'preserve',
    })),
  ];
  const codes = new Set<string>();
  if (slots.some(({ start, end }) => start < borders[0] || end > borders[borders.length - 1])) codes.add('MAP011');
  const pieces = paint(slots, borders);
  if (pieces.some(({ users }) => users.length > 1)) codes.add('MAP010');
  for (const code of sectorCodes(slots, pieces, borders)) codes.add(code);
  const wordsOf = (name: string) =>
    name !== 'bootloader' || bootloader.vectors === 'full' ? 16 + chip.interruptCount : 16;
  if (slots.some(({ name, start }) => start % tableStep(wordsOf(name)) !== 0)) codes.add('MAP014');
  if (!isGoodBox(boxOf(mailbox, mainRam(chip)), mainRam(chip))) codes.add('MAP015');
  if (bootStart !== chip.resetAddress) codes.add('MAP016');
  if (!areGoodWords(Object.values(apps), mailbox)) codes.add('MAP017');
  return codes;
}

function areGoodWords(apps: readonly AppConfig[], { protocol = 'record' }: MailboxConfig): boolean {
  if (protocol === 'record') return true;
  return apps.every(({ magic }) => magic) && new Set(apps.map(({ magic }) => magic)).size === apps.length;
}

function sectorCodes(slots: readonly Slot[], pieces: readonly Piece[], borders: readonly number[]): Set<string> {
  const codes = new Set<string>();
  borders.slice(0, -1).forEach((start, i) => {
    const end = borders[i + 1];
    const names = new Set(pieces.filter((p) => p.start >= start && p.end <= end).flatMap(({ users }) => users));
    const users = slots.filter(({ name }) => names.has(name));
    for (const a of users) {
      const isPartial = a.start > start || a.end < end;
      if (users.length === 1 && a.explicit && isPartial && !a.preserves) codes.add('MAP012');
      const isApart = (b: Slot) => a !== b && (a.end <= b.start || b.end <= a.start);
      if (users.some((b) => isApart(b) && !(a.preserves && b.preserves))) codes.add('MAP013');
    }
  });
  return codes;
}

/** What is wrong with a layout that came of a config; nothing, if all is well. */
export function judge(config: AnyConfig, layout: Layout, lock?: LockFile): string[] {
  return [
    ...judgeFlash(config, layout),
    ...[layout.bootloader, ...layout.apps].flatMap((image) => judgeImage(config, image)),
    ...judgeRam(config, layout),
    ...judgeNumbers(config, layout, lock),
  ];
}

function judgeFlash({ board: { chip }, apps }: AnyConfig, layout: Layout): string[] {
  const wrong: string[] = [];
  const borders = bordersOf(chip);
  const slots = [layout.bootloader, ...layout.apps].map(({ name, slot }) => ({ name, ...slot }));
  const shown = layout.flash.sectors.map(({ start }) => start);
  if (shown.join() !== borders.slice(0, -1).join()) wrong.push('the sectors are not those of the chip');
  const pieces = paint(slots, borders);
  for (const { start, end, users } of pieces) {
    if (users.length > 1) wrong.push(`${users.join(' and ')} have the same flash`);
    if (users.length > 0 && (start < borders[0] || end > borders[borders.length - 1])) wrong.push('outside flash');
  }
  const users = borders.slice(0, -1).map((start, i) => {
    const inside = pieces.filter((piece) => piece.start >= start && piece.end <= borders[i + 1]);
    return [...new Set(inside.flatMap((piece) => piece.users))];
  });
  for (const image of [layout.bootloader, ...layout.apps]) {
    const own = users.flatMap((names, i) => (names.includes(image.name) ? [i] : []));
    const shared = own.filter((i) => users[i].length > 1);
    if (own.join() !== image.sectors.join()) wrong.push(`${image.name} names other sectors than it touches`);
    if (shared.join() !== image.sharedSectors.join()) wrong.push(`${image.name} names other shared sectors`);
    const preserves = apps[image.name]?.sharedSectors === 'preserve';
    if (shared.length > 0 && !preserves) wrong.push(`${image.name} shares a sector unasked`);
    const isWhole = borders.includes(image.slot.start) && borders.includes(image.slot.end);
    if (!preserves && !isWhole) wrong.push(`${image.name} is not made of whole sectors`);
  }
  return wrong;
}

function judgeImage({ board: { chip }, bootloader, apps }: AnyConfig, image: LayoutImage): string[] {
  const { name, kind, slot, vectorTable, vectorCount } = image;
  const wanted = kind === 'bootloader' ? bootloader : apps[name];
  const wrong: string[] = [];
  const size = slot.end - slot.start;
  if (size < (wanted.size as number)) wrong.push(`${name} is too small`);
  if (wanted.at !== undefined && (slot.start !== wanted.at || size !== wanted.size)) wrong.push(`${name} was moved`);
  if (kind === 'bootloader' && slot.start !== chip.resetAddress) wrong.push('the bootloader would not run');
  const all = kind === 'app' || bootloader.vectors === 'full';
  if (vectorCount !== (all ? 16 + chip.interruptCount : 16)) wrong.push(`${name} has ${vectorCount} vectors`);
  if (vectorTable !== slot.start) wrong.push(`${name} does not begin with its vectors`);
  if (vectorTable % tableStep(vectorCount) !== 0) wrong.push(`VTOR cannot hold the table of ${name}`);
  return wrong;
}

function judgeRam({ board: { chip, externalFlash }, mailbox = {} }: AnyConfig, layout: Layout): string[] {
  const wrong: string[] = [];
  const ram = mainRam(chip);
  const box = boxOf(mailbox, ram);
  if (layout.mailbox.start !== box.start || layout.mailbox.end !== box.end) wrong.push('the mailbox was moved');
  if (!isGoodBox(box, ram)) wrong.push('the mailbox cannot be there');
  for (const image of [layout.bootloader, ...layout.apps]) {
    const pieces = paint(
      [
        { name: 'mailbox', ...layout.mailbox },
        { name: image.name, ...image.ram },
      ],
      [ram.start, ram.end],
    );
    for (const { start, end, users } of pieces) {
      if (users.length > 1) wrong.push(`${image.name} would write into the mailbox`);
      if (users.length > 0 && (start < ram.start || end > ram.end)) wrong.push(`${image.name} uses what is no RAM`);
      if (users.length === 0 && end - start > 1024) wrong.push(`${end - start} bytes of RAM are lost`);
    }
    if (image.ram.start % 8 !== 0 || image.ram.end % 4 !== 0) wrong.push(`RAM of ${image.name} is not aligned`);
  }
  const others = [...chip.ram.slice(1), ...(externalFlash ? [externalFlash] : [])];
  if (layout.memories.map(({ name }) => name).join() !== others.map(({ name }) => name).join())
    wrong.push('other memories are missing');
  return wrong;
}

function judgeNumbers({ apps, boot }: AnyConfig, layout: Layout, lock: LockFile | undefined): string[] {
  const wrong: string[] = [];
  const names = Object.keys(apps);
  const known = names.filter((name) => lock?.apps[name]).sort((a, b) => lock!.apps[a].id - lock!.apps[b].id);
  const order = [...known, ...names.filter((name) => !known.includes(name))];
  if (layout.apps.map(({ name }) => name).join() !== order.join()) wrong.push('the apps are in another order');
  if (layout.apps.some(({ id }, i) => id !== i) || layout.bootloader.id !== -1) wrong.push('numbers are not positions');
  for (const name of known)
    if (apps[name].at === undefined && layout.apps[order.indexOf(name)].slot.start !== lock!.apps[name].start)
      wrong.push(`${name} was moved away from its locked place`);
  for (const { name, magic } of layout.apps) if (magic !== apps[name].magic) wrong.push(`${name} has another word`);
  const tried = [layout.defaultApp, ...layout.fallback];
  if (layout.defaultApp !== boot.default || new Set(tried).size < tried.length) wrong.push('the order of boot');
  if (boot.fallback === undefined && tried.length !== names.length) wrong.push('an app is never tried');
  return wrong;
}
