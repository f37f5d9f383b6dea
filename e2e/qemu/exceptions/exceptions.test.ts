/** Exceptions on QEMU and on the virtual board: what a debugger sees at the same places of the same programs. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { referee } from '../../../tools/referee.ts';
import { buildImage, type ExceptionImage, RAM, scratchFolder } from './program.ts';
import { PROGRAMS } from './programs/all.ts';
import { CHUNK, ourTarget, qemuTarget, runProgram, type Target } from './targets.ts';

const qemu = referee('qemu-system-arm');
const gcc = referee('arm-none-eabi-gcc');

describe.skipIf(qemu.skip || gcc.skip)(`${qemu.label}, ${gcc.label}`, () => {
  const { folder, remove } = scratchFolder();
  let image: ExceptionImage;
  let theirs: Target;
  let ours: Target;
  beforeAll(async () => {
    image = buildImage(PROGRAMS, folder);
    theirs = await qemuTarget(image);
    ours = ourTarget(image);
  });
  afterAll(() => {
    theirs?.stop();
    remove();
  });

  test.each(PROGRAMS.map(({ name }, index) => [name, index] as const))('%s', async (_, index) => {
    const expected = await runProgram(theirs, image, index);
    expect(await runProgram(ours, image, index)).toEqual(expected);
    // At least one stop, and RAM; no text, which says that a program never came to its end.
    expect(expected.length).toBeGreaterThan(RAM.size / CHUNK);
    expect(expected.filter((seen) => typeof seen === 'string')).toEqual([]);
  });
});
