/**
 * What programs that update over USB need to know, as JSON: the UF2 family, the flash's sectors (also as the string that a
 * DfuSe device shows for its flash, UM0424, 4.3.2), and where the images lie.
 */
import { rangeSize } from '@kickstage/base/ranges';
import type { Layout, LayoutImage } from '@kickstage/memory-map/layout';
import {
  builtFile,
  GENERATED,
  type Generate,
  type GeneratorFacts,
  hex,
  imagesOf,
  JSON_MARK,
  lines,
} from './generated-file.ts';
import { rangesToKeep } from './shared-sectors.ts';

export const missingForDfu = ({ chip }: GeneratorFacts) =>
  chip.tools === undefined ? 'the UF2 family of the chip (chip.tools.uf2Family)' : undefined;

export const generateDfuTargets: Generate = (layout, { chip, board }) => {
  const regions = sectorRuns(layout);
  const targets = {
    ...JSON_MARK,
    board: board.name,
    chip: chip.name,
    part: board.part,
    uf2: { family: hex(chip.tools?.uf2Family ?? 0) },
    usb: chip.dfu && { vendor: hex16(chip.dfu.vendor), product: hex16(chip.dfu.product), entry: chip.dfu.entry },
    dfuse: { memory: memoryString(layout.flash.start, regions) },
    flash: {
      start: hex(layout.flash.start),
      size: rangeSize(layout.flash),
      writeSize: layout.flash.writeSize,
      erasedByte: layout.flash.erasedByte,
      regions: regions.map(({ start, count, size }) => ({ start: hex(start), count, size })),
    },
    images: imagesOf(layout).map((image) => imageEntry(layout, image)),
  };
  return [{ path: `${GENERATED}/dfu-targets.json`, text: lines(JSON.stringify(targets, null, 2)) }];
};

const hex16 = (value: number) => `0x${value.toString(16).padStart(4, '0').toUpperCase()}`;

function imageEntry(layout: Layout, image: LayoutImage) {
  const keep = rangesToKeep(layout, image).map(({ start, end }) => ({ start: hex(start), size: end - start }));
  return {
    name: image.name,
    kind: image.kind,
    version: image.version,
    file: builtFile(image, 'bin'),
    address: hex(image.slot.start),
    size: rangeSize(image.slot),
    // Bytes of others in sectors that the image touches.
    ...(keep.length === 0 ? {} : { keep }),
  };
}

interface Run {
  readonly start: number;
  readonly count: number;
  readonly size: number;
}

/** Sectors of one size that follow each other. */
function sectorRuns({ flash }: Layout): Run[] {
  const runs: Run[] = [];
  for (const sector of flash.sectors) {
    const size = rangeSize(sector);
    const last = runs.at(-1);
    if (last?.size === size) runs[runs.length - 1] = { ...last, count: last.count + 1 };
    else runs.push({ start: sector.start, count: 1, size });
  }
  return runs;
}

const KIB = 1024;

/** `@Internal Flash /0x08000000/04*016Kg,…`: count, size and unit of each run; `g` can be read, erased and written. */
export function memoryString(start: number, runs: readonly Pick<Run, 'count' | 'size'>[]): string {
  const parts = runs.map(({ count, size }) => {
    const [amount, unit] =
      size % KIB !== 0 ? [size, 'B'] : size / KIB > 999 ? [size / KIB / KIB, 'M'] : [size / KIB, 'K'];
    return `${String(count).padStart(2, '0')}*${String(amount).padStart(3, '0')}${unit}g`;
  });
  return `@Internal Flash /${hex(start)}/${parts.join(',')}`;
}
