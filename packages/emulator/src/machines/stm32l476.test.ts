/** The virtual STM32L476 as a whole, with a C program that the vendor's way of working could have given. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { referee } from '../../../../tools/referee.ts';
import type { MachineEvent } from '../peripheral.ts';
import { createStm32l476, type Stm32l476 } from './stm32l476.ts';

const gcc = referee('arm-none-eabi-gcc');
const FIXTURES = new URL('../../fixtures/stm32l476/', import.meta.url).pathname;
const FLASH = 0x08000000;
const BANK2 = 0x08080000;
/** The double word that the program uses: page 3 of bank 2. */
const UNIT = BANK2 + 3 * 2048;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kickstage-l4-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function compile(): Uint8Array {
  const elf = join(folder, 'program.elf');
  const bin = join(folder, 'program.bin');
  const flags = ['-mcpu=cortex-m4', '-mthumb', '-mfloat-abi=soft', '-O1', '-ffreestanding', '-nostdlib', '-Wall'];
  const sources = ['-T', join(FIXTURES, 'program.ld'), join(FIXTURES, 'program.c')];
  execFileSync('arm-none-eabi-gcc', [...flags, '-Werror', ...sources, '-lgcc', '-o', elf]);
  execFileSync('arm-none-eabi-objcopy', ['-O', 'binary', elf, bin]);
  return readFileSync(bin);
}

/** A board with the program, its button up, and what it says. */
function start(): { board: Stm32l476; events: MachineEvent[]; lines: () => string[]; run: (until: RegExp) => void } {
  const board = createStm32l476();
  const { machine } = board;
  const events: MachineEvent[] = [];
  let text = '';
  machine.listen((event) => {
    events.push(event);
    if (event.event === 'uart') text += String.fromCharCode(event.byte);
  });
  machine.load(FLASH, compile());
  board.drive('PC13', 1);
  machine.reset('power-on');
  const run = (until: RegExp) => {
    const end = machine.seconds() + 0.2;
    while (!until.test(text)) {
      const stop = machine.run({ untilSeconds: machine.seconds() + 1e-4 });
      if (stop.error) throw stop.error;
      if (machine.seconds() > end) throw new Error(`no ${until} in ${JSON.stringify(text)}`);
    }
  };
  return { board, events, lines: () => text.split('\n').slice(0, -1), run };
}

function press({ drive, machine }: Stm32l476): void {
  drive('PC13', 0);
  machine.run({ untilSeconds: machine.seconds() + 1e-3 });
  drive('PC13', 1);
}

describe.skipIf(gcc.skip)(`C program (${gcc.label})`, () => {
  test('clocks, serial port, pins, button, flash, reset, a torn double word', () => {
    const { board, events, lines, run } = start();
    run(/sram2 .*\n/);
    press(board);
    run(/reset 14.*\n/);
    board.markTorn((UNIT - FLASH) / 8);
    press(board);
    run(/end .*\n/);
    expect(lines()).toEqual([
      'reset 0C000600',
      'sram2 CAFE5500',
      'button 00000001',
      'stood still 00000000',
      'went on 00000001',
      'erased FFFFFFFF',
      'program 00000000',
      'low 12345678',
      'high 9ABCDEF0',
      'again 00000008',
      'reset 14000600',
      'button 00000001',
      'ecc 80081800',
      'torn 12345678',
      'end 00000600',
    ]);
    const led = events.flatMap((event) => (event.event === 'pin' && event.pin === 'PA5' ? [event.level] : []));
    expect(led).toEqual([0, 1, 0, 1, 0, 0]);
    const flash = events.flatMap((event) =>
      event.event === 'flash' ? [`${event.op} ${event.address} ${event.size}`] : [],
    );
    expect(flash).toEqual([`erase ${BANK2 - 2048} 2048`, `erase ${UNIT} 2048`, `program ${UNIT} 8`]);
    expect(board.eraseCounts().flatMap((count, i) => (count ? [[i, count]] : []))).toEqual([
      [255, 1],
      [256 + 3, 1],
    ]);
    expect(events.flatMap((event) => (event.event === 'reset' ? [event.cause] : []))).toEqual(['power-on', 'software']);
    expect(board.machine.clock.frequency()).toBe(16e6);
  });

  test('a snapshot in the middle of the erase goes on as before', () => {
    const { board, lines, run } = start();
    const { machine } = board;
    run(/sram2 .*\n/);
    press(board);
    run(/stood still .*\n/);
    machine.run({ untilSeconds: machine.seconds() + 10e-3 });
    const state = structuredClone(machine.snapshot());
    run(/again .*\n/);
    const once = lines();
    machine.restore(state);
    run(/again .*\n(.*\n)*again .*\n/);
    expect(lines().slice(once.length)).toEqual(once.slice(once.indexOf('went on 00000001')));
  });
});

/** A load of the address in r0 and an endless loop, from flash; r0 by a literal. */
function loader(address: number): Uint8Array {
  const bytes = new Uint8Array(0x40);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x20001000, true);
  view.setUint32(4, FLASH + 0x21, true);
  view.setUint32(8, FLASH + 0x31, true);
  [0x4801, 0x6801, 0xe7fe].forEach((halfword, i) => view.setUint16(0x20 + 2 * i, halfword, true));
  view.setUint32(0x28, address, true);
  view.setUint16(0x30, 0xe7fe, true);
  return bytes;
}

