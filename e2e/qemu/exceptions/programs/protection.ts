/** The memory protection unit: DDI 0403E B3.5, and B1.5.6 to B1.5.8 for frames. */
import type { ExceptionProgram } from '../program.ts';

/** AP and XN in RASR. */
const RW = 0x03000000;
const READ = 0x06000000;
const PRIVILEGED = 0x01000000;
const NONE = 0;
const XN = 0x10000000;
const region = (n: number, base: number, bits: number, rights: number, disabled = 0) =>
  `  put MPU_RBAR, ${base + 16 + n}\n  put MPU_RASR, ${rights + disabled * 256 + ((bits - 1) << 1) + 1}\n`;
/** Code, RAM, and a guarded KiB at 0x20001000. */
const SETUP = `  put SHCSR, 0x70000\n${region(0, 0x08000000, 20, READ)}${region(1, 0x20000000, 16, RW + XN)}`;
const ON = '  put MPU_CTRL, 5\n  barrier\n';
const CLEAR = '  load r0, CFSR\n  ldr r1, [r0]\n  str r1, [r0]\n';
const SKIP = `  ldr r0, [sp, #24]\n  add r0, #2\n  str r0, [sp, #24]\n${CLEAR}`;
const SKIP_PSP = `  mrs r2, psp\n  ldr r0, [r2, #24]\n  add r0, #2\n  str r0, [r2, #24]\n${CLEAR}`;
const access = (address: number, instruction: string) => `  load r3, ${address}\n  ${instruction}\n  nop\n`;

