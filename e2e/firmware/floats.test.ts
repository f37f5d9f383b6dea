/** Firmware with floats on the virtual board: f32, f64 and the language's Math, printed over the serial port. */
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { createStm32f411 } from '@kickstage/emulator/machines/stm32f411';
import type { OptimizationLevel } from '@kickstage/toolchain/assemblyscript/optimize';
import { buildProject } from '@kickstage/toolchain/build';
import { expect, test } from 'vitest';
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

test.each<OptimizationLevel>(['none', 'speed', 'size'])('level %s', async (optimize) => {
  const sources = new Map([
    ['boot/main.ts', "export { Reset_Handler } from 'kickstage/firmware/boot/main';"],
    ['apps/app1.ts', APP],
  ]);
  const { value, diagnostics } = await buildProject({
    layout,
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
  expect(text.split('\r\n')).toEqual([...LINES, 'end', '']);
});
