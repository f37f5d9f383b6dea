import { blackpill } from '@kickstage/chips/boards/blackpill';
import { discoveryF407 } from '@kickstage/chips/boards/discovery-f407';
import { nucleoL476rg } from '@kickstage/chips/boards/nucleo-l476rg';
import { w25q16 } from '@kickstage/chips/nor-flash';
import { expect, test } from 'vitest';
import { app } from './define.ts';
import type { Layout } from './layout.ts';
import { mapData, type UsedBytes } from './map-data.ts';
import { mapPicture, mapText } from './picture.ts';
import { resolve } from './resolve.ts';
import { mapSvg } from './svg.ts';

const bootloader = { entry: 'boot/main.ts', size: '16K', version: '0.2.0' };
const boot = { default: 'app1' };

const placed = resolve({
  board: blackpill,
  bootloader,
  apps: {
    app1: app({ entry: 'a.ts', version: '1.0.0', size: '128K' }),
    diagnostics: app({ entry: 'b.ts', version: '10.0.12', size: '20K' }),
  },
  boot,
}).value!;

const shared = resolve({
  board: blackpill,
  bootloader,
  mailbox: { protocol: 'magic-word', at: 0x2001_fff0 },
  apps: {
    app1: app({ entry: 'a.ts', at: 0x0800_4000, size: '128K', magic: 1, sharedSectors: 'preserve' }),
    app2: app({ entry: 'b.ts', at: 0x0802_8000, size: '224K', magic: 2, sharedSectors: 'preserve' }),
  },
  boot,
}).value!;

const uniform = resolve({
  board: {
    ...blackpill,
    chip: { ...blackpill.chip, flash: { ...blackpill.chip.flash, sectors: [{ count: 256, size: 2048 }] } },
  },
  bootloader,
  apps: { app1: app({ entry: 'a.ts', size: '128K' }), app2: app({ entry: 'b.ts', size: '1K' }) },
  boot,
}).value!;

const flashOnSpi = w25q16({ port: 'SPI1', select: 'PA4' });
const full = { bootloader, apps: { app1: app({ entry: 'a.ts', size: '1008K' }) }, boot };
const coupled = resolve({ board: { ...discoveryF407, externalFlash: flashOnSpi }, ...full }).value!;
const twoRams = resolve({ board: nucleoL476rg, ...full }).value!;

