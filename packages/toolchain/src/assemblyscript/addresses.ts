/**
 * Tells addresses from numbers. AssemblyScript writes the addresses of its static data into the code as plain numbers.
 * Firmware is compiled twice with two memory bases; what differs by exactly the distance of the bases is an address
 * (docs/decisions/0001-addresses-by-two-compilations.md). `takeSnapshot` notes a module's numbers, `findAddresses`
 * compares two snapshots, `relocateAddresses` rewrites the second module before any optimiser sees it: an address becomes
 * `global.get data.BLOCK + offset`. Each block of static data has an import of its own, so that an optimiser may
 * reassociate the sum as it likes and the block that it belongs to stays known.
 */
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { invariant } from '@kickstage/base/invariant';
import binaryen from 'binaryen';
import { constantOf, dataSegmentsOf } from './binaryen-api.ts';
import { type Expression, functionsOf, kindOf, rewriteModule, walk } from './expressions.ts';

/** Module of the imported globals that yield the blocks' addresses; their names are the blocks' symbols. */
export const DATA_MODULE = 'data';

/** Numbers of a function in the order of `walk`. */
interface FunctionNumbers {
  readonly words: readonly number[];
  /** Those that must be the same in both modules. */
  readonly fixed: string;
}

interface Segment {
  readonly address: number;
  readonly bytes: Uint8Array;
}

export interface Snapshot {
  readonly numbers: ReadonlyMap<string, FunctionNumbers>;
  readonly globals: ReadonlyMap<string, number>;
  /** In order of their addresses. */
  readonly segments: readonly Segment[];
}

/** An address in static data: `addend` bytes from the start of a block. */
export interface BlockAddress {
  readonly symbol: string;
  readonly addend: number;
}

/** A word of static data that holds an address. */
export interface DataRelocation extends BlockAddress {
  /** From the block's start. */
  readonly offset: number;
}

/** A run of static data: what the compiler laid down as one. */
export interface StaticBlock {
  readonly symbol: string;
  /** Where the compiler put it, from the memory base. */
  readonly offset: number;
  /** Words that hold addresses are 0 here; `relocations` says what belongs there. */
  readonly bytes: Uint8Array;
  readonly relocations: readonly DataRelocation[];
}

export interface Addresses {
  /** By function: positions among its words that are addresses, with what they point to. */
  readonly inCode: ReadonlyMap<string, ReadonlyMap<number, BlockAddress>>;
  /** Globals whose first value is an address. */
  readonly inGlobals: ReadonlyMap<string, BlockAddress>;
  /** In order of their offsets. */
  readonly blocks: readonly StaticBlock[];
  readonly diagnostics: readonly Diagnostic[];
}

export function takeSnapshot(module: binaryen.Module): Snapshot {
  const numbers = new Map(functionsOf(module).map((fn) => [fn.name, numbersOf(fn.body)]));
  const globals = new Map<string, number>();
  for (let i = 0; i < module.getNumGlobals(); i++) {
    const info = binaryen.getGlobalInfo(module.getGlobalByIndex(i));
    if (isIntegerConstant(info.init)) globals.set(info.name, Number(BigInt.asIntN(32, BigInt(constantOf(info.init)))));
  }
  return { numbers, globals, segments: dataSegmentsOf(module).sort((a, b) => a.address - b.address) };
}

function isIntegerConstant(expression: Expression): boolean {
  if (expression === 0 || kindOf(expression) !== 'Const') return false;
  const type = binaryen.getExpressionType(expression);
  return type === binaryen.i32 || type === binaryen.i64;
}

/** The value of an i32 constant, which may be an address; undefined for any other expression. */
function wordIn(expression: Expression): number | undefined {
  if (kindOf(expression) !== 'Const' || binaryen.getExpressionType(expression) !== binaryen.i32) return undefined;
  return Number(constantOf(expression)) | 0;
}

/** A number that cannot be rewritten into an address: of another type, or a constant offset of a load or store. */
function fixedNumberIn(expression: Expression): string | undefined {
  const kind = kindOf(expression);
  if (kind === 'Const') return String(constantOf(expression));
  if (kind !== 'Load' && kind !== 'Store') return undefined;
  return String((binaryen.getExpressionInfo(expression) as binaryen.LoadInfo | binaryen.StoreInfo).offset);
}

function numbersOf(body: Expression): FunctionNumbers {
  const words: number[] = [];
  const fixed: string[] = [];
  walk(body, (expression) => {
    const word = wordIn(expression);
    if (word !== undefined) words.push(word);
    const other = word === undefined ? fixedNumberIn(expression) : undefined;
    if (other !== undefined) fixed.push(other);
  });
  return { words, fixed: fixed.join() };
}

