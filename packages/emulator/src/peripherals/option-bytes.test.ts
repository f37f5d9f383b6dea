/** Option bytes of both families through their flash interfaces. */
import { stm32f411xe } from '@kickstage/chips/stm32f411';
import { stm32l476xg } from '@kickstage/chips/stm32l476';
import { describe, expect, test } from 'vitest';
import { fixedClock } from './clock-tree.ts';
import { Flash } from './flash.ts';
import type { FlashController } from './flash-controller.ts';
import { FlashL4 } from './flash-l4.ts';
import { readProtectionOf } from './option-bytes.ts';
import { errorOf, TestLine, TestTime } from './test-time.ts';

const BASE = 0x08000000;
const BSY = 1 << 16;
const WRPERR = 1 << 4;
const KEYS = [0x45670123, 0xcdef89ab];
const OPTION_KEYS = [0x08192a3b, 0x4c5d6e7f];

function bench<T extends FlashController>(flash: T, time: TestTime) {
  const write = (offset: number, value: number) => flash.write(offset, 4, value >>> 0);
  const read = (offset: number) => flash.read(offset, 4);
  const unlock = (register: number, keys: readonly number[]) => {
    for (const key of keys) write(register, key);
  };
  return { flash, time, write, read, unlock };
}

function parts(sizes: readonly number[]) {
  const time = new TestTime();
  let start = BASE;
  const sectors = sizes.map((size, i) => {
    const range = { start, end: start + size, bank: i < sizes.length / 2 ? 1 : 2 };
    start = range.end;
    return range;
  });
  return {
    sectors,
    memory: new Uint8Array(start - BASE).fill(0xff),
    scheduler: time,
    clocks: fixedClock(16e6),
    interrupt: new TestLine(),
    emit: () => {},
    onChange: () => {},
    stall: () => {},
    time,
  };
}

test.each([
  [0xaa, 0],
  [0x55, 1],
  [0, 1],
  [0xff, 1],
  [0xcc, 2],
])('RDP 0x%s: level %i', (rdp, level) => {
  expect(readProtectionOf(rdp)).toBe(level);
});

