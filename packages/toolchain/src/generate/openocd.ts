/**
 * A configuration of OpenOCD: probe, target, and one procedure for each image that writes it. `program` erases the sectors
 * that it writes to; where an image shares one, the other image's bytes are read before and written back.
 */
import { rangeSize } from '@kickstage/base/ranges';
import type { Layout, LayoutImage } from '@kickstage/memory-map/layout';
import {
  BUILD,
  builtFile,
  GENERATED,
  type Generate,
  type GeneratorFacts,
  header,
  hex,
  imagesOf,
  lines,
  plainName,
} from './generated-file.ts';
import { rangesToKeep, sharesSectors } from './shared-sectors.ts';

export const OPENOCD_CONFIG = `${GENERATED}/openocd.cfg`;

/** The procedure that writes an image. */
export const flashProcedure = (image: Pick<LayoutImage, 'name'>) => `kickstage_flash_${image.name}`;

export const missingForOpenocd = ({ chip }: GeneratorFacts) =>
  chip.tools === undefined ? "OpenOCD's name of the target (chip.tools.openocdTarget)" : undefined;

export const generateOpenocd: Generate = (layout, { chip }) => [
  {
    path: OPENOCD_CONFIG,
    text: lines(
      header('hash'),
      `# For ${plainName(layout.board.name)} (${plainName(chip.name)}). In the project's folder:`,
      `#   openocd -f ${OPENOCD_CONFIG}                                 a server for gdb at port 3333`,
      `#   openocd -f ${OPENOCD_CONFIG} -c ${flashProcedure(layout.apps[0])} -c shutdown   writes an image`,
      `#   openocd -f interface/cmsis-dap.cfg -f ${OPENOCD_CONFIG}      with another probe`,
      'if {[adapter name] eq "undefined"} {',
      '  source [find interface/stlink.cfg]',
      '}',
      `source [find target/${plainName(chip.tools?.openocdTarget ?? '')}.cfg]`,
      imagesOf(layout).flatMap((image) => ['', ...(sharesSectors(image) ? keeping(layout, image) : plain(image))]),
      '',
      '# Writes what `kickstage build` made of all images together.',
      'proc kickstage_flash_all {} {',
      `  program ${BUILD}/flash.hex verify`,
      '  reset run',
      '}',
    ),
  },
];

function plain(image: LayoutImage): string[] {
  return [
    `proc ${flashProcedure(image)} {} {`,
    `  program ${builtFile(image, 'bin')} ${hex(image.slot.start)} verify`,
    '  reset run',
    '}',
  ];
}

/** Erases the whole slot, so that nothing of what is written back meets a sector that was not erased. */
function keeping(layout: Layout, image: LayoutImage): string[] {
  const kept = rangesToKeep(layout, image).map((range, i) => ({
    file: `${BUILD}/kept-${image.name}-${i}.bin`,
    start: hex(range.start),
    size: hex(rangeSize(range)),
  }));
  const file = `${builtFile(image, 'bin')} ${hex(image.slot.start)} bin`;
  return [
    '# Erase sectors are shared with another image, whose bytes are kept.',
    `proc ${flashProcedure(image)} {} {`,
    '  init',
    '  reset init',
    ...kept.map(({ file: name, start, size }) => `  dump_image ${name} ${start} ${size}`),
    `  flash erase_address pad ${hex(image.slot.start)} ${hex(rangeSize(image.slot))}`,
    ...kept.map(({ file: name, start }) => `  flash write_image ${name} ${start} bin`),
    `  flash write_image ${file}`,
    `  verify_image ${file}`,
    ...kept.map(({ file: name }) => `  file delete ${name}`),
    '  reset run',
    '}',
  ];
}
