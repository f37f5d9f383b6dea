import { beforeEach, describe, expect, test } from 'vitest';
import { fixedClock } from './clock-tree.ts';
import { Spi } from './spi.ts';
import type { SpiOptions, SpiPort } from './spi-port.ts';
import { SpiV2 } from './spi-v2.ts';
import { errorOf, TestLine, TestTime } from './test-time.ts';

const CR1 = 0x00;
const CR2 = 0x04;
const SR = 0x08;
const DR = 0x0c;
const CPHA = 1 << 0;
const CPOL = 1 << 1;
const MSTR = 1 << 2;
const SPE = 1 << 6;
const LSBFIRST = 1 << 7;
const SSI = 1 << 8;
const SSM = 1 << 9;
const DFF = 1 << 11;
const MASTER = MSTR | SSI | SSM;
const ON = MASTER | SPE;
const RXNE = 1 << 0;
const TXE = 1 << 1;
const MODF = 1 << 5;
const OVR = 1 << 6;
const BSY = 1 << 7;
/** Cycles of a byte at half the bus. */
const BYTE = 16;

let sent: string[];
let answers: number[];
let cut: number;
beforeEach(() => {
  sent = [];
  answers = [];
  cut = 0;
});

function bench(make: (options: SpiOptions) => SpiPort, whyDisconnected?: () => string | undefined) {
  const time = new TestTime();
  const line = new TestLine();
  const spi = make({
    name: 'SPI1',
    bus: 'APB2',
    clocks: fixedClock(16e6),
    scheduler: time,
    interrupt: line,
    connected: {
      exchange: (byte, mode) => {
        sent.push(`${byte.toString(16)}@${time.now()}/${mode}`);
        return answers.shift() ?? 0xff;
      },
      cutShort: () => cut++,
    },
    whyDisconnected,
  });
  const write = (offset: number, value: number, size: 1 | 2 | 4 = 4) => spi.write(offset, size, value);
  const read = (offset: number, size: 1 | 2 | 4 = 4) => spi.read(offset, size);
  return { time, line, spi, write, read };
}

type Bench = ReturnType<typeof bench>;
const f4 = (why?: () => string | undefined) => bench((options) => new Spi(options), why);
const l4 = (why?: () => string | undefined) => bench((options) => new SpiV2(options), why);

