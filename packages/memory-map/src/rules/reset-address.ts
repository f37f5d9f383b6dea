import { formatAddress } from '@kickstage/base/hex';
import type { SlotRule } from './rule.ts';

export const resetAddress: SlotRule = {
  code: 'MAP016',
  title: 'the bootloader is not at the reset address',
  text: `After a reset the processor takes its stack pointer and first instruction from the start of flash. What lies there runs
first: it must be the bootloader. Leave \`at\` out of \`bootloader\` and it is.`,
  check: ({ slots, chip, at }) =>
    slots
      .filter(({ kind, range }) => kind === 'bootloader' && range.start !== chip.resetAddress)
      .map(({ path, range }) => ({
        code: 'MAP016',
        severity: 'error' as const,
        what: 'the bootloader is not where the processor starts',
        at: at(path),
        got: `${formatAddress(range.start)}; the ${chip.name} starts at ${formatAddress(chip.resetAddress)}`,
        why: 'it would never run',
        fix: `leave out \`at\`, or set it to ${formatAddress(chip.resetAddress)}`,
      })),
};
