/**
 * Power that fails: at a cycle, and within operations of the internal flash, on both machines, by machine code that stands
 * still while its flash is busy. The serial flash is in devices/spi-nor.test.ts and machines/nor-flash.test.ts.
 */
import { describe, expect, test } from 'vitest';
import type { Machine } from './machine.ts';
import { createStm32f411 } from './machines/stm32f411.ts';
import { createStm32l476 } from './machines/stm32l476.ts';
import type { Microcontroller, MicrocontrollerOptions } from './machines/wiring.ts';
import type { PowerCut, TornOperation } from './power.ts';

const FLASH = 0x08000000;
const RAM = 0x20000000;
const KEYS = [0x45670123, 0xcdef89ab];
type Stores = readonly (readonly [address: number, value: number])[];

interface Chip {
  readonly create: (options?: MicrocontrollerOptions) => Microcontroller;
  /** A sector, and what unlocks, erases and programs two words of it. */
  readonly sector: number;
  readonly size: number;
  readonly erase: Stores;
  readonly program: Stores;
  /** Of the erase, in cycles: its typical time. */
  readonly eraseCycles: number;
}

const F4_CR = 0x40023c10;
const L4_CR = 0x40022014;
const F411: Chip = {
  create: createStm32f411,
  sector: FLASH + 0x8000,
  size: 0x4000,
  erase: [...KEYS.map((key) => [0x40023c04, key] as const), [F4_CR, (2 << 8) | (2 << 3) | 2 | (1 << 16)]],
  program: [
    [F4_CR, (2 << 8) | 1],
    [FLASH + 0x8000, 0x11223344],
    [FLASH + 0x8004, 0x55667788],
  ],
  eraseCycles: 0.25 * 16e6,
};
const L476: Chip = {
  create: createStm32l476,
  sector: FLASH + 4 * 2048,
  size: 2048,
  erase: [...KEYS.map((key) => [0x40022008, key] as const), [L4_CR, (4 << 3) | 2 | (1 << 16)]],
  program: [
    [L4_CR, 1],
    [FLASH + 4 * 2048, 0x11223344],
    [FLASH + 4 * 2048 + 4, 0x55667788],
  ],
  eraseCycles: 22.02e-3 * 4e6,
};
const CHIPS: readonly (readonly [string, Chip])[] = [
  ['STM32F411', F411],
  ['STM32L476', L476],
];
/** Takes pairs of address and value from 0x08000210 until an address is 0, and stores. */
const LOOP = [0x4803, 0xc806, 0xb109, 0x600a, 0xe7fb, 0xe7fe, 0xbf00, 0xbf00];

/** A board whose code makes the stores; its sector is full of 0x5a. */
function board({ create, sector, size }: Chip, stores: Stores, options: MicrocontrollerOptions = {}): Microcontroller {
  const made = create(options);
  const { machine } = made;
  const words = [FLASH + 0x214, ...stores.flat(), 0, 0];
  machine.load(FLASH, new Uint8Array(Uint32Array.of(RAM + 0x1000, FLASH + 0x201, FLASH + 0x20b).buffer));
  machine.load(FLASH + 0x200, new Uint8Array(Uint16Array.from(LOOP).buffer));
  machine.load(FLASH + 0x210, new Uint8Array(Uint32Array.from(words).buffer));
  machine.load(sector, new Uint8Array(size).fill(0x5a));
  machine.reset('power-on');
  return made;
}

const contents = ({ machine }: Microcontroller, { sector, size }: Chip) => machine.readMemory(sector, size)!;
const END = { untilSeconds: 1 };

