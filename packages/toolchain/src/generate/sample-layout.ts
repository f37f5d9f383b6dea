/** Layouts for the tests of this folder. */
import { invariant } from '@kickstage/base/invariant';
import type { Board } from '@kickstage/chips/board';
import { blackpill } from '@kickstage/chips/boards/blackpill';

import type { Layout } from '@kickstage/memory-map/layout';
import { resolve } from '@kickstage/memory-map/resolve';
import type { GeneratorFacts } from './generated-file.ts';

/** A bootloader and two apps on a Blackpill; keys of `config` replace what is said here. */
export function sampleLayout(config: object = {}): { layout: Layout; facts: GeneratorFacts } {
  const board = 'board' in config ? (config.board as Board) : blackpill;
  const { value, diagnostics } = resolve({
    board,
    bootloader: { entry: 'boot.ts', size: '16K', version: '2.10.3' },
    apps: {
      one: { entry: 'one.ts', size: '16K', version: '1.2.3' },
      two: { entry: 'two.ts', size: '64K', at: 0x0801_0000 },
    },
    boot: { default: 'one' },
    ...config,
  });
  invariant(value, `the sample does not resolve: ${diagnostics.map((d) => d.what).join('; ')}`);
  return { layout: value, facts: { board, chip: board.chip } };
}
