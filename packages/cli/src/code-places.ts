/** Addresses of code as a person reads them: function and source line. */
import { formatAddress } from '@kickstage/base/hex';
import { codeAt } from '@kickstage/linker/debug/unwind';
import type { LinkedImage, PlacedSection } from '@kickstage/linker/link';
import type { SourcePlace } from '@kickstage/object/source-place';

/** What is known of an address of code. */
export interface NamedCode {
  readonly address: number;
  /** As a person writes it: `blink`, `Led.toggle`. Absent where no code of the images is. */
  readonly function?: string;
  /** None where nothing is known; several where a trap is that several places go to. */
  readonly places: readonly SourcePlace[];
}

export function nameCode(images: readonly LinkedImage[], pc: number): NamedCode {
  return name(images, pc, pc);
}

/** The same for where a call comes back to: the place is that of the call, which is before it. */
export function nameCaller(images: readonly LinkedImage[], returnAddress: number): NamedCode {
  return name(images, returnAddress, returnAddress - 2);
}

/** `EXTI0_IRQHandler (apps/app1.ts:12:3), 0x0800_4210`, or the address alone. */
export function codeText({ address, function: owner, places }: NamedCode): string {
  const at = places.map(({ file, line, column }) => `${file}:${line}:${column}`).join(' or ');
  return `${owner === undefined ? '' : `${owner}${at === '' ? '' : ` (${at})`}, `}${formatAddress(address)}`;
}

function name(images: readonly LinkedImage[], address: number, pc: number): NamedCode {
  const placed = codeAt(images, pc);
  if (!placed) return { address, places: [] };
  const symbols = images.flatMap((image) => image.symbols);
  const owner = symbols.find(({ address: start, symbol }) => {
    return symbol.kind === 'function' && pc >= start && pc < start + symbol.size;
  });
  return { address, function: shown((owner?.symbol ?? placed.section).name), places: placesAt(placed, pc) };
}

/** A trap may be where several places go. */
function placesAt({ section, address }: PlacedSection, pc: number): readonly SourcePlace[] {
  const place = section.lines?.findLast(({ offset }) => address + offset <= pc)?.place;
  return place ? [place] : (section.debug?.sharedTraps.get(pc - address) ?? []);
}

/** The compiler's name of a function without the file that it is in: `blink` of `apps/app1/blink`. */
function shown(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).replace('#', '.');
}
