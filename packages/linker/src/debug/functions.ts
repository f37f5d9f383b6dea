/** The functions and variables of a linked image that come from a source, grouped by the file that declares them. */
import type { ProgramDebug, SourceFunction, SourceGlobal } from '@kickstage/object/program-debug';
import type { LinkedImage, PlacedSection } from '../link.ts';
import { isThere } from './global-die.ts';

export interface DebugFunction {
  readonly placed: PlacedSection;
  /** As the symbol table has it. */
  readonly symbol: string;
  readonly isExported: boolean;
  readonly start: number;
  readonly end: number;
  readonly source: SourceFunction;
}

export interface DebugUnit {
  readonly file: string;
  /** By address. */
  readonly functions: readonly DebugFunction[];
  /** In the source's order. */
  readonly globals: readonly SourceGlobal[];
}

/** Units in order of their files' names. A function without a known declaration stands where its code comes from. */
export function debugUnits(linked: LinkedImage, program: ProgramDebug | undefined): DebugUnit[] {
  const functions = linked.sections.flatMap((placed) => debugFunction(linked, placed, program) ?? []);
  const addresses = new Map(linked.symbols.map(({ symbol, address }) => [symbol.name, address]));
  const globals = (program?.globals ?? []).filter((global) => isThere(global, (name) => addresses.get(name)));
  const places = [...functions.map(({ source }) => source.place), ...globals.map(({ place }) => place)];
  const files = [...new Set(places.map(({ file }) => file))].sort();
  return files.map((file) => ({
    file,
    functions: functions.filter(({ source }) => source.place.file === file).sort((a, b) => a.start - b.start),
    globals: globals.filter(({ place }) => place.file === file).sort((a, b) => a.place.line - b.place.line),
  }));
}

function debugFunction(
  linked: LinkedImage,
  placed: PlacedSection,
  program: ProgramDebug | undefined,
): DebugFunction | undefined {
  const { section, address } = placed;
  const symbol = linked.symbols.find((s) => s.address === address && s.symbol.kind === 'function')?.symbol;
  if (section.kind !== 'code' || symbol === undefined) return undefined;
  const declared = section.debug?.source === undefined ? undefined : program?.functions.get(section.debug.source);
  const place = section.lines?.find((line) => line.place)?.place;
  const source = declared ?? (place && { name: symbol.name, place, parameters: [], locals: [] });
  const isExported = symbol.binding === 'global';
  return source && { placed, symbol: symbol.name, isExported, start: address, end: address + section.size, source };
}
