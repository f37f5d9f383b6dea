/**
 * Firmware with floats on the virtual board: f32, f64 and the language's Math, printed over the serial port; by routines
 * and on the floating-point unit.
 */

import { blackpill } from '@kickstage/chips/boards/blackpill';
import { createStm32f411 } from '@kickstage/emulator/machines/stm32f411';
import type { OptimizationLevel } from '@kickstage/toolchain/assemblyscript/optimize';
import { buildProject } from '@kickstage/toolchain/build';
import { expect, test } from 'vitest';
import { IS_THOROUGH } from '../../tools/thorough.ts';
import { expectNoErrors, FIRMWARE, layoutOf, RECORD } from './firmware-files.ts';

const layout = layoutOf(RECORD);

const APP = `
import * as usart2 from 'kickstage/firmware/drivers/usart2';
import { startCrystal } from 'kickstage/firmware/hal/rcc';
import { startUp } from 'kickstage/firmware/hal/start-up';
import { startSysTick } from 'kickstage/firmware/hal/systick';
import { wfi } from 'kickstage/firmware/intrinsics/cpu';

const SAMPLES: StaticArray<f32> = [0.5, -1.25, 3.75, 2.0, -0.125];
let scale: f64 = 0.1;
/** Shared with the handler. */
let level: f32 = 0.25;

export function SysTick_Handler(): void { level += 0.5; }

function print(value: f64): void {
  let rest = value;
  if (rest < 0) {
    usart2.writeByte(45);
    rest = -rest;
  }
  let digits = <u64>Math.floor(rest * 1000000 + 0.5);
  let unit: u64 = 1000000;
  while (unit * 10 <= digits) unit *= 10;
  for (; unit > 0; unit /= 10) {
    usart2.writeByte(48 + <u32>(digits / unit));
    digits %= unit;
    if (unit === 1000000) usart2.writeByte(46);
  }
  usart2.writeLine('');
}

function rootMeanSquare(): f32 {
  let sum: f32 = 0;
  for (let i = 0; i < SAMPLES.length; i++) sum += SAMPLES[i] * SAMPLES[i];
  return Mathf.sqrt(sum / <f32>SAMPLES.length);
}

/** More floats than there are registers for arguments. */
function blend(a: f32, b: f64, c: f32, d: f64, e: i32): f64 {
  return a * b + c * d - e;
}

export function Reset_Handler(): void {
  startUp();
  const hz = startCrystal();
  usart2.start(hz, 115200);
  print(rootMeanSquare());
  scale *= 3;
  print(scale);
  print(Math.sqrt(2));
  print(Math.sin(0.5) * 1e3);
  print(Math.log(10));
  print(blend(1.5, 2.25, -0.5, 1e4, 7));
  print(<f64><i64>-1.9e10);
  const before = level;
  startSysTick(1000);
  while (level < before + 1) wfi();
  print(level >= 1.25 ? 1 : 0);
  usart2.writeLine('end');
  while (true) wfi();
}
`;

const LINES = [
  Math.sqrt((0.25 + 1.5625 + 14.0625 + 4 + 0.015625) / 5),
  0.1 * 3,
  Math.SQRT2,
  Math.sin(0.5) * 1e3,
  Math.LN10,
  1.5 * 2.25 - 0.5 * 1e4 - 7,
  -1.9e10,
  1,
].map((x) => x.toFixed(6));

const BOOT = "export { Reset_Handler } from 'kickstage/firmware/boot/main';";

interface Options {
  readonly floats: 'soft' | 'fpu';
  readonly optimize: OptimizationLevel;
}