describe.each(CHIPS)('%s', (_, chip) => {
  test('without a cut: two operations', () => {
    const made = board(chip, [...chip.erase, ...chip.program]);
    const { power } = made.machine;
    expect(made.machine.run(END)).toEqual({ reason: 'time' });
    expect([power.operationCount, power.report]).toEqual([chip === F411 ? 3 : 2, undefined]);
    expect([...contents(made, chip).subarray(0, 9)]).toEqual([0x44, 0x33, 0x22, 0x11, 0x88, 0x77, 0x66, 0x55, 0xff]);
  });

  test('before and after an operation', () => {
    const before = board(chip, chip.erase);
    before.machine.power.cutAt({ operation: 1, part: 0, pattern: 'bits' });
    expect(before.machine.run(END)).toEqual({ reason: 'power-cut' });
    expect(contents(before, chip).every((byte) => byte === 0x5a)).toBe(true);
    expect(before.machine.power.report?.torn).toMatchObject([{ op: 'erase', part: 0 }]);
    const after = board(chip, chip.erase);
    after.machine.power.cutAt({ operation: 1, part: 1, pattern: 'bits' });
    expect(after.machine.run(END)).toEqual({ reason: 'power-cut' });
    expect(contents(after, chip).every((byte) => byte === 0xff)).toBe(true);
  });

  test('in the middle of an erase: half a sector', () => {
    const made = board(chip, chip.erase);
    const { machine } = made;
    machine.power.cutAt({ operation: 1, part: 0.5, pattern: 'prefix' });
    expect(machine.run(END)).toEqual({ reason: 'power-cut' });
    const bytes = contents(made, chip);
    const half = bytes.indexOf(0x5a);
    expect(Math.abs(half - chip.size / 2)).toBeLessThan(2);
    expect([bytes.subarray(0, half).every((b) => b === 0xff), bytes.subarray(half).every((b) => b === 0x5a)]).toEqual([
      true,
      true,
    ]);
    const torn: TornOperation[] = [
      { op: 'erase', address: chip.sector, size: chip.size, part: expect.closeTo(0.5, 4), pattern: 'prefix' },
    ];
    expect(machine.power.report?.torn).toEqual(torn);
    // The processor stood still; time did not go on to the end of the erase.
    expect(machine.clock.cycles).toBeLessThan(0.51 * chip.eraseCycles);
    expect(made.eraseCounts().reduce((sum, count) => sum + count, 0)).toBe(1);
  });

  test('at any cycle: what the operations until then have done', () => {
    const made = board(chip, [...chip.erase, ...chip.program]);
    const { machine } = made;
    const start = machine.snapshot();
    for (let i = 0; i < 200; i++) {
      machine.restore(start);
      const cycle = Math.floor((chip.eraseCycles * 1.01 * i) / 200);
      machine.power.cutAt({ cycle, seed: i });
      expect(machine.run(END)).toEqual({ reason: 'power-cut' });
      const { report } = machine.power;
      expect(report!.cycle - cycle).toBeGreaterThanOrEqual(0);
      expect(report!.cycle - cycle).toBeLessThan(20);
      if (report!.torn.length > 0) expect(report!.torn[0].part).toBeCloseTo(cycle / chip.eraseCycles, 2);
      else expect(['5a', 'ff', '44']).toContain(contents(made, chip)[0].toString(16));
    }
  });

  test.each(['bits', 'unstable'] as const)('%s: the same with the same seed, others with others', (pattern) => {
    const results = [1, 1, 2].map((seed) => {
      const made = board(chip, chip.erase);
      made.machine.power.cutAt({ operation: 1, pattern, seed });
      made.machine.run(END);
      return contents(made, chip).join();
    });
    expect(results[0]).toBe(results[1]);
    expect(results[0]).not.toBe(results[2]);
  });

  test('after power is back everything goes on, and the sector can be erased', () => {
    const made = board(chip, [...chip.erase, ...chip.program]);
    const { machine } = made;
    machine.power.cutAt({ operation: 1, pattern: 'unstable' });
    expect(machine.run(END)).toEqual({ reason: 'power-cut' });
    expect(machine.run(END)).toEqual({ reason: 'power-cut' });
    machine.reset('power-on');
    expect(machine.bus.directFlash).toBe(0);
    expect(machine.run({ untilSeconds: machine.seconds() + 1 })).toEqual({ reason: 'time' });
    expect([...contents(made, chip).subarray(0, 9)]).toEqual([0x44, 0x33, 0x22, 0x11, 0x88, 0x77, 0x66, 0x55, 0xff]);
    expect(machine.bus.directFlash).toBe(machine.flashMemory.length);
  });

  test('a snapshot of a torn machine, and of one in the middle of an erase', () => {
    const made = board(chip, [...chip.erase, ...chip.program]);
    const { machine } = made;
    const start = structuredClone(machine.snapshot());
    const cut = (seed: number) => {
      machine.power.cutAt({ operation: 1, pattern: 'unstable', seed });
      machine.run(END);
      return machine.snapshot();
    };
    const torn = cut(1);
    const first = contents(made, chip).join();
    machine.restore(start);
    cut(2);
    machine.restore(torn);
    expect([machine.run(END), contents(made, chip).join()]).toEqual([{ reason: 'power-cut' }, first]);
    machine.restore(start);
    cut(1);
    expect(contents(made, chip).join()).toBe(first);
  });

  test('a sector that is worn', () => {
    const made = board(chip, chip.erase, { endurance: 0 });
    made.machine.run(END);
    expect(contents(made, chip).filter((byte) => byte !== 0xff)).toHaveLength(1);
  });

  test('a watchdog reset in the middle of an erase tears it, too, and comes in time', () => {
    const iwdg: Stores = [
      [0x40003000, 0xcccc],
      [0x40003000, 0x5555],
      [0x40003008, 10],
      // The new value takes some periods of the slow oscillator to be taken over.
      ...new Array(600).fill([RAM, 0]),
      [0x40003000, 0xaaaa],
    ];
    const made = board(chip, [...iwdg, ...chip.erase]);
    const { machine } = made;
    const resets: number[] = [];
    machine.listen((event) => event.event === 'reset' && resets.push(machine.seconds()));
    machine.run({ maxInstructions: 4 * 600 });
    const reload = machine.seconds();
    machine.run({ untilSeconds: reload + 1.5e-3 });
    expect([resets.length, machine.seconds() - reload]).toEqual([1, expect.closeTo(1.5e-3, 5)]);
    // 11 ticks of 4/32 ms.
    expect(resets[0] - reload).toBeCloseTo(1.4e-3, 3);
    const bytes = new Set(contents(made, chip));
    expect(bytes.size).toBeGreaterThan(1);
  });
});

