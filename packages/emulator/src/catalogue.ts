/** Why a run on the virtual board ends with an error. */
import type { CodeExplanation } from '@kickstage/base/diagnostic';

export const EMU_CODES: readonly CodeExplanation[] = [
  {
    code: 'EMU001',
    title: 'an instruction that is not modelled',
    text: 'The processor of the virtual board does not have this instruction yet. The event says which and where.',
  },
  {
    code: 'EMU002',
    title: 'no such register',
    text: 'The firmware accessed an address of a register block at which the manual has no register, or one that is not modelled.',
  },
  {
    code: 'EMU003',
    title: 'an access of a width that is not allowed',
    text: 'The manual allows this register only with wider accesses.',
  },
  {
    code: 'EMU004',
    title: 'a function that is not modelled',
    text: 'The firmware switched on something that the virtual board does not have. Silicon may do it; the virtual board does not pretend.',
  },
  {
    code: 'EMU005',
    title: 'reserved bits written',
    text: 'The firmware set bits that the manual keeps reserved. Read the register, change your bits, write it back.',
  },
  {
    code: 'EMU006',
    title: 'clocks set wrongly',
    text: 'The clock tree was changed in a way that the manual forbids, such as switching to a clock that is not ready.',
  },
  { code: 'EMU007', title: 'a read-only register written', text: 'The register shows a state and cannot be written.' },
  {
    code: 'EMU008',
    title: 'the flash interface used wrongly',
    text: 'Flash was programmed or erased without the steps that the manual asks for (RM0383 Rev 3, chapter 3).',
  },
  {
    code: 'EMU009',
    title: 'a block without clock',
    text: 'The firmware used a peripheral before it switched on its clock in RCC. On silicon reads give 0 and writes are lost.',
  },
];
