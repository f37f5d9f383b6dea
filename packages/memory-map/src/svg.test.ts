/** The SVG map is well-formed XML, stands alone, and shows every slot to its place; read back by a parser of its own. */
import { formatAddress } from '@kickstage/base/hex';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { discoveryF407 } from '@kickstage/chips/boards/discovery-f407';
import { nucleoL476rg } from '@kickstage/chips/boards/nucleo-l476rg';
import { w25q64 } from '@kickstage/chips/nor-flash';
import { describe, expect, test } from 'vitest';
import { app } from './define.ts';
import type { Layout } from './layout.ts';
import type { UsedBytes } from './map-data.ts';
import { resolve } from './resolve.ts';
import { mapSvg } from './svg.ts';
import { escapeXml } from './xml.ts';

interface XmlNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlNode[];
  text: string;
}

/** Reads a document strictly: elements nest, attributes are quoted and given once, `&` begins a known entity. */
function parseXml(source: string): XmlNode {
  expect(source.startsWith('<?xml version="1.0" encoding="UTF-8"?>\n')).toBe(true);
  const top: XmlNode = { name: '', attributes: {}, children: [], text: '' };
  const open = [top];
  const token = /<\/([\w-]+)>|<([\w-]+)((?: [\w:-]+="[^"<]*")*)(\/?)>|([^<]+)/gy;
  token.lastIndex = source.indexOf('\n') + 1;
  while (token.lastIndex < source.length) {
    const at = token.lastIndex;
    const match = token.exec(source);
    if (!match) throw new Error(`no XML: ${source.slice(at, at + 60)}`);
    const [, closed, opened, attributes = '', isEmpty, text] = match;
    if (closed !== undefined) expect(open.pop()!.name).toBe(closed);
    else if (text !== undefined) open[open.length - 1].text += decode(text);
    else {
      const pairs = [...attributes.matchAll(/ ([\w:-]+)="([^"]*)"/g)].map(([, key, value]) => [key, decode(value)]);
      expect(new Set(pairs.map(([key]) => key)).size).toBe(pairs.length);
      const node: XmlNode = { name: opened, attributes: Object.fromEntries(pairs), children: [], text: '' };
      open[open.length - 1].children.push(node);
      if (isEmpty === '') open.push(node);
    }
  }
  expect(open).toEqual([top]);
  expect(top.children.length).toBe(1);
  expect(top.text.trim()).toBe('');
  return top.children[0];
}

function decode(text: string): string {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return text.replace(/&([^;]*);?/g, (_, name: string) => {
    expect(Object.keys(entities)).toContain(name);
    return entities[name];
  });
}

const all = (node: XmlNode): XmlNode[] => [node, ...node.children.flatMap(all)];
const textsOf = (svg: XmlNode) => all(svg).flatMap(({ name, text }) => (name === 'text' ? [text] : []));

const bootloader = { entry: 'boot/main.ts', size: '16K', version: '0.2.0' };

function layoutOf(board: object, apps: object, mailbox: object = {}): Layout {
  return resolve({ board, bootloader, apps, mailbox, boot: { default: Object.keys(apps)[0] } }).value!;
}

const two = {
  app1: app({ entry: 'a.ts', version: '1.0.0', size: '100K' }),
  diag: app({ entry: 'b.ts', version: '10.0.12', size: '10K' }),
};
const shared = {
  app1: app({ entry: 'a.ts', at: 0x0800_4000, size: '128K', magic: 1, sharedSectors: 'preserve' }),
  app2: app({ entry: 'b.ts', at: 0x0802_8000, size: '224K', magic: 2, sharedSectors: 'preserve' }),
};
const external = { ...discoveryF407, externalFlash: w25q64({ port: 'SPI1', select: 'PA4' }) };
const many = Object.fromEntries(
  Array.from({ length: 40 }, (_, i) => [`app${i}`, app({ entry: 'a.ts', size: '4K', version: '1.2.3' })]),
);

const CASES: readonly (readonly [title: string, layout: Layout, used: UsedBytes | undefined])[] = [
  ['mixed sectors', layoutOf(blackpill, two), { bootloader: 770, app1: 5 }],
  ['shared sectors, magic words', layoutOf(blackpill, shared, { protocol: 'magic-word' }), undefined],
  ['two RAMs, equal pages', layoutOf(nucleoL476rg, two), { bootloader: 16384, app1: 0, diag: 10240 }],
  ['external flash', layoutOf(external, two), undefined],
  ['many apps', layoutOf(nucleoL476rg, many), { app3: 4096 }],
];

describe.each(CASES)('%s', (_, layout, used) => {
  const text = mapSvg(layout, used);
  const svg = parseXml(text);

  test('is an SVG that needs nothing else, and the same each time', () => {
    expect(svg.name).toBe('svg');
    expect(svg.attributes.xmlns).toBe('http://www.w3.org/2000/svg');
    expect(text.replace(svg.attributes.xmlns, '')).not.toMatch(/https?:|href|@import|<script|NaN|undefined/);
    expect(mapSvg(layout, used)).toBe(text);
  });

  test('names board, chip, every slot and every address', () => {
    const texts = textsOf(svg);
    expect(texts[0]).toBe(`${layout.board.chip} (${layout.board.name})`);
    for (const { name, version, slot } of [layout.bootloader, ...layout.apps]) {
      expect(texts.filter((one) => one.startsWith(`${name} ${version}`)).length).toBe(1);
      expect(texts).toContain(formatAddress(slot.start));
    }
    expect(texts).toContain(formatAddress(layout.mailbox.start));
    for (const { name, start, end } of layout.memories) {
      expect(texts).toContain(name);
      expect(texts).toContain(formatAddress(start));
      expect(texts).toContain(formatAddress(end));
    }
    expect(texts.filter((one) => one === 'unused').length).toBe(layout.memories.length);
  });

  test('nothing lies outside the picture, and every block is high enough to be read', () => {
    const [, , width, height] = svg.attributes.viewBox.split(' ').map(Number);
    for (const { name, attributes, text: content } of all(svg)) {
      if (name !== 'rect' && name !== 'text') continue;
      if (attributes.class === undefined || attributes.class === 'page') continue;
      const x = Number(attributes.x);
      const y = Number(attributes.y);
      const isEnd = attributes.class.includes('end');
      const right = name === 'rect' ? Number(attributes.width) : isEnd ? 0 : content.length * 6;
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + right).toBeLessThanOrEqual(width);
      expect(y + Number(attributes.height ?? 0)).toBeLessThanOrEqual(height);
      if (/room$/.test(attributes.class)) expect(Number(attributes.height)).toBeGreaterThanOrEqual(30);
    }
  });

  test('what is used is filled', () => {
    const filled = all(svg).filter(({ attributes }) => /used$/.test(attributes.class ?? ''));
    const known = Object.values(used ?? {}).filter((bytes) => bytes > 0);
    expect(filled.length > 0).toBe(known.length > 0);
    expect(textsOf(svg).filter((one) => one.includes(' used (')).length).toBe(Object.keys(used ?? {}).length);
  });
});

test('texts of the user cannot break out of their place', () => {
  const name = `<script>alert("1")</script> & 'me' ]]> \u0000\u001b\ud800`;
  const board = { ...blackpill, name, chip: { ...blackpill.chip, name: '</text>' } };
  const text = mapSvg(layoutOf(board, two));
  const svg = parseXml(text);
  expect(textsOf(svg)[0]).toBe(`</text> (<script>alert("1")</script> & 'me' ]]> \ufffd\ufffd\ufffd)`);
  expect(all(svg).map((node) => node.name)).not.toContain('script');
});

test('characters', () => {
  expect(escapeXml('a<b>&"\'\t\n')).toBe('a&lt;b&gt;&amp;&quot;&#39;\t\n');
  expect(escapeXml('\u0007\ufffe\u{1f600}é')).toBe('\ufffd\ufffd\u{1f600}é');
});
