/**
 * A default app whose vector table is damaged: the bootloader starts the other one and says why; where both are damaged it
 * halts with the reason. The images are the example's own, with words of their vector tables changed. All states of slots
 * are tried in e2e/firmware/boot.test.ts; this is the way of a few of them through the command line and the board.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ElfSection, SHF_ALLOC, SHT_PROGBITS } from '@kickstage/elf/types';
import { writeElf } from '@kickstage/elf/write';
import type { Layout } from '@kickstage/memory-map/layout';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CliResult, copyOfExample, kickstage, removeCopies } from './run-cli.ts';

afterAll(removeCopies);

/** What damage may look at: the slot of the app, the other app's, RAM, the words as they were. */
interface Around {
  readonly slot: { readonly start: number; readonly end: number };
  readonly other: { readonly start: number; readonly end: number };
  readonly ram: { readonly start: number; readonly end: number };
  readonly stackPointer: number;
  readonly resetHandler: number;
}

interface Damage {
  readonly title: string;
  readonly status: 'empty' | 'bad-stack' | 'bad-reset-handler';
  /** The first two words. */
  readonly words: (around: Around) => readonly [number, number];
}

const DAMAGES: readonly Damage[] = [
  { title: 'stack pointer 0', status: 'bad-stack', words: (a) => [0, a.resetHandler] },
  { title: 'stack pointer behind RAM', status: 'bad-stack', words: (a) => [a.ram.end + 8, a.resetHandler] },
  { title: 'even reset handler', status: 'bad-reset-handler', words: (a) => [a.stackPointer, a.resetHandler - 1] },
  {
    title: 'reset handler in the other slot',
    status: 'bad-reset-handler',
    words: (a) => [a.stackPointer, a.other.start + (a.resetHandler - a.slot.start)],
  },
  {
    title: 'reset handler behind the slot',
    status: 'bad-reset-handler',
    words: (a) => [a.stackPointer, a.slot.end + 1],
  },
  { title: 'a vector table of zeros', status: 'bad-stack', words: () => [0, 0] },
  { title: 'a vector table of ones', status: 'empty', words: () => [0xffff_ffff, 0xffff_ffff] },
];

interface Project {
  readonly folder: string;
  readonly layout: Layout;
}

const appOf = ({ layout }: Project, name: string) => layout.apps.find((app) => app.name === name)!;

function aroundOf(project: Project, name: string, bytes: Uint8Array): Around {
  const { layout } = project;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return {
    slot: appOf(project, name).slot,
    other: layout.apps.find((app) => app.name !== name)!.slot,
    ram: layout.ram,
    stackPointer: view.getUint32(0, true),
    resetHandler: view.getUint32(4, true),
  };
}

/** The app's image as flash holds it. */
const flashOf = ({ folder }: Project, name: string) => new Uint8Array(readFileSync(join(folder, `build/${name}.bin`)));

/** An ELF with nothing but these bytes in the app's slot. */
function elfAt(project: Project, name: string, bytes: Uint8Array): string {
  const { start } = appOf(project, name).slot;
  const section: ElfSection = {
    name: '.text',
    type: SHT_PROGBITS,
    flags: SHF_ALLOC,
    address: start,
    loadAddress: start,
    bytes,
    size: bytes.length,
    alignment: 4,
  };
  const file = `${name}-damaged.elf`;
  writeFileSync(join(project.folder, file), writeElf({ entry: start, sections: [section], symbols: [] }));
  return file;
}

function damagedElf(project: Project, name: string, { words }: Damage): string {
  const bytes = flashOf(project, name);
  const view = new DataView(bytes.buffer);
  words(aroundOf(project, name, bytes)).forEach((word, i) => void view.setUint32(4 * i, word, true));
  return elfAt(project, name, bytes);
}

const eventOf = ({ events }: CliResult, name: string) => events.find(({ event }) => event === name);

function expectFallback(result: CliResult, status: string): void {
  expect(eventOf(result, 'boot')).toMatchObject({ slot: 'app2', reason: 'fallback', refused: { status } });
  expect(eventOf(result, 'fault')).toBeUndefined();
  expect(eventOf(result, 'halt')).toBeUndefined();
  expect(result.events.at(-1)).toMatchObject({ event: 'end', reason: 'expected' });
  expect(result.code).toBe(0);
}

