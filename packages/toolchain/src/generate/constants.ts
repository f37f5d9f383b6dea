/**
 * The Layout and the mailbox's format as named numbers, for the languages that have constants. Names are the same in all
 * of them; a prefix is the language's matter. A name that holds an app's name begins with words that no other name has, so
 * that an app may be called `count` or `start`.
 */
import * as mailbox from '@kickstage/abi/mailbox';
import * as status from '@kickstage/abi/status';
import { rangeSize } from '@kickstage/base/ranges';
import type { Layout, LayoutImage } from '@kickstage/memory-map/layout';
import { versionWord } from '../layout-module.ts';
import { imagesOf } from './generated-file.ts';

export interface Constant {
  /** In capitals: `SLOT_START_APP1`. */
  readonly name: string;
  /** Unsigned, 32 bits. */
  readonly value: number;
  readonly base: 10 | 16;
}

export interface ConstantGroup {
  readonly title: string;
  readonly constants: readonly Constant[];
}

const hexadecimal = (name: string, value: number): Constant => ({ name, value: value >>> 0, base: 16 });
const decimal = (name: string, value: number): Constant => ({ name, value, base: 10 });

/** An app's or the bootloader's name within a constant's name. */
export const constantName = (image: Pick<LayoutImage, 'name'>) => image.name.toUpperCase();

/** All constants in the order in which they are printed. */
export function constantGroups(layout: Layout): readonly ConstantGroup[] {
  return [
    ...layoutGroups(layout),
    ...imagesOf(layout).map(imageGroup),
    ...FORMATS.map(({ title, module, pattern, base }) => ({ title, constants: pick(module, pattern, base) })),
  ];
}

function layoutGroups({ flash, ram, mailbox: box, apps, ...layout }: Layout): ConstantGroup[] {
  const defaultApp = apps.findIndex((app) => app.name === layout.defaultApp);
  return [
    {
      title: 'Memory of the chip',
      constants: [
        hexadecimal('FLASH_START', flash.start),
        hexadecimal('FLASH_SIZE', rangeSize(flash)),
        decimal('FLASH_WRITE_SIZE', flash.writeSize),
        hexadecimal('FLASH_ERASED_BYTE', flash.erasedByte),
        hexadecimal('RAM_START', ram.start),
        hexadecimal('RAM_SIZE', rangeSize(ram)),
      ],
    },
    {
      title: 'Where the mailbox is, and whether its protocol is `record` (1) or `magic-word` (0)',
      constants: [
        hexadecimal('MAILBOX_ADDRESS', box.start),
        decimal('MAILBOX_SIZE', rangeSize(box)),
        decimal('MAILBOX_IS_RECORD', box.protocol === 'record' ? 1 : 0),
      ],
    },
    {
      title: 'Numbers of the apps',
      constants: [
        ...apps.map((app) => decimal(`APP_${constantName(app)}`, app.id)),
        decimal('NUMBER_OF_APPS', apps.length),
        decimal('DEFAULT_APP', defaultApp),
      ],
    },
  ];
}

function imageGroup(image: LayoutImage): ConstantGroup {
  const name = constantName(image);
  return {
    title: image.kind === 'bootloader' ? 'The bootloader' : `App ${image.name}`,
    constants: [
      hexadecimal(`SLOT_START_${name}`, image.slot.start),
      hexadecimal(`SLOT_SIZE_${name}`, rangeSize(image.slot)),
      hexadecimal(`IMAGE_RAM_START_${name}`, image.ram.start),
      hexadecimal(`IMAGE_RAM_SIZE_${name}`, rangeSize(image.ram)),
      hexadecimal(`IMAGE_VERSION_${name}`, versionWord(image.version)),
      ...(image.magic === undefined ? [] : [hexadecimal(`MAGIC_WORD_${name}`, image.magic)]),
    ],
  };
}

/** The constants of the abi, by the beginning of their names. */
const FORMATS: readonly { title: string; module: Record<string, number>; pattern: RegExp; base: 10 | 16 }[] = [
  { title: 'The record: what both halves begin with', module: mailbox, pattern: /^MAILBOX_MAGIC$/, base: 16 },
  { title: 'The record: version and size', module: mailbox, pattern: /^MAILBOX_(VERSION|RECORD_SIZE)$/, base: 10 },
  { title: 'The record: offsets of the request', module: mailbox, pattern: /^MAILBOX_REQUEST_/, base: 10 },
  { title: 'The record: offsets of the report', module: mailbox, pattern: /^MAILBOX_REPORT(_|$)/, base: 10 },
  { title: 'The record: kinds of requests', module: mailbox, pattern: /^REQUEST_/, base: 10 },
  { title: "The record: bits of the report's word on trust", module: mailbox, pattern: /^TRUST_/, base: 10 },
  { title: 'In place of an app: none', module: mailbox, pattern: /^NO_SLOT$/, base: 16 },
  {
    title: 'The magic-word protocol: the report word',
    module: mailbox,
    pattern: /^MAGIC_REPORT(_.*_SHIFT)?$/,
    base: 10,
  },
  { title: 'The magic-word protocol: tag of a report', module: mailbox, pattern: /^MAGIC_REPORT_TAG$/, base: 16 },
  { title: 'What was found out about a slot, or how the boot ended', module: status, pattern: /^STATUS_/, base: 10 },
  { title: 'Why the slot was chosen', module: status, pattern: /^REASON_/, base: 10 },
  { title: 'Cause of the reset', module: status, pattern: /^RESET_/, base: 10 },
];

/** A module's constants in the order of their values, which is that of their meaning. */
function pick(module: Record<string, number>, pattern: RegExp, base: 10 | 16): Constant[] {
  return Object.entries(module)
    .filter(([name]) => pattern.test(name))
    .sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1))
    .map(([name, value]) => ({ name, value: value >>> 0, base }));
}
