import { expect, test } from 'vitest';
import { Machine } from '../../machine.ts';
import type { Peripheral } from '../../peripheral.ts';
import { hexOf, RandomPrograms } from './random-programs.ts';
import { EVERYTHING } from './translator.ts';

const FLASH = { start: 0x0800_0000, size: 0x1000 };
const RAM = { start: 0x2000_0000, size: 0x1000 };
const BLOCK = { start: 0x4000_0000, size: 0x1000 };
const CODE = FLASH.start + 0x100;
const SEED = 1;
/** Access to the floating-point unit (DDI 0403E B3.2.20). */
const CPACR = 0xe000_ed88;

/** Registers: each access notes what the processor shows then. */
class Notes implements Peripheral {
  readonly name = 'NOTES';
  readonly seen: unknown[] = [];
  machine: Machine | undefined;

  read(): number {
    this.note();
    return this.seen.length;
  }

  write(): void {
    this.note();
  }

  private note(): void {
    const { pc, it, apsr, r } = this.machine!.cpu;
    this.seen.push([pc, it, apsr, ...r.subarray(0, 15)].join(' '));
  }

  reset(): void {}
  snapshot(): unknown {
    return undefined;
  }
  restore(): void {}
}

/** All vectors but the first go to a place that waits. */
function bareMachine() {
  const notes = new Notes();
  const blocks = [{ ...BLOCK, peripheral: notes }];
  const machine = new Machine({ flash: FLASH, ram: RAM, interruptCount: 8, hz: 1e6 }, () => blocks);
  notes.machine = machine;
  const vectors = new Uint32Array(0x40).fill(FLASH.start + 0xf1);
  vectors[0] = RAM.start + RAM.size;
  machine.load(FLASH.start, new Uint8Array(vectors.buffer));
  machine.load(FLASH.start + 0xf0, new Uint8Array([0xfe, 0xe7]));
  machine.reset('power-on');
  return { machine, notes };
}

function stateOf({ cpu, clock, bus }: Machine) {
  const { pc, it, instructions, apsr, ipsr } = cpu;
  let sum = 0;
  for (const word of bus.arrays.ram32) sum = (Math.imul(sum, 31) + word) | 0;
  const r = [...cpu.r.subarray(0, 15)].map((value) => (value >>> 0).toString(16)).join(' ');
  return {
    r,
    pc: (pc >>> 0).toString(16),
    it,
    instructions,
    cycles: clock.cycles,
    apsr: (apsr >>> 0).toString(16),
    ipsr,
    sum,
  };
}

function start(machine: Machine, code: readonly number[], { r, apsr }: { r: readonly number[]; apsr: number }): void {
  machine.reset('system');
  machine.load(CODE, new Uint8Array(new Uint16Array([...code, 0xbf00]).buffer));
  machine.cpu.r.set(r);
  machine.cpu.apsr = apsr;
  machine.cpu.pc = CODE;
}

/** Runs programs translated, in slices, beside the general path; gives what differed, and how much was translated. */
function compare(count: number, seed: number, make = (programs: RandomPrograms) => programs.make()) {
  const programs = new RandomPrograms(seed);
  const [one, other] = [bareMachine(), bareMachine()];
  const [translated, general] = [one.machine, other.machine];
  const { translator } = translated.cpu;
  const differences: string[] = [];
  let executed = 0;
  for (let k = 0; k < count && differences.length < 3; k++) {
    const code = make(programs);
    const registers = programs.registers(RAM.start, BLOCK.start);
    for (const machine of [translated, general]) start(machine, code, registers);
    code.forEach((_, i) => void translated.cpu.code.fetch(CODE + 2 * i));
    // By turns: a translation wherever execution goes on; and only where branches go.
    translator.setOptions(k % 2 === 0 ? EVERYTHING : { period: 20, looks: 1 });
    general.cpu.instructions = translated.cpu.instructions;
    general.clock.cycles = translated.clock.cycles;
    for (let slice = 0; slice < 6; slice++) {
      if (programs.below(2) === 0) {
        const count = 1 + programs.below(200);
        translated.run({ maxInstructions: count });
        for (let i = 0; i < count; i++) general.step();
      } else {
        const cycle = translated.clock.cycles + 1 + programs.below(300);
        translated.run({ untilCycle: cycle });
        while (general.clock.cycles < cycle) general.step();
      }
      const [a, b] = [one, other].map(({ machine, notes }) => ({ ...stateOf(machine), notes: notes.seen.splice(0) }));
      if (JSON.stringify(a) === JSON.stringify(b)) continue;
      differences.push(`program ${k}, slice ${slice}: ${hexOf(code)}\n${JSON.stringify(a)}\n${JSON.stringify(b)}`);
      break;
    }
    executed += translator.executed;
  }
  return { differences, executed, instructions: general.cpu.instructions };
}

test('random programs do the same translated as on the general path, whatever the slices', () => {
  const { differences, executed, instructions } = compare(150, SEED);
  expect(differences).toEqual([]);
  expect(executed).toBeGreaterThan(instructions / 3);
});

test('flags that are set under a condition, and read in part', () => {
  const { differences, executed, instructions } = compare(150, SEED, (programs) => programs.makeFlags());
  expect(differences).toEqual([]);
  expect(executed).toBeGreaterThan(instructions / 2);
});

