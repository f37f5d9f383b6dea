/** The floating-point unit in exceptions: access, contexts, frames, lazy stacking. DDI 0403E B1.5.6 to B1.5.8, B3.2.20 on. */
import { encode } from '@kickstage/armv7m/encode';
import type { EncodingId } from '@kickstage/armv7m/encodings';
import { describe, expect, test } from 'vitest';
import { createBareMachine, type Machine } from '../machine.ts';
import { readSpecial } from './special-registers.ts';

const FLASH = { start: 0x08000000, size: 0x10000 };
const RAM = { start: 0x20000000, size: 0x4000 };
const STACK = 0x20003000;
const MAIN = 0x08000400;
const handlerOf = (n: number) => 0x08001000 + 0x100 * n;
const HARD_FAULT = 3;
const USAGE_FAULT = 6;
const SVCALL = 11;
const PENDSV = 14;

const ICSR = 0xe000ed04;
const SHCSR = 0xe000ed24;
const CFSR = 0xe000ed28;
const CPACR = 0xe000ed88;
const FPCCR = 0xe000ef34;
const FPCAR = 0xe000ef38;
const FPDSCR = 0xe000ef3c;

const NOCP = 1 << 19;
const UNDEFINSTR = 1 << 16;
const LSPERR = 1 << 13;
const LSPACT = 1;
/** Sizes of frames in bytes; an extended one holds S0 at 0x20 and FPSCR at 0x60. */
const BASIC = 0x20;
const EXTENDED = 0x68;

type Line = readonly [EncodingId, Record<string, number>];

const load = (Rd: number, value: number): Line[] => [
  ['MOV_imm_T3', { Rd, imm32: value & 0xffff }],
  ['MOVT_T1', { Rd, imm16: value >>> 16 }],
];
/** By R5 and R6. */
const write = (address: number, value: number): Line[] => [
  ...load(5, address),
  ...load(6, value),
  ['STR_imm_T1', { Rt: 6, Rn: 5, imm32: 0 }],
];
/** By R6. */
const setSingle = (Sn: number, value: number): Line[] => [...load(6, value), ['VMOV_RtoS_T1', { Sn, Rt: 6 }]];
const setStatus = (value: number): Line[] => [...load(6, value), ['VMSR_T1', { Rt: 6 }]];
const setControl = (value: number): Line[] => [...load(6, value), ['MSR_T1', { Rn: 6, mask: 2, SYSm: 20 }]];
const enable = write(CPACR, 0xf << 20);
const pendSV = write(ICSR, 1 << 28);
const SVC: Line = ['SVC_T1', { imm32: 1 }];
const RETURN: Line = ['BX_T1', { Rm: 14 }];
const LOOP: Line = ['B_T2', { imm32: -4 }];
/** A floating-point instruction that changes nothing. */
const TOUCH: Line = ['VMOV_reg_T1', { Sd: 31, Sm: 31 }];
/** Moves S0..S15 and S16.. to other values than those of `filled`. */
const spoil: Line[] = [...setSingle(0, 0x99), ...setSingle(15, 0x9f), ...setStatus(0x40000000)];

function assemble(lines: readonly Line[]): Uint8Array {
  const halfwords = lines.flatMap(([id, operands]) => [...encode(id, operands).halfwords]);
  return new Uint8Array(Uint16Array.from(halfwords).buffer);
}

type Handlers = Readonly<Record<number, readonly Line[]>>;

function machineWith(main: readonly Line[], handlers: Handlers = {}): Machine {
  const machine = createBareMachine({ flash: FLASH, ram: RAM });
  const vectors = Uint32Array.from({ length: 32 }, (_, n) => (n === 0 ? STACK : n === 1 ? MAIN | 1 : handlerOf(n) | 1));
  machine.load(FLASH.start, new Uint8Array(vectors.buffer));
  machine.load(MAIN, assemble([...main, LOOP]));
  for (const [n, lines] of Object.entries({ [HARD_FAULT]: [], ...handlers }))
    machine.load(handlerOf(Number(n)), assemble([...lines, LOOP]));
  machine.reset('power-on');
  machine.writeMemory(RAM.start, new Uint8Array(RAM.size).fill(0xaa));
  return machine;
}

/** Runs until only endless loops are left. */
function settled(main: readonly Line[], handlers: Handlers = {}): Machine {
  const machine = machineWith(main, handlers);
  expect(machine.run({ untilCycle: 1000 })).toEqual({ reason: 'time' });
  return machine;
}

