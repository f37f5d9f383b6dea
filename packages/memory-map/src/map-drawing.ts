/**
 * The map as a drawing without coordinates: columns of stacks of blocks, each block with its height and what stands
 * beside it. A block's height grows with the logarithm of its size, so that a page of 2 KiB can be seen beside 1 MiB.
 */
import type { AddressRange } from '@kickstage/base/ranges';
import type { MapData, MapImage, MapMemory, MapRegion } from './map-data.ts';
import { foldRows, type Row, sectorName } from './map-rows.ts';
import { externalFacts, factsOf, freeText, grouped, remarksOf, shortSize } from './map-words.ts';

export type BlockKind = 'bootloader' | 'app' | 'region' | 'ram' | 'mailbox' | 'free';

export interface Block {
  readonly kind: BlockKind;
  readonly range: AddressRange;
  readonly height: number;
  /** Number of the app, from 0, which gives its colour. */
  readonly app?: number;
  /** How much of it is filled, 0 to 1; absent when that is not known. */
  readonly filled?: number;
  /** Sectors: `S4`. */
  readonly sectors: string;
  /** What lies there, on the first block of a slot: at most two lines. */
  readonly label: readonly string[];
  /** Whether a slot, or free room, begins here: the others go on with the block before. */
  readonly begins: boolean;
}

/** One memory. */
export interface Stack {
  readonly title: string;
  readonly note: string;
  readonly blocks: readonly Block[];
}

export interface Column {
  readonly title: string;
  readonly stacks: readonly Stack[];
}

const SMALLEST = 34;
const LARGEST = 120;
/** For each doubling of the size. */
const GROWTH = 9;

/** Flash, RAM, and external flash where there is some. */
export function drawMap(data: MapData): Column[] {
  const ram = data.memories.filter(({ kind }) => kind === 'ram');
  const external = data.memories.filter((memory) => memory.kind === 'external-flash');
  return [
    { title: 'Flash', stacks: [flashStack(data)] },
    { title: 'RAM', stacks: [ramStack(data), ...ram.map(otherRam)] },
    ...(external.length > 0 ? [{ title: 'External flash', stacks: external.map(externalStack) }] : []),
  ];
}

function flashStack(data: MapData): Stack {
  const rows = foldRows(data);
  const heights = heightsOf(rows);
  return {
    title: data.chip,
    note: `${shortSize(data.flash)}, ${freeText(data.flash.free)}`,
    blocks: rows.map((_, i) => flashBlock(data, rows, i, heights[i])),
  };
}

function flashBlock(data: MapData, rows: readonly Row[], i: number, height: number): Block {
  const { start, end, used, image: name, region: regionName } = rows[i];
  const region = data.regions.find((one) => one.name === regionName);
  const image = data.images.find((one) => one.name === name);
  const begins = rows[i - 1] === undefined || rows[i - 1].image !== name || rows[i - 1].region !== regionName;
  return {
    kind: image?.kind ?? (region ? 'region' : 'free'),
    range: { start, end },
    height,
    ...(image?.kind === 'app' ? { app: image.id } : {}),
    ...(used === undefined ? {} : { filled: used / (end - start) }),
    sectors: sectorName(rows[i]),
    label: begins ? labelOf(data, rows, i, image, region) : [],
    begins,
  };
}

function labelOf(
  data: MapData,
  rows: readonly Row[],
  i: number,
  image: MapImage | undefined,
  region: MapRegion | undefined,
): string[] {
  if (image) return slotLabel(data, image);
  return region ? [region.name, region.use] : ['free', shortSize(freeRun(rows, i))];
}

/** The free rows from one on. */
function freeRun(rows: readonly Row[], first: number): AddressRange {
  let last = first;
  while (rows[last + 1] && rows[last + 1].image === undefined && rows[last + 1].region === undefined) last++;
  return { start: rows[first].start, end: rows[last].end };
}

function slotLabel(data: MapData, image: MapImage): string[] {
  const { name, version, used, size, slot } = image;
  const percent = used === undefined ? '' : `, ${grouped(used)} used (${Math.ceil((100 * used) / size)}%)`;
  return [[`${name} ${version}`, ...remarksOf(data, image)].join(', '), `${shortSize(slot)}${percent}`];
}

function ramStack({ ram, mailbox }: MapData): Stack {
  const parts = [
    { kind: 'ram' as const, range: ram.images, label: ['images', 'each in turn'] },
    { kind: 'mailbox' as const, range: mailbox, label: ['mailbox', mailbox.protocol] },
  ].sort((a, b) => a.range.start - b.range.start);
  const heights = heightsOf(parts.map(({ range }) => range));
  return {
    title: 'main RAM',
    note: shortSize(ram),
    blocks: parts.map((part, i) => ({ ...part, range: plain(part.range), height: heights[i], ...PART })),
  };
}

const PART = { sectors: '', begins: true } as const;
const plain = ({ start, end }: AddressRange): AddressRange => ({ start, end });

function otherRam(memory: MapMemory): Stack {
  const block: Block = {
    kind: 'free',
    range: plain(memory),
    height: SMALLEST + 2 * GROWTH,
    label: ['unused'],
    ...PART,
  };
  return { title: memory.name, note: `${shortSize(memory)}, ${factsOf(memory)}`, blocks: [block] };
}

/** Every run of equal sectors is a block. */
function externalStack(memory: ExternalMemory): Stack {
  if (memory.regions.length > 0) return stackOfRegions(memory);
  const ranges: AddressRange[] = [];
  for (const { count, size } of memory.sectors) {
    const start = ranges[ranges.length - 1]?.end ?? memory.start;
    ranges.push({ start, end: start + count * size });
  }
  const heights = heightsOf(ranges);
  const [, ...facts] = externalFacts(memory);
  return {
    title: memory.name,
    note: `${shortSize(memory)}, ${facts.join(', ')}`,
    blocks: memory.sectors.map(({ count, size }, i) => ({
      kind: 'free',
      range: ranges[i],
      height: Math.max(heights[i], SMALLEST + 2 * GROWTH),
      label: ['unused', `${count} sectors of ${shortSize({ start: 0, end: size })}`],
      ...PART,
    })),
  };
}

type ExternalMemory = Extract<MapMemory, { kind: 'external-flash' }>;

/** External flash with regions of updates in it, and what is left. */
function stackOfRegions(memory: ExternalMemory): Stack {
  const [, ...facts] = externalFacts(memory);
  const end = memory.regions[memory.regions.length - 1].end;
  const rest = { start: end, end: memory.end };
  const parts: Pick<Block, 'kind' | 'range' | 'label'>[] = [
    ...memory.regions.map((one) => ({ kind: 'region' as const, range: plain(one), label: [one.name, one.use] })),
    ...(end < memory.end ? [{ kind: 'free' as const, range: rest, label: ['free', shortSize(rest)] }] : []),
  ];
  const heights = heightsOf(parts.map(({ range }) => range));
  return {
    title: memory.name,
    note: `${shortSize(memory)}, ${facts.join(', ')}`,
    blocks: parts.map((part, i) => ({ ...part, height: heights[i], ...PART })),
  };
}

function heightsOf(ranges: readonly AddressRange[]): number[] {
  const sizes = ranges.map(({ start, end }) => end - start);
  const smallest = Math.min(...sizes);
  return sizes.map((size) => Math.round(Math.min(LARGEST, SMALLEST + GROWTH * Math.log2(size / smallest))));
}
