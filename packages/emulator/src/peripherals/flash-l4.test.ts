import { stm32l476xg } from '@kickstage/chips/stm32l476';
import { beforeEach, expect, test } from 'vitest';
import { fixedClock } from './clock-tree.ts';
import { FlashL4, type FlashL4Options } from './flash-l4.ts';
import { errorOf, TestLine, TestTime } from './test-time.ts';

const ACR = 0x00;
const PDKEYR = 0x04;
const KEYR = 0x08;
const OPTKEYR = 0x0c;
const SR = 0x10;
const CR = 0x14;
const ECCR = 0x18;
const OPTR = 0x20;
const EOP = 1 << 0;
const OPERR = 1 << 1;
const PROGERR = 1 << 3;
const WRPERR = 1 << 4;
const PGAERR = 1 << 5;
const SIZERR = 1 << 6;
const PGSERR = 1 << 7;
const BSY = 1 << 16;
const PG = 1 << 0;
const PER = 1 << 1;
const MER1 = 1 << 2;
const BKER = 1 << 11;
const MER2 = 1 << 15;
const STRT = 1 << 16;
const EOPIE = 1 << 24;
const ERRIE = 1 << 25;
const OPTLOCK = 1 << 30;
const LOCK = 0x80000000;
const ECCD = 0x80000000;
const BK_ECC = 1 << 19;
const BASE = 0x08000000;
const BANK2 = 0x08080000;
const PAGE = 2048;
const page = (n: number) => n << 3;

let events: string[];
beforeEach(() => {
  events = [];
});

function setup(options: Partial<FlashL4Options> = {}) {
  const time = new TestTime();
  const line = new TestLine();
  const nmi = new TestLine();
  const stalls: [cycles: number, start: number, end: number][] = [];
  const torn: boolean[] = [];
  const memory = new Uint8Array(1024 * 1024).fill(0xff);
  const sectors = Array.from({ length: 512 }, (_, i) => {
    const start = BASE + i * PAGE;
    return { start, end: start + PAGE, bank: i < 256 ? 1 : 2 };
  });
  const flash = new FlashL4({
    sectors,
    timing: stm32l476xg.flash.timing!,
    memory,
    scheduler: time,
    clocks: fixedClock(16e6),
    interrupt: line,
    nmi,
    emit: (event) => {
      if (event.event === 'flash') events.push(`${event.op} ${event.address.toString(16)} ${event.size}`);
    },
    onChange: () => {},
    stall: (cycles, { start, end }) => stalls.push([cycles, start, end]),
    onTorn: (exist) => torn.push(exist),
    ...options,
  });
  const write = (offset: number, value: number) => flash.write(offset, 4, value >>> 0);
  const read = (offset: number) => flash.read(offset, 4);
  /** The two stores of a double word, and the time that it takes. */
  const program = (address: number, low: number, high: number) => {
    flash.program(address, 4, low);
    flash.program(address + 4, 4, high);
    time.passSeconds(82e-6);
    return read(SR);
  };
  return { time, line, nmi, stalls, torn, memory, flash, write, read, program };
}

type Bench = ReturnType<typeof setup>;

function unlocked(options: Partial<FlashL4Options> = {}) {
  const bench = setup(options);
  bench.write(KEYR, 0x45670123);
  bench.write(KEYR, 0xcdef89ab);
  return bench;
}

test('locked after reset; two keys unlock CR, two more the option bytes', () => {
  const { write, read } = setup();
  expect(read(CR)).toBe(LOCK + OPTLOCK);
  write(KEYR, 0x45670123);
  write(KEYR, 0xcdef89ab);
  expect(read(CR)).toBe(OPTLOCK);
  write(OPTKEYR, 0x08192a3b);
  write(OPTKEYR, 0x4c5d6e7f);
  expect(read(CR)).toBe(0);
  write(CR, OPTLOCK);
  expect(read(CR)).toBe(OPTLOCK);
  write(CR, LOCK);
  expect(read(CR)).toBe(LOCK + OPTLOCK);
});

test('read-modify-write of CR keeps the option bytes locked, and takes their keys later', () => {
  const { write, read } = unlocked();
  write(CR, read(CR) | PG);
  expect(read(CR)).toBe(OPTLOCK | PG);
  write(OPTKEYR, 0x08192a3b);
  write(OPTKEYR, 0x4c5d6e7f);
  expect(read(CR)).toBe(PG);
});

