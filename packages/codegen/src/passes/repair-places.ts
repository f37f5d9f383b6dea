/**
 * What debuggers are told after blocks were copied: the places of instructions go on naming values as they were called
 * before, of which there are several now. Here every place gets the name that reaches its block on all ways in, or none
 * where the ways differ: for debuggers alone nothing is kept alive.
 */
import { latestOf, predecessors, reversePostorder } from '../ir/edit.ts';
import type { Block, BlockId, CodePlace, Func, ValueId } from '../ir/types.ts';
import type { Definitions } from './repair-ssa.ts';

/** Names of values at the beginning of a block; undefined where ways in differ. */
type Names = ReadonlyMap<ValueId, ValueId | undefined>;
type Locals = NonNullable<CodePlace['locals']>;

/** `atEntry`: parameters that the repair made, by block and by the value whose names meet there. */
export function repairPlaces(
  func: Func,
  definitions: ReadonlyMap<ValueId, Definitions>,
  atEntry: ReadonlyMap<BlockId, ReadonlyMap<ValueId, ValueId>>,
): void {
  const told = toldOf(func, definitions);
  if (told.size === 0) return;
  const names = namesInBlocks(func, told, atEntry);
  const pairs = new Map<string, ValueId>();
  for (const block of func.blocks) {
    const inside = names.get(block.id);
    if (inside) renamePlaces(func, block, inside, pairs);
  }
}

/** The values with several definitions that places speak of. */
function toldOf(func: Func, definitions: ReadonlyMap<ValueId, Definitions>): Map<ValueId, Definitions> {
  const told = new Map<ValueId, Definitions>();
  const seen = new Set<Locals>();
  const note = (value: ValueId) => {
    const known = definitions.get(value);
    if (known) told.set(value, known);
  };
  for (const { insts, terminator } of func.blocks) {
    for (const { place } of [...insts, terminator]) {
      if (!place?.locals || seen.has(place.locals)) continue;
      seen.add(place.locals);
      for (const local of place.locals) {
        if (local !== undefined) for (const word of wordsOf(func, local)) note(word);
      }
    }
  }
  return told;
}

/** What a value that a place speaks of is now: one value, or two halves. */
function wordsOf(func: Func, local: ValueId): readonly ValueId[] {
  const now = latestOf(func, local);
  const halves = func.halves.get(now);
  return halves ? [latestOf(func, halves.low), latestOf(func, halves.high)] : [now];
}

/** A forward data flow; in a block that defines a value, the name is that definition from the beginning. */
function namesInBlocks(
  func: Func,
  told: ReadonlyMap<ValueId, Definitions>,
  atEntry: ReadonlyMap<BlockId, ReadonlyMap<ValueId, ValueId>>,
): ReadonlyMap<BlockId, Names> {
  const before = predecessors(func);
  const order = reversePostorder(func);
  const names = new Map<BlockId, Names>();
  for (let changed = true; changed; ) {
    changed = false;
    for (const { id } of order) {
      const ways = before.get(id)!.flatMap((from) => names.get(from.id) ?? []);
      const old = names.get(id);
      const inside = new Map<ValueId, ValueId | undefined>();
      for (const [value, known] of told) {
        inside.set(value, known.get(id) ?? atEntry.get(id)?.get(value) ?? common(ways, value));
      }
      if (old && [...inside].every(([value, name]) => old.get(value) === name)) continue;
      names.set(id, inside);
      changed = true;
    }
  }
  return names;
}

function common(ways: readonly Names[], value: ValueId): ValueId | undefined {
  const name = ways[0]?.get(value);
  return ways.every((way) => way.get(value) === name) ? name : undefined;
}

/** Instructions that share what they are told of go on sharing it. */
function renamePlaces(func: Func, block: Block, names: Names, pairs: Map<string, ValueId>): void {
  const renamed = new Map<Locals, Locals>();
  const rename = <T extends { readonly place?: CodePlace }>(coded: T): T => {
    const { place } = coded;
    if (!place?.locals) return coded;
    const known = renamed.get(place.locals);
    const locals =
      known ?? place.locals.map((local) => (local === undefined ? local : renameLocal(func, local, names, pairs)));
    renamed.set(place.locals, locals);
    return { ...coded, place: { ...place, locals } };
  };
  block.insts = block.insts.map(rename);
  block.terminator = rename(block.terminator);
}

function renameLocal(func: Func, local: ValueId, names: Names, pairs: Map<string, ValueId>): ValueId | undefined {
  const words = wordsOf(func, local);
  if (!words.some((word) => names.has(word))) return local;
  const [low, high] = words.map((word) => (names.has(word) ? names.get(word) : word));
  if (words.length === 1) return low;
  if (low === undefined || high === undefined) return undefined;
  const key = `${low} ${high}`;
  const known = pairs.get(key);
  if (known !== undefined) return known;
  const pair = (func.values.push('i64') - 1) as ValueId;
  func.halves.set(pair, { low, high });
  pairs.set(key, pair);
  return pair;
}
