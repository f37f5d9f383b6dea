/**
 * gcc judges the generated C: apps for both slots are compiled without a warning, and run under our bootloader on the
 * virtual board and in QEMU. They check their own start-up, read the boot report and switch app1 → app2 → app1.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { referee } from '../../tools/referee.ts';
import { copyOfExample, edit, kickstage, removeCopies } from '../cli/run-cli.ts';
import { Qemu } from '../qemu/qemu.ts';
import { type CApp, compileCApp } from './c-apps.ts';

const gcc = referee('arm-none-eabi-gcc');
const qemu = referee('qemu-system-arm');

const SOURCE = join(import.meta.dirname, 'app.c');
const NO_SLOT = 255;

/** What an app says; `software` where the report carries the reset's cause and the machine has one. */
function story(record: boolean, software: boolean): string[] {
  const start = ['data and bss right, constructor ran, VTOR right, float right', 'SVC 1 EXTI0 1'];
  const report = (slot: number, reason: number, attempts: number) =>
    `report: slot ${slot} wanted ${record ? slot : NO_SLOT} reason ${reason} refusal 0 attempts ${record ? attempts : 0}`;
  const cause = record && software ? ['after a software reset'] : [];
  return [
    ...['=== C APP 1', ...start, report(0, 1, 1)],
    ...['=== C APP 2', ...start, report(1, 2, 2), ...cause],
    ...['=== C APP 1', ...start, report(0, 2, 3), ...cause, 'back again'],
  ];
}

const lines = (text: string) => text.split(/\r?\n/).filter((line) => line !== '');

function compileBoth(folder: string, flags: readonly string[]): CApp[] {
  return ['app1', 'app2'].map((app, here) =>
    compileCApp(folder, app, SOURCE, [`-DHERE=${here}u`, `-DOTHER=${1 - here}u`, ...flags]),
  );
}

afterAll(removeCopies);

/** The virtual board runs the first only: each run builds our images anew. */
const FLAGS: readonly (readonly [string, readonly string[]])[] = [
  ['C99, for size, with the floating-point unit', ['-std=c99', '-Os', '-mfpu=fpv4-sp-d16', '-mfloat-abi=hard']],
  [
    'unoptimised, sections collected',
    ['-std=c99', '-O0', '-ffunction-sections', '-fdata-sections', '-Wl,--gc-sections'],
  ],
  ['link-time optimisation', ['-std=gnu17', '-O2', '-flto']],
];
describe.skipIf(gcc.skip).each([
  ['two-apps', true],
  ['two-apps-classic', false],
] as const)(`C apps in both slots of %s (${gcc.label})`, (name, record) => {
  let folder: string;

  beforeAll(() => {
    folder = copyOfExample(name);
    expect(kickstage(folder, 'generate', 'ld', 'c').code).toBe(0);
    expect(kickstage(folder, 'build').code).toBe(0);
  });

  test('on the virtual board', () => {
    const [one, two] = compileBoth(folder, FLAGS[0][1]);
    const images = ['--image', `app1=${one.elf}`, '--image', `app2=${two.elf}`];
    const run = kickstage(folder, 'run', ...images, '--for', '100ms', '--json');
    expect(run.stderr).toBe('');
    expect(run.events.filter((e) => e.event === 'uart').map((e) => e.text)).toEqual(story(record, true));
    expect(run.events.filter((e) => e.event === 'boot').map((e) => [e.slot, e.reason])).toEqual([
      ['app1', 'default'],
      ['app2', 'mailbox'],
      ['app1', 'mailbox'],
    ]);
  });

  test.skipIf(qemu.skip).each(FLAGS)(`in QEMU: %s (${qemu.label})`, async (_, flags) => {
    const [one, two] = compileBoth(folder, flags);
    const layout = JSON.parse(readFileSync(join(folder, 'build/layout.json'), 'utf8')) as {
      readonly apps: readonly { readonly slot: { readonly start: number } }[];
    };
    const images = [one, two].map(({ bin }, i) => ({ file: bin, address: layout.apps[i].slot.start }));
    const machine = await Qemu.start({ kernel: join(folder, 'build/bootloader.elf'), images });
    try {
      machine.gdb.resume();
      await machine.waitFor('back again\r\n');
      expect(lines(machine.text)).toEqual(story(record, false));
    } finally {
      machine.stop();
    }
  });
});

