/**
 * Bytes and executed instructions of the benchmark's kernels and of the bootloaders only fall: locked-sizes.json says what
 * they were, locked-float-sizes.json for the kernels with floats. `BLESS=1` writes the figures of this run there, whatever
 * they are; the difference is for a review.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CASES, type Case } from '../../bench/codegen/cases.ts';
import { FLOAT_CASES } from '../../bench/codegen/float-cases.ts';
import { BOOTLOADERS, compileFloatOurs, compileOurs, measureBootloader } from '../../bench/codegen/ours.ts';
import { type Measured, type Program, runKernel } from '../../bench/codegen/program.ts';

function figuresOf(program: Program, cases: readonly Case[]): Record<string, Measured> {
  const figures: Record<string, Measured> = {};
  for (const kernel of cases) {
    const { bytes, instructions } = runKernel(program, kernel);
    figures[kernel.name] = { bytes, instructions };
  }
  return figures;
}

async function measure(): Promise<Record<string, Measured>> {
  const figures = figuresOf(await compileOurs(), CASES);
  for (const name of Object.keys(BOOTLOADERS) as (keyof typeof BOOTLOADERS)[])
    figures[`${name} bootloader`] = await measureBootloader(name);
  return figures;
}

const measureFloats = async () => figuresOf(await compileFloatOurs(), FLOAT_CASES);

test.each([
  ['locked-sizes.json', measure],
  ['locked-float-sizes.json', measureFloats],
] as const)('bytes and instructions only fall: %s', async (file, measured) => {
  const figures = await measured();
  const locked = new URL(file, import.meta.url);
  if (process.env.BLESS === '1') writeFileSync(locked, `${JSON.stringify(figures, null, 2)}\n`);
  const before: Record<string, Measured> = JSON.parse(readFileSync(locked, 'utf8'));
  expect(Object.keys(figures)).toEqual(Object.keys(before));
  const grown = Object.entries(figures).flatMap(([name, { bytes, instructions }]) => {
    const was = before[name];
    return [
      ...(bytes > was.bytes ? [`${name}: ${bytes} bytes, were ${was.bytes}`] : []),
      ...(instructions > was.instructions ? [`${name}: ${instructions} instructions, were ${was.instructions}`] : []),
    ];
  });
  expect(grown, 'BLESS=1 accepts them').toEqual([]);
});
