import { encode } from '@kickstage/armv7m/encode';
import type { EncodingId } from '@kickstage/armv7m/encodings';
import { expect, test } from 'vitest';
import { Machine } from '../machine.ts';
import type { Peripheral, Scheduler } from '../peripheral.ts';

const FLASH = { start: 0x0800_0000, size: 0x1000 };
const RAM = { start: 0x2000_0000, size: 0x1000 };
const BLOCK = 0x4000_0000;

/** Register 0 becomes 1 at a cycle that no event announces, register 4 at an event, register 8 counts its reads. */
class Flags implements Peripheral {
  readonly name = 'FLAGS';
  reads = 0;
  isSet = 0;
  private readonly scheduler: Scheduler;
  private readonly rises: number;
  private readonly knows: boolean;

  constructor(scheduler: Scheduler, rises: number, knows: boolean) {
    this.scheduler = scheduler;
    this.rises = rises;
    this.knows = knows;
    scheduler.schedule('FLAGS', rises, () => {
      this.isSet = 1;
    });
  }

  read(offset: number): number {
    this.reads++;
    if (offset === 8) return this.reads;
    return offset === 4 ? this.isSet : Number(this.scheduler.now() >= this.rises);
  }

  steadyUntil(offset: number): number {
    if (!this.knows || offset === 8) return 0;
    return offset === 4 ? Number.POSITIVE_INFINITY : this.rises;
  }

  write(): void {}
  reset(): void {}
  snapshot(): unknown {
    return undefined;
  }
  restore(): void {}
}

type Line = readonly [EncodingId, Record<string, number>];
const assemble = (lines: readonly Line[]) =>
  new Uint8Array(Uint16Array.from(lines.flatMap(([id, operands]) => [...encode(id, operands).halfwords])).buffer);

/** r4 = address of the register; waits until its bit 0 is set; then loops in place. */
const WAIT: readonly Line[] = [
  ['LDR_imm_T1', { Rt: 0, Rn: 4, imm32: 0, index: 1, add: 1, wback: 0 }],
  ['LSL_imm_T1', { Rd: 0, Rm: 0, shift_n: 31 }],
  ['B_T1', { imm32: -8, cond: 0 }],
  ['B_T2', { imm32: -4 }],
];

function run(program: readonly Line[], rises: number, offset: number, knows: boolean, limit: object) {
  let flags: Flags | undefined;
  const machine = new Machine({ flash: FLASH, ram: RAM, interruptCount: 8, hz: 1e6 }, ({ clock }) => {
    flags = new Flags(clock, rises, knows);
    return [{ start: BLOCK, size: 0x400, peripheral: flags }];
  });
  machine.load(FLASH.start, new Uint8Array(new Uint32Array([RAM.start + RAM.size, FLASH.start + 9]).buffer));
  machine.load(FLASH.start + 8, assemble(program));
  machine.reset('power-on');
  machine.cpu.r.fill(0, 0, 8);
  machine.cpu.r[4] = BLOCK + offset;
  machine.run(limit);
  const { cpu, clock } = machine;
  return { state: [...cpu.r, cpu.xpsr, cpu.pc, cpu.instructions, clock.cycles], reads: flags!.reads };
}

for (const offset of [0, 4]) {
  for (const limit of [{ untilCycle: 20_000 }, { maxInstructions: 7_777 }, { untilCycle: 9_999 }]) {
    test(`counted turns are as executed ones: register ${offset}, ${JSON.stringify(limit)}`, () => {
      const executed = run(WAIT, 10_007, offset, false, limit);
      const counted = run(WAIT, 10_007, offset, true, limit);
      expect(counted.state).toEqual(executed.state);
      expect(executed.reads).toBeGreaterThan(1000);
      expect(counted.reads).toBeLessThan(60);
    });
  }
}

test('a loop that counts its turns is executed, and so is one whose register changes with each read', () => {
  const counting: readonly Line[] = [
    ['ADD_imm_T2', { Rd: 5, Rn: 5, imm32: 1 }],
    ...WAIT.slice(0, 2),
    ['B_T1', { imm32: -10, cond: 0 }],
    WAIT[3],
  ];
  const limit = { untilCycle: 20_000 };
  expect(run(counting, 10_007, 4, true, limit).state).toEqual(run(counting, 10_007, 4, false, limit).state);
  const reading = run(WAIT, 10_007, 8, true, limit);
  expect(reading.state).toEqual(run(WAIT, 10_007, 8, false, limit).state);
});

test('waiting again and again is counted each time', () => {
  const machine = new Machine({ flash: FLASH, ram: RAM, interruptCount: 8, hz: 1e6 }, ({ clock }) => [
    { start: BLOCK, size: 0x400, peripheral: new Ticks(clock) },
  ]);
  machine.load(FLASH.start, new Uint8Array(new Uint32Array([RAM.start + RAM.size, FLASH.start + 9]).buffer));
  const again: Line = ['STR_imm_T1', { Rt: 5, Rn: 4, imm32: 0, index: 1, add: 1, wback: 0 }];
  machine.load(FLASH.start + 8, assemble([...WAIT.slice(0, 3), again, ['B_T2', { imm32: -12 }]]));
  machine.reset('power-on');
  machine.cpu.r[4] = BLOCK;
  machine.run({ untilCycle: 100_000 });
  expect(Ticks.total).toBeLessThan(100 * 30);
  expect(machine.cpu.instructions).toBeGreaterThan(50_000);
});

/** A flag that rises 1000 cycles after it was cleared. */
class Ticks extends Flags {
  static total = 0;
  private start = 0;
  private readonly clock: Scheduler;

  constructor(clock: Scheduler) {
    super(clock, Number.POSITIVE_INFINITY, true);
    this.clock = clock;
  }

  override read(): number {
    Ticks.total++;
    return Number(this.clock.now() >= this.steadyUntil());
  }

  override steadyUntil(): number {
    return this.start + 1000;
  }

  override write(): void {
    this.start = this.clock.now();
  }
}

test('a loop that stores is executed', () => {
  const storing: readonly Line[] = [
    ['STR_imm_T1', { Rt: 5, Rn: 6, imm32: 0, index: 1, add: 1, wback: 0 }],
    ...WAIT.slice(0, 2),
    ['B_T1', { imm32: -10, cond: 0 }],
    WAIT[3],
  ];
  const start: Line[] = [
    ['MOV_imm_T1', { Rd: 6, imm32: 0x20 }],
    ['LSL_imm_T1', { Rd: 6, Rm: 6, shift_n: 24 }],
  ];
  const result = run([...start, ...storing], 10_007, 4, true, { untilCycle: 20_000 });
  expect(result.reads).toBeGreaterThan(1000);
});
