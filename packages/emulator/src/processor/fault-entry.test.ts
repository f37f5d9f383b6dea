/** Faults that no referee shows the same way: debug events, vectors out of reach, lazy stacking under the MPU. */
import { beforeEach, expect, test } from 'vitest';
import { createBareMachine, type Machine } from '../machine.ts';

const FLASH = 0x08000000;
const RAM = 0x20000000;
const RAM_SIZE = 0x4000;
const SHCSR = 0xe000ed24;
const CFSR = 0xe000ed28;
const HFSR = 0xe000ed2c;
const DFSR = 0xe000ed30;
const DEMCR = 0xe000edfc;
const VTOR = 0xe000ed08;
const CPACR = 0xe000ed88;
const FPCAR = 0xe000ef38;
const LOOP = 0xe7fe;
const NOP = 0xbf00;
const BKPT = 0xbe00;
const SVC = 0xdf00;
/** vmov s0, r0 */
const VMOV = [0xee00, 0x0a10];

let texts: string[];
beforeEach(() => {
  texts = [];
});

/** Code at 0x08000200; handler n is an endless loop at 0x08001000 + 16 n, or begins with the code that is given. */
function machineWith(code: readonly number[], handlers: Readonly<Record<number, readonly number[]>> = {}): Machine {
  const machine = createBareMachine({ flash: { start: FLASH, size: 0x2000 }, ram: { start: RAM, size: RAM_SIZE } });
  const at = (n: number) => FLASH + 0x1000 + 16 * n;
  const vectors = Uint32Array.from({ length: 48 }, (_, n) => [RAM + 0x2000, FLASH + 0x201][n] ?? at(n) + 1);
  const load = (address: number, halfwords: readonly number[]) =>
    machine.load(address, new Uint8Array(Uint16Array.from(halfwords).buffer));
  machine.load(FLASH, new Uint8Array(vectors.buffer));
  load(FLASH + 0x200, [...code, LOOP]);
  for (let n = 2; n < 48; n++) load(at(n), [...(handlers[n] ?? []), LOOP]);
  machine.listen((event) => event.event === 'fault' && texts.push(`${event.exception}: ${event.text}`));
  machine.reset('power-on');
  return machine;
}

const word = ({ bus }: Machine, address: number) => bus.unseen(() => bus.read32(address) >>> 0);

test('BKPT without a debugger: HardFault with DEBUGEVT', () => {
  const machine = machineWith([BKPT]);
  machine.run({ maxInstructions: 5 });
  expect([machine.cpu.ipsr, word(machine, HFSR), word(machine, DFSR)]).toEqual([3, 0x80000000, 2]);
  expect(texts).toEqual(['HardFault: BKPT #0 without a debugger']);
});

test.each([
  ['DebugMonitor where it is enabled and more urgent', 0, 12, 0],
  ['HardFault where BASEPRI holds it back', 0x40, 3, 0x80000000],
])('BKPT: %s', (_, basepri, exception, hfsr) => {
  const machine = machineWith([BKPT]);
  machine.bus.write32(DEMCR, 1 << 16);
  machine.bus.write32(0xe000ed20, 0x80);
  machine.cpu.basepri = basepri;
  machine.run({ maxInstructions: 5 });
  expect([machine.cpu.ipsr, word(machine, HFSR), word(machine, DFSR)]).toEqual([exception, hfsr, 2]);
});

test('a vector beyond the end of memory: HardFault with VECTTBL, and the interrupt stays pending', () => {
  const machine = machineWith([]);
  const { bus, cpu, system } = machine;
  const table = RAM + RAM_SIZE - 128;
  machine.load(table, machine.readMemory(FLASH, 128)!);
  bus.write32(VTOR, table);
  bus.write32(0xe000e100, 1 << 20);
  bus.write32(0xe000e200, 1 << 20);
  machine.run({ maxInstructions: 5 });
  expect([cpu.ipsr, word(machine, HFSR), system.states.pending[36]]).toEqual([3, 2, 1]);
  expect(texts[0]).toMatch(/^HardFault: vector 36 cannot be read: read of 0x20004010/);
});

test('the vector of HardFault itself: lockup', () => {
  const machine = machineWith([0xde00]);
  machine.bus.write32(VTOR, 0x60000000);
  expect(machine.run({ maxInstructions: 5 })).toEqual({ reason: 'lockup' });
  expect(texts.at(-1)).toMatch(/^Lockup: vector 3 cannot be read/);
});

test('an SVC in a HardFault handler: lockup', () => {
  const machine = machineWith([0xde00], { 3: [SVC] });
  expect(machine.run({ maxInstructions: 5 })).toEqual({ reason: 'lockup' });
});

test('CCR.BFHFNMIGN is refused', () => {
  expect(() => machineWith([]).bus.write32(0xe000ed14, 0x300)).toThrow('SCB_CCR: BFHFNMIGN is not modelled');
});

/** A thread with floating-point state, and an SVC handler whose first use of the unit stores it where nobody may write. */
function lazy(enables: number, isPrivileged: boolean): Machine {
  const machine = machineWith([...VMOV, SVC], { 11: [NOP, ...VMOV] });
  const { bus, cpu } = machine;
  bus.write32(CPACR, 0x00f00000);
  bus.write32(SHCSR, enables);
  bus.write32(0xe000ed1c, 0x80 << 24);
  // All of memory for everyone, and 256 bytes for privileged code alone.
  bus.write32(0xe000ed9c, 0x10);
  bus.write32(0xe000eda0, (3 << 24) | (31 << 1) | 1);
  bus.write32(0xe000ed9c, RAM + 0x3000 + 0x11);
  bus.write32(0xe000eda0, (1 << 24) | (7 << 1) | 1);
  bus.write32(0xe000ed94, 5);
  cpu.unprivileged = !isPrivileged;
  machine.run({ maxInstructions: 3 });
  bus.unseen(() => bus.write32(FPCAR, RAM + 0x3000));
  machine.run({ maxInstructions: 10 });
  return machine;
}

const MEM_ENABLED = 1 << 16;
const MLSPERR = 1 << 5;

test.each([
  ['of privileged code: it is stored', MEM_ENABLED, true, 11, 0, 0],
  ['of unprivileged code, which may not write there: MemManage', MEM_ENABLED, false, 4, MLSPERR, 0],
  ['the same, disabled: HardFault', 0, false, 3, MLSPERR, 0x40000000],
])('lazy stacking under the MPU, state %s', (_, enables, isPrivileged, exception, cfsr, hfsr) => {
  const machine = lazy(enables, isPrivileged);
  expect([machine.cpu.ipsr, word(machine, CFSR), word(machine, HFSR)]).toEqual([exception, cfsr, hfsr]);
  expect(word(machine, 0xe000ef34) & 1).toBe(exception === 11 ? 0 : 1);
});
