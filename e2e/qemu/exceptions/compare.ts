/** The tests of a list of programs: QEMU and the virtual board side by side. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildImage, type ExceptionImage, type ExceptionProgram, RAM, scratchFolder } from './program.ts';
import { CHUNK, ourTarget, qemuTarget, runProgram, type Target } from './targets.ts';

export function compareAll(programs: readonly ExceptionProgram[]): void {
  const { folder, remove } = scratchFolder();
  let image: ExceptionImage;
  let theirs: Target;
  let ours: Target;
  beforeAll(async () => {
    image = buildImage(programs, folder);
    theirs = await qemuTarget(image);
    ours = ourTarget(image);
  });
  afterAll(() => {
    theirs?.stop();
    remove();
  });

  test.each(programs.map(({ name }, index) => [name, index] as const))('%s', async (_, index) => {
    const expected = await runProgram(theirs, image, index);
    expect(await runProgram(ours, image, index)).toEqual(expected);
    // At least one stop, and RAM; no text, which says that a program never came to its end.
    expect(expected.length).toBeGreaterThan(RAM.size / CHUNK);
    expect(expected.filter((seen) => typeof seen === 'string')).toEqual([]);
  });
}
