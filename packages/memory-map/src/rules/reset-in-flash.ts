import { formatAddress, formatRange } from '@kickstage/base/hex';
import { contains, rangeOf } from '@kickstage/base/ranges';
import { flashSize } from '../board-memories.ts';
import { sectorsOf } from '../sectors.ts';
import type { BoardRule } from './rule.ts';

export const resetInFlash: BoardRule = {
  code: 'MAP026',
  title: 'a reset address at which no bootloader can lie',
  text: `After a reset the processor takes its stack pointer and first instruction from resetAddress. The bootloader lies there,
in erase sectors of its own: the address must be the start of a sector of the chip's flash, usually of the first. Where
flash is seen at address 0 too (STM32), name the address that flash has always, 0x0800_0000.`,
  check({ chip }, at) {
    const { flash, resetAddress } = chip;
    const range = rangeOf(flash.start, flashSize(flash));
    const common = {
      code: 'MAP026',
      severity: 'error' as const,
      at: at('board.chip.resetAddress'),
      got: `${formatAddress(resetAddress)}; flash is ${formatRange(range)}`,
    };
    if (!contains(range, resetAddress)) {
      const fix = `set it to ${formatAddress(flash.start)}, or mend flash.start`;
      return [{ ...common, what: 'the reset address is not in flash', why: 'the bootloader lies there', fix }];
    }
    const sector = sectorsOf(flash).find((one) => contains(one, resetAddress))!;
    if (sector.start === resetAddress) return [];
    return [
      {
        ...common,
        what: `the reset address is inside flash sector ${sector.index}`,
        why: 'the bootloader lies there, in whole sectors of its own',
        fix: `set it to ${formatAddress(sector.start)}, or mend flash.start or the sectors`,
      },
    ];
  },
};
