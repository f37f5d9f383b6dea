/**
 * Copies blocks for ways in on which a parameter is a known number, where that decides a branch: of the block itself, or
 * of one a few steps on. A loop that is entered with a counter whose test is sure to pass is so entered behind the test,
 * which then comes to stand at its end; a flag that was set to be tested is jumped past; a switch on a state that was just
 * assigned becomes a jump.
 *
 * What a copy costs is counted in bytes, against what it saves: moves of constants, and executed instructions at a rate
 * of bytes, more of them in loops.
 */
import { flowGraphOf } from '../ir/dominators.ts';
import { mapTargets, mapTerminatorValues, targetsOf } from '../ir/edit.ts';
import { loopDepths } from '../ir/flow-graph.ts';
import type { Block, BlockId, BlockTarget, Func, Inst, Terminator, ValueId } from '../ir/types.ts';
import { KnownValues } from './known-values.ts';
import { repairSsa } from './repair-ssa.ts';
import { removeUnreachable } from './simplify-flow.ts';

/** Copies in one function at most. */
const MAXIMUM_COPIES = 40;
/** Blocks on the way to a decision. */
const MAXIMUM_STEPS = 3;
/** Bytes of a typical instruction, and of a comparison with its branch. */
const INSTRUCTION = 2.5;
const BRANCH = 2;
/** Bytes that one executed instruction is worth, by the depth of loops around it. */
const EXECUTION = [0.4, 4, 6];

/** The pass for one function. It remembers what was copied, so that no copy is made of what came of a copy again. */
export function blockSpecializer(): (func: Func) => boolean {
  const history = new History();
  let copies = 0;
  return (func) => {
    const before = copies;
    for (; copies < MAXIMUM_COPIES; copies++) {
      const finder = new Finder(func, history);
      const found = finder.find();
      if (!found) break;
      if ('select' in found) splitOnSelect(func, found);
      else copyBlock(func, found, finder.known, history);
      removeUnreachable(func);
    }
    return copies > before;
  };
}

/** Which numbers parameters were replaced by, copies of a parameter counted as the parameter itself. */
class History {
  private readonly origins = new Map<ValueId, ValueId>();
  private readonly done = new Set<string>();

  noteCopy(made: ValueId, of: ValueId): void {
    this.origins.set(made, this.origins.get(of) ?? of);
  }

  noteNumber(param: ValueId, value: bigint): void {
    this.done.add(this.key(param, value));
  }

  has(param: ValueId, value: bigint): boolean {
    return this.done.has(this.key(param, value));
  }

  private key(param: ValueId, value: bigint): string {
    return `${this.origins.get(param) ?? param} ${value}`;
  }
}

/** A block and the number that a parameter of it has on some ways in. */
interface Candidate {
  readonly block: Block;
  readonly param: number;
  readonly value: bigint;
}

/** A jump whose argument is chosen between numbers, each of which is worth a way of its own. */
interface SelectEdge {
  readonly from: Block;
  readonly select: Inst;
  readonly param: number;
}

interface Edge {
  readonly from: Block;
  readonly target: BlockTarget;
}

/** A way in with a known number, or with one that `select` may choose. */
interface Way {
  readonly from: Block;
  readonly select?: Inst;
}

interface Path {
  /** Bytes of what is copied up to the decision. */
  readonly cost: number;
  /** Instructions that need not be executed. */
  readonly saved: number;
}

class Finder {
  readonly known: KnownValues;
  private readonly func: Func;
  private readonly history: History;
  private readonly blocks: ReadonlyMap<BlockId, Block>;
  private readonly depths: ReadonlyMap<BlockId, number>;
  private readonly useCounts = new Map<ValueId, number>();
  private readonly addresses = new Set<ValueId>();

  constructor(func: Func, history: History) {
    this.func = func;
    this.history = history;
    this.known = new KnownValues(func);
    this.blocks = new Map(func.blocks.map((block) => [block.id, block]));
    this.depths = loopDepths(flowGraphOf(func));
    const count = (value: ValueId) => {
      this.useCounts.set(value, (this.useCounts.get(value) ?? 0) + 1);
      return value;
    };
    for (const { insts, terminator } of func.blocks) {
      for (const { op, args } of insts) {
        args.forEach(count);
        if (op === 'load' || op === 'store') this.addresses.add(args[0]);
      }
      mapTerminatorValues(terminator, count);
    }
  }