const unsigned = (values: Iterable<number>) => [...values].map((value) => value >>> 0);
const register = ({ bus }: Machine, address: number) => bus.unseen(() => bus.read32(address) >>> 0);
const words = (machine: Machine, address: number, count: number) =>
  Array.from({ length: count }, (_, i) => machine.bus.read32(address + 4 * i) >>> 0);

/** S0..S15 as 100, 101, …, and FPSCR with flags and modes. */
const STATUS = 0x80c00011;
const filled = (machine: Machine) => {
  machine.cpu.fpu.s.set(Int32Array.from({ length: 32 }, (_, i) => 100 + i));
};
const FILLED = Array.from({ length: 16 }, (_, i) => 100 + i);
const UNTOUCHED = new Array<number>(17).fill(0xaaaaaaaa);

/** Runs `main` up to its SVC with S0..S31 filled, then on. */
function withState(handlers: Handlers, before: readonly Line[] = []): Machine {
  const main = [...enable, ...before, ...setStatus(STATUS), TOUCH, SVC];
  const machine = machineWith([...main, ['VMOV_StoR_T1', { Sn: 0, Rt: 3 }]], handlers);
  machine.run({ maxInstructions: main.length - 1 });
  filled(machine);
  expect(machine.run({ untilCycle: 1000 })).toEqual({ reason: 'time' });
  return machine;
}

describe('access', () => {
  test('disabled: NOCP goes to UsageFault, whose handler enables the unit, and the instruction is done', () => {
    const main: Line[] = [...write(SHCSR, 1 << 18), ...load(0, 7), ['VMOV_RtoS_T1', { Sn: 3, Rt: 0 }]];
    const machine = settled(main, { [USAGE_FAULT]: [...enable, RETURN] });
    expect([register(machine, CFSR), machine.cpu.fpu.s[3]]).toEqual([NOCP, 7]);
    expect(machine.cpu.ipsr).toBe(0);
  });

  test('disabled: the faulting instruction changes nothing, and NOCP escalates to HardFault', () => {
    const machine = settled([...load(1, RAM.start + 0x100), ['VLDM_T2', { Sd: 0, wback: 1, count: 4, Rn: 1 }]]);
    expect([machine.cpu.ipsr, machine.cpu.r[1]]).toEqual([HARD_FAULT, RAM.start + 0x100]);
    expect(register(machine, CFSR)).toBe(NOCP);
  });

  test.each([
    [1, false, 0],
    [1, true, NOCP],
    [3, true, 0],
    [2, false, NOCP],
  ])('CPACR field %i, unprivileged %s', (field, unprivileged, cfsr) => {
    const main = [...write(CPACR, field * 0b0101 * (1 << 20)), TOUCH];
    const machine = settled([...main.slice(0, -1), ...(unprivileged ? setControl(1) : []), TOUCH]);
    expect(register(machine, CFSR)).toBe(cfsr);
  });

  test('privileged access alone is looked at anew after every change of privilege', () => {
    const machine = settled([...write(CPACR, 0x5 << 20), TOUCH, ...setControl(5), TOUCH]);
    expect(register(machine, CFSR)).toBe(NOCP);
  });

  test('a coprocessor 10 instruction that FPv4-SP lacks is undefined when enabled, NOCP when not; others are NOCP', () => {
    const lacking: Line = ['CDP_T2', { opc1: 11, CRn: 8, CRd: 0, coproc: 10, opc2: 2, CRm: 0 }];
    const other: Line = ['CDP_T2', { opc1: 11, CRn: 8, CRd: 0, coproc: 7, opc2: 2, CRm: 0 }];
    expect(register(settled([...enable, lacking]), CFSR)).toBe(UNDEFINSTR);
    expect(register(settled([lacking]), CFSR)).toBe(NOCP);
    expect(register(settled([...enable, other]), CFSR)).toBe(NOCP);
  });
});