test.each<[what: string, cr: number, index: number, from: number, to: number]>([
  ['first page', PER | page(0), 0, BASE, BANK2],
  ['last page of bank 1', PER | page(255), 255, BASE, BANK2],
  ['page 3 of bank 2', PER | page(3) | BKER, 259, BANK2, BANK2 + 0x80000],
])('erase: %s', (_, cr, index, from, to) => {
  const { time, stalls, memory, flash, write, read } = unlocked();
  memory.fill(0);
  write(CR, cr | STRT);
  expect([read(SR), read(CR) & STRT, stalls]).toEqual([BSY, STRT, [[352_320, from, to]]]);
  time.pass(352_319);
  expect(read(SR)).toBe(BSY);
  time.pass(1);
  expect([read(SR), read(CR) & STRT]).toEqual([0, 0]);
  expect(flash.eraseCounts.flatMap((count, i) => (count ? [i] : []))).toEqual([index]);
  expect(memory.subarray(index * PAGE, (index + 1) * PAGE).every((byte) => byte === 0xff)).toBe(true);
  expect(memory.reduce((count, byte) => count + (byte === 0xff ? 1 : 0), 0)).toBe(PAGE);
  expect(events).toEqual([`erase ${(BASE + index * PAGE).toString(16)} 2048`]);
});

test.each<[what: string, cr: number, first: number, last: number, stall: readonly [number, number]]>([
  ['bank 1', MER1, 0, 255, [BASE, BANK2]],
  ['bank 2', MER2, 256, 511, [BANK2, BANK2 + 0x80000]],
  ['both', MER1 | MER2, 0, 511, [BASE, BANK2 + 0x80000]],
])('mass erase: %s', (_, cr, first, last, stall) => {
  const { time, stalls, memory, flash, write, read } = unlocked();
  memory.fill(0);
  write(CR, cr | STRT);
  time.passSeconds(22.13e-3);
  expect([read(SR), stalls.map(([, ...range]) => range)]).toEqual([0, [stall]]);
  expect(flash.eraseCounts.every((count, i) => count === (i >= first && i <= last ? 1 : 0))).toBe(true);
  expect(memory.every((byte, i) => byte === (i >= first * PAGE && i < (last + 1) * PAGE ? 0xff : 0))).toBe(true);
});

test('programming takes two words and 82 us, and is reported', () => {
  const { time, memory, stalls, flash, write, read } = unlocked();
  write(CR, PG);
  flash.program(BANK2 + 8, 4, 0x12345678);
  expect([read(SR), events, memory[0x80008]]).toEqual([0, [], 0xff]);
  flash.program(BANK2 + 12, 4, 0x9abcdef0);
  expect([read(SR), stalls[0].slice(1)]).toEqual([BSY, [BANK2, BANK2 + 0x80000]]);
  time.passSeconds(82e-6);
  expect([read(SR), events]).toEqual([0, ['program 8080008 8']]);
  expect([...memory.subarray(0x80008, 0x80010)]).toEqual([0x78, 0x56, 0x34, 0x12, 0xf0, 0xde, 0xbc, 0x9a]);
});

test.each<[what: string, before: readonly [number, number], then: readonly [number, number], flag: number]>([
  ['a second time', [1, 2], [3, 4], PROGERR],
  ['a second time with the same', [1, 2], [1, 2], PROGERR],
  ['only ones to zeros', [0xffffffff, 0xfffffffe], [0xffffffff, 0xfffffffc], PROGERR],
  ['zeros over anything', [1, 2], [0, 0], 0],
  ['after all ones, which leave it erased', [0xffffffff, 0xffffffff], [1, 2], 0],
])('programming %s', (_, before, then, flag) => {
  const { memory, write, read, program } = unlocked();
  write(CR, PG);
  expect(program(BASE, ...before)).toBe(0);
  expect(program(BASE, ...then)).toBe(flag);
  const view = new DataView(memory.buffer);
  expect([view.getUint32(0, true), view.getUint32(4, true)]).toEqual(flag ? before : then);
  write(SR, flag);
  expect(read(SR)).toBe(0);
});

test.each<[what: string, cr: number, act: (bench: Bench) => void, flag: number]>([
  ['without PG', 0, ({ flash }) => flash.program(BASE, 4, 0), PGSERR],
  ['with PG and PER', PG | PER, ({ flash }) => flash.program(BASE, 4, 0), PGSERR],
  ['a byte', PG, ({ flash }) => flash.program(BASE, 1, 0), SIZERR],
  ['a halfword', PG, ({ flash }) => flash.program(BASE, 2, 0), SIZERR],
  ['the upper word first', PG, ({ flash }) => flash.program(BASE + 4, 4, 0), PGAERR],
])('flag in SR: %s', (_, cr, act, flag) => {
  const bench = unlocked();
  bench.write(CR, cr);
  act(bench);
  expect([bench.read(SR), bench.line.level]).toEqual([flag, false]);
});

