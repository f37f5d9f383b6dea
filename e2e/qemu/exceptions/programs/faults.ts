/** Faults, their escalation, and what goes wrong on the way in and out: DDI 0403E B1.5.6 to B1.5.14, B3.2.15, B3.2.16. */
import type { ExceptionProgram } from '../program.ts';

/** Enables MemManage, BusFault and UsageFault. */
const FAULTS = '  put SHCSR, 0x70000\n';
/** A handler that goes on after the instruction at fault, which has so many bytes, and clears the flags. */
const skip = (size: number) => `  ldr r0, [sp, #24]\n  add r0, #${size}\n  str r0, [sp, #24]\n${CLEAR}`;
const CLEAR = '  load r0, CFSR\n  ldr r1, [r0]\n  str r1, [r0]\n  load r0, HFSR\n  ldr r1, [r0]\n  str r1, [r0]\n';
/** Goes back to the address in LR of the frame: for branches to where no code can be. */
const TO_LR = `  ldr r0, [sp, #20]\n  bic r0, #1\n  str r0, [sp, #24]\n  ldr r0, [sp, #28]\n  orr r0, #0x01000000\n  str r0, [sp, #28]\n${CLEAR}`;

/** One fault with its exception disabled, then enabled. */
const both = (
  name: string,
  kind: 'usage' | 'bus' | 'mem',
  code: string,
  size: number,
  before = '',
): ExceptionProgram => ({
  name,
  thread: `${before}${code}\n  point\n${FAULTS}${code}\n  point`,
  handlers: { hard: skip(size), [kind]: skip(size) },
});

const DIVISION = '  put CCR, 0x210\n';
const ALIGNMENT = '  put CCR, 0x208\n';
const NOWHERE = '  load r3, NOTHING_THERE\n';
const ODD = '  load r3, 0x20001001\n';

