/**
 * The memory map as an SVG picture, complete in itself: flash, RAM and external flash as columns, low addresses at the
 * top. Colours follow the reader's light or dark scheme where the viewer knows it. The same map gives the same bytes.
 */
import { formatAddress } from '@kickstage/base/hex';
import type { Layout } from './layout.ts';
import { type MapData, mapData, type UsedBytes } from './map-data.ts';
import { type Block, type Column, drawMap, type Stack } from './map-drawing.ts';
import { freeText, shortSize } from './map-words.ts';
import { APP_COLOURS, PATTERN, STYLE } from './svg-style.ts';
import { element, textElement } from './xml.ts';

const MARGIN = 24;
const TITLE_HEIGHT = 64;
/** Above the first stack of a column, and of every stack its title and note. */
const COLUMN_TITLE = 26;
const STACK_TITLE = 40;
const STACK_GAP = 28;
const COLUMN_GAP = 40;
const BOX_WIDTH = 96;
const LEGEND_HEIGHT = 56;
/** What is used at all can be seen. */
const LEAST_FILL = 3;
/** Of the fixed-width letters: 12 px high, 0.6 of it wide. */
const LETTER = 7.25;
const GAP = 10;

/** The picture as SVG text; with `used`, how full the slots are. */
export function mapSvg(layout: Layout, used?: UsedBytes): string {
  const data = mapData(layout, used);
  const columns = drawMap(data).map(measure);
  let x = MARGIN;
  const drawn: string[] = [];
  for (const column of columns) {
    drawn.push(drawColumn(column, x));
    x += column.width + COLUMN_GAP;
  }
  const legend = legendOf(data);
  const titleWidth = Math.max(titleOf(data).length * 10, subtitleOf(data).length * LETTER, legend.width);
  const width = Math.ceil(Math.max(x - COLUMN_GAP, MARGIN + titleWidth) + MARGIN);
  const bottom = TITLE_HEIGHT + Math.max(...columns.map(({ height }) => height)) + GAP;
  return document(width, bottom + LEGEND_HEIGHT, data, [...drawn, legend.draw(bottom + STACK_GAP)]);
}

