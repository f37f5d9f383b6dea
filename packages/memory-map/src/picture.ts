/**
 * The memory map as text: one line for each piece of flash and of RAM. Lines are made of segments that say what they
 * show, so that the door can colour them; joined, they are the plain picture. Runs of more than two whole sectors with
 * one owner are drawn as one line where a chip has many sectors.
 */
import { formatAddress } from '@kickstage/base/hex';
import type { Layout } from './layout.ts';
import { type MapData, type MapImage, type MapRegion, mapData, type UsedBytes } from './map-data.ts';
import { foldRows, type Row, sectorName } from './map-rows.ts';

import { factsOf, freeText, grouped, remarksOf, shortSize } from './map-words.ts';

/** What a segment shows. `app` and `bootloader` are names and bars of their slots, `dim` is what matters less. */
export type Tone = 'plain' | 'dim' | 'bold' | 'bootloader' | 'app' | 'region' | 'mailbox';

export interface Segment {
  readonly text: string;
  readonly tone: Tone;
}

export type PictureLine = readonly Segment[];

const BAR_CELLS = 8;
const FILLED = '█';
const RESERVED = '░';
const REGION = '▒';
const FREE = '·';
const MAILBOX = '▒';

/** The picture as plain lines. */
export function mapText(layout: Layout, used?: UsedBytes): string[] {
  return mapPicture(layout, used).map((line) =>
    line
      .map((segment) => segment.text)
      .join('')
      .trimEnd(),
  );
}

/** The picture as lines of segments. */
export function mapPicture(layout: Layout, used?: UsedBytes): PictureLine[] {
  const data = mapData(layout, used);
  const rows = foldRows(data);
  const columns = columnsOf(data, rows);
  return [
    titleLine(data, columns),
    ...rows.map((row) => flashLine(data, row, columns)),
    ...ramLines(data, columns),
    ...memoryLines(data, columns),
  ];
}

interface Columns {
  readonly sector: number;
  readonly size: number;
  readonly name: number;
  readonly version: number;
  readonly used: number;
}

function columnsOf(data: MapData, rows: readonly Row[]): Columns {
  const longest = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => text.length));
  return {
    sector: longest(['RAM', ...rows.map(sectorName)]),
    size: longest([...rows, data.mailbox, data.ram.images, ...data.memories].map(shortSize)),
    name: longest(['mailbox', ...[...data.images, ...data.regions].map(({ name }) => name)]),
    version: longest(data.images.map((image) => image.version)),
    used: longest(['used', ...data.images.map((image) => grouped(image.used))]),
  };
}

function titleLine(data: MapData, columns: Columns): PictureLine {
  const title = `  ${data.chip} (${data.board})`;
  const sizes = `  ${shortSize(data.flash)} flash (${freeText(data.flash.free)}), ${shortSize(data.ram)} RAM`;
  const usedEnd = 2 + columns.sector + 2 + 11 + 2 + columns.size + 2 + BAR_CELLS + 2 + columns.name;
  const width = usedEnd + 2 + columns.version + 2 + columns.used;
  const segments: Segment[] = [
    { text: title, tone: 'bold' },
    { text: sizes, tone: 'dim' },
  ];
  if (!data.images.some((image) => image.used !== undefined)) return segments;
  return [...segments, { text: 'used'.padStart(Math.max(6, width - title.length - sizes.length)), tone: 'dim' }];
}

function flashLine(data: MapData, row: Row, columns: Columns): PictureLine {
  const image = data.images.find(({ name }) => name === row.image);
  const region = data.regions.find(({ name, memory }) => name === row.region && memory === 'internal');
  if (region) return regionLine(sectorName(row), row, region, columns);
  const tone: Tone = image?.kind ?? 'dim';
  const isFirst = image !== undefined && row.start === image.slot.start;
  return [
    ...placeSegments(sectorName(row), row, columns),
    { text: bar(row, image), tone },
    { text: `  ${(image?.name ?? 'free').padEnd(columns.name)}`, tone: isFirst ? tone : 'dim' },
    ...(isFirst ? imageSegments(data, image, columns) : []),
  ];
}