export const FAULT_PROGRAMS: readonly ExceptionProgram[] = [
  both('an undefined instruction', 'usage', '  udf #0', 2),
  both('an undefined instruction of 32 bits', 'usage', '  udf.w #0', 4),
  both('a division by zero', 'usage', '  mov r1, #0\n  sdiv r2, r1, r1', 4, DIVISION),
  { name: 'a division by zero that is not trapped', thread: '  mov r1, #0\n  mov r2, #5\n  udiv r3, r2, r1\n  point' },
  both('an unaligned word with CCR.UNALIGN_TRP', 'usage', `${ODD}  ldr r2, [r3]`, 2, ALIGNMENT),
  both('an unaligned halfword with CCR.UNALIGN_TRP', 'usage', `${ODD}  strh r2, [r3]`, 2, ALIGNMENT),
  both('an unaligned LDRD', 'usage', `${ODD}  ldrd r1, r2, [r3]`, 4),
  both('an unaligned LDM', 'usage', `${ODD}  ldm r3, {r1, r2}`, 4),
  {
    name: 'an unaligned word that is not trapped',
    thread: `${ODD}  str r3, [r3]\n  ldr r2, [r3]\n  ldrh r1, [r3]\n  point`,
  },
  both('a read from where nothing is', 'bus', `${NOWHERE}  ldr r2, [r3]`, 2),
  both('a write with writeback', 'bus', `${NOWHERE}  strb r2, [r3, #4]!`, 4),
  both('a floating-point instruction without CPACR', 'usage', '  vmov s0, r0', 4),
  {
    name: 'a branch to an even address',
    thread: `${FAULTS}  adr r0, 1f\n  bic r0, #1\n  bx r0\n  .align 2\n1: nop\n  point`,
    handlers: { usage: `  ldr r0, [sp, #28]\n  orr r0, #0x01000000\n  str r0, [sp, #28]\n${CLEAR}` },
  },
  {
    name: 'a call to where nothing is',
    thread: `${FAULTS}  load r0, NOTHING_THERE + 1\n  blx r0\n  point`,
    handlers: { bus: TO_LR },
  },
  {
    name: 'a call into the peripherals: never executable',
    thread: `${FAULTS}  load r0, 0x40000001\n  blx r0\n  point\n  load r0, 0xe000e001\n  blx r0\n  point`,
    handlers: { mem: TO_LR, bus: TO_LR },
  },
  {
    name: 'unprivileged code and the system registers',
    thread: `${FAULTS}  control 1\n  load r3, ICSR\n  ldr r2, [r3]\n  nop\n  str r2, [r3]\n  nop\n  svc #0\n  point`,
    handlers: { bus: skip(2), svc: '  mov r0, #0\n  msr control, r0' },
  },
  {
    name: 'SVC with PRIMASK',
    thread: '  cpsid i\n  svc #0\n  point',
    handlers: { hard: CLEAR },
  },
  {
    name: 'SVC in an SVC handler',
    thread: '  svc #0\n  point',
    handlers: { svc: '  svc #1\n  point', hard: CLEAR },
  },
  {
    name: 'SVC in a handler of lower priority',
    thread: '  put SHPR3, 0x00800000\n  put ICSR, PENDSVSET\n  barrier\n  point',
    handlers: { pendsv: '  svc #1\n  point', svc: '' },
  },
  {
    name: 'SVC with BASEPRI',
    thread: '  put SHPR2, 0x80000000\n  mov r0, #0x40\n  msr basepri, r0\n  svc #0\n  point',
    handlers: { hard: CLEAR },
  },
  {
    name: 'a fault in a handler of equal priority escalates',
    thread: `${FAULTS}  udf #0\n  point`,
    handlers: { usage: `  udf #1\n  point\n${skip(2)}`, hard: skip(2) },
  },
  {
    name: 'another fault in a fault handler, by priority',
    thread: `${FAULTS}  put SHPR1, 0x00800000\n  udf #0\n  point`,
    handlers: { usage: `${NOWHERE}  ldr r2, [r3]\n  point\n${skip(2)}`, bus: skip(2) },
  },
  {
    name: 'a fault with PRIMASK escalates',
    thread: `${FAULTS}  cpsid i\n  udf #0\n  point`,
    handlers: { hard: skip(2) },
  },
  {
    name: 'a fault with BASEPRI escalates',
    thread: `${FAULTS}  put SHPR1, 0x00c00000\n  mov r0, #0x80\n  msr basepri, r0\n  udf #0\n  point`,
    handlers: { hard: skip(2) },
  },
  {
    name: 'pending faults set by SHCSR',
    thread: `${FAULTS}  cpsid i\n  put SHCSR, 0x7f000\n  point\n  cpsie i\n  barrier\n  point`,
    handlers: { mem: '', bus: '', usage: '', svc: '' },
  },
  {
    name: 'the stack ends: stacking fails',
    thread: `${FAULTS}  control 2\n  load r0, NOTHING_THERE\n  mov sp, r0\n  svc #0\n  point`,
    handlers: {
      bus: `  load r0, 0x20006000\n  msr psp, r0\n  mov r0, #0\n  msr control, r0\n${CLEAR}  b finish`,
      svc: '',
    },
  },
  {
    name: 'stacking fails for an interrupt that is more urgent than the bus fault',
    thread: `${FAULTS}  put SHPR1, 0x00008000\n  put ISER, 1\n  load r0, NOTHING_THERE\n  msr psp, r0\n  control 2\n  put ISPR, 1\n  barrier\n  point`,
    handlers: { irq0: '', bus: `${CLEAR}  b finish` },
  },
  {
    name: 'stacking fails for an interrupt, and the bus fault is disabled',
    thread: '  put ISER, 1\n  load r0, NOTHING_THERE\n  msr psp, r0\n  control 2\n  put ISPR, 1\n  barrier\n  point',
    handlers: { irq0: '', hard: `${CLEAR}  b finish` },
  },
  {
    name: 'stacking fails for a usage fault',
    thread: `${FAULTS}  put SHPR1, 0x00800000\n  load r0, NOTHING_THERE\n  msr psp, r0\n  control 2\n  udf #0\n  point`,
    handlers: { usage: '', bus: `${CLEAR}  b finish` },
  },
  {
    name: 'unstacking fails',
    thread: `${FAULTS}  control 2\n  svc #0\n  point`,
    handlers: {
      svc: '  load r0, NOTHING_THERE\n  msr psp, r0',
      bus: `  load r0, 0x20005fe0\n  msr psp, r0\n${CLEAR}`,
    },
  },
  {
    name: 'unstacking fails, and the bus fault is disabled',
    thread: '  control 2\n  svc #0\n  point',
    handlers: {
      svc: '  load r0, NOTHING_THERE\n  msr psp, r0',
      hard: `  load r0, 0x20005fe0\n  msr psp, r0\n${CLEAR}`,
    },
  },
  {
    name: 'a vector without the Thumb bit',
    thread:
      '  load r0, 0xe000ed08\n  ldr r1, [r0]\n  load r2, 0x20002000\n  mov r3, #20\n1: ldr r4, [r1], #4\n  str r4, [r2], #4\n  subs r3, #1\n  bne 1b\n' +
      '  load r2, 0x20002000\n  ldr r3, [r2, #44]\n  bic r3, #1\n  str r3, [r2, #44]\n  str r2, [r0]\n  barrier\n  svc #0\n  point',
    handlers: { svc: '  nop', hard: `${CLEAR}  b finish` },
    bare: ['svc'],
  },
];
