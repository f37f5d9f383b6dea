/** A function as an entry: its declaration, its code, its parameters and locals and where they are. */

import { OP } from '@kickstage/elf/dwarf/constants';
import { address, type Die, die, expression, FLAG, number, offset, reference, text } from '@kickstage/elf/dwarf/die';
import { type Location, type LocationLists, locationExpression } from '@kickstage/elf/dwarf/location';
import type { FunctionDebug, VariableRange, WordPlace } from '@kickstage/object/function-debug';
import type { SourceFunction, SourceParameter, SourceVariable } from '@kickstage/object/program-debug';
import type { DebugFunction } from './functions.ts';
import type { FileNumbers } from './line-rows.ts';
import type { TypeDies } from './types.ts';

export interface FunctionDieInput {
  readonly files: FileNumbers;
  readonly types: TypeDies;
  readonly locations: LocationLists;
  readonly addressOf: (symbol: string) => number | undefined;
}

const ENTRY = 'Reset_Handler';

export function functionDie(f: DebugFunction, input: FunctionDieInput): Die {
  const { source, symbol, isExported, start, end } = f;
  return die(
    'subprogram',
    [
      ['name', text(source.name)],
      ['decl_file', number(input.files.of(source.place.file) + 1)],
      ['decl_line', number(source.place.line)],
      ['prototyped', FLAG],
      isExported ? ['external', FLAG] : undefined,
      symbol === ENTRY ? ['main_subprogram', FLAG] : undefined,
      source.returns && ['type', reference(input.types.of(source.returns))],
      ['low_pc', address(start)],
      ['high_pc', { form: 'data4', value: end - start }],
      // The frame's base is its CFA: .debug_frame says where that is.
      ['frame_base', expression(Uint8Array.of(OP.call_frame_cfa))],
    ],
    variableDies(f, input),
  );
}

function variableDies(f: DebugFunction, input: FunctionDieInput): Die[] {
  const { source, placed } = f;
  const { debug } = placed.section;
  const parameters = source.parameters.map((parameter, i) =>
    variableDie('formal_parameter', parameter, parameterRanges(debug, source, parameter, i), f, input),
  );
  const locals = source.locals.map((local) => {
    const ranges = debug?.variables.find(({ variable }) => variable === local.local)?.ranges ?? [];
    return variableDie('variable', local, ranges, f, input);
  });
  return [...parameters, ...locals];
}

/**
 * An optimiser may have removed parameters, and nobody says which. And where the source assigns to one, it may have kept
 * the new value elsewhere: then only the entry's value is told, unless all locals are known.
 */
function parameterRanges(
  debug: FunctionDebug | undefined,
  source: SourceFunction,
  parameter: SourceParameter,
  index: number,
): readonly VariableRange[] {
  if (!debug) return [];
  const words = source.parameters.map(({ type }) => (type.kind === 'base' && type.size === 8 ? 2 : 1));
  if (words.join() !== debug.parameterWords.join()) return [];
  const ranges = debug.variables.find(({ variable }) => variable === index)?.ranges ?? [];
  if (!parameter.isAssigned || debug.localsAreExact) return ranges;
  // One instruction of the body, so that a breakpoint there shows it.
  const limit = debug.bodyOffset + 2;
  return ranges.filter(({ start }) => start < limit).map((range) => ({ ...range, end: Math.min(range.end, limit) }));
}

function variableDie(
  tag: 'formal_parameter' | 'variable',
  { name, type }: SourceVariable,
  ranges: readonly VariableRange[],
  { start: base, placed }: DebugFunction,
  { types, locations, addressOf }: FunctionDieInput,
): Die {
  const list = ranges.flatMap(({ start, end, words }) => {
    const parts = words.map((word) => word && locationOf(word, addressOf));
    const found = locationExpression(parts);
    return parts[0] ? [{ start: base + start, end: base + end, expression: found }] : [];
  });
  const [first] = list;
  const isEverywhere = list.length === 1 && first.start === base && first.end >= base + placed.section.size;
  return die(tag, [
    ['name', text(name)],
    ['type', reference(types.of(type))],
    isEverywhere ? ['location', expression(first.expression)] : undefined,
    list.length > 0 && !isEverywhere ? ['location', offset(locations.add(list))] : undefined,
  ]);
}

function locationOf(word: WordPlace, addressOf: FunctionDieInput['addressOf']): Location | undefined {
  if (word.kind !== 'symbol') return word;
  const address = addressOf(word.symbol);
  return address === undefined ? undefined : { kind: 'constant', value: (address + word.addend) >>> 0 };
}
