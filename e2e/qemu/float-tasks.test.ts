/**
 * Two tasks with floating-point state, switched by PendSV (e2e/c-app/float-tasks.c, newlib, hard floating-point calls):
 * together they compute what each computes alone, and the virtual board prints what QEMU prints.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStm32f411 } from '@kickstage/emulator/machines/stm32f411';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { referee } from '../../tools/referee.ts';
import { Qemu } from './qemu.ts';

const qemu = referee('qemu-system-arm');
const gcc = referee('arm-none-eabi-gcc');
const SOURCE = join(import.meta.dirname, '../c-app');
const CPU = ['-mcpu=cortex-m4', '-mthumb', '-mfpu=fpv4-sp-d16', '-mfloat-abi=hard'];
const LIBRARY = ['-nostartfiles', '--specs=nosys.specs', '-Wl,--build-id=none'];

let folder = '';
let elf = '';
let bin = '';

function build(): void {
  folder = mkdtempSync(join(tmpdir(), 'kickstage-float-'));
  elf = join(folder, 'tasks.elf');
  bin = join(folder, 'tasks.bin');
  const files = ['-T', join(SOURCE, 'float-tasks.ld'), join(SOURCE, 'float-tasks.c'), '-lm', '-o', elf];
  execFileSync('arm-none-eabi-gcc', [...CPU, '-O2', '-Wall', '-Wextra', ...LIBRARY, ...files], { stdio: 'pipe' });
  execFileSync('arm-none-eabi-objcopy', ['-O', 'binary', elf, bin]);
}

/** What the virtual board's USART2 has sent when the program is done. */
function onTheVirtualBoard(): string {
  const { machine } = createStm32f411({ seed: 3 });
  let text = '';
  machine.load(0x08000000, new Uint8Array(readFileSync(bin)));
  machine.listen((event) => {
    if (event.event === 'uart') text += String.fromCharCode(event.byte);
  });
  machine.reset('power-on');
  for (let ms = 50; ms < 1000 && !/done\n$|fault/.test(text); ms += 50) {
    expect(machine.run({ untilSeconds: ms / 1000 })).toEqual({ reason: 'time' });
  }
  return text;
}

describe.skipIf(gcc.skip)(gcc.label, () => {
  let text = '';
  beforeAll(() => {
    build();
    text = onTheVirtualBoard();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('both tasks compute the same bits alone and together, with either way of stacking', () => {
    const lines = text.split('\n');
    expect(lines.filter((line) => !line.includes(': '))).toEqual(['switched often', 'switched often', 'done', '']);
    const results = (how: string) => lines.filter((line) => line.startsWith(how)).map((line) => line.split(': ')[1]);
    const alone = results('alone');
    expect(alone).toHaveLength(2);
    expect(alone.join()).toMatch(/^task 1 [0-9a-f]{8} 4\.42\d{4},task 2 [0-9a-f]{8} 43996\.\d{6}$/);
    expect(results('lazy stacking')).toEqual(alone);
    expect(results('stacking at once')).toEqual(alone);
  });

  test.skipIf(qemu.skip)(`the same lines in QEMU (${qemu.label})`, async () => {
    const machine = await Qemu.start({ kernel: elf, images: [] });
    try {
      machine.gdb.resume();
      await machine.waitFor('done\n');
      expect(machine.text).toBe(text);
    } finally {
      machine.stop();
    }
  });
});