  find(): Candidate | SelectEdge | undefined {
    for (const { block, edges } of this.edgesByTarget()) {
      for (let param = 0; param < block.params.length; param++) {
        for (const [value, ways] of this.waysByNumber(edges, param)) {
          const candidate = { block, param, value };
          if (
            this.history.has(block.params[param], value) ||
            !this.isWorthIt(candidate, ways, ways.length === edges.length)
          )
            continue;
          const chosen = ways.find(({ select }) => select);
          return chosen ? { from: chosen.from, select: chosen.select!, param } : candidate;
        }
      }
    }
    return undefined;
  }

  /** The ways in that have, or may choose, each number for the parameter. */
  private waysByNumber(edges: readonly Edge[], param: number): Map<bigint, Way[]> {
    const ways = new Map<bigint, Way[]>();
    const add = (number: bigint | undefined, way: Way) => {
      if (number !== undefined) ways.set(number, [...(ways.get(number) ?? []), way]);
    };
    for (const { from, target } of edges) {
      const value = target.args[param];
      add(this.known.atEnd(from, value), { from });
      const select = from.terminator.op === 'jump' ? this.soleSelect(value) : undefined;
      if (!select) continue;
      for (const arm of this.armsOf(select)) add(this.known.atEnd(from, arm), { from, select });
    }
    return ways;
  }

  private soleSelect(value: ValueId): Inst | undefined {
    const inst = this.known.definition(value);
    return inst?.op === 'select' && this.useCounts.get(value) === 1 ? inst : undefined;
  }

  /** What a choice is between, choices of choices included. */
  private armsOf(select: Inst): ValueId[] {
    return select.args.slice(1).flatMap((arm) => {
      const inner = this.soleSelect(arm);
      return inner ? this.armsOf(inner) : [arm];
    });
  }

  private edgesByTarget(): { block: Block; edges: Edge[] }[] {
    const edges = new Map<BlockId, Edge[]>();
    for (const from of this.func.blocks) {
      for (const target of targetsOf(from.terminator)) {
        edges.set(target.block, [...(edges.get(target.block) ?? []), { from, target }]);
      }
    }
    return this.func.blocks
      .slice(1)
      .filter(({ params }) => params.length > 0)
      .map((block) => ({ block, edges: edges.get(block.id) ?? [] }));
  }

  private isWorthIt({ block, param, value }: Candidate, ways: readonly Way[], isEveryWay: boolean): boolean {
    const path = this.follow(block, new Map([[block.params[param], value]]), new Map(), MAXIMUM_STEPS);
    if (!path) return false;
    // A constant that nobody has to move any more, and no copy where the block itself is left.
    const bytes = (isEveryWay ? 0 : path.cost) - 2 * ways.length;
    const depth = Math.max(...ways.map(({ from }) => Math.min(this.depths.get(from.id)!, this.depths.get(block.id)!)));
    return bytes <= path.saved * EXECUTION[Math.min(depth, EXECUTION.length - 1)];
  }

  /**
   * The way from the beginning of a block to a branch that the known numbers decide; undefined where there is none.
   * `without` are the numbers known without the parameter: what they decide is no merit of it.
   */
  private follow(
    block: Block,
    known: ReadonlyMap<ValueId, bigint>,
    without: ReadonlyMap<ValueId, bigint>,
    steps: number,
  ): Path | undefined {
    const here = new Map(known);
    const plain = new Map(without);
    let cost = 0;
    for (const inst of block.insts) {
      const [result] = inst.results;
      const number = this.known.evaluate(inst, here);
      const numberWithout = this.known.evaluate(inst, plain);
      if (numberWithout !== undefined) plain.set(result, numberWithout);
      if (number !== undefined) here.set(result, number);
      else cost += this.costOf(inst);
    }
    const { terminator } = block;
    const decided = this.decide(terminator, here);
    if (decided) {
      if (this.decide(terminator, plain)) return undefined;
      return { cost: cost + BRANCH, saved: terminator.op === 'switch' ? 3 : 2 };
    }
    if (steps === 1 || terminator.op === 'switch') return undefined;
    for (const target of targetsOf(terminator)) {
      const next = this.blocks.get(target.block)!;
      if (next === block) continue;
      const path = this.follow(next, this.enter(next, target, here), this.enter(next, target, plain), steps - 1);
      if (path) return { ...path, cost: path.cost + cost + (terminator.op === 'branch' ? BRANCH : 0) };
    }
    return undefined;
  }

  /** What is added up for an address alone goes into the access. */
  private costOf({ op, results: [result] }: Inst): number {
    if (op === 'call' || op === 'callIndirect') return 2 * INSTRUCTION;
    const isAddress = op === 'add' && this.useCounts.get(result) === 1 && this.addresses.has(result);
    return isAddress ? 0 : INSTRUCTION;
  }