function buildCopy(name: string): Project {
  const folder = copyOfExample(name);
  const built = kickstage(folder, 'build', '--json');
  expect(built.code).toBe(0);
  return { folder, layout: JSON.parse(readFileSync(join(folder, 'build/layout.json'), 'utf8')) as Layout };
}

const runOf = (project: Project, ...args: string[]) => kickstage(project.folder, 'run', ...args, '--json');
/** Until the other app says something. */
const runFallback = (project: Project, file: string) =>
  runOf(project, '--image', `app1=${file}`, '--expect', 'APP2 STARTING');

const BOTH: readonly [string, string][] = [
  ['stack pointer 0', 'even reset handler'],
  ['reset handler in the other slot', 'a vector table of ones'],
];

function expectHalt(project: Project, titles: readonly string[]): void {
  const [one, two] = titles.map((title) => DAMAGES.find((damage) => damage.title === title)!);
  const files = [damagedElf(project, 'app1', one), damagedElf(project, 'app2', two)];
  const result = runOf(project, '--image', `app1=${files[0]}`, '--image', `app2=${files[1]}`, '--for', '200ms');
  expect(eventOf(result, 'halt')).toMatchObject({ refused: { status: one.status } });
  expect(eventOf(result, 'boot')).toBeUndefined();
  expect(eventOf(result, 'fault')).toBeUndefined();
  expect(result.events.at(-1)).toMatchObject({ event: 'end', reason: 'time' });
  expect(result.code).toBe(0);
}

describe('two-apps', () => {
  let project: Project;

  beforeAll(() => {
    project = buildCopy('two-apps');
  });

  test('the same bytes, undamaged, are the default app', () => {
    const file = elfAt(project, 'app1', flashOf(project, 'app1'));
    const result = runOf(project, '--image', `app1=${file}`, '--expect', 'APP1 STARTING');
    expect(eventOf(result, 'boot')).toMatchObject({ slot: 'app1', reason: 'default' });
    expect(result.code).toBe(0);
  });

  test.each(DAMAGES)('$title: app2 starts', (damage) => {
    expectFallback(runFallback(project, damagedElf(project, 'app1', damage)), damage.status);
  });

  test.each([
    [4, 'bad-reset-handler'],
    [3, 'bad-stack'],
  ])('an image of the first %i bytes only: app2 starts', (size, status) => {
    const file = elfAt(project, 'app1', flashOf(project, 'app1').slice(0, size));
    expectFallback(runFallback(project, file), status);
  });

  test.each(BOTH)('app1 has %s, app2 %s: a halt that names what is wrong with app1, no lockup', (...titles) =>
    expectHalt(project, titles),
  );

  test('a file of four bytes is refused, exit code 1', () => {
    const elf = readFileSync(join(project.folder, 'build/app1.elf'));
    writeFileSync(join(project.folder, 'cut.elf'), elf.subarray(0, 4));
    const { code, events } = runOf(project, '--image', 'app1=cut.elf');
    expect(code).toBe(1);
    expect(events.map((e) => e.code)).toEqual(['ELF002']);
  });

  test('an app of erased flash behind a good vector table is started, and locks up: exit code 1', () => {
    const file = elfAt(project, 'app1', flashOf(project, 'app1').slice(0, 8));
    const result = runOf(project, '--image', `app1=${file}`);
    expect(eventOf(result, 'boot')).toMatchObject({ slot: 'app1', reason: 'default' });
    expect(eventOf(result, 'fault')).toBeDefined();
    expect(result.events.at(-1)).toMatchObject({ event: 'end', reason: 'lockup' });
    expect(result.code).toBe(1);
  });
});

/** Its report is one word. */
describe('two-apps-classic', () => {
  let project: Project;

  beforeAll(() => {
    project = buildCopy('two-apps-classic');
  });

  test.each([DAMAGES[0], DAMAGES[2]])('$title: app2 starts', (damage) => {
    expectFallback(runFallback(project, damagedElf(project, 'app1', damage)), damage.status);
  });

  test('both are damaged', () => expectHalt(project, BOTH[1]));
});
