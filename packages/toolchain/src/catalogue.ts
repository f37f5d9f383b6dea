/** What may be wrong with firmware sources. The messages of the AssemblyScript compiler come with its own code behind. */
import type { CodeExplanation } from '@kickstage/base/diagnostic';

export const ASC_CODES: readonly CodeExplanation[] = [
  {
    code: 'ASC001',
    title: 'the source does not compile',
    text: `Firmware is written in AssemblyScript: TypeScript's syntax with machine types. Its compiler refused this line; its message
and its own code are in the text. Codes below 1000 (AS…) are AssemblyScript's, others (TS…) are those of TypeScript.`,
  },
  {
    code: 'ASC002',
    title: 'a missing source file',
    text: `An import names a file that is not there. Paths are relative to the importing file and have no extension:

  import { blink } from './blink';
  import * as led from 'kickstage/firmware/drivers/led';`,
  },
  {
    code: 'ASC010',
    title: 'a closure',
    text: `A function inside a function cannot use the outer one's variables: they live in registers and on the stack, and are gone
when the outer function returns. Pass them as parameters, or use variables of the module.`,
  },
  {
    code: 'ASC011',
    title: 'try, catch or finally',
    text: `Firmware has no exceptions: unwinding needs tables and code that a bootloader has no room for. Return a status number.
\`throw\` compiles: it ends the program with a fault at that line.`,
  },
  {
    code: 'ASC012',
    title: 'for…of',
    text: `Iterators are objects on a heap. Count instead:

  for (let i = 0; i < table.length; i++) use(table[i]);`,
  },
  {
    code: 'ASC013',
    title: 'a union type',
    text: 'A variable is a register or a word of memory: it has one type. `Type | null` is possible for references.',
  },
  {
    code: 'ASC014',
    title: 'async, await or a promise',
    text: 'There is no event loop. Poll in a loop, or let an interrupt handler do the work and set a variable.',
  },
  {
    code: 'ASC015',
    title: 'any, unknown or object',
    text: 'Write the machine type that is meant: u8, u16, u32, i32, u64, bool, usize for addresses. `number` is f64.',
  },
  {
    code: 'ASC016',
    title: 'an object literal',
    text: `Objects live on a heap. Use variables of the module; or a class marked @unmanaged, laid over a static block:

  @unmanaged class Point { x: i32; y: i32 }
  const block = memory.data(8);
  const point = changetype<Point>(block);`,
  },
  {
    code: 'ASC017',
    title: 'an implicit conversion',
    text: 'Values of different machine types do not mix by themselves, since bits or signs may be lost. Cast: <u8>value, or value as u8.',
  },
  {
    code: 'ASC018',
    title: 'an app that the config does not have',
    text: '`App` of kickstage/layout has one member for each app of boot.config.ts, under the name that it has there.',
  },
  {
    code: 'ASC020',
    title: 'a heap',
    text: `\`new\`, array literals, string concatenation and everything else that takes memory at run time cannot be used: it may fail when
the device is in the field. Use variables of the module; memory.data(size) for a static block of zeros; memory.data<u8>([…]) or a
StaticArray of constants for tables. Constant strings are fine.`,
  },
  {
    code: 'ASC021',
    title: 'start code',
    text: `The processor begins at Reset_Handler. A variable of the module whose first value has to be computed would need code that runs
before. Start it with a constant and assign the value in Reset_Handler.`,
  },
  {
    code: 'ASC022',
    title: 'arithmetic on an address at compile time',
    text: `Where static data lies is known when the image is linked. An address, and an address plus a constant, can be filled in then; an
address multiplied, masked or compared in the first value of a variable cannot.`,
  },
  {
    code: 'ASC023',
    title: 'a 64-bit variable shared with an interrupt handler',
    text: `The processor takes two accesses for it. An interrupt between them lets one side see half of the old and half of the new value.
Share 32 bits, or switch interrupts off around the access:

  cpu.cpsid();
  const now = ticks;
  cpu.cpsie();`,
  },
  {
    code: 'ASC025',
    title: 'a plain load or store of a peripheral register',
    text: `Reading a register may change it, and it may change by itself. Optimisers do not know that of load<u32>() and store<u32>(): three
reads of a UART's data register became one. The functions of mmio become exactly one access each:

  import { ld32, st32 } from 'kickstage/firmware/intrinsics/mmio';
  st32(0x40020018, 1 << 13);`,
  },
  {
    code: 'ASC026',
    title: 'the firmware refuses to be compiled',
    text: `A source holds ERROR('what: how to mend it') in a branch that this config takes. Drivers of the firmware library say so what
the board or the chip does not name and they need: an LED, a button, a console, a register block, a family that they know.

  if (LED_PORT === NO_PIN) ERROR('the board has no LED: name its pin in the config, board.led');`,
  },
  {
    code: 'ASC099',
    title: 'the AssemblyScript compiler failed',
    text: 'The compiler ended without saying where. That is a fault of its own; which line it stumbles over shows when changes are undone.',
  },
];

export const UPD_CODES: readonly CodeExplanation[] = [
  {
    code: 'UPD001',
    title: 'no NMI_Handler on flash with an error correcting code',
    text: `On the STM32L4 a double word whose programming or erase was cut short may have more wrong bits than its code can mend. Reading
it raises the NMI. Bootloader and updatable apps read such words when they look for what a power failure left; the handler notes
the doubt, and the word counts as not written. Without it the processor would stay in the default handler at every start:

  export { NMI_Handler, Reset_Handler } from 'kickstage/firmware/boot/main';    in boot/main.ts
  export { NMI_Handler } from 'kickstage/firmware/app/nmi';                     in an app with an update`,
  },
];
