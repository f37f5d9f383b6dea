import { expect, test } from 'vitest';
import { Dbgmcu, SystemIds } from './identification.ts';
import { Pwr } from './pwr.ts';
import { errorOf } from './test-time.ts';
import { Unmodelled } from './unmodelled.ts';

const ids = () =>
  new SystemIds([
    { offset: 0, size: 12, words: [0x33221100, 0x77665544, 0xbbaa9988] },
    { offset: 0x12, size: 2, words: [512] },
  ]);

test('ids are read in any width, aligned or not', () => {
  const block = ids();
  expect([block.read(0, 4), block.read(3, 4), block.read(10, 2), block.read(11, 1), block.read(0x12, 2)]).toEqual([
    0x33221100, 0x66554433, 0xbbaa, 0xbb, 512,
  ]);
  expect(errorOf(() => block.read(10, 4))).toBe('EMU002: read of SYSTEM_MEMORY at offset 0x0c: there is no id');
  expect(errorOf(() => block.write(0))).toMatch(/^EMU007/);
});

test('the debug unit knows the chip, and keeps its bits over a system reset', () => {
  const debug = new Dbgmcu();
  expect(debug.read(0, 4) & 0xfff).toBe(0x431);
  debug.write(4, 4, 7);
  debug.reset('system');
  expect(debug.read(4, 4)).toBe(7);
  debug.reset('power-on');
  expect(debug.read(4, 4)).toBe(0);
  expect(errorOf(() => debug.write(0, 4, 0))).toMatch(/^EMU007/);
});

test('the voltage scale: what clock it allows, and only while the PLL is off can it change', () => {
  let isPllOn = false;
  const power = new Pwr({ isPllOn: () => isPllOn });
  expect([power.read(0, 4), power.clockLimit().hz]).toEqual([0x8000, 64e6]);
  power.write(0, 4, 0xc000);
  isPllOn = true;
  expect(power.clockLimit().hz).toBe(100e6);
  expect(errorOf(() => power.write(0, 4, 0x8000))).toMatch(/^EMU006: PWR_CR.VOS is changed while the PLL is on/);
});

test.each([
  ['standby', 0, 2],
  ['backup regulator', 4, 1 << 9],
])('%s', (_, offset, value) => {
  expect(errorOf(() => new Pwr({ isPllOn: () => false }).write(offset, 4, value))).toMatch(/^EMU004: PWR_C/);
});

test('a block that is not modelled', () => {
  const block = new Unmodelled('SPI1');
  expect(errorOf(() => block.read(8))).toBe('EMU004: read of SPI1 at offset 0x08: it is not modelled');
  expect(errorOf(() => block.write(0))).toBe('EMU004: write of SPI1 at offset 0x00: it is not modelled');
});
