/** The MPU at work: a C program that does what it forbids itself. */
import { describe, expect, test } from 'vitest';
import { compileC } from '../../../../tools/compile-c.ts';
import { referee } from '../../../../tools/referee.ts';
import { createStm32f411 } from './stm32f411.ts';
import { createStm32l476 } from './stm32l476.ts';

const gcc = referee('arm-none-eabi-gcc');
const FIXTURES = new URL('../../fixtures/', import.meta.url).pathname;
const MEM_MANAGE = 4;
const IACCVIOL = 1;
const DACCVIOL = 0x82;
const MSTKERR = 0x10;
const GUARDED = 0x20008000;
/** Exception, CFSR, MMFAR (which keeps the last address). */
const FAULTS = [
  [MEM_MANAGE, DACCVIOL, GUARDED + 4],
  [MEM_MANAGE, IACCVIOL, GUARDED + 4],
  [MEM_MANAGE, DACCVIOL, GUARDED],
  [MEM_MANAGE, DACCVIOL, GUARDED],
  [MEM_MANAGE, DACCVIOL, 0x40020000],
  [MEM_MANAGE, MSTKERR, 0x40020000],
];

describe.skipIf(gcc.skip)(`C program, ${gcc.label}`, () => {
  test.each([
    ['STM32F411', createStm32f411],
    ['STM32L476', createStm32l476],
  ])('%s', (_, create) => {
    const { machine } = create();
    machine.load(0x08000000, compileC({ source: `${FIXTURES}mpu.c`, script: `${FIXTURES}program.ld` }));
    const texts: string[] = [];
    machine.listen((event) => event.event === 'fault' && texts.push(`${event.exception}: ${event.text}`));
    machine.cpu.onBreakpoint = () => machine.requestStop();
    machine.reset('power-on');
    expect(machine.run({ untilSeconds: 0.1 })).toEqual({ reason: 'stopped' });
    const word = (i: number) => machine.bus.readVector(0x20000010 + 4 * i) >>> 0;
    expect(machine.bus.readVector(0x20000000)).toBe(FAULTS.length);
    expect(FAULTS.map((_fault, i) => [word(3 * i), word(3 * i + 1), word(3 * i + 2)])).toEqual(FAULTS);
    expect(texts.slice(0, 4)).toEqual([
      'MemManage: privileged write of 0x20008004: the MPU does not allow it',
      'MemManage: privileged execute of 0x20009000: the MPU does not allow it',
      'MemManage: unprivileged read of 0x20008000: the MPU does not allow it',
      'MemManage: unprivileged read of 0x20008000: the MPU does not allow it',
    ]);
  });
});

test('while it is on, nothing goes round the checks; switched off, everything is as before', () => {
  const { machine } = createStm32f411();
  const { bus } = machine;
  machine.reset('power-on');
  bus.write32(0x20000000, 1);
  bus.write32(0xe000ed94, 1);
  expect([bus.directFlash, bus.directCode, machine.cpu.code.flashSlots.length]).toEqual([0, 0, 0]);
  for (const act of [() => bus.read32(0x20000000), () => bus.read8(0x08000000), () => bus.write16(0x20000000, 1)]) {
    expect(act).toThrow('the MPU does not allow it');
  }
  bus.write32(0xe000ed94, 0);
  expect([bus.directFlash, bus.directCode]).toEqual([0x80000, 0x80000]);
  expect(machine.cpu.code.flashSlots.length).toBe(0x40000);
  expect(bus.read32(0x20000000)).toBe(1);
});

test('an access that is forbidden is no hit of a watchpoint; one that is allowed is', () => {
  const { machine } = createStm32f411();
  const { bus, cpu } = machine;
  machine.load(0x08000000, new Uint8Array(Uint32Array.of(0x20001000, 0x08000201, 0, 0x08000209).buffer));
  // ldr r1, [r0]; ldr r1, [r2]; b .; nop; b .
  machine.load(0x08000200, new Uint8Array(Uint16Array.of(0x6811, 0x6801, 0xe7fe, 0xbf00, 0xe7fe).buffer));
  machine.reset('power-on');
  cpu.r[0] = 0x20000100;
  cpu.r[2] = 0x20000200;
  cpu.watchpoints.add('read', 0x20000100, 4);
  cpu.watchpoints.add('read', 0x20000200, 4);
  // The first 256 bytes are for nobody.
  bus.write32(0xe000ed9c, 0x20000110);
  bus.write32(0xe000eda0, (7 << 1) | 1);
  bus.write32(0xe000ed94, 5);
  expect(machine.run({ maxInstructions: 10 })).toEqual({ reason: 'watchpoint', access: 'read', address: 0x20000200 });
  cpu.watchpoints.remove('read', 0x20000200, 4);
  expect(machine.run({ maxInstructions: 10 })).toEqual({ reason: 'instructions' });
  expect([cpu.ipsr, cpu.pc]).toEqual([3, 0x08000208]);
  expect(bus.unseen(() => bus.read32(0x20000100))).toBeTypeOf('number');
});
