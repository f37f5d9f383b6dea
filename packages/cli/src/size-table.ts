/** Sizes of the images as a table. */
import type { Build } from '@kickstage/toolchain/build';
import type { Output } from './output.ts';

/** One row an image: what it takes of flash and RAM, how full its slot is, how deep its stack can get. */
export function printSizes(output: Output, build: Build): void {
  output.line(
    [
      'image'.padEnd(12),
      ...['vectors', 'code', 'rodata', 'data', 'flash', 'of slot', 'ram', 'stack'].map((h) => h.padStart(9)),
    ].join(''),
  );
  for (const { name, linked, stack } of build.images) {
    const { vectors, code, rodata, data, flash, ram } = linked.sizes;
    const slot = linked.image.slot.end - linked.image.slot.start;
    const percent = `${((100 * flash) / slot).toFixed(1)}%`;
    const cells = [vectors, code, rodata, data, flash, percent, ram, stack.total];
    output.line([name.padEnd(12), ...cells.map((cell) => String(cell).padStart(9))].join(''));
    output.object({ event: 'size', image: name, ...linked.sizes, slot, stack: stack.total });
  }
}