export const PROTECTION_PROGRAMS: readonly ExceptionProgram[] = [
  {
    name: 'reads and writes by privilege',
    thread: `${SETUP}${region(2, 0x20001000, 10, PRIVILEGED)}${ON}${access(0x20001000, 'ldr r2, [r3]')}${access(0x20001004, 'str r2, [r3]')}  control 1\n${access(0x20001000, 'ldr r2, [r3]')}${access(0x20001004, 'strb r2, [r3]')}${access(0x20000ffc, 'str r2, [r3]')}  svc #0\n  point\n  b finish`,
    handlers: { mem: SKIP, svc: '  mov r0, #0\n  msr control, r0' },
  },
  {
    name: 'no access, with the fault disabled',
    thread: `${SETUP}  put SHCSR, 0\n${region(2, 0x20001000, 10, NONE)}${ON}${access(0x20001010, 'ldr r2, [r3]')}  point\n  b finish`,
    handlers: { hard: SKIP },
  },
  {
    name: 'subregions, and a region over another',
    thread: `${SETUP}${region(2, 0x20001000, 10, NONE, 0x02)}${region(3, 0x20001180, 7, READ)}${ON}${access(0x20001000, 'ldr r2, [r3]')}${access(0x20001080, 'str r2, [r3]')}${access(0x20001180, 'ldr r2, [r3]')}${access(0x20001184, 'str r2, [r3]')}  point\n  b finish`,
    handlers: { mem: SKIP },
  },
  {
    name: 'without the background region',
    thread: `${SETUP}  put MPU_CTRL, 1\n  barrier\n${access(0x40020000, 'ldr r2, [r3]')}  load r3, CCR\n  ldr r2, [r3]\n  point\n  b finish`,
    handlers: { mem: SKIP },
  },
  {
    name: 'LDRT and STRT in privileged code',
    thread: `${SETUP}${region(2, 0x20001000, 10, PRIVILEGED)}${ON}  load r3, 0x20001000\n  ldr r2, [r3]\n  ldrt r2, [r3]\n  strbt r2, [r3]\n  point\n  b finish`,
    handlers: { mem: `  ldr r0, [sp, #24]\n  add r0, #4\n  str r0, [sp, #24]\n${CLEAR}` },
  },
  {
    name: 'code where none may be executed',
    thread: `${SETUP}  load r0, 0x20001000\n  load r1, 0x4770\n  strh r1, [r0]\n${ON}  load r0, 0x20001001\n  blx r0\n  point\n  b finish`,
    handlers: { mem: `  ldr r0, [sp, #20]\n  bic r0, #1\n  str r0, [sp, #24]\n${CLEAR}` },
  },
  {
    name: 'stacking into guarded memory',
    thread: `${SETUP}${region(2, 0x20005c00, 10, NONE)}${ON}  load r0, 0x20006010\n  msr psp, r0\n  control 2\n  put ICSR, PENDSVSET\n  barrier\n  point\n  b finish`,
    handlers: { pendsv: '', mem: `${CLEAR}  b finish` },
  },
  {
    name: 'stacking for an SVC into guarded memory, the fault disabled',
    thread: `${SETUP}  put SHCSR, 0\n${region(2, 0x20005c00, 10, NONE)}${ON}  load r0, 0x20006010\n  msr psp, r0\n  control 2\n  svc #0\n  point\n  b finish`,
    handlers: { svc: '', hard: `${CLEAR}  b finish` },
  },
  {
    name: 'unstacking from guarded memory, for unprivileged code',
    thread: `${SETUP}${region(2, 0x20005000, 10, PRIVILEGED)}${ON}  control 3\n  svc #0\n  stop\n  b finish`,
    handlers: { svc: '  load r0, 0x20005100\n  msr psp, r0', mem: `  load r0, 0x20005fe0\n  msr psp, r0\n${CLEAR}` },
  },
  {
    name: 'lazy stacking into guarded memory',
    thread: `${SETUP}${region(2, 0x20005000, 10, NONE)}  put CPACR, 0x00f00000\n  put SHPR2, 0x80000000\n${ON}  vmov s0, r0\n  svc #0\n  point\n  b finish`,
    handlers: {
      svc: '  put 0xe000ef38, 0x20005000\n  barrier\n  vmov s1, r0\n  point\n  b finish',
      mem: '  point\n  load r0, FPCCR\n  ldr r1, [r0]\n  bic r1, #1\n  str r1, [r0]',
    },
  },
  {
    name: 'lazy stacking into guarded memory in a handler that MemManage cannot preempt',
    thread: `${SETUP}${region(2, 0x20005000, 10, NONE)}  put CPACR, 0x00f00000\n${ON}  vmov s0, r0\n  svc #0\n  point\n  b finish`,
    handlers: { svc: '  put 0xe000ef38, 0x20005000\n  barrier\n  vmov s1, r0\n  point\n  b finish', mem: '' },
  },
  {
    name: 'HardFault and NMI without the MPU (HFNMIENA off)',
    thread: `${SETUP}${region(2, 0x20001000, 10, NONE)}${ON}  put ICSR, 0x80000000\n  barrier\n  point\n  b finish`,
    handlers: { nmi: `${access(0x20001000, 'ldr r2, [r3]')}  point` },
  },
  {
    name: 'FAULTMASK without the MPU',
    thread: `${SETUP}${region(2, 0x20001000, 10, NONE)}${ON}  cpsid f\n${access(0x20001000, 'ldr r2, [r3]')}  point\n  cpsie f\n${access(0x20001000, 'ldr r2, [r3]')}  point\n  b finish`,
    handlers: { mem: SKIP },
  },
  {
    name: 'LDM and STMDB into guarded memory: base registers are kept',
    thread: `${SETUP}${region(2, 0x20001000, 10, NONE)}${ON}${access(0x20001000, 'ldm r3!, {r0, r1, r2, r4}')}${access(0x20001408, 'stmdb r3!, {r0, r1, r2, r4}')}  nop\n  point\n  b finish`,
    handlers: { mem: SKIP },
  },
  {
    name: 'the process stack in guarded memory: PUSH',
    thread: `${SETUP}${region(2, 0x20005000, 10, NONE)}${ON}  load r0, 0x20005404\n  msr psp, r0\n  mov r7, sp\n  control 2\n  push {r0, r1}\n  stop\n  b finish`,
    handlers: { mem: `${SKIP_PSP}  b finish` },
  },
];
