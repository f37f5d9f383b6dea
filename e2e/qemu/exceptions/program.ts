/**
 * Small programs of exceptions as one image, built by the cross compiler. Each program has a thread part and handlers, in
 * assembler. A line `stop` is a place where a debugger stops and looks; `point` is one that moreover writes the special
 * registers to the record in RAM. Handlers begin with a `point` of their own and end with `bx lr`, unless they say not.
 *
 * After reset the image waits at `ready` with the address of a program in R4 and of its vector table in R5.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Handlers by their place in the vector table. */
const PLACES = {
  nmi: 2,
  hard: 3,
  mem: 4,
  bus: 5,
  usage: 6,
  svc: 11,
  monitor: 12,
  pendsv: 14,
  systick: 15,
  irq0: 16,
  irq1: 17,
  irq2: 18,
  irq3: 19,
} as const;
const VECTOR_COUNT = 20;

export type HandlerName = keyof typeof PLACES;

export interface ExceptionProgram {
  readonly name: string;
  readonly thread: string;
  /** `bare` handlers have neither the first point nor the last return. */
  readonly handlers?: Readonly<Partial<Record<HandlerName, string>>>;
  readonly bare?: readonly HandlerName[];
}

export const RAM = { start: 0x20000000, size: 0x9000 } as const;
/** Where main stack and process stack begin, downwards, and where special registers are recorded, upwards. */
export const MAIN_STACK = 0x20004000;
export const PROCESS_STACK = 0x20006000;
export const RECORD = 0x20008000;
/** Where the next record goes. */
const RECORD_END = 0x20007ff0;
const FLASH = 0x08000000;

export interface ExceptionImage {
  readonly elf: string;
  readonly bytes: Uint8Array;
  readonly symbols: ReadonlyMap<string, number>;
  /** The addresses of stops, of `ready` and `done`, by address. */
  readonly stops: ReadonlyMap<number, string>;
  /** The addresses of one program's stops, of `ready` and `done`. */
  stopsOf(index: number): number[];
}

const PRELUDE = `
.syntax unified
.cpu cortex-m4
.fpu fpv4-sp-d16
.thumb
.equ ICSR, 0xe000ed04
.equ AIRCR, 0xe000ed0c
.equ SCR, 0xe000ed10
.equ CCR, 0xe000ed14
.equ SHPR1, 0xe000ed18
.equ SHPR2, 0xe000ed1c
.equ SHPR3, 0xe000ed20
.equ SHCSR, 0xe000ed24
.equ CFSR, 0xe000ed28
.equ HFSR, 0xe000ed2c
.equ CPACR, 0xe000ed88
.equ MPU_CTRL, 0xe000ed94
.equ MPU_RBAR, 0xe000ed9c
.equ MPU_RASR, 0xe000eda0
.equ STIR, 0xe000ef00
.equ FPCCR, 0xe000ef34
.equ FPDSCR, 0xe000ef3c
.equ ISER, 0xe000e100
.equ ICER, 0xe000e180
.equ ISPR, 0xe000e200
.equ ICPR, 0xe000e280
.equ IPR, 0xe000e400
.equ PENDSVSET, 0x10000000
.equ NOTHING_THERE, 0x60000000
.macro load register, value
  movw \\register, #((\\value) & 0xffff)
  movt \\register, #((\\value) >> 16)
.endm
.macro put address, value
  load r0, \\address
  load r1, \\value
  str r1, [r0]
.endm
.macro barrier
  dsb
  isb
.endm
.macro control value
  mov r0, #\\value
  msr control, r0
  isb
.endm
.macro special name
  mrs r2, \\name
  str r2, [r1], #4
.endm
.macro specials
  push {r0-r3}
  load r0, ${RECORD_END}
  ldr r1, [r0]
  special msp
  special psp
  special control
  special primask
  special basepri
  special faultmask
  str r1, [r0]
  pop {r0-r3}
.endm
.section .text
.word ${MAIN_STACK}, reset + 1
.space 0x1f8
.thumb_func
reset:
  load r0, ${RAM.start}
  load r1, ${RAM.start + RAM.size}
  movs r2, #0
0: str r2, [r0], #4
  cmp r0, r1
  bne 0b
  put ${RECORD_END}, ${RECORD}
  load r0, ${PROCESS_STACK}
  msr psp, r0
.global ready
ready: nop
  load r0, 0xe000ed08
  str r5, [r0]
  dsb
  isb
  mov r12, r4
  movs r0, #0
  movs r1, #1
  movs r2, #2
  movs r3, #3
  movs r4, #4
  movs r5, #5
  movs r6, #6
  movs r7, #7
  mov r8, #8
  mov r9, #9
  mov r10, #10
  mov r11, #11
  mov lr, #14
  bx r12
finish:
  put MPU_CTRL, 0
  barrier
.global done
done: nop
  b done
`;

