/** What may be wrong when an image is linked, or a flash file is read. */
import type { CodeExplanation } from '@kickstage/base/diagnostic';

export const LNK_CODES: readonly CodeExplanation[] = [
  {
    code: 'LNK001',
    title: 'a handler that no vector has',
    text: `Exported functions fill the vector table by their names: Reset_Handler, SysTick_Handler, EXTI0_IRQHandler. A function
that is named like a handler but fits no vector would never be called, which shows only as an interrupt that does not come.

  export function EXTI0_IRQHandlr(): void { … }   // EXTI0_IRQHandler was meant`,
  },
  {
    code: 'LNK002',
    title: 'a handler beyond the vector table',
    text: "The bootloader's vector table holds the system exceptions only. An interrupt handler there could not be reached.",
  },
  {
    code: 'LNK003',
    title: 'a branch that does not reach',
    text: 'A Thumb-2 branch reaches 16 MiB either way from its own place.',
  },
  {
    code: 'LNK004',
    title: 'an image that does not fit its slot',
    text: 'Vector table, code, constants and the first values of data together need more flash than the slot has. `kickstage size` lists what is large.',
  },
  {
    code: 'LNK005',
    title: 'data that do not fit the RAM',
    text: 'Static data need more RAM than the image has, without counting the stack.',
  },
  {
    code: 'LNK006',
    title: 'no Reset_Handler',
    text: 'An image starts at the function that is exported as Reset_Handler. An app calls startUp() first in it.',
  },
  {
    code: 'LNK007',
    title: 'an undefined symbol',
    text: 'Code refers to a name that neither the program nor the linker defines.',
  },
  {
    code: 'LNK008',
    title: 'a stack that does not fit',
    text: `The deepest chain of calls, with the handlers that may interrupt it, needs more stack than the RAM has left behind the data.
Every handler is counted once with its exception frame.`,
  },
  {
    code: 'LNK009',
    title: 'a stack of unknown depth',
    text: 'A function calls itself, directly or through others: the depth of its stack cannot be known before it runs.',
  },
  {
    code: 'LNK010',
    title: 'a malformed Intel HEX file',
    text: 'Each line must be a whole record with a right checksum, and the end record must be last.',
  },
  {
    code: 'LNK011',
    title: 'a malformed UF2 file',
    text: 'A UF2 file is a sequence of 512-byte blocks, numbered and complete.',
  },
  {
    code: 'LNK012',
    title: 'an unknown file',
    text: 'The file is none of ELF, Intel HEX, UF2, or a raw image that begins with a vector table.',
  },
];
