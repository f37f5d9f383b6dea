import { expect, test } from 'vitest';
import { BackupRegisters } from './backup-registers.ts';
import { errorOf } from './test-time.ts';

const BKP0R = 0x50;

function setup({ isOpen = true, isClocked = true, hasBattery = false } = {}) {
  const state = { isOpen, isClocked };
  const registers = new BackupRegisters({
    count: 20,
    isOpen: () => state.isOpen,
    isClocked: () => state.isClocked,
    hasBattery,
  });
  const write = (i: number, value: number) => registers.write(BKP0R + 4 * i, 4, value);
  const read = (i: number) => registers.read(BKP0R + 4 * i, 4);
  return { registers, read, write, state };
}

test('they keep words, over a system reset too, and lose them at power-on', () => {
  const { registers, read, write } = setup();
  write(0, 0xdeadbeef);
  write(19, 1);
  registers.reset('system');
  expect([read(0), read(1), read(19)]).toEqual([0xdeadbeef, 0, 1]);
  registers.reset('power-on');
  expect([read(0), read(19)]).toEqual([0, 0]);
});

test('a battery keeps them over a power-on; a reset of the domain does not', () => {
  const { registers, read, write } = setup({ hasBattery: true });
  write(3, 7);
  registers.reset('power-on');
  expect(read(3)).toBe(7);
  registers.clear();
  expect(read(3)).toBe(0);
});

test('while the domain is closed they can be read', () => {
  const { read, write, state } = setup();
  write(0, 5);
  state.isOpen = false;
  expect(read(0)).toBe(5);
  expect(errorOf(() => write(0, 6))).toMatch(/^EMU014: RTC_BKP0R is written while the backup domain is closed/);
});

test.each([
  ['no clock', () => setup({ isClocked: false }).read(0), /^EMU009: RTC_BKP0R is used while the RTC has no clock/],
  ['one register too many', () => setup().read(20), /^EMU002/],
  ['the calendar', () => setup().registers.read(0, 4), /^EMU004: RTC_TR: the real-time clock is not modelled/],
  ['a byte', () => setup().registers.write(BKP0R, 1, 1), /^EMU003/],
])('refused: %s', (_, act, error) => {
  expect(errorOf(act)).toMatch(error);
});

test('snapshot', () => {
  const { registers, read, write } = setup();
  write(1, 9);
  const state = structuredClone(registers.snapshot());
  write(1, 8);
  registers.restore(state);
  expect(read(1)).toBe(9);
});
