/** A debugger's view of small programs in Thumb, by halfwords. */
import { expect, test } from 'vitest';
import { createBareMachine, type Machine } from '../machine.ts';
import { DebugPort, type DebugStop } from './debug-port.ts';

const FLASH = { start: 0x0800_0000, size: 0x1_0000 };
const RAM = { start: 0x2000_0000, size: 0x1000 };
const CODE = FLASH.start + 0x100;
const HANDLER = FLASH.start + 0x200;

interface Program {
  readonly code: readonly number[];
  readonly handler?: readonly number[];
  readonly at?: number;
}

/** All exceptions have one handler; execution begins at CODE. */
function debug({ code, handler = [0xe7fe], at = CODE }: Program): { machine: Machine; port: DebugPort } {
  const machine = createBareMachine({ flash: FLASH, ram: RAM });
  const vectors = new Uint32Array(64).fill(HANDLER | 1);
  vectors[0] = RAM.start + RAM.size;
  vectors[1] = at | 1;
  machine.load(FLASH.start, new Uint8Array(vectors.buffer));
  machine.load(at, new Uint8Array(new Uint16Array(code).buffer));
  machine.load(HANDLER, new Uint8Array(new Uint16Array(handler).buffer));
  machine.reset('power-on');
  machine.system.scb.vtor = FLASH.start;
  machine.cpu.r.fill(0, 0, 13);
  const port = new DebugPort(machine);
  port.attach();
  return { machine, port };
}

/** Until it is neither time nor limit. */
function go(act: (untilSeconds: number) => DebugStop, machine: Machine): DebugStop {
  for (let i = 0; i < 100; i++) {
    const stop = act(machine.seconds() + 0.001);
    if (stop.reason !== 'limit' && stop.reason !== 'time') return stop;
  }
  return { reason: 'limit' };
}

const run = ({ machine, port }: ReturnType<typeof debug>) => go((until) => port.runUntil(until), machine);
const step = ({ machine, port }: ReturnType<typeof debug>) => go((until) => port.stepUntil(until), machine);

// 1: adds r0, #1; adds r1, #2; b 1b
const COUNT = [0x3001, 0x3102, 0xe7fc];

test('a breakpoint stops before its instruction, and costs nothing', () => {
  const one = debug({ code: COUNT });
  one.port.insertBreakpoint(CODE + 2);
  expect(run(one)).toEqual({ reason: 'breakpoint' });
  expect([one.machine.cpu.pc, one.machine.cpu.r[0], one.machine.cpu.r[1]]).toEqual([CODE + 2, 1, 0]);
  expect([one.machine.cpu.instructions, one.machine.clock.cycles]).toEqual([1, 1]);
  expect(run(one)).toEqual({ reason: 'breakpoint' });
  expect(one.machine.cpu.instructions).toBe(1);
  expect(step(one)).toEqual({ reason: 'stepped' });
  expect(run(one)).toEqual({ reason: 'breakpoint' });
  expect([one.machine.cpu.r[0], one.machine.cpu.r[1]]).toEqual([2, 2]);
  one.port.removeBreakpoint(CODE + 2);
  expect(one.port.runUntil(one.machine.seconds() + 0.001)).toEqual({ reason: 'time' });
  expect(one.machine.cpu.r[0]).toBeGreaterThan(1000);
});

test('breakpoints do not change what is executed, nor when', () => {
  const plain = debug({ code: COUNT });
  const watched = debug({ code: COUNT });
  watched.port.insertBreakpoint(CODE);
  for (let turn = 0; turn < 50; turn++) {
    run(watched);
    step(watched);
  }
  plain.machine.run({ maxInstructions: watched.machine.cpu.instructions });
  expect(watched.machine.cpu.instructions).toBe(148);
  expect(watched.machine.clock.cycles).toBe(plain.machine.clock.cycles);
  expect(state(watched)).toEqual(state(plain));
});

test('a breakpoint in an IT block stops, whether the condition holds or not', () => {
  // cmp r0, #0; ite ne; addne r1, #1 (32 bits); addeq r2, #1 (32 bits); b .
  const program = { code: [0x2800, 0xbf14, 0xf101, 0x0101, 0xf102, 0x0201, 0xe7fe] };
  for (const address of [CODE + 4, CODE + 8]) {
    const one = debug(program);
    one.port.insertBreakpoint(address);
    expect(run(one)).toEqual({ reason: 'breakpoint' });
    expect(one.machine.cpu.pc).toBe(address);
    expect(step(one)).toEqual({ reason: 'stepped' });
    one.port.runUntil(0.0001);
    expect([one.machine.cpu.r[1], one.machine.cpu.r[2]]).toEqual([0, 1]);
  }
});

