/** What lies in the slots of updatable apps: a picture for people, an object for programs. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { formatAddress, formatSize } from '@kickstage/base/hex';
import type { Layout, StorageRange } from '@kickstage/memory-map/layout';
import { regionsOf } from '@kickstage/memory-map/updates/layout-regions';
import { readJournal } from '@kickstage/toolchain/journal/read';
import { appText } from '@kickstage/toolchain/journal/words';
import type { Output } from '../output.ts';
import type { VirtualBoard } from '../virtual-board.ts';

/** An image file by which bytes in a slot are known again. */
export interface KnownImage {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface SlotContent {
  /** `app`, `app.download0`, `scratch`, `journal.0`. */
  readonly region: string;
  readonly memory: 'internal' | 'external';
  readonly start: number;
  readonly size: number;
  /** From the start to the last byte that is not erased. */
  readonly used: number;
  /** The known images that it holds. */
  readonly images: readonly string[];
}

/** The .bin files in folders, each content once. */
export function knownImages(folders: readonly string[]): KnownImage[] {
  const all = [...new Set(folders)].flatMap((folder) => {
    try {
      const names = readdirSync(folder).filter((name) => name.endsWith('.bin') && name !== 'flash.bin');
      return names
        .sort()
        .map((name) => ({ name: basename(name), bytes: new Uint8Array(readFileSync(join(folder, name))) }));
    } catch {
      return [];
    }
  });
  return all.filter((image, i) => all.findIndex((other) => Buffer.compare(other.bytes, image.bytes) === 0) === i);
}

export function slotContents(layout: Layout, board: VirtualBoard, known: readonly KnownImage[]): SlotContent[] {
  const slots = layout.apps.flatMap(({ name, update, slot }) =>
    update ? [{ name, memory: 'internal' as const, ...slot }] : [],
  );
  // With `swap` by offset a download lies behind the first sector of its slot.
  const offsets = [...new Set([0, ...layout.apps.map(({ update }) => update?.offset ?? 0)])];
  return [...slots, ...regionsOf(layout)].map(({ name, ...range }) => {
    const bytes = readRange(board, range);
    const used = usedBytes(bytes, layout.flash.erasedByte);
    return {
      region: name,
      memory: range.memory,
      start: range.start,
      size: bytes.length,
      used,
      images: imagesIn(bytes, offsets, known),
    };
  });
}

/** What the journal says of each updatable app, in words. */
export function journalLines(layout: Layout, board: VirtualBoard): string[] {
  const { journal } = layout.updates ?? {};
  if (!journal) return [];
  const [first, second] = journal.map((range) => readRange(board, range));
  const { state } = readJournal([first, second], layout.flash.erasedByte);
  const updatable = layout.apps.filter(({ update }) => update !== undefined);
  return updatable.map(({ name, update }) => `${name}: ${appText(state.apps[update!.index], update)}`);
}

function readRange(board: VirtualBoard, { memory, start, end }: StorageRange): Uint8Array {
  if (memory === 'internal') return board.readMemory(start, end - start);
  return board.chip.externalFlash?.bytes.slice(start, end) ?? new Uint8Array(end - start);
}

function usedBytes(bytes: Uint8Array, erased: number): number {
  let used = bytes.length;
  while (used > 0 && bytes[used - 1] === erased) used--;
  return used;
}

/** Names of images that lie at one of the offsets, as a whole. */
function imagesIn(bytes: Uint8Array, offsets: readonly number[], known: readonly KnownImage[]): string[] {
  const isAt = (image: Uint8Array, at: number) =>
    at + image.length <= bytes.length && image.every((byte, i) => bytes[at + i] === byte);
  return known.filter(({ bytes: image }) => offsets.some((at) => isAt(image, at))).map(({ name }) => name);
}

const WIDTH = 24;

export function printSlots(
  output: Output,
  when: string,
  contents: readonly SlotContent[],
  journal: readonly string[],
): void {
  const { colors } = output;
  output.line(`  ${colors.bold(`slots ${when}`)}`);
  for (const { region, memory, start, size, used, images } of contents) {
    const filled = used === 0 ? 0 : Math.max(1, Math.round((used / size) * WIDTH));
    const bar = `${colors.green('█'.repeat(filled))}${colors.dim('░'.repeat(WIDTH - filled))}`;
    const what = images.join(', ') || (used === 0 ? colors.dim('erased') : `${formatSize(used)} in use`);
    const where = memory === 'external' ? 'ext' : '   ';
    output.line(
      `    ${region.padEnd(14)} ${where} ${formatAddress(start)} ${formatSize(size).padStart(8)} ${bar} ${what}`,
    );
  }
  for (const line of journal) output.line(`    ${colors.dim('journal says')}   ${line}`);
  output.object({ event: 'slots', when, slots: contents, journal });
}
