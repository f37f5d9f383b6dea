/** What `explain CODE` says of this package's codes. */
import type { CodeExplanation } from '@kickstage/base/diagnostic';

export const CATALOGUE: readonly CodeExplanation[] = [
  {
    code: 'GEN001',
    title: 'text that is not IR',
    text: `The text form of the intermediate representation could not be read at the place that is named. It is the compiler's own
notation, seen in its tests and dumps; the grammar stands at the top of packages/codegen/src/ir/print.ts.`,
  },
  {
    code: 'GEN002',
    title: 'unknown import',
    text: `A module imports something that a microcontroller does not have. There is no host that could supply it; what there is:

mmio.ld8 ld16 ld32 st8 st16 st32: peripheral registers, each one load or store that is never merged, moved or removed
volatile.ld8 … st32: the same, for memory that an interrupt handler or another image shares
cpu.dsb isb dmb wfi wfe sev nop cpsid cpsie svc bkpt bootload mrs_… msr_…: machine instructions
cpu.abort: the end of the program with a fault
link.NAME: the address of a symbol that the linker knows
data.NAME (a global): the address of a piece of the module's own static data

In firmware written in TypeScript the declarations are in kickstage/firmware/intrinsics. Often the name is misspelt or the
declaration has the wrong number of arguments; the diagnostic says which.`,
  },
  {
    code: 'GEN004',
    title: 'memory that grows',
    text: `The program asks for more memory while it runs (memory.grow): \`new\` of a class, an array or string that grows, or a
runtime that manages a heap. A microcontroller's RAM is laid out before the program runs.

Use module-level variables, StaticArray literals and memory.data.`,
  },
  {
    code: 'GEN005',
    title: 'unsupported instruction',
    text: `The module is valid, but the instruction has no meaning on a microcontroller: those that change a table of functions while
the program runs (table.init, table.copy, elem.drop), and references as values. The one table lies in flash, and there is
one memory. With sandboxed memory (kickstage exec) all of them are there.`,
  },
  {
    code: 'GEN006',
    title: 'a constant is needed',
    text: `An argument becomes part of a machine instruction (the number of cpu.svc, cpu.bkpt and cpu.udf), so that it must be known
when the program is compiled and must fit: 0..255. Pass a literal or a const, not a variable or parameter.`,
  },
  {
    code: 'GEN007',
    title: 'data at fixed addresses',
    text: `A WebAssembly module brings data segments for addresses of its own choice. Here memory is the microcontroller's address
space, and the linker decides what lies where; the module's code would look for the data at addresses where there is
flash, nothing, or something else.

Firmware that kickstage compiles itself has its data told apart from its numbers. A module of another compiler must do
without active data segments: keep tables in the code, or in passive segments copied with memory.init.`,
  },
  {
    code: 'GEN008',
    title: 'start function',
    text: `The module has a start function, which a WebAssembly host would run before anything else. Nothing runs before
Reset_Handler on a microcontroller. Export the code under a name and call it from Reset_Handler.`,
  },
  {
    code: 'GEN009',
    title: 'too many results',
    text: `A function gives more results than fit the registers r0 to r3: an i64 or f64 takes two of them. AssemblyScript gives one
result a function; other compilers make such functions with multi-value switched on and many results. Have it write them
to memory.`,
  },
];
