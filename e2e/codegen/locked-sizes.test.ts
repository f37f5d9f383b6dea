/**
 * Bytes and executed instructions of the benchmark's kernels and of the bootloaders only fall: locked-sizes.json says what
 * they were. `BLESS=1` writes the figures of this run there, whatever they are; the difference is for a review.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CASES } from '../../bench/codegen/cases.ts';
import { BOOTLOADERS, compileOurs, measureBootloader } from '../../bench/codegen/ours.ts';
import { type Measured, runKernel } from '../../bench/codegen/program.ts';

const LOCKED = new URL('locked-sizes.json', import.meta.url);

async function measure(): Promise<Record<string, Measured>> {
  const program = await compileOurs();
  const figures: Record<string, Measured> = {};
  for (const kernel of CASES) {
    const { bytes, instructions } = runKernel(program, kernel);
    figures[kernel.name] = { bytes, instructions };
  }
  for (const name of Object.keys(BOOTLOADERS) as (keyof typeof BOOTLOADERS)[])
    figures[`${name} bootloader`] = await measureBootloader(name);
  return figures;
}

test('bytes and instructions only fall', async () => {
  const figures = await measure();
  if (process.env.BLESS === '1') writeFileSync(LOCKED, `${JSON.stringify(figures, null, 2)}\n`);
  const locked: Record<string, Measured> = JSON.parse(readFileSync(LOCKED, 'utf8'));
  expect(Object.keys(figures)).toEqual(Object.keys(locked));
  const grown = Object.entries(figures).flatMap(([name, { bytes, instructions }]) => {
    const was = locked[name];
    return [
      ...(bytes > was.bytes ? [`${name}: ${bytes} bytes, were ${was.bytes}`] : []),
      ...(instructions > was.instructions ? [`${name}: ${instructions} instructions, were ${was.instructions}`] : []),
    ];
  });
  expect(grown, 'BLESS=1 accepts them').toEqual([]);
});