describe.each([
  ['STM32F4', f4],
  ['STM32L4', l4],
])('%s', (_, setup) => {
  const fourBits = setup === l4 ? 0x1700 : 0;

  /** Switched on, RXNE from one byte on. */
  function on(cr1 = 0) {
    const made = setup();
    made.write(CR2, fourBits);
    made.write(CR1, ON | cr1);
    return made;
  }

  test('after reset: empty, off', () => {
    const { read } = setup();
    expect([read(CR1), read(SR)]).toEqual([0, TXE]);
  });

  test.each([0, 1, 7])('BR %i: a byte takes eight clocks of the bus divided', (br) => {
    const { time, write, read } = on(br << 3);
    answers = [0x5a];
    write(DR, 0xa5, 1);
    const cycles = 8 * 2 ** (br + 1);
    time.pass(cycles - 1);
    expect([sent, read(SR) & (RXNE | BSY)]).toEqual([[], BSY]);
    time.pass(1);
    expect([sent, read(SR) & (RXNE | BSY)]).toEqual([[`a5@${cycles}/0`], RXNE]);
    expect([read(DR, 1), read(SR) & RXNE]).toEqual([0x5a, 0]);
  });

  test('frames without a gap; BSY until the last has left', () => {
    const { time, write, read } = on();
    write(DR, 1, 1);
    write(DR, 2, 1);
    time.pass(BYTE);
    expect([read(SR) & BSY, read(DR, 1)]).toEqual([BSY, 0xff]);
    time.pass(BYTE);
    expect([sent, read(SR) & BSY]).toEqual([['1@16/0', '2@32/0'], 0]);
  });

  test.each([
    [0, 0],
    [CPHA, 1],
    [CPOL, 2],
    [CPOL | CPHA, 3],
  ])('CPOL and CPHA 0x%s: mode %i', (bits, mode) => {
    const { time, write } = on(bits);
    write(DR, 7, 1);
    time.pass(BYTE);
    expect(sent).toEqual([`7@16/${mode}`]);
  });

  test('least significant bit first', () => {
    const { time, write, read } = on(LSBFIRST);
    answers = [0b0000_0011];
    write(DR, 0b1010_0000, 1);
    time.pass(BYTE);
    expect([sent, read(DR, 1)]).toEqual([['5@16/0'], 0b1100_0000]);
  });

  test('interrupts: TXE, RXNE, error', () => {
    const { time, line, write, read } = on();
    write(CR2, fourBits | (1 << 7));
    expect(line.level).toBe(true);
    write(CR2, fourBits | (1 << 6));
    expect(line.level).toBe(false);
    write(DR, 1, 1);
    time.pass(BYTE);
    expect(line.level).toBe(true);
    read(DR, 1);
    expect(line.level).toBe(false);
  });

  test('mode fault: SSI falls while it is the master', () => {
    const { line, write, read } = on();
    write(CR2, fourBits | (1 << 5));
    write(CR1, MSTR | SSM | SPE);
    expect([read(SR) & MODF, read(CR1) & (MSTR | SPE), line.level]).toEqual([MODF, 0, true]);
    write(CR1, MASTER);
    expect([read(SR) & MODF, line.level]).toEqual([0, false]);
  });

  test('a reset stops the clock in the middle of a byte', () => {
    const { time, spi, write, read } = on();
    write(DR, 1, 1);
    spi.reset('system');
    time.pass(1000);
    expect([sent, cut, read(SR)]).toEqual([[], 1, TXE]);
  });

  test('a snapshot in the middle of a byte', () => {
    const { time, spi, write } = on();
    write(DR, 1, 1);
    write(DR, 2, 1);
    time.pass(3);
    const state = structuredClone(spi.snapshot());
    spi.reset('system');
    spi.restore(state);
    time.pass(2 * BYTE - 3);
    expect(sent).toEqual(['1@16/0', '2@32/0']);
  });

  test.each<[what: string, act: (b: Bench) => void, error: RegExp]>([
    ['writing while off', (b) => b.write(DR, 1, 1), /^EMU012: SPI1: a frame is written while it is off/],
    [
      'switching off too early',
      (b) => {
        b.write(CR1, ON);
        b.write(DR, 1, 1);
        b.write(CR1, MASTER);
      },
      /^EMU012: SPI1: it is switched off while a frame is under way/,
    ],
    [
      'another clock while busy',
      (b) => {
        b.write(CR1, ON);
        b.write(DR, 1, 1);
        b.write(CR1, ON | (1 << 3));
      },
      /^EMU012: SPI1: CR1 is changed/,
    ],
    ['slave mode', (b) => b.write(CR1, SPE | SSM | SSI), /^EMU004: SPI1_CR1: slave mode/],
    ['hardware NSS', (b) => b.write(CR1, SPE | MSTR), /^EMU004: SPI1_CR1: hardware management of NSS/],
    ['one line', (b) => b.write(CR1, 1 << 15), /^EMU004: SPI1_CR1: one data line/],
    ['receive only', (b) => b.write(CR1, 1 << 10), /^EMU004: SPI1_CR1: receiving only/],
    ['CRC', (b) => b.write(CR1, 1 << 13), /^EMU004: SPI1_CR1: CRC/],
    ['DMA', (b) => b.write(CR2, 3), /^EMU004: SPI1_CR2: DMA/],
    ['TI frames', (b) => b.write(CR2, 1 << 4), /^EMU004: SPI1_CR2: the TI frame/],
    ['SR', (b) => b.write(SR, 1 << 20), /^EMU005/],
    ['a byte of CR1', (b) => b.read(CR1, 1), /^EMU003/],
  ])('refused: %s', (_, act, error) => {
    expect(errorOf(() => act(setup()))).toMatch(error);
  });

  test('refused: no pin', () => {
    const { write } = setup(() => 'give PA5 the alternate function 5');
    write(CR1, ON);
    expect(errorOf(() => write(DR, 1, 1))).toBe(
      'EMU012: SPI1: a frame is written while a signal reaches no pin: give PA5 the alternate function 5',
    );
  });
});