  private enter({ params }: Block, { args }: BlockTarget, known: ReadonlyMap<ValueId, bigint>): Map<ValueId, bigint> {
    const inside = new Map(known);
    params.forEach((param, i) => {
      const number = known.get(args[i]) ?? this.known.constant(args[i]);
      if (number === undefined) inside.delete(param);
      else inside.set(param, number);
    });
    return inside;
  }

  private decide(terminator: Terminator, known: ReadonlyMap<ValueId, bigint>): BlockTarget | undefined {
    return decidedTarget(terminator, (value) => known.get(value) ?? this.known.constant(value));
  }
}

/** Where a branch or switch goes, if that is known. */
function decidedTarget(
  terminator: Terminator,
  numberOf: (value: ValueId) => bigint | undefined,
): BlockTarget | undefined {
  if (terminator.op === 'branch') {
    const number = numberOf(terminator.condition);
    return number === undefined ? undefined : number !== 0n ? terminator.then : terminator.else;
  }
  if (terminator.op !== 'switch') return undefined;
  const number = numberOf(terminator.index);
  if (number === undefined) return undefined;
  return terminator.targets[Number(BigInt.asUintN(32, number))] ?? terminator.default;
}

const nextId = (func: Func) => (Math.max(...func.blocks.map(({ id }) => id)) + 1) as BlockId;

/** Makes the choice, which nobody else needs, a branch, so that each number has a way of its own. */
function splitOnSelect(func: Func, { from, select, param }: SelectEdge): void {
  const { terminator } = from;
  if (terminator.op !== 'jump') return;
  const { target, place } = terminator;
  const id = nextId(func);
  const way = (i: number, arg: ValueId): Block => {
    const args = target.args.map((old, k) => (k === param ? arg : old));
    const jump = { op: 'jump', target: { ...target, args }, ...(place ? { place } : {}) } as const;
    return { id: (id + i) as BlockId, params: [], insts: [], terminator: jump };
  };
  const [condition, a, b] = select.args;
  const ways = [way(0, a), way(1, b)];
  const to = ([{ id: then }, { id: otherwise }]: readonly Block[]) =>
    ({ then: { block: then, args: [] }, else: { block: otherwise, args: [] } }) as const;
  from.terminator = { op: 'branch', condition, ...to(ways), ...(place ? { place } : {}) };
  for (const block of func.blocks) block.insts = block.insts.filter((inst) => inst !== select);
  func.blocks.splice(func.blocks.indexOf(from) + 1, 0, ...ways);
}

/** Copies the block with the number in place of its parameter, and sends the ways there that have it. */
function copyBlock(func: Func, { block, param, value }: Candidate, known: KnownValues, history: History): void {
  history.noteNumber(block.params[param], value);
  const names = new Map<ValueId, ValueId>();
  const rename = (old: ValueId) => names.get(old) ?? old;
  const define = (old: ValueId) => {
    const made = (func.values.push(func.values[old]) - 1) as ValueId;
    names.set(old, made);
    history.noteCopy(made, old);
    return made;
  };
  const copy: Block = { id: nextId(func), params: [], insts: [], terminator: block.terminator };
  copy.params = block.params.filter((_, i) => i !== param).map(define);
  copy.insts.push({ op: 'const', value, args: [], results: [define(block.params[param])] });
  const numbers = new Map([[rename(block.params[param]), value]]);
  for (const inst of block.insts) {
    const args = inst.args.map(rename);
    const results = inst.results.map(define);
    const copied = { ...inst, args, results } as Inst;
    const number = known.evaluate(copied, numbers);
    if (number !== undefined) numbers.set(results[0], number);
    copy.insts.push(copied);
  }
  const renamed = mapTerminatorValues(block.terminator, rename);
  const decided = decidedTarget(renamed, (v) => numbers.get(v) ?? known.constant(v));
  copy.terminator = decided ? { op: 'jump', target: decided, place: renamed.place } : renamed;
  for (const from of [...func.blocks, copy]) {
    from.terminator = mapTargets(from.terminator, (target) => {
      const arg = target.args[param];
      const isKnown = target.block === block.id && (numbers.get(arg) ?? known.atEnd(from, arg)) === value;
      return isKnown ? { block: copy.id, args: target.args.filter((_, i) => i !== param) } : target;
    });
  }
  func.blocks.splice(func.blocks.indexOf(block), 0, copy);
  const definitions = [...names].map(([old, made]) => {
    const byBlock = new Map([[block.id, old]]);
    byBlock.set(copy.id, made);
    return [old, byBlock] as const;
  });
  repairSsa(func, new Map(definitions));
}