/** Gives each stop and point of a program its label. */
function expand(source: string, prefix: string, count: { value: number }): string {
  return source.replace(/^\s*(stop|point)\s*$/gm, (_, kind: string) => {
    const label = `${prefix}_${count.value++}`;
    return `.global ${label}\n${label}: nop${kind === 'point' ? '\n  specials' : ''}`;
  });
}

function assemblerOf(program: ExceptionProgram, index: number): string {
  const count = { value: 0 };
  const { thread, handlers = {}, bare = [] } = program;
  const parts = [`.thumb_func\nprogram_${index}:`, expand(thread, `at_${index}`, count), '  stop_here', '  b done'];
  const vectors = new Array<string>(VECTOR_COUNT).fill(`other_${index} + 1`);
  for (const name of Object.keys(PLACES) as HandlerName[]) {
    const body = handlers[name];
    if (body === undefined) continue;
    const label = `on_${index}_${name}`;
    vectors[PLACES[name]] = `${label} + 1`;
    const full = bare.includes(name) ? body : `  point\n${body}\n  bx lr`;
    parts.push(`.align 2\n.thumb_func\n${label}:`, expand(full, `at_${index}_${name}`, count));
  }
  parts.push(`.thumb_func\nother_${index}:`, expand('  point\n  b done', `at_${index}_other`, count));
  parts.push(`.ltorg\n.align 9\n.global vectors_${index}\nvectors_${index}:`);
  parts.push(`.word ${MAIN_STACK}, reset + 1, ${vectors.slice(2).join(', ')}`);
  parts.push(`.global program_${index}`);
  return parts.join('\n').replace('  stop_here', expand('  stop', `at_${index}_end`, count));
}

/** Assembles and links the programs; `folder` takes the files. */
export function buildImage(programs: readonly ExceptionProgram[], folder: string): ExceptionImage {
  const file = (name: string) => join(folder, name);
  writeFileSync(file('programs.s'), [PRELUDE, ...programs.map(assemblerOf), ''].join('\n'));
  const flags = [
    '-mcpu=cortex-m4',
    '-mthumb',
    '-mfpu=fpv4-sp-d16',
    '-mfloat-abi=hard',
    '-nostdlib',
    '-Wl,--build-id=none',
  ];
  const elf = file('programs.elf');
  execFileSync('arm-none-eabi-gcc', [
    ...flags,
    `-Wl,-Ttext=0x${FLASH.toString(16)}`,
    '-Wl,-e,ready',
    file('programs.s'),
    '-o',
    elf,
  ]);
  execFileSync('arm-none-eabi-objcopy', ['-O', 'binary', elf, file('programs.bin')]);
  const symbols = new Map<string, number>();
  for (const line of execFileSync('arm-none-eabi-nm', [elf], { encoding: 'utf8' }).split('\n')) {
    const [address, , name] = line.split(' ');
    if (name) symbols.set(name, Number.parseInt(address, 16) & ~1);
  }
  const stops = new Map(
    [...symbols].flatMap(([name, at]) => (/^(at_|ready$|done$)/.test(name) ? [[at, name] as const] : [])),
  );
  const stopsOf = (index: number) =>
    [...stops].flatMap(([at, name]) => (name.startsWith(`at_${index}_`) || !name.startsWith('at_') ? [at] : []));
  return { elf, bytes: new Uint8Array(readFileSync(file('programs.bin'))), symbols, stops, stopsOf };
}

/** A folder for `buildImage`, and how to remove it. */
export function scratchFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'kickstage-exceptions-'));
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}