describe('STM32F411', () => {
  const KEYR = 0x04;
  const OPTKEYR = 0x08;
  const SR = 0x0c;
  const CR = 0x10;
  const OPTCR = 0x14;
  const OPTSTRT = 2;
  const FACTORY = 0x0fffaaec;

  function setup(optionBytes?: { OPTCR: number }) {
    const { time, ...rest } = parts([16, 16, 16, 16, 64, 128, 128, 128].map((kib) => kib * 1024));
    const flash = new Flash({ ...rest, timing: stm32f411xe.flash.timing!, optionBytes });
    return { ...bench(flash, time), memory: rest.memory };
  }

  function open(optionBytes?: { OPTCR: number }) {
    const made = setup(optionBytes);
    made.unlock(KEYR, KEYS);
    made.unlock(OPTKEYR, OPTION_KEYS);
    return made;
  }

  test('what is written is in force once OPTSTRT has ended, and not before', () => {
    const { flash, time, write, read } = open();
    write(OPTCR, FACTORY & ~(1 << 17));
    write(CR, 2 | (1 << 3) | BSY);
    time.passSeconds(1);
    expect([read(SR), flash.eraseCounts[1]]).toEqual([0, 1]);
    write(OPTCR, (FACTORY & ~(1 << 17)) | OPTSTRT);
    expect([read(SR) & BSY, read(OPTCR) & OPTSTRT]).toEqual([BSY, OPTSTRT]);
    time.passSeconds(0.6);
    expect([read(SR) & BSY, read(OPTCR)]).toEqual([0, FACTORY & ~(1 << 17)]);
    write(CR, 2 | (1 << 3) | BSY);
    expect([read(SR), flash.eraseCounts[1]]).toEqual([WRPERR, 1]);
    write(SR, WRPERR);
    write(CR, 0x201);
    flash.program(BASE + 16 * 1024, 4, 0);
    expect(read(SR)).toBe(WRPERR);
    write(SR, WRPERR);
    flash.program(BASE, 4, 0);
    expect(read(SR)).toBe(BSY);
  });

  test('kept over resets and power-on; what was only written is gone', () => {
    const { flash, time, write, read, unlock } = open();
    write(OPTCR, (FACTORY & ~(1 << 16)) | OPTSTRT);
    time.passSeconds(1);
    for (const kind of ['system', 'power-on'] as const) {
      flash.reset(kind);
      expect(read(OPTCR)).toBe((FACTORY & ~(1 << 16)) | 1);
    }
    unlock(OPTKEYR, OPTION_KEYS);
    write(OPTCR, FACTORY);
    flash.reset('system');
    expect(read(OPTCR)).toBe((FACTORY & ~(1 << 16)) | 1);
  });

  test('bytes and halfwords of OPTCR', () => {
    const { flash, time, write, read } = open();
    flash.write(OPTCR + 2, 2, 0x0ffe);
    flash.write(OPTCR + 1, 1, 0x55);
    write(OPTCR, read(OPTCR) | OPTSTRT);
    expect(flash.readProtection()).toBe(0);
    time.passSeconds(1);
    expect([flash.readProtection(), read(OPTCR)]).toEqual([1, 0x0ffe55ec]);
  });

  test('back from level 1 to 0 erases all of flash', () => {
    const { flash, time, memory, write } = open({ OPTCR: 0x0fff00ec });
    memory.fill(0);
    expect(flash.readProtection()).toBe(1);
    write(OPTCR, FACTORY | OPTSTRT);
    time.passSeconds(4);
    expect(flash.readProtection()).toBe(1);
    time.passSeconds(1);
    expect([flash.readProtection(), memory.every((byte) => byte === 0xff)]).toEqual([0, true]);
    expect(flash.eraseCounts).toEqual(new Array(8).fill(1));
  });

  test('the hardware watchdog', () => {
    expect(setup().flash.hasHardwareWatchdog()).toBe(false);
    expect(setup({ OPTCR: FACTORY & ~(1 << 5) }).flash.hasHardwareWatchdog()).toBe(true);
  });

  test('a reset while it is under way: as before', () => {
    const { flash, time, write, read } = open();
    write(OPTCR, 0x0ff0aaec | OPTSTRT);
    flash.reset('system');
    time.passSeconds(1);
    expect(read(OPTCR)).toBe(FACTORY | 1);
  });

  test.each<[string, (b: ReturnType<typeof open>) => void, RegExp, { OPTCR: number }?]>([
    ['at level 2', (b) => b.write(OPTCR, FACTORY | OPTSTRT), /^EMU008: .*level 2/, { OPTCR: 0x0fffccec }],
    ['execute-only sectors', (b) => b.write(OPTCR, 0x8fffaaec), /^EMU004: FLASH_OPTCR: execute-only/],
    [
      'while busy',
      (b) => {
        b.write(OPTCR, FACTORY | OPTSTRT);
        b.write(OPTCR, FACTORY);
      },
      /^EMU008: FLASH_OPTCR is written while an operation/,
    ],
  ])('refused: %s', (_, act, error, options) => {
    expect(errorOf(() => act(open(options)))).toMatch(error);
  });

  test('a snapshot in the middle', () => {
    const { flash, time, write, read } = open();
    write(OPTCR, 0x0ff0aaec | OPTSTRT);
    const state = structuredClone(flash.snapshot());
    time.passSeconds(1);
    flash.reset('power-on');
    time.clock.cycles = 0;
    flash.restore(state);
    time.passSeconds(1);
    expect(read(OPTCR)).toBe(0x0ff0aaec);
  });
});