test('PGAERR: the second word is of another double word', () => {
  const { flash, write, read, memory } = unlocked();
  write(CR, PG);
  flash.program(BASE, 4, 0);
  flash.program(BASE + 12, 4, 0);
  expect([read(SR), memory[0], memory[12]]).toEqual([PGAERR, 0xff, 0xff]);
});

test('an error that is not cleared spoils what follows', () => {
  const { flash, write, read, program } = unlocked();
  write(CR, PG);
  flash.program(BASE, 1, 0);
  expect(program(BASE, 1, 2)).toBe(SIZERR | PGSERR);
  write(CR, PER | STRT);
  expect([read(SR), flash.eraseCounts[0]]).toEqual([SIZERR | PGSERR, 0]);
  write(SR, SIZERR | PGSERR);
  write(CR, PG);
  expect(program(BASE, 1, 2)).toBe(0);
});

test('a lower word alone is forgotten when PG falls', () => {
  const { flash, write, read, program, memory } = unlocked();
  write(CR, PG);
  flash.program(BASE, 4, 7);
  write(CR, 0);
  write(CR, PG);
  expect([program(BASE + 8, 1, 2), memory[0], memory[8]]).toEqual([0, 0xff, 1]);
  expect(read(SR)).toBe(0);
});

test.each([
  ['PER and PG', PER | PG | STRT],
  ['PER and MER1', PER | MER1 | STRT],
  ['MER1 and PG', MER1 | PG | STRT],
])('PGSERR: %s', (_, cr) => {
  const { write, read, flash } = unlocked();
  write(CR, cr);
  expect([read(SR), flash.eraseCounts.every((count) => count === 0)]).toEqual([PGSERR, true]);
});

test('protected pages: neither erased nor programmed', () => {
  const { flash, write, read, program } = unlocked({ optionBytes: { WRP1BR: (5 << 16) | 4, WRP2AR: 0 } });
  write(CR, PER | page(4) | STRT);
  expect(read(SR)).toBe(WRPERR);
  write(SR, WRPERR);
  write(CR, PG);
  expect(program(BASE + 5 * PAGE, 1, 2)).toBe(WRPERR);
  write(SR, WRPERR);
  expect(program(BASE + 6 * PAGE, 1, 2)).toBe(0);
  expect(program(BANK2, 1, 2)).toBe(WRPERR);
  write(SR, WRPERR);
  write(CR, MER2 | STRT);
  expect([read(SR), flash.eraseCounts.every((count) => count === 0)]).toEqual([WRPERR, true]);
});

test('EOP, OPERR and their interrupts only where they are wanted', () => {
  const { time, line, flash, write, read } = unlocked();
  write(CR, PER | page(2) | EOPIE | ERRIE | STRT);
  expect(line.level).toBe(false);
  time.passSeconds(22.02e-3);
  expect([read(SR), line.level]).toEqual([EOP, true]);
  write(SR, EOP);
  expect(line.level).toBe(false);
  flash.program(BASE, 4, 0);
  expect([read(SR), line.level]).toEqual([PGSERR | OPERR, true]);
});

test.each<[what: string, unit: number, offset: number, size: 1 | 2 | 4, eccr: number]>([
  ['first word', 3, 24, 4, ECCD + 24],
  ['last byte', 3, 31, 1, ECCD + 24],
  ['of bank 2', 0x10000 + 5, 0x80000 + 44, 4, ECCD + BK_ECC + 40],
  ['an unaligned word that reaches into it', 3, 22, 4, ECCD + 24],
  ['the double word before', 3, 16, 4, 0],
  ['the double word behind', 3, 32, 4, 0],
])('a read of a torn double word: %s', (_, unit, offset, size, eccr) => {
  const { nmi, torn, flash, read } = setup();
  flash.markTorn(unit);
  expect(torn).toEqual([true]);
  flash.noteRead(offset, size);
  expect([read(ECCR), nmi.level]).toEqual([eccr, eccr !== 0]);
});

test('of several torn double words ECCR keeps the first, until ECCD is cleared', () => {
  const { nmi, flash, read, write } = setup();
  flash.markTorn(1);
  flash.markTorn(2);
  flash.noteRead(16, 4);
  flash.noteRead(8, 4);
  expect(read(ECCR)).toBe(ECCD + 16);
  write(ECCR, read(ECCR));
  expect([read(ECCR) & ECCD, nmi.level]).toEqual([0, false]);
  flash.noteRead(8, 4);
  expect([read(ECCR), nmi.level]).toEqual([ECCD + 8, true]);
});