const CASES: readonly (readonly [string, Layout, UsedBytes | undefined, string])[] = [
  [
    'placed by the tool',
    placed,
    undefined,
    `
  STM32F411xE (blackpill)  512K flash (336K free), 128K RAM
  S0   0x0800_0000      16K  ░░░░░░░░  bootloader   0.2.0
  S1   0x0800_4000      16K  ░░░░░░░░  diagnostics  10.0.12
  S2   0x0800_8000      16K  ░░░░░░░░  diagnostics
  S3   0x0800_C000      16K  ········  free
  S4   0x0801_0000      64K  ········  free
  S5   0x0802_0000     128K  ░░░░░░░░  app1         1.0.0    default
  S6   0x0804_0000     128K  ········  free
  S7   0x0806_0000     128K  ········  free
  RAM  0x2000_0000  131,008  ░░░░░░░░  images, each of them in turn
       0x2001_FFC0       64  ▒▒▒▒▒▒▒▒  mailbox, record`,
  ],
  [
    'with used bytes, one image not built',
    placed,
    { bootloader: 644, diagnostics: 17_000 },
    `
  STM32F411xE (blackpill)  512K flash (336K free), 128K RAM    used
  S0   0x0800_0000      16K  █░░░░░░░  bootloader   0.2.0       644   4%
  S1   0x0800_4000      16K  ████████  diagnostics  10.0.12  17,000  52%
  S2   0x0800_8000      16K  █░░░░░░░  diagnostics
  S3   0x0800_C000      16K  ········  free
  S4   0x0801_0000      64K  ········  free
  S5   0x0802_0000     128K  ░░░░░░░░  app1         1.0.0                 default
  S6   0x0804_0000     128K  ········  free
  S7   0x0806_0000     128K  ········  free
  RAM  0x2000_0000  131,008  ░░░░░░░░  images, each of them in turn
       0x2001_FFC0       64  ▒▒▒▒▒▒▒▒  mailbox, record`,
  ],
  [
    'shared sectors with a gap, and a mailbox before the end',
    shared,
    { bootloader: 16384, app1: 131_072, app2: 1 },
    `
  STM32F411xE (blackpill)  512K flash (144K free), 128K RAM  used
  S0   0x0800_0000      16K  ████████  bootloader  0.2.0   16,384 100%
  S1   0x0800_4000      16K  ████████  app1        0.0.0  131,072 100%  default, shares S5 with app2
  S2   0x0800_8000      16K  ████████  app1
  S3   0x0800_C000      16K  ████████  app1
  S4   0x0801_0000      64K  ████████  app1
  S5   0x0802_0000      16K  ████████  app1
       0x0802_4000      16K  ········  free
       0x0802_8000      96K  █░░░░░░░  app2        0.0.0        1   1%  shares S5 with app1
  S6   0x0804_0000     128K  ░░░░░░░░  app2
  S7   0x0806_0000     128K  ········  free
  RAM  0x2000_0000  131,056  ░░░░░░░░  images, each of them in turn
       0x2001_FFF0        8  ▒▒▒▒▒▒▒▒  mailbox, magic-word`,
  ],
  [
    'many sectors are folded',
    uniform,
    { app1: 65_536 },
    `
  STM32F411xE (blackpill)  512K flash (366K free), 128K RAM     used
  S0-7     0x0800_0000      16K  ░░░░░░░░  bootloader  0.2.0
  S8-71    0x0800_4000     128K  ████░░░░  app1        0.0.0  65,536  50%  default
  S72      0x0802_4000       2K  ░░░░░░░░  app2        0.0.0
  S73-255  0x0802_4800     366K  ········  free
  RAM      0x2000_0000  131,008  ░░░░░░░░  images, each of them in turn
           0x2001_FFC0       64  ▒▒▒▒▒▒▒▒  mailbox, record`,
  ],
  [
    'memories that no image uses: core-coupled RAM and external flash',
    coupled,
    undefined,
    `
  STM32F407xG (discovery-f407)  1024K flash (none free), 128K RAM
  S0   0x0800_0000      16K  ░░░░░░░░  bootloader  0.2.0
  S1   0x0800_4000      16K  ░░░░░░░░  app1        0.0.0  default
  S2   0x0800_8000      16K  ░░░░░░░░  app1
  S3   0x0800_C000      16K  ░░░░░░░░  app1
  S4   0x0801_0000      64K  ░░░░░░░░  app1
  S5   0x0802_0000     128K  ░░░░░░░░  app1
  S6   0x0804_0000     128K  ░░░░░░░░  app1
  S7   0x0806_0000     128K  ░░░░░░░░  app1
  S8   0x0808_0000     128K  ░░░░░░░░  app1
  S9   0x080A_0000     128K  ░░░░░░░░  app1
  S10  0x080C_0000     128K  ░░░░░░░░  app1
  S11  0x080E_0000     128K  ░░░░░░░░  app1
  RAM  0x2000_0000  131,008  ░░░░░░░░  images, each of them in turn
       0x2001_FFC0       64  ▒▒▒▒▒▒▒▒  mailbox, record
       0x1000_0000      64K  ········  CCM, not used by images: for data only, not for code or DMA
  EXT  0x0000_0000    2048K  ········  W25Q16, not used by images: sectors 512 x 4K, write unit 1, page 256, on SPI1 (PA4), addresses of its own`,
  ],
  [
    'a second RAM for everything',
    twoRams,
    undefined,
    `
  STM32L476xG (nucleo-l476rg)  1024K flash (none free), 96K RAM
  S0-7    0x0800_0000     16K  ░░░░░░░░  bootloader  0.2.0
  S8-511  0x0800_4000   1008K  ░░░░░░░░  app1        0.0.0  default
  RAM     0x2000_0000  98,240  ░░░░░░░░  images, each of them in turn
          0x2001_7FC0      64  ▒▒▒▒▒▒▒▒  mailbox, record
          0x1000_0000     32K  ········  SRAM2, not used by images: for data, code and DMA`,
  ],
];

test.each(CASES)('%s', (_, layout, used, picture) => {
  expect(`\n${mapText(layout, used).join('\n')}`).toBe(picture);
});

test('segments say what they show', () => {
  const line = mapPicture(shared).find((segments) => segments.some(({ text }) => text.includes('0x0802_8000')))!;
  expect(line.map(({ tone }) => tone)).toEqual(['bold', 'plain', 'plain', 'app', 'app', 'dim', 'plain', 'dim']);
});

