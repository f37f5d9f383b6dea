import { beforeEach, expect, test } from 'vitest';
import { Gpio } from './gpio.ts';
import { GPIO_L4 } from './gpio-registers.ts';
import { errorOf } from './test-time.ts';

const MODER = 0x00;
const OTYPER = 0x04;
const PUPDR = 0x0c;
const IDR = 0x10;
const ODR = 0x14;
const BSRR = 0x18;
const LCKR = 0x1c;
const AFRL = 0x20;
const AFRH = 0x24;

let outputs: string[];
let levels: string[];
const make = (port = 'C') =>
  new Gpio({
    port,
    onOutput: (pin, level) => outputs.push(`${pin}=${level}`),
    onLevel: (p, pin, level) => levels.push(`${p}${pin}=${level}`),
  });

beforeEach(() => {
  outputs = [];
  levels = [];
});

test.each([
  ['A', 0xa8000000, 0x64000000],
  ['B', 0x00000280, 0x00000100],
  ['C', 0, 0],
])('port %s after reset', (port, moder, pupdr) => {
  const gpio = make(port);
  expect([gpio.read(MODER, 4), gpio.read(PUPDR, 4)]).toEqual([moder, pupdr]);
});

test('an output reports its level when it becomes one, and each change once', () => {
  const gpio = make();
  gpio.write(BSRR, 4, 1 << 13);
  expect(outputs).toEqual([]);
  gpio.write(MODER, 4, 1 << 26);
  gpio.write(BSRR, 4, 1 << 13);
  gpio.write(BSRR, 4, 1 << 29);
  gpio.write(ODR, 4, 1 << 13);
  expect(outputs).toEqual(['PC13=1', 'PC13=0', 'PC13=1']);
  expect(gpio.read(IDR, 4)).toBe(1 << 13);
});

test.each<[what: string, writes: readonly [number, 1 | 2 | 4, number][], odr: number]>([
  ['BSRR sets', [[BSRR, 4, 0x0000_0005]], 5],
  [
    'BSRR resets',
    [
      [ODR, 4, 0xff],
      [BSRR, 4, 0x000f_0000],
    ],
    0xf0,
  ],
  ['a set wins over a reset of the same pin', [[BSRR, 4, 0x0001_0001]], 1],
  [
    'upper halfword',
    [
      [ODR, 4, 3],
      [BSRR + 2, 2, 1],
    ],
    2,
  ],
  [
    'one byte of ODR',
    [
      [ODR, 4, 0x1234],
      [ODR + 1, 1, 0xab],
    ],
    0xab34,
  ],
])('%s', (_, writes, odr) => {
  const gpio = make();
  for (const [offset, size, value] of writes) gpio.write(offset, size, value);
  expect([gpio.read(ODR, 4), gpio.read(BSRR, 4)]).toEqual([odr, 0]);
});

/** Level at pin 0 of port C by its mode, type, output, pull and what drives it. */
test.each<
  [what: string, mode: number, openDrain: number, out: number, pull: number, driven: 0 | 1 | undefined, level: number]
>([
  ['floating', 0, 0, 0, 0, undefined, 0],
  ['pulled up', 0, 0, 0, 1, undefined, 1],
  ['pulled down', 0, 0, 0, 2, undefined, 0],
  ['pulled up, key to ground', 0, 0, 0, 1, 0, 0],
  ['pulled down, driven high', 0, 0, 0, 2, 1, 1],
  ['output low', 1, 0, 0, 1, undefined, 0],
  ['output high', 1, 0, 1, 0, 0, 1],
  ['open drain low', 1, 1, 0, 1, undefined, 0],
  ['open drain high is released to its pull', 1, 1, 1, 1, undefined, 1],
  ['open drain high is released to what drives it', 1, 1, 1, 1, 0, 0],
  ['alternate', 2, 0, 1, 0, 1, 1],
  ['analog', 3, 0, 0, 1, 1, 0],
])('%s', (_, mode, openDrain, out, pull, driven, level) => {
  const gpio = make();
  gpio.write(MODER, 4, mode);
  gpio.write(OTYPER, 4, openDrain);
  gpio.write(ODR, 4, out);
  gpio.write(PUPDR, 4, pull);
  gpio.drive(0, driven);
  expect(gpio.read(IDR, 4)).toBe(level);
});

