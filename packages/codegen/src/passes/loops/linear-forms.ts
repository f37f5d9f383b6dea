/**
 * Numbers of a loop as sums, modulo 2^32: a constant, values that the loop does not change times constants, and the
 * loop's counter times a constant or times such values. Two addresses whose sums differ in the constant alone move
 * through memory side by side.
 */
import type { Dominators } from '../../ir/dominators.ts';
import { isPure } from '../../ir/edit.ts';
import type { Loop } from '../../ir/flow-graph.ts';
import type { Block, BlockId, Func, Inst, ValueId } from '../../ir/types.ts';

/** A value that is the same on all turns, or an address that the linker places. */
export type Term = ValueId | `@${string}`;

export interface LinearForm {
  readonly constant: number;
  readonly terms: ReadonlyMap<Term, number>;
  /** What the counter is multiplied by, and what times other values. */
  readonly counter: number;
  readonly products: ReadonlyMap<ValueId, number>;
}

/** Operations deep. */
const MAXIMUM_DEPTH = 8;

const NO_TERMS: ReadonlyMap<Term, number> = new Map();
const NO_PRODUCTS: ReadonlyMap<ValueId, number> = new Map();
const constantForm = (constant: number): LinearForm => ({
  constant,
  terms: NO_TERMS,
  counter: 0,
  products: NO_PRODUCTS,
});

export const dependsOnCounter = ({ counter, products }: LinearForm) => counter !== 0 || products.size > 0;

/** What forms must have in common but for their constants, as a text. */
export function shapeOf({ terms, counter, products }: LinearForm): string {
  const list = (map: ReadonlyMap<Term, number>) => [...map].map(([term, factor]) => `${term}*${factor}`).sort();
  return `${list(terms).join(' ')} + ${counter} ${list(products).join(' ')}`;
}

export class LinearForms {
  private readonly func: Func;
  private readonly loop: Loop;
  private readonly counter: ValueId;
  private readonly dominators: Dominators;
  private readonly definitions = new Map<ValueId, Inst>();
  private readonly homes = new Map<ValueId, BlockId>();
  private readonly known = new Map<ValueId, LinearForm | undefined>();

  constructor(func: Func, loop: Loop, counter: ValueId, dominators: Dominators) {
    this.func = func;
    this.loop = loop;
    this.counter = counter;
    this.dominators = dominators;
    for (const block of func.blocks) this.note(block);
  }

  private note({ id, params, insts }: Block): void {
    for (const param of params) this.homes.set(param, id);
    for (const inst of insts) {
      for (const result of inst.results) {
        this.definitions.set(result, inst);
        this.homes.set(result, id);
      }
    }
  }

  definition(value: ValueId): Inst | undefined {
    return this.definitions.get(value);
  }

  /** Whether the value is there before the loop begins. */
  isBefore(value: ValueId): boolean {
    const home = this.homes.get(value)!;
    return !this.loop.body.has(home) && this.dominators.dominates(home, this.loop.header);
  }

  /** Whether the value could be computed before the loop. */
  isInvariant(value: ValueId, depth = MAXIMUM_DEPTH): boolean {
    if (this.isBefore(value)) return true;
    const inst = this.definitions.get(value);
    if (!inst || depth === 0 || value === this.counter || !isPure(inst) || inst.results.length !== 1) return false;
    return inst.args.every((arg) => this.isInvariant(arg, depth - 1));
  }

  /** The value as a sum; undefined for what is none. */
  of(value: ValueId, depth = MAXIMUM_DEPTH): LinearForm | undefined {
    if (this.func.values[value] !== 'i32') return undefined;
    if (!this.known.has(value)) this.known.set(value, this.find(value, depth));
    return this.known.get(value);
  }

  private find(value: ValueId, depth: number): LinearForm | undefined {
    if (value === this.counter) return { ...constantForm(0), counter: 1 };
    const inst = this.definitions.get(value);
    if (inst?.op === 'const') return constantForm(Number(BigInt.asIntN(32, inst.value)));
    if (inst?.op === 'symbolAddress')
      return { ...constantForm(inst.offset), terms: new Map([[`@${inst.symbol}` as Term, 1]]) };
    const whole = (): LinearForm | undefined =>
      this.isInvariant(value) ? { ...constantForm(0), terms: new Map([[value, 1]]) } : undefined;
    if (!inst || depth === 0 || this.isBefore(value)) return whole();
    return this.operation(inst, depth - 1) ?? whole();
  }

  private operation(inst: Inst, depth: number): LinearForm | undefined {
    if (inst.op !== 'add' && inst.op !== 'sub' && inst.op !== 'shl' && inst.op !== 'mul') return undefined;
    const [a, b] = inst.args.map((arg) => this.of(arg, depth));
    if (!a || !b) return undefined;
    if (inst.op === 'add') return sum(a, b, 1);
    if (inst.op === 'sub') return sum(a, b, -1);
    const isConstant = b.terms.size === 0 && !dependsOnCounter(b);
    if (inst.op === 'shl') return isConstant ? scaled(a, 1 << (b.constant & 31)) : undefined;
    if (isConstant) return scaled(a, b.constant);
    return this.product(a, inst.args[1]) ?? this.product(b, inst.args[0]);
  }

  /** The counter plus a constant, times a value that stays the same. */
  private product(form: LinearForm, factor: ValueId): LinearForm | undefined {
    const isSimple = form.terms.size === 0 && form.products.size === 0 && form.counter !== 0;
    if (!isSimple || !this.isInvariant(factor)) return undefined;
    const terms: ReadonlyMap<Term, number> = form.constant === 0 ? NO_TERMS : new Map([[factor, form.constant]]);
    return { constant: 0, terms, counter: 0, products: new Map([[factor, form.counter]]) };
  }
}

function addMaps<T>(a: ReadonlyMap<T, number>, b: ReadonlyMap<T, number>, factor: number): Map<T, number> {
  const result = new Map(a);
  for (const [term, count] of b) {
    const total = ((result.get(term) ?? 0) + Math.imul(count, factor)) | 0;
    if (total === 0) result.delete(term);
    else result.set(term, total);
  }
  return result;
}

function sum(a: LinearForm, b: LinearForm, factor: number): LinearForm {
  return {
    constant: (a.constant + Math.imul(b.constant, factor)) | 0,
    terms: addMaps(a.terms, b.terms, factor),
    counter: (a.counter + Math.imul(b.counter, factor)) | 0,
    products: addMaps(a.products, b.products, factor),
  };
}

function scaled(form: LinearForm, factor: number): LinearForm {
  return sum(constantForm(0), form, factor);
}
