/** Entry, return, priorities and masks: DDI 0403E B1.4, B1.5.4 to B1.5.8, B1.5.11, B1.5.12. */
import type { ExceptionProgram } from '../program.ts';

/** Enables and gives IRQ0..3 the priorities in a word. */
const enable = (priorities: string) => `  put IPR, ${priorities}\n  put ISER, 0xf\n`;

export const ENTRY_PROGRAMS: readonly ExceptionProgram[] = [
  { name: 'SVC from thread mode', thread: '  point\n  svc #5\n  point', handlers: { svc: '' } },
  { name: 'PendSV', thread: '  put ICSR, PENDSVSET\n  barrier\n  point', handlers: { pendsv: '' } },
  {
    name: 'SysTick pended and taken back',
    thread:
      '  cpsid i\n  put ICSR, 0x04000000\n  point\n  put ICSR, 0x02000000\n  point\n  cpsie i\n  barrier\n  point',
  },
  { name: 'NMI', thread: '  cpsid f\n  put ICSR, 0x80000000\n  barrier\n  point', handlers: { nmi: '' } },
  { name: 'SVC on the process stack', thread: '  control 2\n  point\n  svc #0\n  point', handlers: { svc: '' } },
  {
    name: 'unprivileged code on the process stack; the handler takes the privilege back',
    thread: '  control 3\n  stop\n  svc #0\n  point',
    handlers: { svc: '  mov r0, #0\n  msr control, r0\n  isb\n  point' },
  },
  {
    name: 'what unprivileged code cannot change or see',
    thread:
      '  mov r0, #0x40\n  msr basepri, r0\n  control 1\n  mov r0, #0\n  msr basepri, r0\n  msr control, r0\n  cpsid i\n  cpsid f\n  msr msp, r0\n' +
      '  mrs r1, msp\n  mrs r2, psp\n  mrs r3, basepri\n  mrs r4, primask\n  mrs r5, control\n  mrs r6, xpsr\n  stop\n  svc #0\n  point',
    handlers: { svc: '  mov r0, #0\n  msr control, r0' },
  },
  {
    name: 'CONTROL in a handler changes the stack of thread mode only when it returns',
    thread: '  svc #0\n  point',
    handlers: { svc: '  mov r0, #2\n  msr control, r0\n  isb\n  point' },
  },
  {
    name: 'MSP and PSP from both modes',
    thread:
      '  load r0, 0x20005000\n  msr psp, r0\n  mrs r1, msp\n  point\n  control 2\n  load r0, 0x20003800\n  msr msp, r0\n  point\n  svc #0\n  point',
    handlers: { svc: '  mrs r0, psp\n  add r0, #8\n  msr psp, r0\n  point', hard: '  b done' },
  },
  {
    name: 'a frame on a stack that is not aligned to 8',
    thread: '  sub sp, #4\n  svc #0\n  point\n  add sp, #4\n  svc #0\n  point',
    handlers: { svc: '' },
  },
  {
    name: 'the same with CCR.STKALIGN off',
    thread: '  put CCR, 0\n  sub sp, #4\n  svc #0\n  point',
    handlers: { svc: '' },
  },
  {
    name: 'flags, GE and Q in the frame',
    thread:
      '  load r0, 0x7fffffff\n  qadd r1, r0, r0\n  load r2, 0x80ff01ff\n  sadd8 r2, r2, r2\n  movs r3, #0\n  svc #0\n  point',
    handlers: { svc: '  movs r0, #1\n  cmp r0, #2' },
  },
  {
    name: 'the handler changes the frame',
    thread: '  svc #0\n  point\n  stop',
    handlers: {
      svc: '  load r0, 0x12345678\n  str r0, [sp]\n  str r0, [sp, #16]\n  ldr r0, [sp, #28]\n  orr r0, #0x80000000\n  str r0, [sp, #28]',
    },
  },
  {
    name: 'interrupts: nesting by priority',
    thread: `${enable('0x40608000')}  put ISPR, 2\n  barrier\n  point`,
    handlers: {
      irq1: '  put ISPR, 5\n  barrier\n  point',
      irq2: '  put ISPR, 8\n  barrier\n  point',
      irq3: '',
      irq0: '',
    },
  },
  {
    name: 'interrupts of one priority: the lowest number first, tail-chained',
    thread: `${enable('0x40404040')}  cpsid i\n  put ISPR, 0xe\n  point\n  cpsie i\n  barrier\n  point`,
    handlers: { irq1: '', irq2: '  put ISPR, 1\n  barrier\n  point', irq3: '', irq0: '' },
  },
  {
    name: 'priority groups: a subpriority orders and does not preempt',
    thread: `  put AIRCR, 0x05fa0500\n${enable('0x80506040')}  cpsid i\n  put ISPR, 0xe\n  cpsie i\n  barrier\n  point`,
    handlers: { irq1: '  put ISPR, 1\n  barrier\n  point', irq2: '', irq3: '', irq0: '' },
  },
  {
    name: 'PRIGROUP 7: nothing preempts',
    thread: `  put AIRCR, 0x05fa0700\n${enable('0x00408000')}  put ISPR, 2\n  barrier\n  point`,
    handlers: { irq1: '  put ISPR, 0xc\n  barrier\n  point', irq2: '', irq3: '' },
  },
  {
    name: 'BASEPRI holds back what is not more urgent',
    thread: `${enable('0x20406080')}  mov r0, #0x60\n  msr basepri, r0\n  put ISPR, 0xf\n  barrier\n  point\n  mov r0, #0\n  msr basepri, r0\n  barrier\n  point`,
    handlers: { irq0: '', irq1: '', irq2: '', irq3: '' },
  },
  {
    name: 'BASEPRI_MAX only rises',
    thread:
      '  mov r0, #0x80\n  msr basepri_max, r0\n  point\n  mov r0, #0xa0\n  msr basepri_max, r0\n  point\n  mov r0, #0x40\n  msr basepri_max, r0\n  point\n  mov r0, #0\n  msr basepri_max, r0\n  point',
  },
  {
    name: 'BASEPRI in a handler',
    thread: `${enable('0x20406080')}  put ISPR, 1\n  barrier\n  point`,
    handlers: {
      irq0: '  mov r0, #0x40\n  msr basepri, r0\n  put ISPR, 0xe\n  barrier\n  point\n  mov r0, #0\n  msr basepri, r0',
      irq1: '',
      irq2: '',
      irq3: '',
    },
  },
  {
    name: 'PRIMASK set and cleared by CPS and MSR',
    thread: `${enable('0')}  cpsid i\n  put ISPR, 1\n  barrier\n  point\n  mov r0, #0\n  msr primask, r0\n  barrier\n  point`,
    handlers: { irq0: '' },
  },
  {
    name: 'FAULTMASK is cleared by the return from an exception',
    thread: `${enable('0')}  put ISPR, 1\n  barrier\n  point`,
    handlers: { irq0: '  cpsid f\n  put ISPR, 2\n  barrier\n  point', irq1: '' },
  },
  {
    name: 'an interrupt pended while its handler runs comes again',
    thread: `${enable('0')}  mov r7, #0\n  put ISPR, 1\n  barrier\n  point`,
    handlers: { irq0: '  add r7, #1\n  cmp r7, #2\n  bhi 1f\n  put ISPR, 1\n  barrier\n  point\n1:' },
  },
  {
    name: 'a pended interrupt that is not enabled waits',
    thread:
      '  put ISPR, 1\n  barrier\n  point\n  put ISER, 1\n  barrier\n  point\n  put ISPR, 2\n  put ICPR, 2\n  put ISER, 2\n  barrier\n  point',
    handlers: { irq0: '', irq1: '' },
  },
  {
    name: 'an interrupt that is disabled while it is active',
    thread: `${enable('0')}  put ISPR, 1\n  barrier\n  point`,
    handlers: { irq0: '  put ICER, 1\n  put ISPR, 1\n  barrier\n  point' },
  },
  {
    name: 'STIR, and from unprivileged code with USERSETMPEND',
    thread: `${enable('0')}  put STIR, 0\n  barrier\n  point\n  put CCR, 0x202\n  control 1\n  put STIR, 1\n  barrier\n  stop`,
    handlers: { irq0: '', irq1: '' },
  },
  {
    name: 'an exception within an IT block',
    thread: `${enable('0')}  load r0, ISPR\n  mov r1, #1\n  movs r2, #0\n  itete eq\n  streq r1, [r0]\n  addne r3, #1\n  addeq r4, #1\n  addne r5, #1\n  barrier\n  point`,
    handlers: { irq0: '' },
  },
  {
    name: 'an SVC within an IT block',
    thread: '  movs r2, #0\n  itte eq\n  svceq #1\n  addeq r4, #1\n  addne r5, #1\n  point',
    handlers: { svc: '' },
  },
  {
    name: 'an exception clears the exclusive monitor',
    thread:
      '  load r0, 0x20001000\n  ldrex r1, [r0]\n  svc #0\n  strex r2, r1, [r0]\n  ldrex r1, [r0]\n  strex r3, r1, [r0]\n  point',
    handlers: { svc: '' },
  },
  {
    name: 'sleep: WFI ends with an interrupt that PRIMASK holds back, WFE with an event',
    thread: `${enable('0')}  cpsid i\n  put ISPR, 1\n  wfi\n  point\n  put ICPR, 1\n  sev\n  wfe\n  point\n  put SCR, 0x10\n  put ICER, 1\n  put ISPR, 1\n  wfe\n  point`,
    handlers: { irq0: '' },
  },
  {
    name: 'the vector table in RAM',
    thread:
      '  load r0, 0xe000ed08\n  ldr r1, [r0]\n  load r2, 0x20002000\n  mov r3, #20\n1: ldr r4, [r1], #4\n  str r4, [r2], #4\n  subs r3, #1\n  bne 1b\n  load r2, 0x20002000\n  ldr r3, [r2, #44]\n  str r3, [r2, #56]\n  str r2, [r0]\n  barrier\n  put ICSR, PENDSVSET\n  barrier\n  point',
    handlers: { svc: '' },
  },
];
