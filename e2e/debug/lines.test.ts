/** Line tables: binutils read them without a warning, and agree with the code generator's own places. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readElf } from '@kickstage/elf/read';
import { afterAll, describe, expect, test } from 'vitest';
import { referee } from '../../tools/referee.ts';
import {
  buildExample,
  codeOf,
  type DebugBuild,
  type ExampleName,
  elfOf,
  imageOf,
  placeAt,
  removeFolders,
} from './debug-build.ts';

const { skip, label } = referee('arm-none-eabi-readelf');
const IMAGES = ['bootloader', 'app1', 'app2'];

const builds = new Map<ExampleName, Promise<DebugBuild>>();
const built = (name: ExampleName) => {
  if (!builds.has(name)) builds.set(name, buildExample(name));
  return builds.get(name)!;
};

afterAll(removeFolders);

function run(program: string, args: readonly string[], input = ''): string {
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: 'utf8', input, maxBuffer: 2 ** 26 });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
}

describe.skipIf(skip)(`${label}: no warnings`, () => {
  test.each(IMAGES)('%s of two-apps', async (name) => {
    const elf = elfOf(await built('two-apps'), name);
    const text = run('arm-none-eabi-readelf', ['-W', '--debug-dump=info,abbrev,line,decodedline,frames,aranges', elf]);
    expect(text).not.toMatch(/warning|corrupt|<unknown|unknown (?:AT|TAG|FORM)/i);
    run('arm-none-eabi-readelf', ['-W', '--debug-dump=Ranges,loc,str', elf]);
    run('arm-none-eabi-objdump', ['-dl', elf]);
  });
});

/** Even addresses of code, literal pools and tables left out. */
function addressesOf(build: DebugBuild, name: string): number[] {
  return codeOf(imageOf(build, name)).flatMap(({ section, address }) => {
    const all = Array.from({ length: section.size / 2 }, (_, i) => 2 * i);
    const isData = (offset: number) => section.dataRanges?.some(({ start, end }) => offset >= start && offset < end);
    return all.filter((offset) => !isData(offset)).map((offset) => address + offset);
  });
}

describe.skipIf(skip).each(['two-apps', 'two-apps-classic'] as const)('%s: addr2line', (example) => {
  test.each(IMAGES)('%s', async (name) => {
    const build = await built(example);
    const addresses = addressesOf(build, name);
    const input = addresses.map((address) => `0x${address.toString(16)}\n`).join('');
    const lines = run('arm-none-eabi-addr2line', ['-f', '-e', elfOf(build, name)], input)
      .trimEnd()
      .split('\n');
    const code = codeOf(imageOf(build, name));
    const wrong = addresses.flatMap((at, i) => {
      const placed = code.find(({ address, section }) => at >= address && at < address + section.size)!;
      const place = placeAt(placed, at);
      const theirs = lines[2 * i + 1].replace(/^\.\//, '').replace(/ \(discriminator \d+\)$/, '');
      const ours = place ? `${place.file}:${place.line}` : theirs;
      return ours === theirs ? [] : [{ at: at.toString(16), ours, theirs }];
    });
    expect(wrong).toEqual([]);
    const functions = new Set(addresses.map((_, i) => lines[2 * i]));
    expect(functions).toContain('Reset_Handler');
    expect([...functions].filter((text) => text.includes('/'))).toEqual([]);
  });
});

test('debug sections are loaded nowhere, and no path of this machine is in them', async () => {
  const build = await built('two-apps');
  for (const name of IMAGES) {
    const bytes = new Uint8Array(readFileSync(elfOf(build, name)));
    const { value: elf } = readElf(bytes, name);
    const debug = elf!.sections.filter((section) => section.name.startsWith('.debug_'));
    expect(debug.map((section) => section.name)).toContain('.debug_line');
    expect(debug.filter(({ flags, address }) => flags !== 0 || address !== 0)).toEqual([]);
    const text = Buffer.from(bytes).toString('latin1');
    expect(text).not.toContain(build.folder);
    expect(text).not.toContain(import.meta.dirname.slice(0, 5));
  }
});