test.each([
  ['bank 2', UNIT],
  ['the alias at 0', UNIT - FLASH],
  ['the upper word of a double word', UNIT + 4],
])('a read of a torn double word raises the NMI: %s', (_, address) => {
  const board = createStm32l476();
  board.machine.load(FLASH, loader(address));
  board.machine.reset('power-on');
  board.markTorn((UNIT - FLASH) / 8);
  board.machine.run({ maxInstructions: 10 });
  expect(board.machine.cpu.ipsr).toBe(2);
});

test.each([
  ['another double word', UNIT + 8],
  ['RAM', 0x20000000],
])('and none is raised by a read of %s', (_, address) => {
  const board = createStm32l476();
  board.machine.load(FLASH, loader(address));
  board.machine.reset('power-on');
  board.markTorn((UNIT - FLASH) / 8);
  board.machine.run({ maxInstructions: 10 });
  expect(board.machine.cpu.ipsr).toBe(0);
});

/** `movs r0, #7; bx lr` twice, as two double words would hold it. */
const FUNCTION = new Uint8Array(Uint16Array.of(0x2007, 0x4770, 0x2007, 0x4770).buffer);

/** Calls the function at an address again and again. */
function caller(address: number): Uint8Array {
  const bytes = new Uint8Array(0x40);
  const view = new DataView(bytes.buffer);
  [0x20001000, FLASH + 0x21, FLASH + 0x31].forEach((word, i) => view.setUint32(4 * i, word, true));
  // ldr r4, [pc, #8]; blx r4; b .-2
  [0x4c02, 0x47a0, 0xe7fd].forEach((halfword, i) => view.setUint16(0x20 + 2 * i, halfword, true));
  view.setUint32(0x2c, address | 1, true);
  view.setUint16(0x30, 0xe7fe, true);
  return bytes;
}

test.each([
  ['of torn code', 0, 2],
  ['of code beside it', 8, 0],
])('a fetch %s, and the NMI', (_, offset, exception) => {
  const { machine, markTorn } = createStm32l476();
  machine.load(FLASH, caller(UNIT + offset));
  machine.load(UNIT + offset, FUNCTION);
  machine.reset('power-on');
  // It is decoded before it tears.
  machine.run({ maxInstructions: 20 });
  expect([machine.cpu.ipsr, machine.cpu.r[0]]).toEqual([0, 7]);
  markTorn((UNIT - FLASH) / 8);
  machine.run({ maxInstructions: 20 });
  expect(machine.cpu.ipsr).toBe(exception);
  if (exception === 2) expect(machine.bus.read32(0x40022018) >>> 0).toBe(0x80000000 + 0x80000 + (UNIT - BANK2));
});

test('code in SRAM2, which changes', () => {
  const { machine } = createStm32l476();
  machine.load(FLASH, caller(0x10000000));
  machine.reset('power-on');
  machine.load(0x10000000, FUNCTION);
  machine.run({ maxInstructions: 20 });
  expect(machine.cpu.r[0]).toBe(7);
  machine.bus.write16(0x10000000, 0x2009);
  machine.run({ maxInstructions: 20 });
  expect(machine.cpu.r[0]).toBe(9);
});

test('a block without clock, and one that is not modelled', () => {
  for (const [address, error] of [
    [0x40004400, /^USART2 is used while its clock is off: set bit 17 of RCC_APB1ENR1 first/],
    [0x50060800, /^read of RNG/],
    [0x1fff7000, /^read of OTP area/],
  ] as const) {
    const { machine } = createStm32l476();
    machine.load(FLASH, loader(address));
    machine.reset('power-on');
    expect(machine.run({ maxInstructions: 10 }).error?.message).toMatch(error);
  }
});

test.each([
  ['flash size in KiB', 0x1fff75e0, 1024],
  ['package', 0x1fff7500, 0],
  ['unique id', 0x1fff7590, 0x002c],
  ['device', 0xe0042000, 0x6415],
])('%s', (_, address, value) => {
  expect(createStm32l476().machine.bus.read16(address)).toBe(value);
});

const PWR_CR1 = 0x40007000;
const RCC_CR = 0x40021000;
const RCC_APB1ENR1 = 0x40021058;
const FLASH_ACR = 0x40022000;

test.each<[what: string, writes: readonly (readonly [address: number, value: number])[], error: RegExp | undefined]>([
  ['4 MHz in range 2', [[PWR_CR1, 0x400]], undefined],
  [
    '8 MHz in range 2 without wait states',
    [
      [RCC_CR, 0x7b],
      [PWR_CR1, 0x400],
    ],
    /FLASH_ACR.LATENCY is 0, good for 6000000 Hz/,
  ],
  [
    '8 MHz in range 2 with one',
    [
      [FLASH_ACR, 0x601],
      [RCC_CR, 0x7b],
      [PWR_CR1, 0x400],
    ],
    undefined,
  ],
  [
    '48 MHz in range 2',
    [
      [FLASH_ACR, 0x603],
      [RCC_CR, 0xbb],
      [PWR_CR1, 0x400],
    ],
    /voltage range|LATENCY is 3, good for 26000000/,
  ],
  ['24 MHz without wait states', [[RCC_CR, 0x9b]], /FLASH_ACR.LATENCY is 0, good for 16000000 Hz/],
])('%s', (_, writes, error) => {
  const { bus } = createStm32l476().machine;
  const act = () => {
    bus.write32(RCC_APB1ENR1, 1 << 28);
    for (const [address, value] of writes) bus.write32(address, value);
  };
  if (error) expect(act).toThrow(error);
  else expect(act).not.toThrow();
});