test('flags are in place where an instruction that would write them is not done', () => {
  // 1: cmp r3, r4; vmrs APSR_nzcv, fpscr; b 1b. Once the floating-point unit is off a fault, which pushes the flags.
  const code = [0x42a3, 0xeef1, 0xfa10, 0xe7fb];
  const r = [0, 0, 0, 7, 5, ...Array(8).fill(0), RAM.start + RAM.size, 0];
  const states = [EVERYTHING, undefined].map((options) => {
    const { machine } = bareMachine();
    const { cpu, bus } = machine;
    start(machine, code, { r, apsr: 0 });
    for (const at of [0, 2, 6]) cpu.code.fetch(CODE + at);
    cpu.translator.setOptions(options);
    bus.write32(CPACR, 0xf << 20);
    machine.run({ maxInstructions: 300 });
    expect(cpu.translator.executed > 200).toBe(options === EVERYTHING);
    bus.write32(CPACR, 0);
    machine.run({ maxInstructions: 20 });
    return stateOf(machine);
  });
  expect(states[0]).toEqual(states[1]);
  expect(states[0].ipsr).toBe(3);
});

// 1: ands r3, r4; ldr r5, [r1]; cmp r3, r4; b 1b: nobody but the register block sees the flags of ANDS.
test('flags that only a peripheral could see are there for it to see', () => {
  const { machine, notes } = bareMachine();
  const r = [0, BLOCK.start, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, RAM.start + RAM.size, 0];
  const code = [0x4023, 0x680d, 0x42a3, 0xe7fb];
  start(machine, code, { r, apsr: 0 });
  code.forEach((_, i) => void machine.cpu.code.fetch(CODE + 2 * i));
  machine.cpu.translator.setOptions(EVERYTHING);
  machine.run({ maxInstructions: 100 });
  const flags = notes.seen.map((text) => Number(String(text).split(' ')[2]) >>> 0);
  expect(new Set(flags)).toEqual(new Set([0x4000_0000]));
});

test('flash that changes takes its translations with it, constants that were folded too', () => {
  const { machine } = bareMachine();
  const { translator } = machine.cpu;
  // 1: ldr r0, [pc, #4]; adds r1, r1, r0; b 1b; and the constant.
  start(machine, [0x4801, 0x1809, 0xe7fc, 0, 7, 0], { r: Array(15).fill(0), apsr: 0 });
  for (const at of [0, 2, 4]) machine.cpu.code.fetch(CODE + at);
  translator.setOptions(EVERYTHING);
  machine.run({ maxInstructions: 300 });
  expect([machine.cpu.r[0], machine.cpu.r[1]]).toEqual([7, 700]);
  machine.load(CODE + 8, new Uint8Array([9]));
  machine.run({ maxInstructions: 300 });
  expect([machine.cpu.r[0], machine.cpu.r[1]]).toEqual([9, 1600]);
  // subs r1, r1, r0
  machine.load(CODE + 2, new Uint8Array([0x09, 0x1a]));
  machine.run({ maxInstructions: 300 });
  expect(machine.cpu.r[1]).toBe(700);
  expect(translator.executed).toBeGreaterThan(500);
});

test('a trap stops in code of which a translation without it is kept', () => {
  const { machine } = bareMachine();
  const { cpu } = machine;
  start(machine, [0x3101, 0xbf00, 0xbf00, 0x3201, 0xe7fa], { r: Array(15).fill(0), apsr: 0 });
  for (const at of [0, 2, 4, 6, 8]) cpu.code.fetch(CODE + at);
  cpu.translator.setOptions(EVERYTHING);
  machine.run({ maxInstructions: 99 });
  expect([cpu.pc, cpu.r[1]]).toEqual([CODE + 8, 20]);
  const { reason } = machine.run({ breakpoints: new Set([CODE + 6]), maxInstructions: 1000 });
  expect([reason, cpu.pc, cpu.r[1], cpu.r[2]]).toEqual(['breakpoint', CODE + 6, 21, 20]);
  machine.run({ maxInstructions: 100 });
  expect(cpu.r[2]).toBe(40);
});

test('code that is translated is passed over in an IT block as ever', () => {
  // At CODE + 2, of 32 bits and not the loop's: a translation outside of a block, then the same address within one.
  const code = [0xbf08, 0xfa91, 0xf2a1, 0x3301, 0xe7fb];
  const states = [EVERYTHING, undefined].map((options) => {
    const { machine } = bareMachine();
    const { cpu } = machine;
    start(machine, code, { r: Array(15).fill(0), apsr: 0 });
    for (const at of [0, 2, 6, 8]) cpu.code.fetch(CODE + at);
    cpu.translator.setOptions(options);
    cpu.pc = CODE + 2;
    machine.run({ maxInstructions: 60 });
    cpu.pc = CODE + 2;
    cpu.it = 0x08;
    machine.run({ maxInstructions: 1 });
    return stateOf(machine);
  });
  expect(states[0]).toEqual(states[1]);
});

test('a call by a register comes back behind itself', () => {
  // 1: blx r4; adds r1, #1; b 1b; and what is called: adds r2, #1; bx lr
  const code = [0x47a0, 0x3101, 0xe7fc, 0x3201, 0x4770];
  const { machine } = bareMachine();
  const { cpu } = machine;
  start(machine, code, { r: [0, 0, 0, 0, CODE + 7, ...Array(10).fill(0)], apsr: 0 });
  code.forEach((_, i) => void cpu.code.fetch(CODE + 2 * i));
  cpu.translator.setOptions(EVERYTHING);
  machine.run({ maxInstructions: 500 });
  expect([cpu.r[1], cpu.r[2], cpu.r[14]]).toEqual([100, 100, CODE + 3]);
  expect(cpu.translator.executed).toBeGreaterThan(400);
});
