/**
 * Colours of the SVG map. Texts and page have a light and a dark form; slots have one colour each, light where room is
 * reserved and strong where it is used, which can be told apart on both. Viewers that know no media queries show the
 * light form, with a page of its own, readable anywhere.
 */
import { element } from './xml.ts';

/** By the app's number, over and over: told apart by readers who see few colours too. */
export const APP_COLOURS: readonly string[] = ['#2b7bba', '#2a9d6f', '#c98a12', '#7a6bc4', '#4aa8c9', '#a3672e'];

const COLOURS: readonly (readonly [name: string, colour: string])[] = [
  ['bootloader', '#c0559a'],
  ...APP_COLOURS.map((colour, i) => [`app${i}`, colour] as const),
  ['region', '#5b6ee0'],
  ['ram', '#8a8f98'],
];

const INK = { light: '#1d2126', dark: '#e6e8eb' };
const DIM = { light: '#59616b', dark: '#a3abb5' };
const PAGE = { light: '#ffffff', dark: '#16191d' };
const LINE = { light: '#59616b', dark: '#8a929c' };

function themed(theme: 'light' | 'dark'): string {
  return [
    `.page{fill:${PAGE[theme]}}`,
    `text{fill:${INK[theme]}}`,
    `.dim,.sectors{fill:${DIM[theme]}}`,
    `.frame,.slot,.swatch{stroke:${INK[theme]}}`,
    `.sector{stroke:${LINE[theme]}}`,
  ].join('');
}

export const STYLE = [
  "text{font:12px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace}",
  '.title{font-size:16px;font-weight:bold}.column{font-size:14px;font-weight:bold}',
  '.stack,.label{font-weight:bold}.middle{text-anchor:middle}.end{text-anchor:end}',
  '.frame{fill:none}.sector{stroke-dasharray:2 3;stroke-opacity:.6}',
  '.swatch{stroke-width:.5}.room{fill-opacity:.28}.used{fill-opacity:.5}',
  ...COLOURS.map(([name, colour]) => `.${name}{fill:${colour}}`),
  '.mailbox{fill:url(#mailbox);fill-opacity:1}.free{fill:#8a8f98;fill-opacity:.08}',
  themed('light'),
  `@media (prefers-color-scheme:dark){${themed('dark')}}`,
].join('\n');

/** The mailbox is hatched: it is neither an image's nor free. */
export const PATTERN = element(
  'defs',
  {},
  element(
    'pattern',
    { id: 'mailbox', width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    element('rect', { width: 6, height: 6, fill: '#d9a520', 'fill-opacity': '.25' }),
    element('rect', { width: 2, height: 6, fill: '#d9a520', 'fill-opacity': '.6' }),
  ),
);
