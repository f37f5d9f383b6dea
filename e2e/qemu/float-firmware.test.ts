/**
 * Firmware that computes with f32 in its main program and in two handlers, one of which interrupts the other: each gets
 * the bits that it gets alone, whatever was interrupted, on the virtual board and in QEMU, on the floating-point unit with
 * both ways of stacking its state and by routines.
 */
import { join } from 'node:path';
import { createStm32f411 } from '@kickstage/emulator/machines/stm32f411';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { referee } from '../../tools/referee.ts';
import { buildSource, type DebugBuild, imageOf, removeFolders } from '../debug/debug-build.ts';
import { Qemu } from './qemu.ts';

const qemu = referee('qemu-system-arm');

const SOURCE = `
import * as usart2 from 'kickstage/firmware/drivers/usart2';
import { startUp } from 'kickstage/firmware/hal/start-up';
import { startSysTick, stopSysTick } from 'kickstage/firmware/hal/systick';
import { dsb, isb } from 'kickstage/firmware/intrinsics/cpu';
import { ld32, st32 } from 'kickstage/firmware/intrinsics/mmio';

const SCB_ICSR: usize = 0xe000ed04;
const PENDSVSET: u32 = 1 << 28;
const SCB_SHPR3: usize = 0xe000ed20;
const FPCCR: usize = 0xe000ef34;

let ticks: u32 = 0;
let tickValue: f32 = 0.3;
let serviceValue: f32 = 0.7;

/** Many values at once, a few of them across a call; all stay small. */
function chain(x: f32, turns: u32): f32 {
  let a = x * 0.5;
  let b = x * 0.25 + 0.125;
  let c = x;
  let d: f32 = 0.75;
  let e: f32 = 0.0625;
  for (let i: u32 = 0; i < turns; i++) {
    a = <f32>3.71 * a * (1 - a);
    b = <f32>3.83 * b * (1 - b);
    c = root(a * b + e * c);
    d = (a + c * 0.5) / (b * b + 1.5) - <f32>(i & 7) * 0.0625;
    e = e * 0.5 + d * 0.25;
  }
  return (a + b * 2 - c + d * e) * 0.25;
}

function root(x: f32): f32 {
  if (x < 0) return 0.1;
  return Mathf.sqrt(x) - <f32><i32>(x * 3) * 0.125;
}

function fraction(x: f32): f32 {
  const size = Mathf.abs(x);
  return size - <f32><i32>size;
}

export function SysTick_Handler(): void {
  tickValue = fraction(chain(tickValue, 3));
  ticks++;
  st32(SCB_ICSR, PENDSVSET);
}

export function PendSV_Handler(): void {
  serviceValue = fraction(chain(serviceValue, 5));
}

function hex(word: u32): void {
  for (let shift = 28; shift >= 0; shift -= 4) {
    const digit = (word >>> shift) & 15;
    usart2.writeByte(digit < 10 ? 48 + digit : 87 + digit);
  }
}

function tell(name: string, value: f32): void {
  usart2.write(name);
  hex(reinterpret<u32>(value));
  usart2.writeLine('');
}

/** The same with interrupts as without. */
function together(alone: f32): void {
  ticks = 0;
  startSysTick(60000);
  let same = true;
  while (ticks < 30) same = same && reinterpret<u32>(chain(0.9, 200)) === reinterpret<u32>(alone);
  stopSysTick();
  usart2.writeLine(same ? 'main as alone' : 'main is disturbed');
}

export function Reset_Handler(): void {
  startUp();
  usart2.start(16000000, 115200);
  st32(SCB_SHPR3, 0x40f00000);
  const alone = chain(0.9, 200);
  tell('main ', alone);
  together(alone);
  // At once instead of lazily, and neither.
  for (let ways: u32 = 0; ways < 2; ways++) {
    if (ld32(0xe000ed88) === 0) break;
    st32(FPCCR, ways === 0 ? 0x80000000 : 0xc0000000);
    dsb();
    isb();
    together(alone);
  }
  let tick: f32 = 0.3;
  let found = false;
  for (let i = 0; i < 1000 && !found; i++) {
    found = reinterpret<u32>(tick) === reinterpret<u32>(tickValue);
    tick = fraction(chain(tick, 3));
  }
  usart2.writeLine(found ? 'ticks as alone' : 'ticks are disturbed');
  let service: f32 = 0.7;
  found = false;
  for (let i = 0; i < 1000 && !found; i++) {
    found = reinterpret<u32>(service) === reinterpret<u32>(serviceValue);
    service = fraction(chain(service, 5));
  }
  usart2.writeLine(found ? 'service as alone' : 'service is disturbed');
  tell('nan ', tick / 0 - tick / 0);
  usart2.writeLine('done');
  while (true) {}
}
`;

afterAll(removeFolders);

/** What the virtual board's USART2 has sent when the program is done. */
function onTheVirtualBoard({ build }: DebugBuild): string {
  const { machine } = createStm32f411({ seed: 3 });
  let text = '';
  machine.listen((event) => {
    if (event.event === 'uart') text += String.fromCharCode(event.byte);
  });
  for (const { address, bytes } of build.flash) machine.load(address, bytes);
  machine.reset('power-on');
  for (let ms = 50; ms < 2000 && !text.includes('done'); ms += 50) {
    expect(machine.run({ untilSeconds: ms / 1000 })).toEqual({ reason: 'time' });
  }
  return text;
}

const WAYS = (['none', 'size'] as const).flatMap((level) =>
  (['fpu', 'soft'] as const).map((floats) => ({ level, floats })),
);
/** What main has computed, each way. */
const mains = new Set<string>();
const MAIN = /^main [0-9a-f]{8}$/;

describe.each(WAYS)('level $level, floats $floats', ({ level, floats }) => {
  let build: DebugBuild;
  let text = '';
  beforeAll(async () => {
    build = await buildSource(SOURCE, level, ['bootloader', 'app1'], floats);
    text = onTheVirtualBoard(build);
  }, 120_000);

  test('each computes what it computes alone', () => {
    const [main, ...lines] = text.split('\r\n');
    expect(main).toMatch(MAIN);
    mains.add(main);
    const runs = new Array<string>(floats === 'fpu' ? 3 : 1).fill('main as alone');
    expect(lines).toEqual([...runs, 'ticks as alone', 'service as alone', 'nan 7fc00000', 'done', '']);
  });

  test.skipIf(qemu.skip)(`the same lines in QEMU (${qemu.label})`, async () => {
    const address = imageOf(build, 'app1').linked.image.slot.start;
    const file = join(build.folder, 'build/app1.bin');
    const machine = await Qemu.start({
      kernel: join(build.folder, 'build/bootloader.elf'),
      images: [{ file, address }],
    });
    try {
      machine.gdb.resume();
      await machine.waitFor('done\r\n');
      expect(machine.text).toBe(text);
    } finally {
      machine.stop();
    }
  });
});

test('all ways compute the same', () => {
  expect([...mains].length).toBe(1);
});
