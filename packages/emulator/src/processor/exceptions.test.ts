/** Exceptions end to end: small programs whose handlers write a trace to RAM. DDI 0403E B1.5. */
import { encode } from '@kickstage/armv7m/encode';
import type { EncodingId } from '@kickstage/armv7m/encodings';
import { describe, expect, test } from 'vitest';
import { createBareMachine, type Machine } from '../machine.ts';
import type { MachineEvent } from '../peripheral.ts';

const FLASH = { start: 0x08000000, size: 0x10000 };
const RAM = { start: 0x20000000, size: 0x4000 };
const STACK = 0x20003000;
const MAIN = 0x08000400;
/** Handler of exception n. */
const handlerOf = (n: number) => 0x08001000 + 0x100 * n;
const SCB = 0xe000ed00;
const ICSR = SCB + 4;
const HARD_FAULT = 3;
const SVCALL = 11;
const PENDSV = 14;
const SYSTICK = 15;

type Line = readonly [EncodingId, Record<string, number>];

/** R4 is the pointer of the trace, R5 a scratch address, R6 a scratch value. */
const load = (Rd: number, value: number): Line[] => [
  ['MOV_imm_T3', { Rd, imm32: value & 0xffff }],
  ['MOVT_T1', { Rd, imm16: value >>> 16 }],
];
const store = (address: number, value: number): Line[] => [
  ...load(5, address),
  ...load(6, value),
  ['STR_imm_T1', { Rt: 6, Rn: 5, imm32: 0, index: 1, add: 1, wback: 0 }],
];
const trace = (mark: number): Line[] => [
  ['MOV_imm_T1', { Rd: 6, imm32: mark }],
  ['STRB_imm_T3', { Rt: 6, Rn: 4, imm32: 1, index: 0, add: 1, wback: 1 }],
];
const RETURN: Line = ['BX_T1', { Rm: 14 }];
const SVC: Line = ['SVC_T1', { imm32: 1 }];
const WFI: Line = ['WFI_T1', {}];
const WFE: Line = ['WFE_T1', {}];
const NOP: Line = ['NOP_T1', {}];
const LOOP: Line = ['B_T2', { imm32: -4 }];
const UDF: Line = ['UDF_T1', { imm32: 0 }];

function assemble(lines: readonly Line[]): Uint8Array {
  const halfwords = lines.flatMap(([id, operands]) => [...encode(id, operands).halfwords]);
  return new Uint8Array(Uint16Array.from(halfwords).buffer);
}

function machineWith(main: readonly Line[], handlers: Readonly<Record<number, readonly Line[]>>): Machine {
  const machine = createBareMachine({ flash: FLASH, ram: RAM });
  const vectors = Uint32Array.from({ length: 32 }, (_, n) => (n === 0 ? STACK : n === 1 ? MAIN | 1 : handlerOf(n) | 1));
  machine.load(FLASH.start, new Uint8Array(vectors.buffer));
  machine.load(MAIN, assemble([...load(4, RAM.start), ...main, LOOP]));
  for (const [n, lines] of Object.entries(handlers)) machine.load(handlerOf(Number(n)), assemble(lines));
  machine.reset('power-on');
  machine.writeMemory(RAM.start, new Uint8Array(16));
  return machine;
}

function traceOf(machine: Machine): number[] {
  const bytes = [...(machine.readMemory(RAM.start, 16) ?? [])];
  return bytes.slice(0, bytes.indexOf(0));
}

const priority = (n: number, value: number): Line[] => store(SCB + 0x18 + ((n - 4) & ~3), value << (8 * (n & 3)));

interface Row {
  readonly title: string;
  readonly main: readonly Line[];
  readonly handlers: Readonly<Record<number, readonly Line[]>>;
  readonly trace: readonly number[];
  readonly cycles?: number;
}