function document(width: number, height: number, data: MapData, body: readonly string[]): string {
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'aria-label': `Memory map: ${titleOf(data)}`,
  };
  const parts = [
    textElement('title', {}, `Memory map: ${titleOf(data)}`),
    textElement('style', {}, STYLE),
    PATTERN,
    element('rect', { class: 'page', width, height, rx: 8 }),
    textElement('text', { class: 'title', x: MARGIN, y: 34 }, titleOf(data)),
    textElement('text', { class: 'dim', x: MARGIN, y: 54 }, subtitleOf(data)),
    ...body,
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('svg', attributes, '\n', parts.join('\n'), '\n')}\n`;
}

const titleOf = ({ chip, board }: MapData) => `${chip} (${board})`;

function subtitleOf(data: MapData): string {
  const { flash, ram, images } = data;
  const start = images.find((image) => image.default)?.name;
  return `${shortSize(flash)} flash (${freeText(flash.free)}), ${shortSize(ram)} RAM; ${start} starts by default`;
}

interface Measured extends Column {
  readonly width: number;
  readonly height: number;
  /** Width of what stands left of the boxes: sectors and addresses. */
  readonly gutter: number;
}

function measure(column: Column): Measured {
  const blocks = column.stacks.flatMap((stack) => stack.blocks);
  const longest = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => text.length)) * LETTER;
  const sectors = longest(blocks.map((block) => block.sectors));
  const gutter = (sectors > 0 ? sectors + GAP : 0) + '0x0000_0000'.length * LETTER + GAP;
  const labels = longest(blocks.flatMap((block) => block.label));
  const titles = longest(column.stacks.flatMap(({ title, note }) => [title, note]));
  const heights = column.stacks.map(
    ({ blocks: own }) => STACK_TITLE + own.reduce((sum, { height }) => sum + height, 0),
  );
  const height = COLUMN_TITLE + heights.reduce((sum, one) => sum + one + STACK_GAP, 0);
  return { ...column, gutter, height, width: Math.ceil(Math.max(gutter + BOX_WIDTH + GAP + labels, titles)) };
}

function drawColumn(column: Measured, x: number): string {
  let y = TITLE_HEIGHT + COLUMN_TITLE;
  const parts = [textElement('text', { class: 'column', x, y: y - 8 }, column.title)];
  for (const stack of column.stacks) {
    parts.push(...drawStack(stack, x, y, Math.round(column.gutter)));
    y += STACK_TITLE + stack.blocks.reduce((sum, { height }) => sum + height, 0) + STACK_GAP;
  }
  return element('g', {}, '\n', parts.join('\n'), '\n');
}

function drawStack({ title, note, blocks }: Stack, x: number, top: number, gutter: number): string[] {
  const parts = [
    textElement('text', { class: 'stack', x, y: top + 12 }, title),
    textElement('text', { class: 'dim', x, y: top + 28 }, note),
  ];
  let y = top + STACK_TITLE;
  for (const block of blocks) {
    parts.push(...drawBlock(block, x, y, gutter));
    y += block.height;
  }
  const { end } = blocks[blocks.length - 1].range;
  const height = y - top - STACK_TITLE;
  parts.push(
    element('rect', { class: 'frame', x: x + gutter, y: top + STACK_TITLE, width: BOX_WIDTH, height }),
    addressText(end, x + gutter, y + 12),
  );
  return parts;
}

/** Behind the last address of the address space there is none that could be written in eight digits. */
function addressText(address: number, right: number, y: number): string {
  const text = address === 2 ** 32 ? '' : formatAddress(address);
  return textElement('text', { class: 'dim end', x: right - GAP, y }, text);
}

function drawBlock(block: Block, x: number, y: number, gutter: number): string[] {
  const { kind, range, height, app, filled, sectors, label, begins } = block;
  const left = x + gutter;
  const colour = app === undefined ? kind : `app${app % APP_COLOURS.length}`;
  const box = { x: left, y, width: BOX_WIDTH };
  const middle = y + Math.round(height / 2) + 4;
  const full = filled ? Math.max(LEAST_FILL, Math.round(filled * height)) : 0;
  return [
    element('rect', { ...box, class: `${colour} room`, height }),
    ...(full > 0 ? [element('rect', { ...box, class: `${colour} used`, height: full })] : []),
    element('line', { class: begins ? 'slot' : 'sector', x1: left, y1: y, x2: left + BOX_WIDTH, y2: y }),
    ...(sectors === '' ? [] : [textElement('text', { class: 'sectors', x, y: y + 14 }, sectors)]),
    textElement('text', { class: 'dim end', x: left - GAP, y: y + 14 }, formatAddress(range.start)),
    textElement('text', { class: 'middle', x: left + BOX_WIDTH / 2, y: middle }, shortSize(range)),
    ...label.map((text, i) => {
      const place = { x: left + BOX_WIDTH + GAP, y: y + 14 + 15 * i };
      return textElement('text', { class: i === 0 ? 'label' : 'dim', ...place }, text);
    }),
  ];
}

/** Which colour is what. Its entries stand side by side. */
function legendOf(data: MapData): { readonly width: number; readonly draw: (y: number) => string } {
  const isUsed = data.images.some(({ used }) => used !== undefined);
  const entries: [classes: string[], text: string][] = [
    [['bootloader room'], 'bootloader'],
    ...data.images
      .filter(({ kind }) => kind === 'app')
      .slice(0, APP_COLOURS.length)
      .map(({ name, id }, i, { length }): [string[], string] => {
        const more = i + 1 === APP_COLOURS.length && data.images.length > length + 1 ? ', …' : '';
        return [[`app${id % APP_COLOURS.length} room`], `${name}${more}`];
      }),
    ...(isUsed ? [[['app0 room', 'app0 used'], 'used'] as [string[], string]] : []),
    ...(data.regions.length > 0 ? [[['region room'], 'updates'] as [string[], string]] : []),
    [['ram room'], 'RAM of the images'],
    [['mailbox room'], 'mailbox'],
    [['free room'], 'free'],
  ];
  const widthOf = (text: string) => 16 + 6 + text.length * LETTER + 18;
  const width = entries.reduce((sum, [, text]) => sum + widthOf(text), 0);
  const draw = (y: number) => {
    let x = MARGIN;
    const parts = entries.flatMap(([classes, text]) => {
      const swatches = classes.map((name) =>
        element('rect', { class: `${name} swatch`, x, y: y - 12, width: 16, height: 14 }),
      );
      const word = textElement('text', { class: 'dim', x: x + 22, y }, text);
      x = Math.round(x + widthOf(text));
      return [...swatches, word];
    });
    const note = textElement(
      'text',
      { class: 'dim', x: MARGIN, y: y + 18 },
      'Heights grow with the logarithm of sizes.',
    );
    return element('g', {}, '\n', [...parts, note].join('\n'), '\n');
  };
  return { width, draw };
}