describe.skipIf(gcc.skip)(`what gcc and ld say (${gcc.label})`, () => {
  let folder: string;

  beforeAll(() => {
    folder = copyOfExample('two-apps');
    expect(kickstage(folder, 'generate', 'ld', 'c', 'memory-x').code).toBe(0);
  });

  function write(name: string, text: string): string {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  }

  test('an app with a C library', () => {
    const source = write(
      'library.c',
      `#include <stdio.h>\n#include <stdlib.h>\n#include "kickstage.h"
       int main(void) { char *t = malloc(40); return snprintf(t, 40, "%u", (unsigned)KICKSTAGE_RAM_SIZE); }\n`,
    );
    const flags = [
      '--specs=nano.specs',
      '--specs=nosys.specs',
      '-Os',
      '-Wl,--no-warn-mismatch',
      '-Wl,--no-fatal-warnings',
    ];
    expect(() => compileCApp(folder, 'app1', source, [...flags, '-Wl,--defsym=__heap_size=4096'])).not.toThrow();
  });

  test('an image larger than its slot does not link', () => {
    const source = write(
      'large.c',
      'int main(void);\nconst char large[200000] = {1};\nint main(void) { return large[7]; }\n',
    );
    expect(() => compileCApp(folder, 'app1', source)).toThrow(/overflowed|larger than its slot/);
  });

  test('too much RAM does not link', () => {
    const source = write('heap.c', 'int main(void);\nint main(void) { return 0; }\n');
    expect(() => compileCApp(folder, 'app1', source, ['-Wl,--defsym=__heap_size=140000'])).toThrow(
      /no room in RAM for heap and stack/,
    );
  });

  test('an image without a vector table does not link', () => {
    edit(folder, 'generated/c/startup.c', 'section(".vectors"), used', 'used');
    try {
      const source = write('heap.c', 'int main(void);\nint main(void) { return 0; }\n');
      expect(() => compileCApp(folder, 'app1', source)).toThrow(/there is no vector table/);
    } finally {
      expect(kickstage(folder, 'generate', 'ld').code).toBe(0);
    }
  });

  test.each([
    ...['c99', 'c11', 'c17'].map((standard) => ['arm-none-eabi-gcc', 'c', standard]),
    ...['c++11', 'c++20'].map((standard) => ['arm-none-eabi-g++', 'c++', standard]),
  ])('%s: the header as %s of %s, with more warnings', (compiler, language, standard) => {
    const source = write(
      'header.txt',
      `#include "kickstage.h"
       int main() { struct kickstage_report r; if (kickstage_boot_report(&r)) kickstage_switch_to(r.slot); return 0; }\n`,
    );
    const warnings = ['-Wall', '-Wextra', '-pedantic', '-Wconversion', '-Wshadow', '-Werror'];
    const flags = [`-std=${standard}`, ...warnings, '-mcpu=cortex-m4', '-mthumb', '-fsyntax-only', '-x', language];
    const result = spawnSync(compiler, [...flags, '-I', join(folder, 'generated/c'), source], { encoding: 'utf8' });
    expect([result.stderr, result.status]).toEqual(['', 0]);
  });

  test('memory.x within a linker script of another', () => {
    const code = write('code.s', '.section .text\n.global _start\n_start: .word _start, __kickstage_mailbox_start\n');
    const rest = write('rest.x', 'INCLUDE generated/app2/memory.x\nSECTIONS { .text : { *(.text) } > FLASH }\n');
    const flags = ['-nostdlib', '-mcpu=cortex-m4', '-mthumb', '-T', rest, code, '-o', 'memory-x.elf'];
    execFileSync('arm-none-eabi-gcc', flags, { cwd: folder });
    const dump = execFileSync('arm-none-eabi-objdump', ['-s', '-j', '.text', 'memory-x.elf'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(dump).toContain(' 8040000 00000408 c0ff0120 ');
  });
});
