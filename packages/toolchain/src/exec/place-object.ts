/** Gives the sections of an object their addresses in a bare machine and applies the relocations: a linker without images. */
import { alignUp } from '@kickstage/base/bits';
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { type RelocationTarget, relocate } from '@kickstage/linker/relocate';
import type { ObjectFile, Section } from '@kickstage/object/object-file';

export interface PlacedObject {
  readonly chunks: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  readonly symbols: ReadonlyMap<string, RelocationTarget>;
  /** First address behind what lies in flash and in RAM. */
  readonly flashEnd: number;
  readonly ramEnd: number;
}

const isInRam = ({ kind }: Section) => kind === 'data' || kind === 'bss';

/** Addresses of the sections: flash and RAM are filled from these addresses on. */
export function placeSections(object: ObjectFile, starts: { flash: number; ram: number }) {
  let { flash, ram } = starts;
  const addresses = object.sections.map((section) => {
    const at = alignUp(isInRam(section) ? ram : flash, Math.max(section.alignment, 4));
    if (isInRam(section)) ram = at + section.size;
    else flash = at + section.size;
    return at;
  });
  return { addresses, flashEnd: flash, ramEnd: ram };
}

/** `absolute` are symbols that the object does not define. What nobody defines becomes a diagnostic. */
export function relocateObject(
  object: ObjectFile,
  addresses: readonly number[],
  absolute: ReadonlyMap<string, RelocationTarget>,
): { chunks: PlacedObject['chunks']; symbols: PlacedObject['symbols']; diagnostics: Diagnostic[] } {
  const symbols = new Map(absolute);
  for (const { name, section, offset, kind } of object.symbols)
    symbols.set(name, { address: addresses[section] + offset, isFunction: kind === 'function' });
  const diagnostics: Diagnostic[] = [];
  const chunks = object.sections.map(({ bytes, relocations }, i) => {
    const patched = bytes.slice();
    for (const relocation of relocations) {
      const target = symbols.get(relocation.symbol);
      const problem = target
        ? relocate(patched, addresses[i], relocation, target)
        : undefinedSymbol(object.name, relocation.symbol);
      if (problem) diagnostics.push(problem);
    }
    return { address: addresses[i], bytes: patched };
  });
  return { chunks, symbols, diagnostics };
}

function undefinedSymbol(file: string, name: string): Diagnostic {
  return {
    code: 'EXE003',
    severity: 'error',
    what: `nothing defines \`${name}\``,
    at: { file },
    why: 'a module that runs on its own has no linker script: link.NAME has no meaning here',
    fix: 'run the image with `kickstage run`',
  };
}