/** Builds the bootloader and app1, gives what app1 prints, and the machine. */
async function run(boot: string, app: string, { floats, optimize }: Options) {
  const sources = new Map([
    ['boot/main.ts', boot],
    ['apps/app1.ts', app],
  ]);
  const { value, diagnostics } = await buildProject({
    layout: { ...layout, apps: layout.apps.map((image) => ({ ...image, floats })) },
    chip: blackpill.chip,
    firmware: FIRMWARE,
    readSource: (path) => sources.get(path),
    only: ['bootloader', 'app1'],
    verify: true,
    optimize,
  });
  expectNoErrors(diagnostics);
  const { machine } = createStm32f411({ hseHz: blackpill.hseHz, seed: 7 });
  let text = '';
  machine.listen((event) => {
    if (event.event === 'uart') text += String.fromCharCode(event.byte);
  });
  for (const { address, bytes } of value!.flash) machine.load(address, bytes);
  machine.reset('power-on');
  expect(machine.run({ untilSeconds: 0.1 })).toEqual({ reason: 'time' });
  return { text, machine, images: value!.images };
}

const LEVELS: readonly OptimizationLevel[] = ['none', 'speed', 'size'];
const WAYS = LEVELS.flatMap((optimize) => (['soft', 'fpu'] as const).map((floats) => ({ optimize, floats })));
const CPACR = 0xe000_ed88;

test.each(WAYS.filter(({ optimize }) => IS_THOROUGH || optimize !== 'speed'))(
  'level $optimize, floats $floats',
  async (options) => {
    const { text, machine, images } = await run(BOOT, APP, options);
    expect(text.split('\r\n')).toEqual([...LINES, 'end', '']);
    expect(machine.bus.read32(CPACR)).toBe(options.floats === 'fpu' ? 0x00f0_0000 : 0);
    expect(images.map(({ linked }) => linked.usesFpu)).toEqual([false, options.floats === 'fpu']);
  },
);

/** Computes in the bootloader, with a handler that does so, too. */
const COMPUTING_BOOT = `
import { handOver } from 'kickstage/firmware/boot/hand-over';
import { startSysTick } from 'kickstage/firmware/hal/systick';
import { wfi } from 'kickstage/firmware/intrinsics/cpu';
import { ld32, st32 } from 'kickstage/firmware/intrinsics/volatile';

const WORD: usize = 0x20001000;

export function SysTick_Handler(): void {
  st32(WORD, reinterpret<u32>(Mathf.sqrt(reinterpret<f32>(ld32(WORD))) * <f32>1.5));
}

export function Reset_Handler(): void {
  st32(WORD, reinterpret<u32>(<f32>7));
  startSysTick(1000);
  let sum: f32 = 0;
  while (reinterpret<f32>(ld32(WORD)) > 2.6) {
    sum += 0.5;
    wfi();
  }
  handOver(sum > 0 ? ${layout.apps[0].slot.start} : 0);
}
`;

/** Tells what it finds. */
const LOOKING_APP = `
import * as usart2 from 'kickstage/firmware/drivers/usart2';
import { startCrystal } from 'kickstage/firmware/hal/rcc';
import { startUp } from 'kickstage/firmware/hal/start-up';
import { mrs_control, wfi } from 'kickstage/firmware/intrinsics/cpu';
import { ld32 } from 'kickstage/firmware/intrinsics/mmio';

export function Reset_Handler(): void {
  const control = mrs_control();
  startUp();
  usart2.start(startCrystal(), 115200);
  usart2.writeLine(control === 0 ? 'control 0' : 'control');
  usart2.writeLine(ld32(0xe000ed88) === 0 ? 'cpacr 0' : 'cpacr');
  usart2.writeLine(ld32(0xe000ef3c) === 0 ? 'fpdscr 0' : 'fpdscr');
  usart2.writeLine(ld32(0xe000ef34) === 0xc0000000 ? 'fpccr as after reset' : 'fpccr');
  while (true) wfi();
}
`;

test.each(LEVELS)('a bootloader that computes leaves the unit as after reset, level %s', async (optimize) => {
  const { text, images } = await run(COMPUTING_BOOT, LOOKING_APP, { floats: 'fpu', optimize });
  expect(images.map(({ linked }) => linked.usesFpu)).toEqual([true, false]);
  expect(text.split('\r\n')).toEqual(['control 0', 'cpacr 0', 'fpdscr 0', 'fpccr as after reset', '']);
});
