/** Addresses of code as a person reads them: function and source line. */
import { formatAddress } from '@kickstage/base/hex';
import type { LinkedImage } from '@kickstage/linker/link';

/** `EXTI0_IRQHandler (apps/app1.ts:12:3), 0x0800_4210`, or the address alone. */
export function describeCode(images: readonly LinkedImage[], pc: number): string {
  for (const { sections, symbols } of images) {
    const placed = sections.find(
      ({ section, address }) => section.kind === 'code' && pc >= address && pc < address + section.size,
    );
    if (!placed) continue;
    const name = symbols.find(
      ({ address, symbol }) => symbol.kind === 'function' && pc >= address && pc < address + symbol.size,
    )?.symbol.name;
    const line = placed.section.lines?.filter(({ offset }) => placed.address + offset <= pc).at(-1)?.place;
    const place = line ? ` (${line.file}:${line.line}:${line.column})` : '';
    return `${name ?? placed.section.name}${place}, ${formatAddress(pc)}`;
  }
  return formatAddress(pc);
}
