/** The rules of the MPU by themselves; what the processor makes of them is in machines/mpu.test.ts. */
import { expect, test } from 'vitest';
import { EmulationError } from '../peripheral.ts';
import { Fault } from '../processor/fault.ts';
import { Mpu } from './mpu.ts';

const CTRL = 0x04;
const RNR = 0x08;
const RBAR = 0x0c;
const RASR = 0x10;
const ENABLE = 1;
const HFNMIENA = 2;
const PRIVDEFENA = 4;
const AP = (value: number) => value << 24;
const XN = 1 << 28;
/** Size field of 2^bits bytes, and the enable bit. */
const size = (bits: number) => ((bits - 1) << 1) | 1;

function setup() {
  const state = { isPrivileged: true, priority: 256 };
  const changes: boolean[] = [];
  const mpu = new Mpu({
    isPrivileged: () => state.isPrivileged,
    executionPriority: () => state.priority,
    onChange: (isOn) => changes.push(isOn),
  });
  const region = (number: number, base: number, attributes: number) => {
    mpu.write(RNR, number);
    mpu.write(RBAR, base);
    mpu.write(RASR, attributes);
  };
  /** What is allowed of read, write and execute, as letters. */
  const rights = (address: number, bytes = 1) =>
    (['read', 'write', 'execute'] as const)
      .filter((access) => {
        try {
          mpu.check(address, bytes, access);
          return true;
        } catch (error) {
          if (error instanceof Fault) return false;
          throw error;
        }
      })
      .map((access) => access[0])
      .join('');
  return { mpu, state, changes, region, rights };
}

test.each([
  [0, '', ''],
  [1, 'rwe', ''],
  [2, 'rwe', 're'],
  [3, 'rwe', 'rwe'],
  [5, 're', ''],
  [6, 're', 're'],
  [7, 're', 're'],
])('AP %i: privileged %s, unprivileged %s', (ap, privileged, unprivileged) => {
  const { mpu, state, region, rights } = setup();
  region(0, 0x20000000, AP(ap) | size(12));
  mpu.write(CTRL, ENABLE);
  expect(rights(0x20000800)).toBe(privileged);
  state.isPrivileged = false;
  expect(rights(0x20000800)).toBe(unprivileged);
  region(0, 0x20000000, XN | AP(ap) | size(12));
  expect(rights(0x20000800)).toBe(unprivileged.replace('e', ''));
});

test('without a region: nobody, or privileged code with PRIVDEFENA', () => {
  const { mpu, state, rights } = setup();
  mpu.write(CTRL, ENABLE);
  expect(rights(0x20000000)).toBe('');
  mpu.write(CTRL, ENABLE | PRIVDEFENA);
  expect(rights(0x20000000)).toBe('rwe');
  state.isPrivileged = false;
  expect(rights(0x20000000)).toBe('');
  expect(rights(0xe000e010)).toBe('rwe');
});

test('edges; accesses that reach over one; the whole of memory', () => {
  const { mpu, region, rights } = setup();
  region(0, 0x20000020, AP(3) | size(5));
  mpu.write(CTRL, ENABLE);
  const places = [0x2000001f, 0x20000020, 0x2000003f, 0x20000040];
  expect(places.map((address) => rights(address))).toEqual(['', 'rwe', 'rwe', '']);
  expect([rights(0x2000003c, 4), rights(0x2000003e, 4), rights(0x2000001e, 4)]).toEqual(['rwe', '', '']);
  region(0, 0, AP(3) | size(32));
  expect([rights(0), rights(0xffffffff)]).toEqual(['rwe', 'rwe']);
});

test('the highest number decides', () => {
  const { mpu, region, rights } = setup();
  region(1, 0x20000000, AP(0) | size(10));
  region(0, 0x20000000, AP(3) | size(12));
  mpu.write(CTRL, ENABLE);
  expect([rights(0x20000000), rights(0x20000400)]).toEqual(['', 'rwe']);
});

test('subregions: eighths that are not there, from 256 bytes on', () => {
  const { mpu, region, rights } = setup();
  region(0, 0x20000000, AP(3) | (0b10000001 << 8) | size(8));
  mpu.write(CTRL, ENABLE);
  const eighths = Array.from({ length: 8 }, (_, i) => rights(0x20000000 + 32 * i) !== '');
  expect(eighths).toEqual([false, true, true, true, true, true, true, false]);
  region(0, 0x20000000, AP(3) | (0xff << 8) | size(7));
  expect(rights(0x20000000)).toBe('rwe');
});

test('in HardFault, NMI and with FAULTMASK only with HFNMIENA', () => {
  const { mpu, state, rights } = setup();
  mpu.write(CTRL, ENABLE);
  state.priority = -1;
  expect(rights(0x20000000)).toBe('rwe');
  mpu.write(CTRL, ENABLE | HFNMIENA);
  expect(rights(0x20000000)).toBe('');
});

test('accesses without privilege', () => {
  const { mpu, region, rights } = setup();
  region(0, 0x20000000, AP(1) | size(12));
  mpu.write(CTRL, ENABLE);
  mpu.withoutPrivilege(() => expect(rights(0x20000000)).toBe(''));
  expect(rights(0x20000000)).toBe('rwe');
});

test('registers: TYPE, RBAR chooses by VALID, aliases', () => {
  const { mpu, region, changes } = setup();
  expect(mpu.read(0)).toBe(0x800);
  region(3, 0x20000000, AP(3) | size(12));
  mpu.write(RBAR, 0x08000000 | (1 << 4) | 5);
  expect([mpu.read(RNR), mpu.read(RBAR)]).toEqual([5, 0x08000005]);
  mpu.write(0x14, 0x10000000 | (1 << 4) | 6);
  mpu.write(0x18, AP(6) | size(15));
  expect([mpu.read(RNR), mpu.read(0x24), mpu.read(0x28)]).toEqual([6, 0x10000006, AP(6) | size(15)]);
  mpu.write(RNR, 3);
  expect([mpu.read(RBAR), mpu.read(RASR)]).toEqual([0x20000003, AP(3) | size(12)]);
  expect(changes.some((isOn) => isOn)).toBe(false);
  mpu.write(CTRL, ENABLE);
  expect(changes.at(-1)).toBe(true);
  mpu.reset();
  expect([changes.at(-1), mpu.read(CTRL), mpu.read(RASR)]).toEqual([false, 0, 0]);
});

test.each([
  ['region 8', (mpu: Mpu) => mpu.write(RNR, 8), /8 regions; region 8/],
  ['16 bytes', (mpu: Mpu) => mpu.write(RASR, size(4)), /reserved size 3/],
  ['AP 4', (mpu: Mpu) => mpu.write(RASR, AP(4) | size(12)), /reserved permissions 4/],
])('refused: %s', (_, act, text) => {
  const { mpu } = setup();
  expect(() => act(mpu)).toThrow(EmulationError);
  expect(() => act(setup().mpu)).toThrow(text);
});

test('a snapshot', () => {
  const { mpu, region, rights } = setup();
  region(2, 0x20000000, AP(6) | size(12));
  mpu.write(CTRL, ENABLE);
  const state = structuredClone(mpu.snapshot());
  mpu.reset();
  expect(mpu.read(CTRL)).toBe(0);
  mpu.restore(state);
  expect([rights(0x20000000), mpu.read(RNR)]).toEqual(['re', 2]);
});
