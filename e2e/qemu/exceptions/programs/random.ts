/**
 * Random programs of exceptions: thread and handlers pend, mask, fault, call and compute at random, until a count in RAM is
 * used up. They keep away from what locks up (faults in HardFault and NMI) and from state that the manual calls unknown.
 */
import { Noise } from '@kickstage/emulator/nonvolatile/noise';
import type { ExceptionProgram, HandlerName } from '../program.ts';

/** How many handlers do more than return. */
const FUEL = 12;
const FUEL_AT = 0x20007f00;
const HANDLERS = ['mem', 'bus', 'usage', 'svc', 'pendsv', 'systick', 'irq0', 'irq1', 'irq2', 'irq3'] as const;
const FAULT_HANDLERS: readonly HandlerName[] = ['mem', 'bus', 'usage', 'hard'];
const BARRIER = '  dsb\n  isb\n';
/** Of one instruction of 16 bits that faults. */
const FAULTS = [
  '  udf #1',
  '  load r3, NOTHING_THERE\n  ldr r2, [r3]',
  '  load r3, NOTHING_THERE\n  strb r2, [r3]',
  '  movs r3, #1\n  ldm r3!, {r1, r2}',
];
const USE_FLOATS = `  load r0, 0x3f800000\n${Array.from({ length: 16 }, (_, i) => `  vmov s${i}, r0\n`).join('')}  vmsr fpscr, r0\n  vadd.f32 s3, s1, s2\n`;
/** The frame is on the stack that EXC_RETURN names; execution goes on after the instruction, as it does of itself after SVC. */
const SKIP =
  '  tst lr, #4\n  ite eq\n  mrseq r3, msp\n  mrsne r3, psp\n  ldr r0, [r3, #24]\n' +
  '  ldrb r1, [r0, #-1]\n  cmp r1, #0xdf\n  it ne\n  addne r0, #2\n  str r0, [r3, #24]\n' +
  '  load r0, CFSR\n  ldr r1, [r0]\n  str r1, [r0]\n  load r0, HFSR\n  ldr r1, [r0]\n  str r1, [r0]\n';

export function randomPrograms(seed: number, count: number): ExceptionProgram[] {
  return Array.from({ length: count }, (_, i) => randomProgram(`seed ${seed + i}`, new Noise(seed + i)));
}

function randomProgram(name: string, noise: Noise): ExceptionProgram {
  const below = (n: number) => Math.floor(noise.next() * n);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)];
  const priority = () => pick([0x00, 0x20, 0x40, 0x80, 0xc0]);
  const priorities = () => [0, 1, 2, 3].reduce((word, i) => word + priority() * 256 ** i, 0);
  const action = (inThread: boolean): string => {
    const kinds: readonly (() => string)[] = [
      () => `  put ISPR, ${1 + below(15)}\n${BARRIER}`,
      () => `  put ICPR, ${1 + below(15)}\n`,
      () => `  put ICSR, ${pick(['0x10000000', '0x04000000', '0x14000000'])}\n${BARRIER}`,
      () => `  mov r0, #${priority()}\n  msr basepri, r0\n${BARRIER}`,
      () => '  cpsid i\n',
      () => `  cpsie i\n${BARRIER}`,
      () => `  put IPR, ${priorities()}\n${BARRIER}`,
      () => `  put SHPR3, ${priority() * 0x10000 + priority() * 0x1000000}\n${BARRIER}`,
      () => `  svc #${below(256)}\n  nop\n`,
      () => `${pick(FAULTS)}\n`,
      () => USE_FLOATS,
      () => '  point\n',
      () => (inThread ? '  mrs r0, control\n  eor r0, #2\n  msr control, r0\n  isb\n' : '  adds r4, r4, #1\n'),
      () => (inThread ? '  push {r0}\n' : '  push {r4, lr}\n  pop {r4, lr}\n'),
    ];
    return pick(kinds)();
  };
  const actions = (n: number, inThread: boolean) => Array.from({ length: n }, () => action(inThread)).join('');
  const handlerOf = (kind: HandlerName): string => {
    const skip = FAULT_HANDLERS.includes(kind) ? SKIP : '';
    const burn = `  load r0, ${FUEL_AT}\n  ldr r1, [r0]\n  subs r1, #1\n  it pl\n  strpl r1, [r0]\n  bmi 9f\n`;
    return kind === 'hard' ? skip : `${skip}${burn}${actions(1 + below(3), false)}9:`;
  };
  const setup = [
    `  put ${FUEL_AT}, ${FUEL}`,
    `  put AIRCR, ${0x05fa0000 + 256 * below(7)}`,
    `  put CCR, ${pick(['0x200', '0x210'])}`,
    `  put SHCSR, ${below(8) * 0x10000}`,
    `  put SHPR1, ${priority() + 256 * priority() + 65536 * priority()}`,
    `  put SHPR2, ${priority() * 0x1000000}`,
    '  put CPACR, 0x00f00000',
    `  put FPCCR, ${pick(['0xc0000000', '0x80000000', '0'])}`,
    `  put IPR, ${priorities()}\n  put ISER, 15\n${BARRIER}`,
  ].join('\n');
  const handlers = Object.fromEntries([...HANDLERS, 'hard' as const].map((kind) => [kind, handlerOf(kind)]));
  return { name, thread: `${setup}${actions(10 + below(10), true)}  point`, handlers };
}
