/** The watchdogs of both machines at work, in a C program that is reset by each of them. */
import { describe, expect, test } from 'vitest';
import { compileC } from '../../../../tools/compile-c.ts';
import { referee } from '../../../../tools/referee.ts';
import { createStm32f411 } from './stm32f411.ts';
import { createStm32l476 } from './stm32l476.ts';

const gcc = referee('arm-none-eabi-gcc');
const FIXTURES = new URL('../../fixtures/', import.meta.url).pathname;
const F411 = { RCC_CSR: '0x40023874u', RMVF: '(1u<<24)', RCC_ENABLE: '0x40023840u' };
const L476 = { RCC_CSR: '0x40021094u', RMVF: '(1u<<23)', RCC_ENABLE: '0x40021058u' };
/** RCC_CSR from bit 26 on: pin 1, power-on 2, software 4, independent 8, window 16. */
const CAUSES = [3, 9, 17, 17, 5];

describe.skipIf(gcc.skip)(`C program, ${gcc.label}`, () => {
  test.each([
    ['STM32F411', createStm32f411, F411],
    ['STM32L476', createStm32l476, L476],
  ] as const)('%s', (_, create, defines) => {
    const { machine } = create();
    machine.load(0x08000000, compileC({ source: `${FIXTURES}watchdogs.c`, script: `${FIXTURES}program.ld`, defines }));
    const resets: [cause: string, ms: number][] = [];
    machine.listen((event) => {
      if (event.event === 'reset') resets.push([event.cause, machine.seconds() * 1e3]);
    });
    let isEnded = false;
    machine.cpu.onBreakpoint = () => {
      isEnded = true;
      machine.requestStop();
    };
    machine.reset('power-on');
    machine.run({ untilSeconds: 1 });
    expect(isEnded).toBe(true);
    expect(resets.map(([cause]) => cause)).toEqual([
      'power-on',
      'watchdog',
      'window-watchdog',
      'window-watchdog',
      'software',
    ]);
    const word = (address: number) => machine.bus.read32(address);
    expect([0, 1, 2, 3, 4].map((run) => word(0x20000010 + 4 * run) & 0x1f)).toEqual(CAUSES);
    expect([word(0x20000004), word(0x20000008)]).toEqual([50, 1]);
    // 17 steps of 4096 clocks of APB1, from 0x50 to 0x3F; the first is shorter by what the divider had.
    const steps = ((resets[2][1] - resets[1][1]) * machine.clock.frequency()) / 4096e3;
    expect(steps).toBeGreaterThan(16);
    expect(steps).toBeLessThan(17.1);
  });
});

/** An endless loop in flash. */
function loop(): Uint8Array {
  const bytes = new Uint8Array(0x22);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x20001000, true);
  view.setUint32(4, 0x08000021, true);
  view.setUint16(0x20, 0xe7fe, true);
  return bytes;
}

test.each([
  ['STM32F411', createStm32f411, { OPTCR: 0x0fff55cc }],
  ['STM32L476', createStm32l476, { OPTR: 0xffeef855 }],
] as const)('option bytes of %s: the hardware watchdog, read protection', (_, create, optionBytes) => {
  const { machine, readProtection } = create({ optionBytes });
  machine.load(0x08000000, loop());
  const resets: string[] = [];
  machine.listen((event) => event.event === 'reset' && resets.push(event.cause));
  machine.reset('power-on');
  machine.run({ untilSeconds: 1.1 });
  expect(resets).toEqual(['power-on', 'watchdog', 'watchdog']);
  expect(readProtection()).toBe(1);
});
