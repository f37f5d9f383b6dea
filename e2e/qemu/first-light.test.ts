/** QEMU runs the files that `kickstage build` wrote: boot, switch through the mailbox, software reset, the same lines. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { referee } from '../../tools/referee.ts';
import { copyOfExample, kickstage, removeCopies } from '../cli/run-cli.ts';
import { Qemu } from './qemu.ts';

const qemu = referee('qemu-system-arm');
const gcc = referee('arm-none-eabi-gcc');

/** NVIC_ISPR0, and EXTI0's bit in it: QEMU has no button, so that the test pends the interrupt itself. */
const NVIC_ISPR0 = 0xe000e200;
const EXTI0_PENDING = 1 << 6;

const APP1_LINES = [
  '=== APP1 STARTING ===',
  'APP1: Init complete - button interrupt enabled',
  'APP1: Press button to switch to APP2',
];
const APP2_LINES = [
  '=== APP2 STARTING ===',
  'APP2: Init complete - fast blinker mode',
  'APP2: Press button to switch to APP1',
];

interface Layout {
  readonly apps: readonly { readonly name: string; readonly slot: { readonly start: number } }[];
}

/** Builds a project and says where its files are and where its apps belong. */
function build(folder: string): { kernel: string; slots: Map<string, number> } {
  const built = kickstage(folder, 'build', '--json');
  expect(built.code).toBe(0);
  const layout = JSON.parse(readFileSync(join(folder, 'build/layout.json'), 'utf8')) as Layout;
  return {
    kernel: join(folder, 'build/bootloader.elf'),
    slots: new Map(layout.apps.map((app) => [app.name, app.slot.start])),
  };
}

const lines = (text: string) => text.split(/\r?\n/).filter((line) => line !== '');

/** Free RAM below the mailbox for one instruction: `str r1, [r0]`. */
const SCRATCH = 0x2000f000;
const STR_R1_R0 = 0x60016001;

/** QEMU's stub writes memory, not registers of devices: the store is made by the processor itself, in a single step. */
async function pressByInterrupt({ gdb }: Qemu): Promise<void> {
  await gdb.interrupt();
  const saved = await gdb.readRegisters();
  const word = await gdb.readWord(SCRATCH);
  await gdb.writeWord(SCRATCH, STR_R1_R0);
  await gdb.writeRegister(0, NVIC_ISPR0);
  await gdb.writeRegister(1, EXTI0_PENDING);
  await gdb.writeRegister(15, SCRATCH);
  await gdb.step();
  await gdb.writeWord(SCRATCH, word);
  for (const register of [0, 1, 15]) await gdb.writeRegister(register, saved[register]);
  gdb.resume();
}

afterAll(removeCopies);

describe.skipIf(qemu.skip).each(['two-apps', 'two-apps-classic'])(`%s in QEMU (${qemu.label})`, (name) => {
  let machine: Qemu;
  let folder: string;

  beforeAll(async () => {
    folder = copyOfExample(name);
    const { kernel, slots } = build(folder);
    const images = [...slots].map(([app, address]) => ({ file: join(folder, `build/${app}.bin`), address }));
    machine = await Qemu.start({ kernel, images });
  });

  afterAll(() => machine?.stop());

  test('the default app starts, an interrupt switches, the second app starts', async () => {
    machine.gdb.resume();
    await machine.waitFor(APP1_LINES[2]);
    await pressByInterrupt(machine);
    await machine.waitFor(APP2_LINES[2]);
    expect(lines(machine.text)).toEqual([...APP1_LINES, 'APP1: Button pressed! Switching to APP2...', ...APP2_LINES]);
  });
});

describe.skipIf(qemu.skip || gcc.skip)(`a C app in slot 2 of two-apps-classic (${gcc.label}, ${qemu.label})`, () => {
  const C_LINES = [
    '=== C APP STARTING ===',
    'C: data and bss are right',
    'C: the request was cleared',
    'C: VTOR is this slot',
    'C: switching to APP1',
  ];
  let folder: string;
  let kernel: string;
  let slots: Map<string, number>;

  beforeAll(() => {
    folder = copyOfExample('two-apps-classic');
    ({ kernel, slots } = build(folder));
    const source = join(import.meta.dirname, '../c-app');
    const elf = join(folder, 'build/c-app.elf');
    const flags = ['-mcpu=cortex-m4', '-mthumb', '-Os', '-ffreestanding', '-nostdlib'];
    execFileSync('arm-none-eabi-gcc', [...flags, '-T', join(source, 'app.ld'), join(source, 'app.c'), '-o', elf]);
    execFileSync('arm-none-eabi-objcopy', ['-O', 'binary', elf, join(folder, 'build/c-app.bin')]);
  });

  test('in QEMU', async () => {
    const images = [
      { file: join(folder, 'build/app1.bin'), address: slots.get('app1')! },
      { file: join(folder, 'build/c-app.bin'), address: slots.get('app2')! },
    ];
    const machine = await Qemu.start({ kernel, images });
    try {
      machine.gdb.resume();
      await machine.waitFor(APP1_LINES[2]);
      const seen = machine.text.length;
      await pressByInterrupt(machine);
      await machine.waitFor(APP1_LINES[2], seen);
      expect(lines(machine.text.slice(seen))).toEqual([
        'APP1: Button pressed! Switching to APP2...',
        ...C_LINES,
        ...APP1_LINES,
      ]);
    } finally {
      machine.stop();
    }
  });

  test('on the virtual board', () => {
    const run = kickstage(
      folder,
      ...['run', '--image', `app2=${join(folder, 'build/c-app.elf')}`, '--press', 'PA0@1s', '--for', '2s', '--json'],
    );
    expect(run.stderr).toBe('');
    const texts = run.events.filter((e) => e.event === 'uart').map((e) => e.text);
    expect(texts).toEqual([...APP1_LINES, 'APP1: Button pressed! Switching to APP2...', ...C_LINES, ...APP1_LINES]);
    const boots = run.events.filter((e) => e.event === 'boot').map((e) => [e.slot, e.reason]);
    expect(boots).toEqual([
      ['app1', 'default'],
      ['app2', 'mailbox'],
      ['app1', 'mailbox'],
    ]);
  });
});
