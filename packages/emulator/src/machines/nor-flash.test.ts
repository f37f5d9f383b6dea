/** Serial flash on the boards of both machines: a C program that erases, programs and reads it; and power that fails. */
import { w25q32 } from '@kickstage/chips/nor-flash';
import { describe, expect, test } from 'vitest';
import { compileC } from '../../../../tools/compile-c.ts';
import { referee } from '../../../../tools/referee.ts';
import { createStm32f411 } from './stm32f411.ts';
import { createStm32l476 } from './stm32l476.ts';
import type { Microcontroller, MicrocontrollerOptions } from './wiring.ts';

const gcc = referee('arm-none-eabi-gcc');
const FIXTURES = new URL('../../fixtures/', import.meta.url).pathname;
const F411 = { GPIOA: '0x40020000u', PORT_ENABLE: '0x40023830u', SPI_ENABLE: '0x40023844u', CR2_VALUE: '0u' };
const L476 = { GPIOA: '0x48000000u', PORT_ENABLE: '0x4002104Cu', SPI_ENABLE: '0x40021060u', CR2_VALUE: '0x1700u' };
const LOG = 0x20000000;
const externalFlash = w25q32({ port: 'SPI1', select: 'PA4' });

describe.skipIf(gcc.skip)(`C program, ${gcc.label}`, () => {
  const cases = [
    ['STM32F411', createStm32f411, F411],
    ['STM32L476', createStm32l476, L476],
  ] as const;

  function start(create: (options: MicrocontrollerOptions) => Microcontroller, defines: Record<string, string>) {
    const board = create({ externalFlash });
    const { machine } = board;
    const flash = board.externalFlash!;
    machine.load(0x08000000, compileC({ source: `${FIXTURES}nor-flash.c`, script: `${FIXTURES}program.ld`, defines }));
    machine.cpu.onBreakpoint = () => machine.requestStop();
    flash.bytes.fill(0x5a, 0x1000, 0x2000);
    machine.reset('power-on');
    const log = () => Array.from({ length: 8 }, (_, i) => machine.bus.read32(LOG + 4 * i) >>> 0);
    return { board, machine, flash, log };
  }

  test.each(cases)('%s: erase, program, read, by polling and by interrupts', (_, create, defines) => {
    const { machine, flash, log } = start(create, defines);
    const events: string[] = [];
    machine.listen((event) => {
      if (event.event === 'flash') events.push(`${event.op} ${event.address} ${event.size} ${event.unit}`);
    });
    expect(machine.run({ untilSeconds: 1 })).toEqual({ reason: 'stopped' });
    const [id, before, erasePolls, erased, programPolls, text, byInterrupts, end] = log();
    expect([id, before, erased, text, byInterrupts, end]).toEqual([
      0xef4016, 0x5a5affff, 0xffffffff, 0x4b535447, 0x535447ff, 0x600d,
    ]);
    // 45 ms against 0.4 ms.
    expect(erasePolls / programPolls).toBeGreaterThan(80);
    expect(events).toEqual(['erase 4096 4096 W25Q32', 'program 4096 4 W25Q32', 'erase 4096 4096 W25Q32']);
    expect(flash.eraseCounts[1]).toBe(2);
    expect([flash.isBusy, flash.bytes[0x1000]]).toEqual([true, 0x4b]);
  });

  test.each(cases)('%s: power fails in the erase, and the next run does not mind', (_, create, defines) => {
    const { machine, flash, log } = start(create, defines);
    machine.power.cutAt({ operation: 1, part: 0.4, pattern: 'bits' });
    expect(machine.run({ untilSeconds: 1 })).toEqual({ reason: 'power-cut' });
    expect(machine.power.report?.torn).toMatchObject([{ unit: 'W25Q32', op: 'erase', address: 0x1000, size: 4096 }]);
    const kinds = new Set(flash.bytes.subarray(0x1000, 0x2000));
    expect([kinds.has(0x5a), kinds.has(0xff), kinds.size > 2]).toEqual([true, true, true]);
    machine.reset('power-on');
    expect(machine.run({ untilSeconds: machine.seconds() + 1 })).toEqual({ reason: 'stopped' });
    expect(log()[5]).toBe(0x4b535447);
  });

  test.each(cases)('%s: a snapshot in the erase goes on as before', (_, create, defines) => {
    const { machine, log } = start(create, defines);
    machine.run({ untilSeconds: 20e-3 });
    const state = structuredClone(machine.snapshot());
    machine.run({ untilSeconds: 1 });
    const once = log();
    machine.restore(state);
    machine.run({ untilSeconds: 1 });
    expect(log()).toEqual(once);
  });
});

test('signals that reach no pin', () => {
  const { machine } = createStm32f411({ externalFlash });
  const { bus } = machine;
  bus.write32(0x40023830, 1);
  bus.write32(0x40023844, 1 << 12);
  bus.write32(0x40013000, (1 << 9) | (1 << 8) | (1 << 6) | (1 << 2));
  expect(() => bus.write8(0x4001300c, 1)).toThrow(
    'SPI1: a frame is written while a signal reaches no pin: give PA5 the alternate function 5 or PB3 the alternate function 5 (SCK)',
  );
  bus.write32(0x40020020, 0x00500000);
  bus.write32(0x40020000, 0xa8000800);
  expect(() => bus.write8(0x4001300c, 1)).toThrow(
    'give PA7 the alternate function 5 or PB5 the alternate function 5 (MOSI)',
  );
});

test('flash at a port that is not modelled is out of reach', () => {
  const board = createStm32l476({
    externalFlash: { ...externalFlash, connection: { port: 'QUADSPI', select: 'PA4' } },
  });
  expect(board.externalFlash).toBe(undefined);
});
