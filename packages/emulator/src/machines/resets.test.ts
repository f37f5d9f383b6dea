/** What each kind of reset leaves of a machine: SRAM, watchdogs, protection, backup registers, flags. */
import { describe, expect, test } from 'vitest';
import { createStm32f411 } from './stm32f411.ts';
import { createStm32l476 } from './stm32l476.ts';
import type { Microcontroller, MicrocontrollerOptions } from './wiring.ts';

const FLASH = 0x08000000;
const RAM = 0x20000000;
const SRAM2 = 0x10000000;
const AIRCR = 0xe000ed0c;
const IWDG = 0x40003000;
const WWDG = 0x40002c00;
type Create = (options?: MicrocontrollerOptions) => Microcontroller;

/** RCC_CSR; the register and bit of WWDG's clock; of PWR's; FLASH_OPTCR or OPTR and where RDP is in it. */
const CHIPS: readonly (readonly [string, Create, Record<'csr' | 'apb1' | 'options' | 'rdpShift' | 'size', number>])[] =
  [
    [
      'STM32F411',
      createStm32f411,
      { csr: 0x40023874, apb1: 0x40023840, options: 0x40023c14, rdpShift: 8, size: 0x20000 },
    ],
    [
      'STM32L476',
      createStm32l476,
      { csr: 0x40021094, apb1: 0x40021058, options: 0x40022020, rdpShift: 0, size: 0x18000 },
    ],
  ];

/** An endless loop. */
function board(create: Create, options: MicrocontrollerOptions = {}): Microcontroller {
  const made = create(options);
  made.machine.load(FLASH, new Uint8Array(Uint32Array.of(RAM + 0x1000, FLASH + 0x201).buffer));
  made.machine.load(FLASH + 0x200, Uint8Array.of(0xfe, 0xe7));
  made.machine.reset('power-on');
  return made;
}

describe.each(CHIPS)('%s', (name, create, { csr, apb1, options, rdpShift, size }) => {
  const units = name === 'STM32L476' ? [RAM, SRAM2] : [RAM];

  test('SRAM is noise after power-on: the same each time, another with another seed', () => {
    const [one, same, other] = [1, 1, 2].map((seed) => board(create, { seed }).machine);
    const all = (machine: Microcontroller['machine']) =>
      units.map((start) => machine.readMemory(start, 0x4000)!.join());
    expect(all(one)).toEqual(all(same));
    expect(all(one)).not.toEqual(all(other));
    expect(new Set(one.readMemory(RAM, size)!).size).toBe(256);
    one.writeMemory(RAM, new Uint8Array(0x4000));
    one.reset('power-on');
    expect(all(one)).toEqual(all(same));
  });

  test('SRAM is kept by a software reset', () => {
    const { machine } = board(create);
    const causes: string[] = [];
    machine.listen((event) => event.event === 'reset' && causes.push(event.cause));
    for (const start of units) machine.bus.write32(start + 0x800, 0x12345678);
    machine.bus.write32(AIRCR, 0x05fa0004);
    machine.run({ maxInstructions: 5 });
    expect(causes).toEqual(['software']);
    for (const start of units) expect(machine.bus.read32(start + 0x800)).toBe(0x12345678);
  });

  test('watchdogs rest after every reset, and their registers are as after power-on', () => {
    const { machine } = board(create);
    const { bus } = machine;
    const resting = () => {
      bus.write32(apb1, bus.read32(apb1) | (1 << 11));
      return [bus.read32(IWDG + 4), bus.read32(IWDG + 8), bus.read32(WWDG), bus.read32(WWDG + 4), bus.read32(WWDG + 8)];
    };
    expect(resting()).toEqual([0, 0xfff, 0x7f, 0x7f, 0]);
    bus.write32(IWDG, 0xcccc);
    bus.write32(WWDG, 0xff);
    machine.run({ untilSeconds: machine.seconds() + 0.3 });
    expect(machine.run({ untilSeconds: machine.seconds() + 2 })).toEqual({ reason: 'time' });
    // WWDGRSTF: the window watchdog bit, once; after that neither runs.
    expect((bus.read32(csr) >>> 30) & 1).toBe(1);
    expect((bus.read32(csr) >>> 29) & 1).toBe(0);
    expect(resting()).toEqual([0, 0xfff, 0x7f, 0x7f, 0]);
  });

  test('the hardware watchdog of the option bytes runs from reset on, again and again', () => {
    const optionBytes: Record<string, number> =
      name === 'STM32L476' ? { OPTR: 0xffeff8aa & ~(1 << 16) } : { OPTCR: 0x0fffaaed & ~(1 << 5) };
    const { machine } = board(create, { optionBytes });
    let resets = 0;
    machine.listen((event) => {
      if (event.event === 'reset' && event.cause === 'watchdog') resets++;
    });
    machine.run({ untilSeconds: 1.2 });
    // 4096 ticks of 4/32 ms: 0.512 s.
    expect(resets).toBe(2);
  });

  test.each([
    ['from the factory', 0xaa, 0],
    ['level 1', 0x55, 1],
    ['level 2', 0xcc, 2],
  ])('read protection after a reset: %s', (_, rdp, level) => {
    const factory = name === 'STM32L476' ? 0xffeff8aa : 0x0fffaaed;
    const word = ((factory & ~(0xff << rdpShift)) | (rdp << rdpShift)) >>> 0;
    const optionBytes: Record<string, number> = name === 'STM32L476' ? { OPTR: word } : { OPTCR: word & ~1 };
    const made = board(create, { optionBytes });
    for (const kind of ['system', 'power-on'] as const) {
      made.machine.reset(kind);
      expect([made.readProtection(), (made.machine.bus.read32(options) >>> rdpShift) & 0xff]).toEqual([level, rdp]);
    }
  });
});