describe('registers', () => {
  test('after reset', () => {
    const machine = settled([]);
    const values = [CPACR, FPCCR, FPCAR, FPDSCR, 0xe000ef40, 0xe000ef44].map((at) => register(machine, at));
    expect(values).toEqual([0, 0xc0000000, 0, 0, 0x10110021, 0x11000011]);
  });

  test('bits that do not exist stay zero', () => {
    const machine = settled([CPACR, FPCCR, FPCAR, FPDSCR].flatMap((at) => write(at, 0xffffffff)));
    const values = [CPACR, FPCCR, FPCAR, FPDSCR].map((at) => register(machine, at));
    expect(values).toEqual([0x00f00000, 0xc000017b, 0xfffffff8, 0x07c00000]);
  });

  test('the first instruction of a context sets CONTROL.FPCA and takes the modes from FPDSCR', () => {
    const main = [...enable, ...write(FPDSCR, 0x03400000), TOUCH, ['MRS_T1', { Rd: 0, SYSm: 20 }] as const];
    const machine = settled(main);
    expect([machine.cpu.r[0], machine.cpu.fpu.fpscr]).toEqual([4, 0x03400000]);
  });

  test('without FPCCR.ASPEN there is no context', () => {
    const machine = settled([...enable, ...write(FPCCR, 0), ...write(FPDSCR, 0x03400000), TOUCH], {});
    expect([readSpecial(machine.cpu, 20), machine.cpu.fpu.fpscr]).toEqual([0, 0]);
  });

  test('VMSR keeps what FPSCR has; VMRS to APSR copies its flags alone', () => {
    const main: Line[] = [...enable, ...setStatus(0xffffffff), ['VMRS_T1', { Rt: 1 }], ['VMRS_T1', { Rt: 15 }]];
    const { cpu } = settled([...load(0, 0), ...main]);
    expect(unsigned([cpu.r[1], cpu.apsr])).toEqual([0xf7c0009f, 0xf0000000]);
  });
});

