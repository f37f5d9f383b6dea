/** What an image needs: the sections that its roots name, directly or through relocations. The rest is left out. */
import type { ObjectFile, ObjectSymbol, Section } from '@kickstage/object/object-file';

export interface Reached {
  /** In the object's order. */
  readonly sections: readonly { readonly index: number; readonly section: Section }[];
  readonly symbols: readonly ObjectSymbol[];
}

export function reach(object: ObjectFile, roots: readonly string[]): Reached {
  const byName = new Map(object.symbols.map((symbol) => [symbol.name, symbol]));
  const indices = new Set<number>();
  const work = [...roots];
  while (work.length > 0) {
    const symbol = byName.get(work.pop()!);
    if (!symbol || indices.has(symbol.section)) continue;
    indices.add(symbol.section);
    for (const relocation of object.sections[symbol.section].relocations) work.push(relocation.symbol);
  }
  const sections = object.sections.flatMap((section, index) => (indices.has(index) ? [{ index, section }] : []));
  return { sections, symbols: object.symbols.filter((symbol) => indices.has(symbol.section)) };
}
