/** Branches, hints: DDI 0403E A7.7. `at` becomes the offset in flash where a dynamic branch goes. */
import type { Instruction } from '../instruction.ts';
import { ALWAYS, type Describe, type Flow, plain, type Step, word } from './step.ts';

const NO_EFFECT = /^(NOP|DSB|DMB|ISB|DBG|HINT|YIELD|PLD|PLI|MEMHINT|MEMHINTS|IT)$/;

const branch = (to: number, cond: number | string, extra: 0 | 1, text = ''): Step => {
  const flow: Flow = { kind: 'branch', to, cond, extra, isCall: text !== '' };
  return { ...plain(() => text), flow };
};

/** To an address in a register, of Thumb code in flash; all else is left to the general path. */
const exchange =
  (links: boolean): Describe =>
  (i, address) => {
    if (i.rm === 15) return undefined;
    const link = links ? ` r14 = ${word((address + i.size) | 1)};` : '';
    return {
      reads: 0,
      writes: 0,
      mayLeave: true,
      text: ({ memory, leave }) =>
        `z = r${i.rm} - ${word(memory.flashStart)} | 0; if ((z & 1) === 0 || z >>> 0 >= cs) ${leave}${link} at = z & ~1;`,
      flow: { kind: 'dynamic' },
    };
  };

/** TBB and TBH with their table behind them, or elsewhere in flash. */
const tableBranch =
  (half: boolean): Describe =>
  (i, address) => {
    if (i.rm === 15 || i.rn === 13) return undefined;
    const base = i.rn === 15 ? `${word(address + 4)}` : `r${i.rn}`;
    const index = half ? `(r${i.rm} << 1)` : `r${i.rm}`;
    const entry = half ? 'flash16[y >>> 1]' : 'flash8[y]';
    const aligned = half ? ' || (y & 1) !== 0' : '';
    return {
      reads: 0,
      writes: 0,
      mayLeave: true,
      text: ({ memory, leave }) =>
        `y = ${base} + ${index} - ${word(memory.flashStart)} | 0; if (y >>> 0 >= fs${aligned}) ${leave} ` +
        `z = ${word(address + 4 - memory.flashStart)} + 2 * ${entry} | 0; if (z >>> 0 >= cs) ${leave} at = z;`,
      flow: { kind: 'dynamic' },
    };
  };

export function describeBranch(mnemonic: string, i: Instruction, address: number): Step | undefined {
  const to = (address + 4 + i.imm) | 0;
  switch (mnemonic) {
    case 'B':
      return i.cond < ALWAYS ? branch(to, i.cond, 1) : branch(to, ALWAYS, 0);
    case 'BL':
      return branch(to, ALWAYS, 0, `r14 = ${word((address + 4) | 1)};`);
    case 'CBZ':
      return branch(to, `r${i.rn} === 0`, 1);
    case 'CBNZ':
      return branch(to, `r${i.rn} !== 0`, 1);
    case 'BX':
      return exchange(false)(i, address);
    case 'BLX':
      return exchange(true)(i, address);
    case 'TBB':
      return tableBranch(false)(i, address);
    case 'TBH':
      return tableBranch(true)(i, address);
    default:
      return NO_EFFECT.test(mnemonic) ? plain(() => '') : undefined;
  }
}