describe('frames', () => {
  test('without floating-point state: 8 words, EXC_RETURN with bit 4', () => {
    const { cpu } = settled([...enable, SVC], { [SVCALL]: [LOOP] });
    expect([cpu.r[13], cpu.r[14] >>> 0]).toEqual([STACK - BASIC, 0xfffffff9]);
  });

  test('with it: 26 words, aligned whatever CCR says, S0..S15 not stored yet', () => {
    const misalign: Line[] = [...write(0xe000ed14, 0), ['SUB_SPimm_T1', { Rd: 13, Rn: 13, imm32: 4 }]];
    const machine = withState({ [SVCALL]: [LOOP] }, misalign);
    const frame = STACK - 8 - EXTENDED;
    expect([machine.cpu.r[13], machine.cpu.r[14] >>> 0]).toEqual([frame, 0xffffffe9]);
    expect(words(machine, frame + 0x1c, 1)[0] & (1 << 9)).toBe(1 << 9);
    expect(words(machine, frame + 0x20, 17)).toEqual(UNTOUCHED);
    expect([register(machine, FPCAR), readSpecial(machine.cpu, 20)]).toEqual([frame + 0x20, 0]);
    // Privileged thread code: HardFault could be taken, the others are disabled.
    expect(register(machine, FPCCR)).toBe(0xc0000000 + (1 << 4) + (1 << 3) + LSPACT);
  });

  test("the handler's first instruction stores them and gets a new context", () => {
    const machine = withState({ [SVCALL]: [...write(FPDSCR, 1 << 24), TOUCH, LOOP] });
    const frame = STACK - EXTENDED;
    expect(words(machine, frame + 0x20, 17)).toEqual([...FILLED, STATUS]);
    expect(register(machine, FPCCR) & LSPACT).toBe(0);
    expect(machine.cpu.fpu.fpscr >>> 0).toBe(((STATUS & ~0x07c00000) + (1 << 24)) >>> 0);
    expect(readSpecial(machine.cpu, 20)).toBe(4);
  });

  test('a handler that leaves the unit alone costs no store, and the registers are as they were', () => {
    const machine = withState({ [SVCALL]: [RETURN] });
    const { cpu } = machine;
    expect([cpu.r[3], cpu.r[13], readSpecial(cpu, 20)]).toEqual([100, STACK, 4]);
    expect([...cpu.fpu.s.subarray(0, 16)]).toEqual(FILLED);
    expect(cpu.fpu.fpscr >>> 0).toBe(STATUS);
    expect(words(machine, STACK - EXTENDED + 0x20, 17)).toEqual(UNTOUCHED);
    expect(register(machine, FPCCR) & LSPACT).toBe(0);
  });

  test.each([
    ['lazily', 0xc0000000],
    ['at once', 0x80000000],
  ])('stacked %s, they come back from the frame', (_, fpccr) => {
    const { cpu } = withState({ [SVCALL]: [...spoil, RETURN] }, write(FPCCR, fpccr));
    expect([cpu.r[3], cpu.r[13], readSpecial(cpu, 20)]).toEqual([100, STACK, 4]);
    expect([...cpu.fpu.s.subarray(0, 16)]).toEqual(FILLED);
    expect(cpu.fpu.fpscr >>> 0).toBe(STATUS);
  });

  test('without FPCCR.LSPEN they are stored on entry', () => {
    const machine = withState({ [SVCALL]: [LOOP] }, write(FPCCR, 0x80000000));
    expect(words(machine, STACK - EXTENDED + 0x20, 17)).toEqual([...FILLED, STATUS]);
    expect(register(machine, FPCCR)).toBe(0x80000000);
  });

  test('without FPCCR.LSPEN and without access: NOCP', () => {
    const deny: Line[] = [...write(FPCCR, 0x80000000), ...write(CPACR, 0), SVC];
    const machine = settled([...enable, TOUCH, ...deny], { [SVCALL]: [LOOP] });
    expect([machine.cpu.ipsr, register(machine, CFSR)]).toEqual([HARD_FAULT, NOCP]);
  });

  test('tail-chained: the second handler saves what the first left alone', () => {
    const machine = withState({ [SVCALL]: [...pendSV, RETURN], [PENDSV]: [...spoil, RETURN] });
    expect(words(machine, STACK - EXTENDED + 0x20, 17)).toEqual([...FILLED, STATUS]);
    expect([...machine.cpu.fpu.s.subarray(0, 16)]).toEqual(FILLED);
    expect([machine.cpu.r[13], machine.cpu.ipsr]).toEqual([STACK, 0]);
  });

  test('nested: a handler with state of its own is interrupted by another', () => {
    const preempts = [...write(0xe000ed1c, 0x80 << 24)];
    const inner: Line[] = [...setSingle(0, 0x55), ...pendSV, ['NOP_T1', {}], ['VMOV_StoR_T1', { Sn: 0, Rt: 2 }]];
    const machine = withState({ [SVCALL]: [...inner, LOOP], [PENDSV]: [...spoil, RETURN] }, preempts);
    const { cpu } = machine;
    expect([cpu.r[2], cpu.ipsr, cpu.r[13]]).toEqual([0x55, SVCALL, STACK - EXTENDED]);
    expect(words(machine, STACK - EXTENDED + 0x20, 16)).toEqual(FILLED);
    expect(words(machine, STACK - 2 * EXTENDED + 0x20, 1)).toEqual([0x55]);
  });

  test('a handler without state is interrupted: the state of the thread waits for the first who uses the unit', () => {
    const preempts = [...write(0xe000ed1c, 0x80 << 24)];
    const machine = withState({ [SVCALL]: [...pendSV, LOOP], [PENDSV]: [...spoil, LOOP] }, preempts);
    expect([machine.cpu.ipsr, machine.cpu.r[14] >>> 0]).toEqual([PENDSV, 0xfffffff1]);
    expect(words(machine, STACK - EXTENDED + 0x20, 17)).toEqual([...FILLED, STATUS]);
  });

  test('lazy stacking to where nothing is: a bus fault with LSPERR, and the state stays pending', () => {
    const machine = withState({ [SVCALL]: [...write(FPCAR, 0x60000000), TOUCH] });
    expect([machine.cpu.ipsr, register(machine, CFSR)]).toEqual([HARD_FAULT, LSPERR]);
    expect(register(machine, FPCCR) & LSPACT).toBe(1);
  });

  test.each([0xfffffff5, 0xffffffe5, 0xf0000009])('EXC_RETURN %i is not valid', (code) => {
    const machine = settled([...enable, SVC], { [SVCALL]: [...load(14, code), RETURN] });
    expect(register(machine, CFSR)).toBe(1 << 18);
  });
});

test('a snapshot keeps the state, lazily stacked or not', () => {
  const machine = machineWith(
    [...enable, ...setStatus(STATUS), ...setSingle(0, 100), SVC, ['VMOV_StoR_T1', { Sn: 0, Rt: 3 }]],
    { [SVCALL]: [['NOP_T1', {}], ['NOP_T1', {}], ...spoil, RETURN] },
  );
  machine.run({ maxInstructions: enable.length + 3 + 3 + 2 });
  expect([machine.cpu.ipsr, register(machine, FPCCR) & LSPACT]).toEqual([SVCALL, LSPACT]);
  const saved = structuredClone(machine.snapshot());
  const finish = () => {
    machine.run({ untilCycle: 1000 });
    return [machine.cpu.r[3], machine.cpu.fpu.fpscr >>> 0, machine.cpu.instructions];
  };
  const first = finish();
  expect(first.slice(0, 2)).toEqual([100, STATUS]);
  machine.cpu.fpu.reset();
  machine.restore(saved);
  expect(finish()).toEqual(first);
});
