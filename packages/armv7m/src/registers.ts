/** The core registers r0..r15 by number, as in DDI 0403E B1.4.1, and their names in UAL. */

export const SP = 13;
export const LR = 14;
export const PC = 15;

const NAMES = ['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7', 'r8', 'r9', 'r10', 'r11', 'r12', 'sp', 'lr', 'pc'];

/** UAL name of register 0..15: `r0`..`r12`, `sp`, `lr`, `pc`. */
export function registerName(register: number): string {
  return NAMES[register];
}

/** `{r0, r1, lr}` for a 16-bit mask in which bit n stands for register n. */
export function registerListText(mask: number): string {
  return `{${NAMES.filter((_, n) => (mask >>> n) & 1).join(', ')}}`;
}

/** Number of registers in a 16-bit mask. */
export function registerCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}