/** Compares the snapshots of two modules whose memory bases are `base` and `base + distance`. */
export function findAddresses(first: Snapshot, second: Snapshot, base: number, distance: number): Addresses {
  invariant(
    first.segments.length === second.segments.length &&
      first.segments.every((segment, i) => segment.bytes.length === second.segments[i].bytes.length),
    'the same program has the same static data at every memory base',
  );
  const comparison = new Comparison(first.segments, base, distance);
  const inCode = new Map<string, Map<number, BlockAddress>>();
  for (const [name, numbers] of second.numbers) {
    const before = first.numbers.get(name);
    if (before?.words.length !== numbers.words.length || before.fixed !== numbers.fixed) {
      comparison.refuse(name);
      continue;
    }
    const found = new Map<number, BlockAddress>();
    for (const [i, word] of numbers.words.entries()) {
      const target = comparison.target(before.words[i], word, name);
      if (target) found.set(i, target);
    }
    if (found.size > 0) inCode.set(name, found);
  }
  const inGlobals = new Map<string, BlockAddress>();
  for (const [name, value] of second.globals) {
    const target = comparison.target(first.globals.get(name) ?? value, value, name);
    if (target) inGlobals.set(name, target);
  }
  const blocks = first.segments.map((segment, i) => comparison.block(segment, second.segments[i]));
  return { inCode, inGlobals, blocks, diagnostics: comparison.diagnostics };
}

/** Symbol of the block at an index, in the order of addresses. */
const blockSymbol = (index: number) => `static.${index}`;

class Comparison {
  readonly diagnostics: Diagnostic[] = [];
  private readonly segments: readonly Segment[];
  private readonly base: number;
  private readonly distance: number;

  constructor(segments: readonly Segment[], base: number, distance: number) {
    this.segments = segments;
    this.base = base;
    this.distance = distance;
  }

  refuse(where: string | undefined): void {
    this.diagnostics.push(computedAddress(where));
  }

  /** What a number of the first module points to if it is an address; `after` is the same number of the second. */
  target(before: number, after: number, where?: string): BlockAddress | undefined {
    if (before === after) return undefined;
    const index = this.blockAt(before);
    if (((after - before) | 0) === this.distance && index >= 0) {
      return { symbol: blockSymbol(index), addend: before - this.segments[index].address };
    }
    this.refuse(where);
    return undefined;
  }

  block(segment: Segment, after: Segment): StaticBlock {
    const bytes = segment.bytes.slice();
    const view = new DataView(bytes.buffer);
    const other = new DataView(after.bytes.buffer, after.bytes.byteOffset);
    const relocations: DataRelocation[] = [];
    for (let at = 0; at + 4 <= bytes.length; at += 4) {
      const target = this.target(view.getInt32(at, true), other.getInt32(at, true));
      if (!target) continue;
      relocations.push({ offset: at, ...target });
      view.setInt32(at, 0, true);
    }
    const symbol = blockSymbol(this.segments.indexOf(segment));
    return { symbol, offset: segment.address - this.base, bytes, relocations };
  }

  /** The last block that starts at or before an address: one past a block's end is still its own, if no other is there. */
  private blockAt(address: number): number {
    return this.segments.findLastIndex((segment) => segment.address <= address);
  }
}

/** `where` is the name of a function or variable, or undefined for static data. */
function computedAddress(where: string | undefined): Diagnostic {
  return {
    code: 'ASC022',
    severity: 'error',
    what: 'the address of static data is computed with at compile time',
    ...(where === undefined ? {} : { at: { path: where } }),
    why: 'where static data lies is decided when linking, so that only address plus a constant is known before',
    fix: 'do the arithmetic in a function, on a variable that holds the address',
  };
}

/**
 * Rewrites the addresses in a module's code, and the uses of globals that hold one and never change. Returns the
 * mutable globals that start as an address: their first values are left to the caller.
 */
export function relocateAddresses(module: binaryen.Module, addresses: Addresses): ReadonlyMap<string, BlockAddress> {
  const imported = new Set<string>();
  const at = ({ symbol, addend }: BlockAddress): Expression => {
    const name = `kickstage/${DATA_MODULE}.${symbol}`;
    if (!imported.has(symbol)) module.addGlobalImport(name, DATA_MODULE, symbol, binaryen.i32, false);
    imported.add(symbol);
    const block = module.global.get(name, binaryen.i32);
    return addend === 0 ? block : module.i32.add(block, module.i32.const(addend));
  };
  const isMutable = ([name]: [string, BlockAddress]) => binaryen.getGlobalInfo(module.getGlobal(name)).mutable;
  const constant = new Map([...addresses.inGlobals].filter((entry) => !isMutable(entry)));
  let current = '';
  let position = 0;
  rewriteModule(module, (expression, fn) => {
    if (fn.name !== current) {
      current = fn.name;
      position = 0;
    }
    if (kindOf(expression) === 'GlobalGet') {
      const target = constant.get((binaryen.getExpressionInfo(expression) as binaryen.GlobalGetInfo).name);
      return target ? at(target) : expression;
    }
    if (wordIn(expression) === undefined) return expression;
    const target = addresses.inCode.get(fn.name)?.get(position++);
    return target ? at(target) : expression;
  });
  return new Map([...addresses.inGlobals].filter(isMutable));
}
