/** All diagnostics of the memory map with their explanations. */
import type { CodeExplanation } from '@kickstage/base/diagnostic';
import { appNames } from './rules/app-names.ts';
import { bootOrder } from './rules/boot-order.ts';
import { magicWords } from './rules/magic-words.ts';
import { mailboxInRam } from './rules/mailbox-in-ram.ts';
import { outsideFlash } from './rules/outside-flash.ts';
import { overlap } from './rules/overlap.ts';
import { resetAddress } from './rules/reset-address.ts';
import type { Rule } from './rules/rule.ts';
import { sectorBoundary } from './rules/sector-boundary.ts';
import { sharedSector } from './rules/shared-sector.ts';
import { vectorAlignmentRule } from './rules/vector-alignment.ts';

export const RULES: readonly Rule[] = [
  overlap,
  outsideFlash,
  sectorBoundary,
  sharedSector,
  vectorAlignmentRule,
  mailboxInRam,
  resetAddress,
  magicWords,
  bootOrder,
  appNames,
];

export const MAP_CODES: readonly CodeExplanation[] = [
  {
    code: 'MAP001',
    title: 'an unknown key',
    text: 'The config has a key that means nothing. The diagnostic lists the keys that there are, and a similar one.',
  },
  {
    code: 'MAP002',
    title: 'a missing or wrong value',
    text: 'A key that is needed is missing, or its value is of another kind than it must be.',
  },
  {
    code: 'MAP003',
    title: 'the config is not an object',
    text: 'The default export of boot.config.ts must be what defineConfig({ … }) gives.',
  },
  {
    code: 'MAP004',
    title: 'a size that is none',
    text: "Sizes are '64K' (65,536 bytes), '1M' (1,048,576 bytes), or a number of bytes such as KiB(64). 'KB' is refused, because it may mean 1000 bytes.",
  },
  {
    code: 'MAP005',
    title: 'no room',
    text: `The tool places each app in whole erase sectors of its own, and no run of free sectors is left that is large enough.
Large sectors cost much: on the STM32F411 an app of 20 KiB takes two sectors of 16 KiB if they are free, else one of 64 or 128.`,
  },
  ...RULES.map(({ code, title, text }) => ({ code, title, text })),
];
