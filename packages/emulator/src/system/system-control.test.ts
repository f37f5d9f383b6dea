/** Request lines into the interrupt controller. */
import { expect, test } from 'vitest';
import { createBareMachine } from '../machine.ts';

const bare = () =>
  createBareMachine({ flash: { start: 0x08000000, size: 0x1000 }, ram: { start: 0x20000000, size: 0x1000 } });
const ISPR0 = 0xe000e200;
const ICPR0 = 0xe000e280;

test('two lines of one interrupt: high while one of them is', () => {
  const { system, bus } = bare();
  const first = system.line(25);
  const second = system.line(25);
  first.set(true);
  second.set(true);
  second.set(false);
  bus.write32(ICPR0, 1 << 25);
  expect(bus.read32(ISPR0)).toBe(1 << 25);
  first.set(false);
  bus.write32(ICPR0, 1 << 25);
  expect(bus.read32(ISPR0)).toBe(0);
});

test('a line that was high before a snapshot does not pend again after it', () => {
  const { system, bus } = bare();
  const line = system.line(3);
  line.set(true);
  system.states.pending[19] = 0;
  const state = structuredClone(system.snapshot());
  line.set(false);
  system.restore(state);
  line.set(true);
  expect(bus.read32(ISPR0)).toBe(0);
});