test('a torn double word is not erased; zeros or an erase heal it', () => {
  const { time, torn, flash, write, program, read } = unlocked();
  flash.markTorn(0);
  flash.markTorn(1);
  write(CR, PG);
  expect(program(BASE, 1, 2)).toBe(PROGERR);
  write(SR, PROGERR);
  expect(program(BASE, 0, 0)).toBe(0);
  expect(torn).toEqual([true]);
  write(CR, PER | STRT);
  time.passSeconds(0.1);
  expect(torn).toEqual([true, false]);
  flash.noteRead(0, 4);
  flash.noteRead(8, 4);
  expect(read(ECCR)).toBe(0);
});

test('wait states, by voltage range', () => {
  let range = 1;
  const { flash, write } = setup({ voltageRange: () => range });
  expect(flash.clockLimit().hz).toBe(16e6);
  write(ACR, 0x604);
  expect(flash.clockLimit().hz).toBe(80e6);
  range = 2;
  expect(flash.clockLimit().hz).toBe(26e6);
  write(ACR, 0x602);
  expect(flash.clockLimit().hz).toBe(18e6);
  expect(errorOf(() => write(ACR, 0x600))).toMatch(
    /^EMU006: the processor runs at 16000000 Hz: FLASH_ACR.LATENCY is 0/,
  );
});

test.each<[what: string, act: (bench: Bench) => void, error: RegExp]>([
  ['CR while locked', ({ write }) => write(CR, PG), /^EMU008: FLASH_CR is written while it is locked/],
  ['second key first', ({ write }) => write(KEYR, 0xcdef89ab), /^EMU008: FLASH_KEYR got 0xcdef89ab: 0x45670123 is due/],
  [
    'option keys before the others',
    ({ write }) => write(OPTKEYR, 0x08192a3b),
    /^EMU008: FLASH_OPTKEYR is written while/,
  ],
  ['option bytes while locked', ({ write }) => write(OPTR, 0xffeff8aa), /^EMU008: FLASH_OPTR/],
  ['power down', ({ write }) => write(PDKEYR, 0x04152637), /^EMU004: FLASH_PDKEYR/],
])('%s', (_, act, error) => {
  expect(errorOf(() => act(setup()))).toMatch(error);
});

test.each<[what: string, act: (bench: Bench) => void, error: RegExp]>([
  ['a third key', ({ write }) => write(KEYR, 0x45670123), /^EMU008: .*no more keys/],
  ['STRT alone', ({ write }) => write(CR, STRT), /^EMU008: FLASH_CR.STRT is set without PER/],
  ['fast programming', ({ write }) => write(CR, 1 << 18), /^EMU004: FLASH_CR: fast programming/],
  ['loading option bytes while locked', ({ write }) => write(CR, 1 << 27), /^EMU008: FLASH_CR.OPTSTRT or OBL_LAUNCH/],
  [
    'CR while busy',
    ({ write }) => {
      write(CR, PER | STRT);
      write(CR, 0);
    },
    /^EMU008: FLASH_CR is written while an operation/,
  ],
  [
    'programming while busy',
    ({ flash, write }) => {
      write(CR, PER | STRT);
      flash.program(BANK2, 4, 0);
    },
    /^EMU008: flash is programmed while/,
  ],
])('unlocked: %s', (_, act, error) => {
  expect(errorOf(() => act(unlocked()))).toMatch(error);
});

test('snapshot between the words of a double word, with another torn', () => {
  const { time, torn, nmi, flash, write, read, memory } = unlocked();
  write(CR, PG);
  flash.markTorn(9);
  flash.noteRead(72, 4);
  flash.program(BASE, 4, 1);
  const state = structuredClone([flash.snapshot(), time.clock.snapshot()]);
  flash.reset('system');
  expect([read(CR), read(ECCR), nmi.level]).toEqual([LOCK + OPTLOCK, 0, false]);
  time.clock.restore(state[1]);
  flash.restore(state[0]);
  expect([torn, read(ECCR), nmi.level]).toEqual([[true], ECCD + 72, true]);
  flash.program(BASE + 4, 4, 2);
  time.passSeconds(82e-6);
  expect([read(SR), memory[0], memory[4]]).toEqual([0, 1, 2]);
});

test('what is torn stays so over a reset', () => {
  const { flash, nmi } = setup();
  flash.markTorn(0);
  flash.reset('power-on');
  flash.noteRead(0, 4);
  expect(nmi.level).toBe(true);
});
