import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createBareMachine } from '../machine.ts';
import { HOT } from './hot-code.ts';

const LOOP = readFileSync(new URL('./hot-loop.ts', import.meta.url), 'utf8');

test('the cases of the loop have the numbers and names of the table', () => {
  const cases = [...LOOP.matchAll(/^ +case (\d+): .*\/\/ (\w+)$/gm)].map(([, number, name]) => [name, Number(number)]);
  expect(Object.fromEntries([['general', 0], ...cases])).toEqual(HOT);
});

const FLASH = { start: 0x0800_0000, size: 0x1_0000 };
const RAM = { start: 0x2000_0000, size: 0x1000 };

/** A machine that starts at 0x0800_0008 with these halfwords there. */
function machineWith(halfwords: readonly number[]) {
  const machine = createBareMachine({ flash: FLASH, ram: RAM });
  const vectors = new Uint32Array([RAM.start + RAM.size, FLASH.start + 9]);
  machine.load(FLASH.start, new Uint8Array(vectors.buffer));
  machine.load(FLASH.start + 8, new Uint8Array(new Uint16Array(halfwords).buffer));
  machine.reset('power-on');
  return machine;
}

// movs r0, #0; 1: adds r0, #1; cmp r0, #100; ite ne; addne r1, #2 (32 bits); moveq r2, #7; bne 1b; b .
const COUNT = [0x2000, 0x3001, 0x2864, 0xbf14, 0xf101, 0x0102, 0x2207, 0xd1f8, 0xe7fe];

test('limits are kept to the instruction and to the cycle, whichever path executes', () => {
  const whole = machineWith(COUNT);
  whole.cpu.r[1] = 0;
  whole.run({ maxInstructions: 500 });
  const single = machineWith(COUNT);
  single.cpu.r[1] = 0;
  for (let i = 0; i < 500; i++) single.step();
  expect(whole.cpu.instructions).toBe(500);
  expect([...whole.cpu.r.subarray(0, 3)]).toEqual([...single.cpu.r.subarray(0, 3)]);
  expect([whole.cpu.pc, whole.cpu.it, whole.clock.cycles]).toEqual([single.cpu.pc, single.cpu.it, single.clock.cycles]);
});

test('the loop ends with the right counts', () => {
  const machine = machineWith(COUNT);
  machine.cpu.r[1] = 0;
  machine.run({ maxInstructions: 1000 });
  expect([...machine.cpu.r.subarray(0, 3)]).toEqual([100, 198, 7]);
});

test('an event in the middle of a run of frequent instructions comes at its cycle', () => {
  const machine = machineWith(COUNT);
  const seen: number[] = [];
  machine.clock.schedule('test', 137, () => seen.push(machine.clock.cycles));
  machine.run({ maxInstructions: 400 });
  // An instruction is not cut: at most its cycles later.
  expect(seen).toHaveLength(1);
  expect(seen[0]).toBeGreaterThanOrEqual(137);
  expect(seen[0]).toBeLessThan(141);
});

test('code that is changed is executed as changed', () => {
  const machine = machineWith(COUNT);
  machine.run({ maxInstructions: 50 });
  // cmp r0, #100 becomes cmp r0, #50
  machine.load(FLASH.start + 12, new Uint8Array([0x32, 0x28]));
  machine.run({ maxInstructions: 1000 });
  expect(machine.cpu.r[0]).toBe(50);
  expect(machine.cpu.r[2]).toBe(7);
});

/** Registers and flags from a number: addresses in RAM, small numbers and large ones. */
function prepare({ cpu }: ReturnType<typeof machineWith>, seed: number): void {
  let state = (seed * 2654435761) | 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  };
  for (let i = 0; i < 13; i++)
    cpu.r[i] = [RAM.start + 0x400 + (next() & 0x3fc), next() & 0x1ff, next(), next() & 0x80][next() & 3];
  cpu.r[13] = RAM.start + 0x800;
  cpu.r[14] = FLASH.start + 0x101;
  [cpu.n, cpu.z, cpu.c, cpu.v, cpu.it] = [next() & 1, next() & 1, next() & 1, next() & 1, 0];
  cpu.pc = FLASH.start + 8;
}

function stateOf({ cpu, clock }: ReturnType<typeof machineWith>, before: number) {
  const { pc, n, z, c, v, it } = cpu;
  return { r: [...cpu.r.subarray(0, 15)], pc, n, z, c, v, it, cycles: clock.cycles - before };
}

/** Executes the halfwords on both paths, and tells where they come apart. */
function differences(cases: readonly (readonly number[])[], count: number): string[] {
  let [fast, slow] = [machineWith([0xbf00]), machineWith([0xbf00])];
  return cases.flatMap((halfwords, seed) => {
    const text = halfwords.map((h) => h.toString(16)).join(' ');
    const bytes = new Uint8Array(new Uint16Array(halfwords).buffer);
    // Once for the general path to pack them, then again.
    for (const machine of [fast, slow]) machine.load(FLASH.start + 8, bytes);
    prepare(fast, seed);
    fast.run({ maxInstructions: count });
    // What faults is the general path's alone.
    if (fast.cpu.r[14] === -7 || fast.cpu.pc >>> 24 !== 8) {
      [fast, slow] = [machineWith([0xbf00]), machineWith([0xbf00])];
      return [];
    }
    prepare(fast, seed);
    prepare(slow, seed);
    const [start, slowStart] = [fast.clock.cycles, slow.clock.cycles];
    fast.run({ maxInstructions: count });
    for (let i = 0; i < count; i++) slow.step();
    const [a, b] = [stateOf(fast, start), stateOf(slow, slowStart)];
    return JSON.stringify(a) === JSON.stringify(b) ? [] : [`${text}: ${JSON.stringify(a)} ${JSON.stringify(b)}`];
  });
}

// Everything of 16 bits but BKPT, CPS, SVC, UDF, hints and IT itself, which may not stand under a condition.
const NARROW = Array.from({ length: 0xe000 }, (_, half) => half).filter(
  (half) => !(half >>> 12 === 0xd || half >>> 8 === 0xbe || half >>> 8 === 0xbf || half >>> 5 === 0x5b3),
);
const mayBeConditional = (half: number) => (half & 0xf500) !== 0xb100 && half >>> 8 !== 0x47 && half >>> 8 !== 0xbd;

test('instructions of 16 bits do the same on both paths', () => {
  expect(
    differences(
      NARROW.filter((_, i) => i % 31 === 0).map((half) => [half, 0xbf00]),
      1,
    ),
  ).toEqual([]);
});

test.each([0, 5, 10, 11])('and so they do under condition %i', (cond) => {
  const cases = NARROW.filter(mayBeConditional).filter((_, i) => i % 29 === cond);
  expect(
    differences(
      cases.map((half) => [0xbf08 | (cond << 4), half, 0xbf00]),
      2,
    ),
  ).toEqual([]);
});