test('as data', () => {
  const data = mapData(shared, { app1: 131_000 });
  expect(JSON.parse(JSON.stringify(data))).toEqual(data);
  expect(data.flash.pieces.filter(({ sector }) => sector === 5)).toEqual([
    { sector: 5, start: 0x0802_0000, end: 0x0802_4000, image: 'app1', used: 0x4000 - 72 },
    { sector: 5, start: 0x0802_4000, end: 0x0802_8000 },
    { sector: 5, start: 0x0802_8000, end: 0x0804_0000, image: 'app2' },
  ]);
  expect(data.images.map(({ name, size, used, default: isDefault }) => [name, size, used, isDefault])).toEqual([
    ['bootloader', 0x4000, undefined, false],
    ['app1', 0x2_0000, 131_000, true],
    ['app2', 224 * 1024, undefined, false],
  ]);
  // Pieces follow each other and fill the flash.
  const borders = data.flash.pieces.flatMap(({ start, end }) => [start, end]);
  expect(borders[0]).toBe(data.flash.start);
  expect(borders[borders.length - 1]).toBe(data.flash.end);
  for (let i = 1; i + 1 < borders.length; i += 2) expect(borders[i]).toBe(borders[i + 1]);
});

test('memories as data', () => {
  const [ccm, external] = mapData(coupled).memories;
  expect(ccm).toEqual({
    kind: 'ram',
    name: 'CCM',
    start: 0x1000_0000,
    end: 0x1001_0000,
    size: 0x1_0000,
    free: 0x1_0000,
    executable: false,
    coreCoupled: true,
    regions: [],
  });
  expect(external).toMatchObject({
    kind: 'external-flash',
    start: 0,
    end: 0x20_0000,
    free: 0x20_0000,
    sectors: [{ count: 512, size: 4096 }],
    writeSize: 1,
    connection: { port: 'SPI1', select: 'PA4' },
  });
  expect(mapData(coupled).flash.free).toBe(0);
  expect(mapData(placed).flash.free).toBe(336 * 1024);
  expect(mapData(placed).memories).toEqual([]);
});

test('regions of updates are not free, in either flash', () => {
  const board = { ...blackpill, externalFlash: w25q16({ port: 'SPI1', select: 'PA4' }) };
  const layoutOf = (update: object) =>
    resolve({
      board,
      bootloader: { entry: 'boot/main.ts', size: '16K' },
      apps: { app: { entry: 'apps/app.ts', size: '128K', version: '1.0.0', update } },
      boot: { default: 'app' },
    }).value!;
  const plainLines = (update: object) => mapText(layoutOf(update)).slice(2);
  expect(plainLines({ strategy: 'alternate' })).toEqual([
    '  S1   0x0800_4000      16K  ▒▒▒▒▒▒▒▒  journal.0      state of updates',
    '  S2   0x0800_8000      16K  ▒▒▒▒▒▒▒▒  journal.1      state of updates',
    '  S3   0x0800_C000      16K  ········  free',
    '  S4   0x0801_0000      64K  ········  free',
    '  S5   0x0802_0000     128K  ░░░░░░░░  app            1.0.0  default',
    '  S6   0x0804_0000     128K  ▒▒▒▒▒▒▒▒  app.download0  downloads of app and its copy, in turn',
    '  S7   0x0806_0000     128K  ▒▒▒▒▒▒▒▒  app.download1  downloads of app and its copy, in turn',
    '  RAM  0x2000_0000  131,008  ░░░░░░░░  images, each of them in turn',
    '       0x2001_FFC0       64  ▒▒▒▒▒▒▒▒  mailbox, record',
    '  EXT  0x0000_0000    2048K  ········  W25Q16, not used by images: sectors 512 x 4K, write unit 1, page 256, on SPI1 (PA4), addresses of its own',
  ]);
  expect(plainLines({ strategy: 'overwrite', memory: 'external' }).slice(-2)).toEqual([
    '  EXT  0x0000_0000     128K  ▒▒▒▒▒▒▒▒  app.download  downloads of app',
    '       0x0002_0000    1920K  ········  free in W25Q16: sectors 512 x 4K, write unit 1, page 256, on SPI1 (PA4), addresses of its own',
  ]);
  const data = mapData(layoutOf({ strategy: 'overwrite', memory: 'external' }));
  expect(data.flash.free).toBe((512 - 16 - 32 - 128) * 1024);
  expect(data.memories[0].free).toBe((2048 - 128) * 1024);
  expect(mapSvg(layoutOf({ strategy: 'overwrite', memory: 'external' }))).toContain('app.download');
});
