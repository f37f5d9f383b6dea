/** Variables and constants of modules and classes as entries. */
import { type Die, die, expression, number, reference, text } from '@kickstage/elf/dwarf/die';
import { locationExpression } from '@kickstage/elf/dwarf/location';
import type { SourceGlobal } from '@kickstage/object/program-debug';
import type { FileNumbers } from './line-rows.ts';
import type { TypeDies } from './types.ts';

type AddressOf = (symbol: string) => number | undefined;

/** Its address in memory, or the address that it is; undefined where the image has no such thing. */
function addressOfGlobal({ storage }: SourceGlobal, addressOf: AddressOf): number | undefined {
  if (storage.kind === 'memory') return storage.symbols.map(addressOf).find((found) => found !== undefined);
  if (storage.kind === 'constant') return undefined;
  const address = addressOf(storage.symbol);
  return address === undefined ? undefined : address + storage.addend;
}

/** Whether there is anything to tell of it. */
export function isThere(global: SourceGlobal, addressOf: AddressOf): boolean {
  return global.storage.kind === 'constant' || addressOfGlobal(global, addressOf) !== undefined;
}

/** The variable must be there. */
export function globalDie(
  global: SourceGlobal,
  { files, types, addressOf }: { files: FileNumbers; types: TypeDies; addressOf: AddressOf },
): Die {
  const { name, type, place, storage } = global;
  const address = addressOfGlobal(global, addressOf) ?? 0;
  const location =
    storage.kind === 'memory'
      ? ({ kind: 'address', address } as const)
      : ({ kind: 'constant', value: address } as const);
  return die('variable', [
    ['name', text(name)],
    ['decl_file', number(files.of(place.file) + 1)],
    ['decl_line', number(place.line)],
    ['type', reference(types.of(type))],
    storage.kind === 'constant'
      ? ['const_value', { form: 'sdata', value: storage.value }]
      : ['location', expression(locationExpression([location]))],
  ]);
}