test('a breakpoint in RAM stays where code is written', () => {
  const one = debug({ code: [0x4700] });
  one.port.writeMemory(RAM.start, new Uint8Array(new Uint16Array(COUNT).buffer));
  one.machine.cpu.r[0] = RAM.start | 1;
  expect(one.port.insertBreakpoint(RAM.start + 2)).toBe(true);
  expect(run(one)).toEqual({ reason: 'breakpoint' });
  one.port.writeMemory(RAM.start, new Uint8Array(new Uint16Array([0x3004]).buffer));
  one.machine.cpu.pc = RAM.start;
  one.machine.cpu.r[0] = 0;
  expect(run(one)).toEqual({ reason: 'breakpoint' });
  expect(one.machine.cpu.r[0]).toBe(4);
  expect(one.port.insertBreakpoint(0x6000_0000)).toBe(false);
});

// ldr r1, [r0]; adds r1, #1; str r1, [r0]; strb r2, [r0, #8]; b 0
const COUNT_IN_RAM = [0x6801, 0x3101, 0x6001, 0x7202, 0xe7fa];

test.each([
  ['write', RAM.start, 4, CODE + 4],
  ['read', RAM.start, 4, CODE],
  ['access', RAM.start, 4, CODE],
  ['write', RAM.start + 2, 1, CODE + 4],
  ['write', RAM.start + 8, 4, CODE + 6],
] as const)('a %s watchpoint at 0x%x, %i bytes', (access, address, size, pc) => {
  const one = debug({ code: COUNT_IN_RAM });
  one.machine.cpu.r[0] = RAM.start;
  one.port.writeMemory(RAM.start, new Uint8Array(16));
  one.port.insertWatchpoint(access, address, size);
  expect(run(one)).toEqual({ reason: 'watchpoint', access, address });
  expect(one.machine.cpu.pc).toBe(pc);
  expect(one.port.readMemory(RAM.start, 4)).toEqual(Uint8Array.of(pc === CODE + 6 ? 1 : 0, 0, 0, 0));
  // As gdb goes on: without it for one instruction.
  one.port.removeWatchpoint(access, address, size);
  expect(step(one)).toEqual({ reason: 'stepped' });
  one.port.insertWatchpoint(access, address, size);
  const plain = debug({ code: COUNT_IN_RAM });
  plain.machine.cpu.r[0] = RAM.start;
  plain.port.writeMemory(RAM.start, new Uint8Array(16));
  plain.machine.run({ maxInstructions: one.machine.cpu.instructions });
  expect(state(plain)).toEqual(state(one));
});

test('a push that is watched can be repeated; an exception that is watched is completed', () => {
  // push {r0, lr}; svc 0; b .
  const one = debug({ code: [0xb501, 0xdf00, 0xe7fe], handler: [0x4770] });
  const top = RAM.start + RAM.size;
  one.port.insertWatchpoint('write', top - 4, 4);
  expect(run(one)).toMatchObject({ reason: 'watchpoint' });
  expect([one.machine.cpu.pc, one.machine.cpu.r[13]]).toEqual([CODE, top]);
  one.port.removeWatchpoint('write', top - 4, 4);
  one.port.insertWatchpoint('write', top - 12, 4);
  expect(run(one)).toMatchObject({ reason: 'watchpoint' });
  expect([one.machine.cpu.pc, one.machine.cpu.ipsr]).toEqual([HANDLER, 11]);
  one.port.removeWatchpoint('write', top - 12, 4);
  one.port.runUntil(0.001);
  expect(one.machine.cpu.pc).toBe(CODE + 4);
});

test('a BKPT of the program stops there and is passed on the way on', () => {
  // adds r0, #1; bkpt 3; adds r0, #1; b .
  const one = debug({ code: [0x3001, 0xbe03, 0x3001, 0xe7fe] });
  expect(run(one)).toEqual({ reason: 'bkpt' });
  expect(one.machine.cpu.pc).toBe(CODE + 2);
  expect(step(one)).toEqual({ reason: 'stepped' });
  expect(one.machine.cpu.pc).toBe(CODE + 4);
  one.machine.cpu.pc = CODE + 2;
  expect(run(one)).toEqual({ reason: 'bkpt' });
  one.port.runUntil(one.machine.seconds() + 0.001);
  expect(one.machine.cpu.r[0]).toBe(2);
});