const cuts: readonly (readonly [string, PowerCut])[] = [
  ['neither cycle nor operation', {}],
  ['both', { cycle: 1, operation: 1 }],
];
test.each(cuts)('a cut with %s', (_, cut) => {
  expect(() => createStm32f411().machine.power.cutAt(cut)).toThrow('a cut is at a cycle or at an operation');
});

const reads = (machine: Machine, address: number) =>
  new Set(Array.from({ length: 40 }, () => machine.bus.read32(address) >>> 0)).size;

test('STM32F411: bits that read differently each time; code with them is fetched anew each time', () => {
  const made = board(F411, [...F411.erase, ...F411.program]);
  const { machine } = made;
  machine.power.cutAt({ operation: 2, pattern: 'unstable', seed: 3 });
  machine.run(END);
  machine.reset('power-on');
  expect(reads(machine, F411.sector)).toBeGreaterThan(4);
  const codes = new Set(Array.from({ length: 40 }, () => machine.cpu.code.fetch(F411.sector)));
  expect(codes.size).toBeGreaterThan(1);
  expect(reads(machine, F411.sector + 4)).toBe(1);
});

test('STM32L476: a torn double word raises the NMI when it is read', () => {
  const made = board(L476, [...L476.erase, ...L476.program]);
  const { machine } = made;
  machine.power.cutAt({ operation: 2, pattern: 'prefix', part: 0.5 });
  machine.run(END);
  expect(machine.readMemory(L476.sector, 8)).toEqual(Uint8Array.of(0x44, 0x33, 0x22, 0x11, 255, 255, 255, 255));
  machine.reset('power-on');
  machine.bus.read32(L476.sector);
  machine.run({ maxInstructions: 1 });
  expect(machine.cpu.ipsr).toBe(2);
});
