/** Floating-point state in exceptions, stacked at once and lazily: DDI 0403E B1.5.6 to B1.5.8, B3.2.20 to B3.2.22. */
import type { ExceptionProgram } from '../program.ts';

const ON = '  put CPACR, 0x00f00000\n  barrier\n';
const LAZY = '  put FPCCR, 0xc0000000\n';
const AT_ONCE = '  put FPCCR, 0x80000000\n';
const NEVER = '  put FPCCR, 0\n';
/** S0..S15 and FPSCR get values; the flags, too. */
const FILL =
  Array.from({ length: 16 }, (_, i) => `  load r0, ${0x3f800000 + i * 0x11111}\n  vmov s${i}, r0\n`).join('') +
  '  load r0, 0x20400003\n  vmsr fpscr, r0\n';
const SHOW = '  vmov r4, s0\n  vmov r5, s15\n  vmrs r6, fpscr\n  vmov r7, s7\n';
/** After it is stored, state is unknown: a handler gives all of it values. */
const USE = `  mov r0, #0\n  vmsr fpscr, r0\n${Array.from({ length: 16 }, (_, i) => `  vmov s${i}, r0\n`).join('')}  vadd.f32 s7, s0, s15\n`;

const withModes = (name: string, thread: string, handlers: ExceptionProgram['handlers'] = {}): ExceptionProgram[] =>
  [
    ['lazily', LAZY],
    ['at once', AT_ONCE],
  ].map(([how, mode]) => ({ name: `${name}, stacked ${how}`, thread: ON + mode + thread, handlers }));

export const FLOAT_PROGRAMS: readonly ExceptionProgram[] = [
  ...withModes('a handler without floats', `${FILL}  svc #0\n${SHOW}  point`, { svc: '' }),
  ...withModes('a handler with floats', `${FILL}  svc #0\n${SHOW}  point`, { svc: `${USE}  point\n${SHOW}  point` }),
  ...withModes('on the process stack, not aligned', `${FILL}  control 6\n  sub sp, #4\n  svc #0\n${SHOW}  point`, {
    svc: `${USE}  point`,
  }),
  ...withModes(
    'nested handlers with floats',
    `  put SHPR3, 0x00800000\n${FILL}  put ICSR, PENDSVSET\n  barrier\n${SHOW}  point`,
    {
      pendsv: `${USE}  svc #0\n${SHOW}  point`,
      svc: `${USE}  point`,
    },
  ),
  ...withModes(
    'the inner handler alone uses floats',
    `  put SHPR3, 0x00800000\n${FILL}  put ICSR, PENDSVSET\n  barrier\n${SHOW}  point`,
    {
      pendsv: '  svc #0\n  point',
      svc: `${USE}  point`,
    },
  ),
  ...withModes(
    'tail-chained handlers',
    `${FILL}  cpsid i\n  put ICSR, 0x14000000\n  cpsie i\n  barrier\n${SHOW}  point`,
    {
      pendsv: '',
      systick: `${USE}  point`,
    },
  ),
  ...withModes('floats before and after, not within', `  svc #0\n${FILL}  svc #0\n  point`, { svc: '' }),
  ...withModes('CONTROL.FPCA cleared by the thread', `${FILL}  control 0\n  svc #0\n  point`, { svc: '' }),
  ...withModes('a new context takes its modes from FPDSCR', `  put FPDSCR, 0x07c00000\n${FILL}  svc #0\n  point`, {
    svc: '  vmrs r4, fpscr\n  bic r4, #0xf8000000\n  bic r4, #0x9f\n  point',
  }),
  ...withModes('the handler changes the stacked state', `${FILL}  svc #0\n${SHOW}  point`, {
    svc: '  vmov s1, r0\n  load r0, 0x40490fdb\n  str r0, [sp, #32]\n  str r0, [sp, #92]',
  }),
  {
    name: 'no automatic state (ASPEN off)',
    thread: `${ON}${NEVER}${FILL}  svc #0\n${SHOW}  point`,
    handlers: { svc: `${USE}  point` },
  },
  {
    name: 'the handler loses the unit while state waits: NOCP, then it is stored',
    thread: `${ON}${LAZY}  put SHCSR, 0x70000\n  put SHPR2, 0x80000000\n${FILL}  svc #0\n${SHOW}  point`,
    handlers: {
      svc: '  put CPACR, 0\n  barrier\n  vmov s0, r0\n  point',
      usage: `  point\n${ON}  load r0, CFSR\n  ldr r1, [r0]\n  str r1, [r0]`,
    },
  },
  {
    name: 'privileged use only',
    thread: `  put CPACR, 0x00500000\n  barrier\n  put SHCSR, 0x70000\n${FILL}  control 5\n  vmov r0, s0\n  svc #0\n  point`,
    handlers: {
      usage: '  ldr r0, [sp, #24]\n  add r0, #4\n  str r0, [sp, #24]\n  load r0, CFSR\n  ldr r1, [r0]\n  str r1, [r0]',
      svc: '  mov r0, #0\n  msr control, r0',
    },
  },
  {
    name: 'the frame of an earlier handler is given up: FPCCR written, state lost on purpose',
    thread: `${ON}${LAZY}${FILL}  svc #0\n${SHOW}  point`,
    handlers: {
      svc: '  load r0, FPCCR\n  ldr r1, [r0]\n  bic r1, #1\n  str r1, [r0]\n  barrier\n  vmov s0, r0\n  point',
    },
  },
  {
    name: 'lazy stacking meets a bus error',
    thread: `${ON}${LAZY}  put SHCSR, 0x70000\n  put SHPR2, 0x80000000\n${FILL}  svc #0\n  point`,
    handlers: {
      svc: '  put 0xe000ef38, NOTHING_THERE\n  barrier\n  vmov s0, r0\n  point\n  b finish',
      bus: '  point\n  load r0, FPCCR\n  ldr r1, [r0]\n  bic r1, #1\n  str r1, [r0]',
    },
  },
  {
    name: 'lazy stacking meets a bus error in a handler that the bus fault cannot preempt',
    thread: `${ON}${LAZY}  put SHCSR, 0x70000\n${FILL}  svc #0\n  point`,
    handlers: {
      svc: '  put 0xe000ef38, NOTHING_THERE\n  barrier\n  vmov s0, r0\n  point\n  b finish',
      bus: '  point',
    },
  },
];