describe('STM32F4', () => {
  test('TXE falls with the second frame', () => {
    const { time, write, read } = f4();
    write(CR1, ON);
    write(DR, 1);
    expect(read(SR)).toBe(TXE | BSY);
    write(DR, 2);
    expect(read(SR)).toBe(BSY);
    expect(errorOf(() => write(DR, 3))).toMatch(/^EMU012: .*wait for SR.TXE/);
    time.pass(BYTE);
    expect(read(SR)).toBe(TXE | BSY | RXNE);
  });

  test('16 bits: the upper byte first', () => {
    const { time, write, read } = f4();
    write(CR1, ON | DFF);
    answers = [0xab, 0xcd];
    write(DR, 0x1234, 2);
    time.pass(2 * BYTE);
    expect([sent, read(DR)]).toEqual([['12@32/0', '34@32/0'], 0xabcd]);
    expect(errorOf(() => write(DR, 1, 1))).toMatch(/^EMU012: .*8 bits while a frame has 16/);
  });

  test('overrun: the new byte is lost; DR then SR clears it', () => {
    const { time, line, spi, write, read } = f4();
    write(CR2, 1 << 5);
    write(CR1, ON);
    answers = [1, 2, 3];
    write(DR, 0);
    write(DR, 0);
    time.pass(2 * BYTE);
    expect([read(SR), line.level]).toEqual([TXE | RXNE | OVR, true]);
    expect(spi.steadyUntil(SR)).toBe(Number.POSITIVE_INFINITY);
    expect(read(DR)).toBe(1);
    expect(spi.steadyUntil(SR)).toBe(0);
    expect(read(SR)).toBe(TXE | OVR);
    expect([read(SR), line.level]).toEqual([TXE, false]);
  });

  test('the frame length changes only while it is off; I2S', () => {
    const { write } = f4();
    write(CR1, ON);
    expect(errorOf(() => write(CR1, ON | DFF))).toMatch(/^EMU012: .*CR1.DFF/);
    expect(errorOf(() => write(0x1c, 1 << 11))).toMatch(/^EMU004: SPI1_I2SCFGR: I2S/);
  });
});

describe('STM32L4', () => {
  const FRLVL = (sr: number) => (sr >>> 9) & 3;
  const FTLVL = (sr: number) => (sr >>> 11) & 3;

  test('four bytes fit beside the one that is sent; TXE from half on', () => {
    const { write, read } = l4();
    write(CR1, ON);
    const levels = [1, 2, 3, 4, 5].map((byte) => {
      write(DR, byte, 1);
      return [(read(SR) & TXE) !== 0, FTLVL(read(SR))];
    });
    expect(levels).toEqual([
      [true, 0],
      [true, 1],
      [true, 2],
      [false, 3],
      [false, 3],
    ]);
    expect(errorOf(() => write(DR, 6, 1))).toMatch(/^EMU012: .*no room/);
  });

  test('RXNE from two bytes on without FRXTH', () => {
    const { time, write, read } = l4();
    write(CR1, ON);
    answers = [0x11, 0x22];
    write(DR, 0x4321, 2);
    time.pass(BYTE);
    expect([read(SR) & RXNE, FRLVL(read(SR))]).toEqual([0, 1]);
    expect(errorOf(() => read(DR, 2))).toMatch(/^EMU012: SPI1: DR is read with 16 bits while 1 bytes wait/);
    time.pass(BYTE);
    expect([read(SR) & RXNE, FRLVL(read(SR)), read(DR, 2)]).toEqual([RXNE, 2, 0x2211]);
    expect(sent).toEqual(['21@16/0', '43@32/0']);
  });

  test('16 bits', () => {
    const { time, write, read } = l4();
    write(CR2, 0xf00);
    write(CR1, ON);
    answers = [0xab, 0xcd];
    write(DR, 0x1234, 2);
    time.pass(2 * BYTE);
    expect([sent, read(SR) & RXNE, read(DR, 2)]).toEqual([['12@32/0', '34@32/0'], RXNE, 0xabcd]);
  });

  test('overrun after four bytes', () => {
    const { time, write, read } = l4();
    write(CR1, ON);
    for (let byte = 0; byte < 5; byte++) write(DR, byte, 1);
    time.pass(5 * BYTE);
    expect([read(SR) & OVR, FRLVL(read(SR))]).toEqual([OVR, 3]);
    read(DR, 1);
    read(SR);
    expect(read(SR) & OVR).toBe(0);
  });

  test('frame lengths', () => {
    const { write, read } = l4();
    write(CR2, 0);
    expect(read(CR2)).toBe(0x700);
    expect(errorOf(() => write(CR2, 0x300))).toMatch(/^EMU004: SPI1_CR2: a frame of 4 bits/);
  });
});