/** A region of updates; what it is for stands where it begins. */
function regionLine(
  label: string,
  range: { start: number; end: number },
  region: MapRegion,
  columns: Columns,
): PictureLine {
  const isFirst = range.start === region.start;
  return [
    ...placeSegments(label, range, columns),
    { text: REGION.repeat(BAR_CELLS), tone: 'region' },
    { text: `  ${region.name.padEnd(columns.name)}`, tone: isFirst ? 'region' : 'dim' },
    { text: isFirst ? `  ${region.use}` : '', tone: 'dim' },
  ];
}

/** What is said of an image on its first line: version, how full its slot is, what is special. */
function imageSegments(data: MapData, image: MapImage, columns: Columns): Segment[] {
  const version: Segment = { text: `  ${image.version.padEnd(columns.version)}`, tone: 'dim' };
  const used: Segment = { text: usedText(data, image, columns), tone: 'plain' };
  const remarks = remarksOf(data, image);
  return [version, used, { text: remarks.length > 0 ? `  ${remarks.join(', ')}` : '', tone: 'dim' }];
}

function usedText(data: MapData, { used, size }: MapImage, columns: Columns): string {
  if (!data.images.some((image) => image.used !== undefined)) return '';
  if (used === undefined) return `  ${''.padStart(columns.used)}     `;
  return `  ${grouped(used).padStart(columns.used)} ${`${Math.ceil((100 * used) / size)}%`.padStart(4)}`;
}

function ramLines({ ram, mailbox }: MapData, columns: Columns): PictureLine[] {
  const images = {
    range: ram.images,
    bar: RESERVED.repeat(BAR_CELLS),
    name: 'images, each of them in turn',
    tone: 'plain' as Tone,
  };
  const box = {
    range: mailbox,
    bar: MAILBOX.repeat(BAR_CELLS),
    name: `mailbox, ${mailbox.protocol}`,
    tone: 'mailbox' as Tone,
  };
  const ordered = [images, box].sort((a, b) => a.range.start - b.range.start);
  return ordered.map(({ range, bar, name, tone }, i) => [
    ...placeSegments(i === 0 ? 'RAM' : '', range, columns),
    { text: bar, tone },
    { text: `  ${name}`, tone },
  ]);
}

function memoryLines({ memories }: MapData, columns: Columns): PictureLine[] {
  return memories.flatMap((memory, i) => {
    const label = memory.kind === 'external-flash' && memories[i - 1]?.kind !== 'external-flash' ? 'EXT' : '';
    const { regions } = memory;
    const whole: PictureLine = [
      ...placeSegments(label, memory, columns),
      { text: FREE.repeat(BAR_CELLS), tone: 'dim' },
      { text: `  ${memory.name}, not used by images`, tone: 'dim' },
      { text: `: ${factsOf(memory)}`, tone: 'dim' },
    ];
    if (regions.length === 0) return [whole];
    const rest = { start: regions[regions.length - 1].end, end: memory.end };
    const free: PictureLine = [
      ...placeSegments('', rest, columns),
      { text: FREE.repeat(BAR_CELLS), tone: 'dim' },
      { text: `  free in ${memory.name}: ${factsOf(memory)}`, tone: 'dim' },
    ];
    const lines = regions.map((region, n) => regionLine(n === 0 ? label : '', region, region, columns));
    return rest.start < rest.end ? [...lines, free] : lines;
  });
}

function placeSegments(label: string, range: { start: number; end: number }, columns: Columns): Segment[] {
  return [
    { text: `  ${label.padEnd(columns.sector)}  `, tone: 'bold' },
    { text: formatAddress(range.start), tone: 'plain' },
    { text: `  ${shortSize(range).padStart(columns.size)}  `, tone: 'plain' },
  ];
}

/** Eight cells: filled as far as the image reaches (any byte of a cell fills it), else reserved or free. */
function bar({ start, end, used = 0 }: Row, image: MapImage | undefined): string {
  if (image === undefined) return FREE.repeat(BAR_CELLS);
  const filled = Math.ceil((used * BAR_CELLS) / (end - start));
  return FILLED.repeat(filled) + RESERVED.repeat(BAR_CELLS - filled);
}