describe('STM32L476', () => {
  const KEYR = 0x08;
  const OPTKEYR = 0x0c;
  const SR = 0x10;
  const CR = 0x14;
  const OPTR = 0x20;
  const PCROP1SR = 0x24;
  const WRP1AR = 0x2c;
  const WRP2BR = 0x50;
  const OPTSTRT = 1 << 17;
  const OBL_LAUNCH = 1 << 27;
  const OPTLOCK = 1 << 30;
  const LOCK = 0x80000000;
  const FACTORY = 0xffeff8aa;
  const erasePage = (page: number) => 2 | (page << 3) | BSY;

  function open(optionBytes?: Record<string, number>) {
    const { time, ...rest } = parts(new Array(512).fill(2048));
    const launches: number[] = [];
    const flash: FlashL4 = new FlashL4({
      ...rest,
      timing: stm32l476xg.flash.timing!,
      nmi: new TestLine(),
      onTorn: () => {},
      optionBytes,
      onLoadOptions: () => {
        launches.push(time.now());
        flash.reset('system');
      },
    });
    const made = bench(flash, time);
    made.unlock(KEYR, KEYS);
    made.unlock(OPTKEYR, OPTION_KEYS);
    return { ...made, launches, memory: rest.memory };
  }

  test('stored by OPTSTRT, in force when OBL_LAUNCH loads them', () => {
    const { flash, time, launches, write, read, unlock } = open();
    write(WRP1AR, (4 << 16) | 3);
    write(WRP2BR, (255 << 16) | 255);
    expect(read(WRP1AR)).toBe((4 << 16) | 3);
    write(CR, OPTSTRT);
    expect([read(SR) & BSY, read(CR) & OPTSTRT]).toEqual([BSY, OPTSTRT]);
    time.passSeconds(23e-3);
    expect([read(SR), read(CR), read(WRP1AR)]).toEqual([0, 0, 0xff]);
    write(CR, erasePage(3));
    time.passSeconds(23e-3);
    expect([read(SR), flash.eraseCounts[3]]).toEqual([0, 1]);
    write(CR, OBL_LAUNCH);
    expect([launches.length, read(WRP1AR), read(CR)]).toEqual([1, (4 << 16) | 3, LOCK + OPTLOCK]);
    unlock(KEYR, KEYS);
    for (const [page, error] of [
      [2, 0],
      [3, WRPERR],
      [4, WRPERR],
      [5, 0],
    ]) {
      write(CR, erasePage(page));
      expect(read(SR) & ~BSY).toBe(error);
      time.passSeconds(23e-3);
      write(SR, WRPERR);
    }
    write(CR, erasePage(255) | (1 << 11));
    expect(read(SR)).toBe(WRPERR);
  });

  test('a power-on loads them, a system reset does not', () => {
    const { flash, time, write, read } = open();
    write(OPTR, FACTORY & ~(1 << 16));
    write(CR, OPTSTRT);
    time.passSeconds(23e-3);
    flash.reset('system');
    expect([read(OPTR), flash.hasHardwareWatchdog()]).toEqual([FACTORY, false]);
    flash.reset('power-on');
    expect([read(OPTR), flash.hasHardwareWatchdog()]).toEqual([FACTORY - (1 << 16), true]);
  });

  test('what was only written is gone after a reset', () => {
    const { flash, write, read } = open();
    write(WRP1AR, 0);
    flash.reset('system');
    expect(read(WRP1AR)).toBe(0xff);
  });

  test('back from level 1 to 0 erases all of flash', () => {
    const { flash, time, memory, write } = open({ OPTR: 0xffeff800 });
    memory.fill(0);
    expect(flash.readProtection()).toBe(1);
    write(OPTR, FACTORY);
    write(CR, OPTSTRT);
    time.passSeconds(50e-3);
    expect([flash.readProtection(), memory.every((byte) => byte === 0xff)]).toEqual([1, true]);
    write(CR, OBL_LAUNCH);
    expect(flash.readProtection()).toBe(0);
  });

  test('locking FLASH_CR locks the option bytes, too', () => {
    const { write, read } = open();
    write(CR, LOCK);
    expect(read(CR)).toBe(LOCK + OPTLOCK);
  });

  test.each<[string, (b: ReturnType<typeof open>) => void, RegExp, Record<string, number>?]>([
    ['OPTSTRT while locked', (b) => [OPTLOCK, OPTSTRT].map((bit) => b.write(CR, bit)), /^EMU008: FLASH_CR.OPTSTRT or/],
    ['at level 2', (b) => b.write(CR, OPTSTRT), /^EMU008: .*level 2/, { OPTR: 0xffeff8cc }],
    ['execute-only areas', (b) => b.write(PCROP1SR, 0xffff0000), /^EMU004: FLASH_PCROP1SR: an execute-only area/],
    ['starting from bank 2', (b) => b.write(OPTR, 0xfffff8aa), /^EMU004: FLASH_OPTR: starting from bank 2/],
    [
      'while busy',
      (b) => {
        b.write(CR, OPTSTRT);
        b.write(OPTR, FACTORY);
      },
      /^EMU008: FLASH_OPTR is written while an operation/,
    ],
  ])('refused: %s', (_, act, error, options) => {
    expect(errorOf(() => act(open(options)))).toMatch(error);
  });
});
