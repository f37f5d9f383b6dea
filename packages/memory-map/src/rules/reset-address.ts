import { formatAddress } from '@kickstage/base/hex';
import type { Rule } from './rule.ts';

export const resetAddress: Rule = {
  code: 'MAP016',
  title: 'the bootloader is not at the reset address',
  text: `After a reset the processor takes its stack pointer and first instruction from the start of flash. What lies there runs
first: it must be the bootloader.`,
  check({ slots, chip, at }) {
    const [bootloader] = slots;
    if (bootloader.range.start === chip.resetAddress) return [];
    return [
      {
        code: 'MAP016',
        severity: 'error',
        what: 'the bootloader is not where the processor starts',
        at: at('bootloader.at'),
        got: `${formatAddress(bootloader.range.start)}; the ${chip.name} starts at ${formatAddress(chip.resetAddress)}`,
        why: 'it would never run',
        fix: `leave out \`at\`, or set it to ${formatAddress(chip.resetAddress)}`,
      },
    ];
  },
};