/** All there is, but r15, which counts only while an instruction executes. */
function state({ machine }: ReturnType<typeof debug>): unknown {
  machine.cpu.r[15] = 0;
  return machine.snapshot();
}

/** SysTick every 100 cycles. */
function startSystick({ machine }: ReturnType<typeof debug>): void {
  machine.bus.write32(0xe000e014, 99);
  machine.bus.write32(0xe000e018, 0);
  machine.bus.write32(0xe000e010, 7);
}

test('a step stays with its code while interrupts come', () => {
  // The handler: adds r7, #1; bx lr
  const one = debug({ code: COUNT, handler: [0x3701, 0x4770] });
  startSystick(one);
  for (let i = 0; i < 600; i++) {
    expect(step(one)).toEqual({ reason: 'stepped' });
    expect(one.machine.cpu.ipsr).toBe(0);
  }
  expect(one.machine.cpu.r[0]).toBe(200);
  expect(one.machine.cpu.r[1]).toBe(400);
  expect(one.machine.cpu.r[7]).toBeGreaterThan(3);
  expect(one.machine.clock.cycles).toBeGreaterThan(1000);
});

test('handlers run while code is stepped; a breakpoint in one stops it', () => {
  // The handler counts in RAM at [r6]: push {r0}; ldr r0, [r6]; adds r0, #1; str r0, [r6]; pop {r0}; bx lr
  const one = debug({ code: COUNT, handler: [0xb401, 0x6830, 0x3001, 0x6030, 0xbc01, 0x4770] });
  one.machine.cpu.r[6] = RAM.start;
  one.port.writeMemory(RAM.start, new Uint8Array(4));
  startSystick(one);
  for (let i = 0; i < 300; i++) expect(step(one)).toEqual({ reason: 'stepped' });
  expect(one.port.readMemory(RAM.start, 1)[0]).toBeGreaterThan(3);
  expect(one.machine.cpu.r[0]).toBe(100);
  one.port.insertBreakpoint(HANDLER + 4);
  const stops = Array.from({ length: 200 }, () => step(one).reason);
  expect(new Set(stops)).toEqual(new Set(['stepped', 'breakpoint']));
});

test('a step over WFI sleeps; the next goes on behind it', () => {
  const one = debug({ code: [0xbf30, 0x3001, 0xe7fe], handler: [0x4770] });
  startSystick(one);
  expect(step(one)).toEqual({ reason: 'stepped' });
  expect(one.machine.cpu.pc).toBe(CODE + 2);
  expect(one.machine.cpu.isSleeping).toBe(true);
  expect(step(one)).toEqual({ reason: 'stepped' });
  expect([one.machine.cpu.pc, one.machine.cpu.r[0]]).toEqual([CODE + 4, 1]);
});

test('nothing wakes it: the step is not done, and can be given up', () => {
  const one = debug({ code: [0xbf30, 0x3001, 0xe7fe] });
  expect(step(one)).toEqual({ reason: 'stepped' });
  expect(step(one)).toEqual({ reason: 'limit' });
  one.port.giveUp();
  expect(one.machine.cpu.pc).toBe(CODE + 2);
});

// ldr r1, [r0] with nothing at r0; b .
const FAULTY = [0x6801, 0xe7fe];

test.each([
  ['b .', [0xe7fe], true],
  ['a prologue and b .', [0xb580, 0xaf00, 0xe7fe], true],
  ['nop; b', [0xbf00, 0xe7fd], true],
  ['something else', [0x3001, 0xe7fe], false],
])('a fault whose handler is %s', (_, handler, stops) => {
  const one = debug({ code: FAULTY, handler });
  one.machine.cpu.r[0] = 0x6000_0000;
  const text = 'HardFault at 0x0800_0100: read of 0x60000000: nothing is there';
  expect(run(one)).toEqual(stops ? { reason: 'fault', text } : { reason: 'limit' });
  if (stops) expect([one.machine.cpu.pc, one.machine.cpu.ipsr]).toEqual([HANDLER, 3]);
  const all = debug({ code: FAULTY, handler });
  all.machine.cpu.r[0] = 0x6000_0000;
  all.port.catches = 'all';
  expect(run(all)).toEqual({ reason: 'fault', text });
  const none = debug({ code: FAULTY, handler });
  none.machine.cpu.r[0] = 0x6000_0000;
  none.port.catches = 'none';
  expect(run(none)).toEqual({ reason: 'limit' });
});

