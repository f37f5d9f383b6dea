/** What is updated in the tests: boards, strategies and memories. */
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { nucleoL476rg } from '@kickstage/chips/boards/nucleo-l476rg';
import { w25q64 } from '@kickstage/chips/nor-flash';
import type { UpdateCase } from './update-board.ts';

const nor = w25q64({ port: 'SPI1', select: 'PA4' });
const withNor = { ...blackpill, externalFlash: nor };
const l4WithNor = { ...nucleoL476rg, externalFlash: nor };

export const CASES = {
  F4_DIRECT: { name: 'F411, direct', board: blackpill, size: '128K', update: { strategy: 'direct' } },
  F4_ALTERNATE: { name: 'F411, alternate', board: blackpill, size: '128K', update: { strategy: 'alternate' } },
  F4_OFFSET: { name: 'F411, swap by offset', board: blackpill, size: '128K', update: { strategy: 'swap' } },
  F4_SCRATCH: {
    name: 'F411, swap through scratch',
    board: blackpill,
    size: '128K',
    update: { strategy: 'swap', scratch: true },
  },
  F4_OVERWRITE: { name: 'F411, overwrite', board: blackpill, size: '128K', update: { strategy: 'overwrite' } },
  F4_NOR_ALTERNATE: {
    name: 'F411 with NOR, alternate',
    board: withNor,
    size: '16K',
    update: { strategy: 'alternate', memory: 'external' },
  },
  F4_NOR_SWAP: {
    name: 'F411 with NOR, swap',
    board: withNor,
    size: '16K',
    update: { strategy: 'swap', memory: 'external' },
  },
  L4_DIRECT: { name: 'L476, direct', board: nucleoL476rg, size: '64K', update: { strategy: 'direct' } },
  L4_ALTERNATE: { name: 'L476, alternate', board: nucleoL476rg, size: '64K', update: { strategy: 'alternate' } },
  L4_OFFSET: { name: 'L476, swap by offset', board: nucleoL476rg, size: '64K', update: { strategy: 'swap' } },
  L4_SCRATCH: {
    name: 'L476, swap through scratch',
    board: nucleoL476rg,
    size: '64K',
    update: { strategy: 'swap', scratch: true },
  },
  L4_NOR_SWAP: {
    name: 'L476 with NOR, swap',
    board: l4WithNor,
    size: '16K',
    update: { strategy: 'swap', memory: 'external' },
  },
} as const satisfies Record<string, UpdateCase>;
