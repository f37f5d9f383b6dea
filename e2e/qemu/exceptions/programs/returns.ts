/** Returns that are refused, and those that only look so: DDI 0403E B1.5.8. */
import type { ExceptionProgram } from '../program.ts';

const FAULTS = '  put SHCSR, 0x70000\n';
const CLEAR = '  load r0, CFSR\n  ldr r1, [r0]\n  str r1, [r0]\n';
/** Goes back to the code that was interrupted first. */
const LEAVE = `${CLEAR}  load lr, 0xfffffff9\n`;

const badCode = (code: string, control = ''): ExceptionProgram => ({
  name: `EXC_RETURN ${code}${control && ' for code on the process stack'}`,
  thread: `${FAULTS}${control}  svc #0\n  point`,
  handlers: { svc: `  load lr, ${code}`, usage: control ? `${CLEAR}  load lr, 0xfffffffd\n` : LEAVE },
});

export const RETURN_PROGRAMS: readonly ExceptionProgram[] = [
  ...['0xfffffff0', '0xfffffff5', '0xffffffff'].map((code) => badCode(code)),
  badCode('0xfffffff3', '  control 2\n'),
  {
    name: 'a return to handler mode where no handler is active',
    thread: `${FAULTS}  svc #0\n  point`,
    handlers: { svc: '  load lr, 0xfffffff1', usage: LEAVE },
  },
  {
    name: 'a return to thread mode from a nested handler',
    thread: `${FAULTS}  put SHPR3, 0x00800000\n  put SHPR1, 0\n  put ICSR, PENDSVSET\n  barrier\n  point`,
    handlers: { pendsv: '  svc #0\n  point', svc: '  load lr, 0xfffffff9', usage: `${CLEAR}  load lr, 0xfffffff1\n` },
  },
  {
    name: 'the same where CCR.NONBASETHRDENA allows it',
    thread: '  put CCR, 0x201\n  put SHPR3, 0x00800000\n  put ICSR, PENDSVSET\n  barrier\n  point',
    handlers: {
      pendsv: '  svc #0\n  point',
      svc: '  ldr r0, [sp, #28]\n  lsrs r0, #9\n  lsls r0, #9\n  str r0, [sp, #28]\n  load lr, 0xfffffff9',
    },
  },
  {
    name: 'a frame with an exception number for thread mode',
    thread: `${FAULTS}  svc #0\n  point`,
    handlers: {
      svc: '  ldr r0, [sp, #28]\n  orr r0, #14\n  str r0, [sp, #28]',
      usage: `${CLEAR}  ldr r0, [sp, #28]\n  lsrs r0, #9\n  lsls r0, #9\n  str r0, [sp, #28]\n  load lr, 0xfffffff9\n`,
    },
  },
  {
    name: 'a frame without exception number for handler mode',
    thread: `${FAULTS}  put SHPR3, 0x00800000\n  put ICSR, PENDSVSET\n  barrier\n  point`,
    handlers: {
      pendsv: '  svc #0\n  point',
      svc: '  ldr r0, [sp, #28]\n  lsrs r0, #9\n  lsls r0, #9\n  str r0, [sp, #28]',
      usage: `${CLEAR}  b finish`,
    },
  },
  {
    name: 'a frame without the Thumb bit',
    thread: `${FAULTS}  svc #0\n  nop\n  point`,
    handlers: {
      svc: '  ldr r0, [sp, #28]\n  bic r0, #0x01000000\n  str r0, [sp, #28]',
      usage: `${CLEAR}  ldr r0, [sp, #28]\n  orr r0, #0x01000000\n  str r0, [sp, #28]\n`,
    },
  },
  {
    name: 'a return from an exception that is not active',
    thread: `${FAULTS}  svc #0\n  point`,
    handlers: { svc: '  put SHCSR, 0x70000\n  barrier\n  point', usage: LEAVE },
  },
  {
    name: 'a return to thread mode by POP, and by LDM',
    thread: '  svc #0\n  point\n  put ICSR, PENDSVSET\n  barrier\n  point',
    handlers: {
      svc: '  push {r4, lr}\n  point\n  pop {r4, pc}',
      pendsv: '  push {r4, lr}\n  point\n  ldmia sp!, {r4, pc}',
    },
  },
  {
    name: 'EXC_RETURN in thread mode is an address',
    thread: `${FAULTS}  load r0, 0xfffffff9\n  mov r7, pc\n  add r7, #8\n  orr r7, #1\n  bx r0\n  nop\n  nop\n  nop\n  point`,
    handlers: { mem: `${CLEAR}  str r7, [sp, #24]\n  b finish`, bus: `${CLEAR}  b finish` },
  },
  {
    name: 'a handler goes on to another stack: threads switched by PendSV',
    thread:
      '  load r0, 0x20005000\n  sub r0, #32\n  load r1, 0x01000000\n  str r1, [r0, #28]\n  adr r1, 2f\n  str r1, [r0, #24]\n  mov r7, r0\n  control 2\n' +
      '  put ICSR, PENDSVSET\n  barrier\n  point\n  b 3f\n  .align 2\n2: nop\n  point\n  put ICSR, PENDSVSET\n  barrier\n  b finish\n3:',
    handlers: { pendsv: '  mrs r0, psp\n  msr psp, r7\n  mov r7, r0' },
  },
];