const startSysTick = [...store(0xe000e014, 500), ...store(0xe000e018, 0), ...store(0xe000e010, 7)];
const pendSV = store(ICSR, 1 << 28);
const rows: readonly Row[] = [
  {
    title: 'SVC runs its handler and returns behind itself',
    main: [...trace(1), SVC, ...trace(3)],
    handlers: { [SVCALL]: [...trace(2), RETURN] },
    trace: [1, 2, 3],
  },
  {
    title: 'PendSV that an SVC handler of the same priority pends is chained to it',
    main: [SVC, ...trace(3)],
    handlers: { [SVCALL]: [...pendSV, ...trace(1), RETURN], [PENDSV]: [...trace(2), RETURN] },
    trace: [1, 2, 3],
  },
  {
    title: 'PendSV of higher priority preempts the SVC handler',
    main: [...priority(SVCALL, 0x80), SVC, ...trace(3)],
    handlers: { [SVCALL]: [...pendSV, NOP, ...trace(2), RETURN], [PENDSV]: [...trace(1), RETURN] },
    trace: [1, 2, 3],
  },
  {
    title: 'PRIMASK holds PendSV back until it is cleared',
    main: [
      ['CPS_T1', { im: 1, I: 1, F: 0 }],
      ...pendSV,
      ...trace(1),
      ['CPS_T1', { im: 0, I: 1, F: 0 }],
      NOP,
      ...trace(3),
    ],
    handlers: { [PENDSV]: [...trace(2), RETURN] },
    trace: [1, 2, 3],
  },
  {
    title: 'BASEPRI holds back what is not more urgent',
    main: [
      ...store(SCB + 0x20, 0x80 << 16),
      ...load(6, 0x80),
      ['MSR_T1', { Rn: 6, mask: 2, SYSm: 17 }],
      ...pendSV,
      ...trace(1),
      ...load(6, 0x90),
      ['MSR_T1', { Rn: 6, mask: 2, SYSm: 17 }],
      NOP,
      ...trace(3),
    ],
    handlers: { [PENDSV]: [...trace(2), RETURN] },
    trace: [1, 2, 3],
  },
  {
    title: 'an undefined instruction escalates to HardFault while UsageFault is disabled',
    main: [UDF],
    handlers: { [HARD_FAULT]: [...trace(9), LOOP] },
    trace: [9],
  },
  {
    title: 'it goes to UsageFault when that is enabled',
    main: [...store(SCB + 0x24, 1 << 18), UDF],
    handlers: { 6: [...trace(8), LOOP], [HARD_FAULT]: [...trace(9), LOOP] },
    trace: [8],
  },
  {
    title: 'SVC with PRIMASK set escalates to HardFault',
    main: [['CPS_T1', { im: 1, I: 1, F: 0 }], SVC],
    handlers: { [HARD_FAULT]: [...trace(9), LOOP] },
    trace: [9],
  },
  {
    title: 'SysTick interrupts a loop',
    main: [...startSysTick, ...trace(1)],
    handlers: { [SYSTICK]: [...trace(2), RETURN] },
    trace: [1, 2],
    cycles: 900,
  },
  {
    title: 'WFI with PRIMASK set ends with a later interrupt, which is taken when PRIMASK is cleared',
    main: [
      ['CPS_T1', { im: 1, I: 1, F: 0 }],
      ...startSysTick,
      WFI,
      ...trace(1),
      ['CPS_T1', { im: 0, I: 1, F: 0 }],
      NOP,
      ...trace(3),
    ],
    handlers: { [SYSTICK]: [...store(0xe000e010, 0), ...trace(2), RETURN] },
    trace: [1, 2, 3],
    cycles: 900,
  },
  {
    title: 'WFE with PRIMASK set sleeps on while only a masked interrupt is pending',
    main: [['CPS_T1', { im: 1, I: 1, F: 0 }], ...startSysTick, WFE, ...trace(1)],
    handlers: { [SYSTICK]: [...trace(2), RETURN] },
    trace: [],
    cycles: 900,
  },
  {
    title: 'SCR.SEVONPEND makes that pending interrupt an event',
    main: [['CPS_T1', { im: 1, I: 1, F: 0 }], ...store(SCB + 0x10, 1 << 4), ...startSysTick, WFE, ...trace(1)],
    handlers: { [SYSTICK]: [...trace(2), RETURN] },
    trace: [1],
    cycles: 900,
  },
  {
    title: 'SEV before WFE: it does not sleep, the next one does',
    main: [['SEV_T1', {}], WFE, ...trace(1), WFE, ...trace(2)],
    handlers: {},
    trace: [1],
    cycles: 900,
  },
  {
    title: 'an interrupt ends WFE, and its return leaves the event set',
    main: [...startSysTick, WFE, ...trace(1), WFE, ...trace(3)],
    handlers: { [SYSTICK]: [...store(0xe000e010, 0), ...trace(2), RETURN] },
    trace: [2, 1, 3],
    cycles: 900,
  },
];

describe('exceptions', () => {
  test.each(rows)('$title', ({ main, handlers, trace: expected, cycles = 400 }) => {
    const machine = machineWith(main, handlers);
    expect(['time', 'stopped']).toContain(machine.run({ untilCycle: cycles }).reason);
    expect(traceOf(machine)).toEqual(expected);
  });
});

test('the frame has eight words, the stack is aligned to eight, and the return restores it', () => {
  const misaligned: Line[] = [...load(0, 0x11), ...load(12, 0x22), ['SUB_SPimm_T1', { Rd: 13, Rn: 13, imm32: 4 }]];
  const machine = machineWith([...misaligned, SVC, ...trace(1)], { [SVCALL]: [LOOP] });
  machine.run({ untilCycle: 100 });
  const frame = STACK - 4 - 4 - 32;
  expect(machine.cpu.r[13]).toBe(frame);
  expect(machine.cpu.r[14] >>> 0).toBe(0xfffffff9);
  const words = new Uint32Array(machine.readMemory(frame, 32)?.buffer ?? new ArrayBuffer(0));
  expect([words[0], words[4]]).toEqual([0x11, 0x22]);
  expect(words[6]).toBe(MAIN + assemble([...load(4, 0), ...misaligned, SVC]).length);
  expect((words[7] >>> 9) & 1).toBe(1);
});