test('levels are told to the inside once per change', () => {
  const gpio = make('A');
  gpio.write(PUPDR, 4, 0x64000001);
  gpio.drive(0, 0);
  gpio.drive(0, 0);
  gpio.drive(0, undefined);
  expect(levels.filter((entry) => entry.startsWith('A0'))).toEqual(['A0=1', 'A0=0', 'A0=1']);
});

test('the alternate function that a pin is connected to', () => {
  const gpio = make();
  gpio.write(AFRL, 4, 0x700);
  gpio.write(AFRH, 4, 0x80);
  expect(gpio.alternateOf(2)).toBeUndefined();
  gpio.write(MODER, 4, (2 << 4) | (2 << 18));
  expect([gpio.alternateOf(2), gpio.alternateOf(9), gpio.alternateOf(0)]).toEqual([7, 8, undefined]);
});

const LCKK = 1 << 16;
const lock = (gpio: Gpio, pins: number) => {
  for (const value of [LCKK | pins, pins, LCKK | pins]) gpio.write(LCKR, 4, value);
  return gpio.read(LCKR, 4);
};

test('the lock holds until a reset', () => {
  const gpio = make();
  expect(lock(gpio, 0x2001)).toBe(LCKK | 0x2001);
  gpio.write(MODER, 4, 1 << 2);
  gpio.write(BSRR, 4, 1);
  expect(errorOf(() => gpio.write(MODER, 4, (1 << 2) | 1))).toBe(
    'EMU007: GPIOC_MODER: pin 0 is locked until the next reset (8.3.6)',
  );
  expect(errorOf(() => gpio.write(AFRH, 4, 0x00100000))).toMatch(/AFRH: pin 13 is locked/);
  expect(errorOf(() => gpio.write(LCKR, 4, 0))).toMatch(/^EMU007: GPIOC_LCKR is locked/);
  gpio.reset('system');
  gpio.write(MODER, 4, 1);
  expect(gpio.read(LCKR, 4)).toBe(0);
});

test.each([
  ['wrong order', [1, LCKK | 1, LCKK | 1]],
  ['other pins', [LCKK | 1, 2, LCKK | 1]],
  ['a key too few', [LCKK | 1, 1]],
])('no lock: %s', (_, values) => {
  const gpio = make();
  for (const value of values) gpio.write(LCKR, 4, value);
  expect(gpio.read(LCKR, 4) & LCKK).toBe(0);
});

test('snapshot keeps what drives the pins', () => {
  const gpio = make();
  gpio.write(PUPDR, 4, 1);
  gpio.drive(0, 0);
  const state = structuredClone(gpio.snapshot());
  gpio.drive(0, undefined);
  levels = [];
  gpio.restore(state);
  expect([gpio.read(IDR, 4), levels]).toEqual([0, []]);
  gpio.drive(0, undefined);
  expect(levels).toEqual(['C0=1']);
});

const makeL4 = (port: string) =>
  new Gpio({ port, family: GPIO_L4, onOutput: (pin, level) => outputs.push(`${pin}=${level}`) });

test.each([
  ['A', 0xabffffff, 0x64000000],
  ['B', 0xfffffebf, 0x00000100],
  ['C', 0xffffffff, 0],
  ['H', 0x0000000f, 0],
])('STM32L4: port %s after reset', (port, moder, pupdr) => {
  const gpio = makeL4(port);
  expect([gpio.read(MODER, 4), gpio.read(PUPDR, 4)]).toEqual([moder, pupdr]);
});

test('STM32L4: BRR clears outputs, ASCR is kept', () => {
  const gpio = makeL4('A');
  gpio.write(MODER, 4, 1 << 10);
  gpio.write(BSRR, 4, 1 << 5);
  gpio.write(0x28, 4, 1 << 5);
  gpio.write(0x2c, 4, 1);
  expect([outputs, gpio.read(ODR, 4), gpio.read(0x2c, 4)]).toEqual([['PA5=0', 'PA5=1', 'PA5=0'], 0, 1]);
  expect(gpio.read(0x28, 4)).toBe(0);
});

test('STM32L4: port H has two pins', () => {
  expect(errorOf(() => makeL4('H').write(ODR, 4, 4))).toMatch(/^EMU005: .*GPIOH_ODR: bits 0x00000004/);
});

test('STM32F4: no BRR', () => {
  expect(errorOf(() => make().write(0x28, 4, 1))).toMatch(/^EMU002/);
});
