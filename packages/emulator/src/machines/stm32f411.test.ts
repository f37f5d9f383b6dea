/**
 * The whole STM32F411 at work: a C program raises the clock, blinks by a timer, talks on a serial port and answers a key
 * by interrupt, all with blocks that are tested on their own elsewhere; and what the wiring refuses.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { referee } from '../../../../tools/referee.ts';
import { createStm32f411 } from './stm32f411.ts';

const gcc = referee('arm-none-eabi-gcc');
const SOURCE = new URL('../../fixtures/clocks.c', import.meta.url).pathname;

function build(): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'kickstage-'));
  try {
    const script = join(folder, 'flash.ld');
    const elf = join(folder, 'a.elf');
    const bin = join(folder, 'a.bin');
    writeFileSync(script, 'SECTIONS { . = 0x08000000; .text : { *(.vectors) *(.text*) *(.rodata*) } }');
    const flags = ['-mcpu=cortex-m4', '-mthumb', '-Os', '-nostdlib', '-ffreestanding', '-Wl,--build-id=none'];
    execFileSync('arm-none-eabi-gcc', [...flags, '-T', script, SOURCE, '-o', elf]);
    execFileSync('arm-none-eabi-objcopy', ['-O', 'binary', elf, bin]);
    return new Uint8Array(readFileSync(bin));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

let program: Uint8Array;

/** A board that runs the program, what its serial port said and when PC13 changed. */
function board(hseHz?: number) {
  const chip = createStm32f411({ seed: 7, ...(hseHz === undefined ? {} : { hseHz }) });
  let text = '';
  const edges: [ms: number, level: number][] = [];
  chip.machine.load(0x08000000, program);
  chip.machine.listen((event) => {
    if (event.event === 'uart') text += String.fromCharCode(event.byte);
    if (event.event === 'pin' && event.pin === 'PC13') edges.push([chip.machine.seconds() * 1000, event.level]);
  });
  chip.machine.reset('power-on');
  const run = (seconds: number) => chip.machine.run({ untilSeconds: seconds });
  return { chip, run, edges, text: () => text };
}

describe.skipIf(gcc.skip)(`C program at 96 MHz, ${gcc.label}`, () => {
  beforeAll(() => {
    program = build();
  });

  test('clock, text, blinking to the microsecond, key', () => {
    const { chip, run, edges, text } = board(25_000_000);
    expect(run(0.1)).toEqual({ reason: 'time' });
    expect([chip.machine.clock.frequency(), text()]).toEqual([96e6, 'ready\n']);
    const spans = edges.slice(2).map(([ms, level], i) => [edges[i + 1][1], ms - edges[i + 1][0], level] as const);
    expect(spans.length).toBeGreaterThan(10);
    for (const [level, ms] of spans) expect(Math.abs(ms - (level === 1 ? 10 : 5))).toBeLessThan(0.002);
    chip.drive('PA0', 0);
    run(0.12);
    expect(text()).toBe('ready\n');
    chip.drive('PA0', undefined);
    run(0.13);
    expect(text()).toBe('ready\nkey\n');
  });

  test('without a crystal it waits for ever', () => {
    const { chip, run, text } = board();
    expect(run(0.02)).toEqual({ reason: 'time' });
    expect([chip.machine.clock.frequency(), text()]).toEqual([16e6, '']);
  });

  test('from a snapshot the same run, on this machine and on a fresh one', () => {
    const first = board(25_000_000);
    first.run(0.0025);
    const state = structuredClone(first.chip.machine.snapshot());
    const further = ({ chip, run, text, edges }: typeof first) => {
      const [before, count] = [text().length, edges.length];
      run(0.05);
      return [text().slice(before), edges.slice(count), chip.machine.cpu.instructions];
    };
    const once = further(first);
    expect(once[1]).not.toEqual([]);
    for (const other of [first, board(25_000_000)]) {
      other.chip.machine.restore(state);
      expect(further(other)).toEqual(once);
    }
  });
});

/** Accesses by the bus, as the processor makes them. */
describe('wiring', () => {
  const fresh = () => {
    const chip = createStm32f411({ hseHz: 25_000_000 });
    return chip.machine.bus;
  };

  test.each([
    ['EMU009', 0x40020000, 'GPIOA is used while its clock is off: set bit 0 of RCC_AHB1ENR first'],
    ['EMU004', 0x40005400, 'read of I2C1 at offset 0x00: it is not modelled'],
    ['EMU004', 0x1fffc000, 'read of option bytes at offset 0x00: it is not modelled'],
  ])('%s at address %i', (_, address, message) => {
    expect(() => fresh().read32(address)).toThrow(message);
  });

  test('ids', () => {
    const bus = fresh();
    expect([bus.read16(0x1fff7a22), bus.read32(0xe0042000) & 0xfff]).toEqual([512, 0x431]);
  });

  test('backup registers: what has to be set first, and what survives', () => {
    const { machine } = createStm32f411({});
    const { bus } = machine;
    const BKP0R = 0x40002850;
    machine.reset('power-on');
    expect(() => bus.read32(BKP0R)).toThrow('RTC_BKP0R is used while the RTC has no clock');
    bus.write32(0x40023840, 1 << 28);
    expect(() => bus.write32(0x40023870, 0x8200)).toThrow('RCC_BDCR is written while the backup domain is closed');
    bus.write32(0x40007000, bus.read32(0x40007000) | (1 << 8));
    bus.write32(0x40023870, 0x8200);
    bus.write32(BKP0R, 0x12345678);
    machine.reset('system');
    expect(bus.read32(BKP0R)).toBe(0x12345678);
    expect(() => bus.write32(BKP0R, 1)).toThrow('RTC_BKP0R is written while the backup domain is closed');
  });

  test('CRC, and timers that share an interrupt', () => {
    const bus = fresh();
    bus.write32(0x40023830, 1 << 12);
    bus.write32(0x40023000, 0);
    expect(bus.read32(0x40023000) >>> 0).toBe(0xc704dd7b);
    bus.write32(0x40023844, (1 << 0) | (1 << 17));
    for (const timer of [0x40010000, 0x40014400]) {
      bus.write32(timer + 0x0c, 1);
      bus.write32(timer + 0x14, 1);
    }
    bus.write32(0x40010010, 0);
    bus.write32(0xe000e280, 1 << 25);
    expect(bus.read32(0xe000e200)).toBe(1 << 25);
    bus.write32(0x40014410, 0);
    bus.write32(0xe000e280, 1 << 25);
    expect(bus.read32(0xe000e200)).toBe(0);
  });

  test('a block held in reset', () => {
    const bus = fresh();
    bus.write32(0x40023830, 1);
    bus.write32(0x40023810, 1);
    expect(() => bus.read32(0x40020000)).toThrow(
      'GPIOA is used while it is held in reset: clear bit 0 of RCC_AHB1RSTR',
    );
  });
});