test('a lock-up, and what is not modelled', () => {
  const locked = debug({ code: FAULTY, handler: [0x6801] });
  locked.machine.cpu.r[0] = 0x6000_0000;
  expect(run(locked)).toMatchObject({
    reason: 'fault',
    text: expect.stringMatching(/^HardFault at .*\n.*\nLockup at /),
  });
  expect(run(locked)).toMatchObject({ reason: 'fault' });
  // ldr r1, [r0] of an unknown register of the system control space.
  const odd = debug({ code: FAULTY });
  odd.machine.cpu.r[0] = 0xe000ef00;
  expect(run(odd)).toMatchObject({ reason: 'error', error: { code: 'EMU002' } });
});

test('registers by name', () => {
  const { port, machine } = debug({ code: COUNT });
  machine.cpu.r[3] = -1;
  expect(port.readRegister('r3')).toBe(0xffff_ffff);
  expect(port.readRegister('pc')).toBe(CODE);
  expect(port.readRegister('xpsr')).toBe(0x0100_0000);
  expect(port.readRegister('d0')).toBeUndefined();
  expect(port.writeRegister('d0', 0)).toBe(false);
  port.writeRegister('pc', CODE | 1);
  expect(machine.cpu.pc).toBe(CODE);
  port.writeRegister('psp', RAM.start + 0x10);
  port.writeRegister('control', 2);
  expect(port.readRegister('sp')).toBe(RAM.start + 0x10);
  expect(port.readRegister('msp')).toBe(RAM.start + RAM.size);
  for (const [name, value, kept] of [
    ['primask', 3, 1],
    ['basepri', 0x1ff, 0xf0],
    ['faultmask', 1, 1],
    ['xpsr', 0xf600_0c00, 0xf700_0c00],
  ] as const) {
    port.writeRegister(name, value);
    expect(port.readRegister(name)).toBe(kept);
  }
});

test('memory: over borders, of peripherals, and where nothing is', () => {
  const { port } = debug({ code: COUNT });
  expect(port.readMemory(RAM.start + RAM.size - 2, 8)).toHaveLength(2);
  expect(port.readMemory(0x6000_0000, 4)).toHaveLength(0);
  // CPUID, and two bytes of it.
  expect(port.readMemory(0xe000ed00, 4)).toEqual(Uint8Array.of(0x41, 0xc2, 0x0f, 0x41));
  expect(port.readMemory(0xe000ed01, 2)).toEqual(Uint8Array.of(0xc2, 0x0f));
  expect(port.writeMemory(0xe000e014, Uint8Array.of(99, 0, 0, 0))).toBe(true);
  expect(port.readMemory(0xe000e014, 4)).toEqual(Uint8Array.of(99, 0, 0, 0));
  expect(port.writeMemory(RAM.start + RAM.size - 1, Uint8Array.of(1, 2))).toBe(false);
  expect(port.writeMemory(0x6000_0000, Uint8Array.of(1))).toBe(false);
  expect(port.writeMemory(FLASH.start + 0x300, Uint8Array.of(1, 2, 3))).toBe(true);
  expect(port.readMemory(0x300, 4)).toEqual(Uint8Array.of(1, 2, 3, 0xff));
});

test('detached, nothing is left', () => {
  const one = debug({ code: FAULTY });
  one.machine.cpu.r[0] = 0x6000_0000;
  one.port.insertBreakpoint(CODE);
  one.port.insertWatchpoint('read', 0x6000_0000, 4);
  one.port.detach();
  expect(one.machine.run({ maxInstructions: 100 })).toEqual({ reason: 'instructions' });
  expect(one.machine.cpu.ipsr).toBe(3);
});

test('a reset gives up what was under way', () => {
  const { port, machine } = debug({ code: COUNT });
  port.runUntil(0.001);
  port.reset('system');
  expect(machine.cpu.pc).toBe(CODE);
});