test('a fault in the HardFault handler locks up', () => {
  const machine = machineWith([UDF], { [HARD_FAULT]: [UDF] });
  expect(machine.run({ untilCycle: 1000 })).toEqual({ reason: 'lockup' });
});

test('an SVC in the HardFault handler locks up', () => {
  const machine = machineWith([UDF], { [HARD_FAULT]: [SVC] });
  expect(machine.run({ untilCycle: 1000 })).toEqual({ reason: 'lockup' });
});

test('a branch to an even address faults there: the frame holds the target', () => {
  const machine = machineWith([...load(2, 0x08002000), ['BX_T1', { Rm: 2 }]], { [HARD_FAULT]: [LOOP] });
  machine.run({ maxInstructions: 8 });
  const frame = machine.readMemory(machine.cpu.r[13], 32)!;
  expect(new DataView(frame.buffer).getUint32(24, true)).toBe(0x08002000);
});

test('an event of the outside ends WFE', () => {
  const machine = machineWith([WFE, ...trace(1)], {});
  machine.clock.schedule('test', 300, () => {
    machine.cpu.eventRegister = true;
  });
  machine.run({ untilCycle: 250 });
  expect(traceOf(machine)).toEqual([]);
  machine.run({ untilCycle: 400 });
  expect(traceOf(machine)).toEqual([1]);
});

test('deep sleep is refused: its clocks are not modelled', () => {
  const machine = machineWith([...store(SCB + 0x10, 1 << 2), WFI], {});
  const stop = machine.run({ untilCycle: 1000 });
  expect(stop.error?.code).toBe('EMU004');
  expect(stop.error?.message).toMatch(/deep sleep/);
});

test('SYSRESETREQ keeps RAM, and the program starts again', () => {
  const machine = machineWith([...trace(7), ...store(SCB + 0x0c, 0x05fa0004), NOP], {});
  const events: MachineEvent[] = [];
  machine.listen((event) => events.push(event));
  machine.run({ maxInstructions: 8 });
  machine.writeMemory(0x20002000, Uint8Array.of(0x5a));
  machine.run({ untilCycle: machine.clock.cycles + 30 });
  expect(events).toContainEqual({ event: 'reset', cause: 'software' });
  expect(machine.readMemory(0x20002000, 1)).toEqual(Uint8Array.of(0x5a));
});

test('a restored snapshot runs on as the original did', () => {
  const sysTick = [...store(0xe000e014, 100), ...store(0xe000e018, 0), ...store(0xe000e010, 7)];
  const machine = machineWith(sysTick, { [SYSTICK]: [...trace(2), RETURN] });
  machine.run({ untilCycle: 150 });
  const saved = machine.snapshot();
  const finish = () => {
    machine.run({ untilCycle: 700 });
    return { trace: traceOf(machine), pc: machine.cpu.pc, instructions: machine.cpu.instructions };
  };
  const first = finish();
  machine.restore(saved);
  expect(finish()).toEqual(first);
  expect(first.trace.length).toBeGreaterThan(3);
});

test('a fault is reported with the registers that it finds, its own bits, and those that earlier ones left', () => {
  const reported: MachineEvent[] = [];
  const enableUsageFault = store(SCB + 0x24, 1 << 18);
  // The handler goes on behind the instruction at fault.
  const skip: Line[] = [
    ['LDR_imm_T2', { Rt: 0, Rn: 13, imm32: 24, index: 1, add: 1, wback: 0 }],
    ['ADD_imm_T2', { Rd: 0, Rn: 0, imm32: 2 }],
    ['STR_imm_T2', { Rt: 0, Rn: 13, imm32: 24, index: 1, add: 1, wback: 0 }],
    RETURN,
  ];
  const main = [...enableUsageFault, ...load(1, 0x77), UDF, ...store(0x6000_0000, 5)];
  const machine = machineWith(main, { 6: skip, [HARD_FAULT]: [LOOP] });
  machine.listen((event) => {
    if (event.event === 'fault') reported.push(event);
  });
  machine.run({ untilCycle: 1000 });
  const UNDEFINSTR = 1 << 16;
  const PRECISE = 0x8200;
  expect(reported).toMatchObject([
    { exception: 'UsageFault', bits: UNDEFINSTR, cfsr: UNDEFINSTR, hfsr: 0, registers: { r1: 0x77, sp: STACK } },
    { exception: 'HardFault', bits: PRECISE, cfsr: UNDEFINSTR | PRECISE, hfsr: 1 << 30, address: 0x6000_0000 },
  ]);
  expect(reported[0]).not.toHaveProperty('address');
});

test('BKPT without a debugger says so in HFSR', () => {
  const machine = machineWith([['BKPT_T1', { imm32: 1 }]], { [HARD_FAULT]: [LOOP] });
  machine.run({ untilCycle: 100 });
  expect(machine.cpu.system.scb.hfsr).toBe(2 ** 31);
});
