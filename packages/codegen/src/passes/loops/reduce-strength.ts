/**
 * Addresses that a loop computes from its counter become pointers that move on each turn: `a + 4·i` is a parameter of its
 * own that starts where `i` starts and is moved by four. Addresses that differ by a constant share a pointer. Whether that
 * is worth it is for others to say.
 */
import { computeDominators, type Dominators } from '../../ir/dominators.ts';
import { mapTargets } from '../../ir/edit.ts';
import type { Loop } from '../../ir/flow-graph.ts';
import type { Block, Func, Inst, ValueId } from '../../ir/types.ts';
import { dependsOnCounter, type LinearForm, LinearForms, shapeOf, type Term } from './linear-forms.ts';
import {
  addParam,
  append,
  appendConstant,
  blockOf,
  type Counter,
  countersOf,
  frontOf,
  startOf,
} from './loop-counters.ts';

/** Where a pointer points, as far as a loop's accesses do not agree. */
export type Anchor = 'lowest' | 'last';

/** Something that wants an address. */
interface Site {
  readonly block: Block;
  readonly inst: Extract<Inst, { op: 'load' | 'store' }> | undefined;
  /** Where there is no instruction: the parameter of an inner loop that the block's jump gives it to. */
  readonly param?: ValueId;
  readonly form: LinearForm;
  /** With the access's own offset. */
  readonly offset: number;
}

/**
 * Makes the pointers of one loop; gives whether there are any. `pointers` has those of inner loops, whose starts are
 * addresses, too, and gets the loop's own.
 */
export function reduceStrength(func: Func, loop: Loop, anchor: Anchor, pointers: Set<ValueId>): boolean {
  const dominators = computeDominators(func);
  let changed = false;
  for (const counter of countersOf(func, loop)) {
    const forms = new LinearForms(func, loop, counter.param, dominators);
    const groups = new Map<string, Site[]>();
    for (const site of sitesOf(func, loop, dominators, forms, pointers)) {
      const shape = shapeOf(site.form);
      groups.set(shape, [...(groups.get(shape) ?? []), site]);
    }
    for (const sites of groups.values()) {
      const front = frontOf(func, loop);
      new PointerMaker(func, loop, front, forms).make(counter, sites, anchor, pointers);
      changed = true;
    }
    if (changed) return true;
  }
  return changed;
}

function sitesOf(
  func: Func,
  { header }: Loop,
  dominators: Dominators,
  forms: LinearForms,
  pointers: ReadonlySet<ValueId>,
): Site[] {
  const sites: Site[] = [];
  const add = (site: Omit<Site, 'form' | 'offset'>, value: ValueId, offset: number) => {
    const form = forms.of(value);
    if (!form || !dependsOnCounter(form) || isPointer(form)) return;
    sites.push({ ...site, form, offset: (form.constant + offset) | 0 });
  };
  for (const block of func.blocks) {
    if (!dominators.dominates(header, block.id)) continue;
    for (const inst of block.insts) {
      if (inst.op === 'load' || inst.op === 'store') add({ block, inst }, inst.args[0], inst.access.offset);
    }
    if (block.terminator.op !== 'jump') continue;
    const { block: to, args } = block.terminator.target;
    if (to === header) continue;
    blockOf(func, to).params.forEach((param, i) => {
      if (pointers.has(param)) add({ block, inst: undefined, param }, args[i], 0);
    });
  }
  return sites;
}

/** The counter is a pointer itself. */
const isPointer = ({ terms, counter, products }: LinearForm) =>
  terms.size === 0 && counter === 1 && products.size === 0;

class PointerMaker {
  private readonly func: Func;
  private readonly loop: Loop;
  private readonly front: Block;
  private readonly forms: LinearForms;
  private readonly hoisted = new Map<ValueId, ValueId>();

  constructor(func: Func, loop: Loop, front: Block, forms: LinearForms) {
    this.func = func;
    this.loop = loop;
    this.front = front;
    this.forms = forms;
  }

  make(counter: Counter, sites: readonly Site[], anchor: Anchor, pointers: Set<ValueId>): void {
    const [{ form }] = sites;
    const base = this.anchorOf(sites, anchor);
    const start = this.startOf(form, base, startOf(this.front, counter.index));
    const step = this.stepOf(form, counter.step);
    const next = (latch: Block, param: ValueId) => {
      const amount = typeof step === 'number' ? appendConstant(this.func, latch, step) : step.value;
      return append(this.func, latch, { op: 'add', args: [param, amount] });
    };
    const pointer = addParam(this.func, this.loop, this.front, start, next);
    pointers.add(pointer);
    for (const site of sites) this.replace(site, pointer, (site.offset - base) | 0);
  }

  private anchorOf(sites: readonly Site[], anchor: Anchor): number {
    const { latches } = this.loop;
    const last = sites.findLast(({ block, inst }) => inst && latches.length === 1 && block.id === latches[0]);
    return anchor === 'last' && last ? last.offset : Math.min(...sites.map(({ offset }) => offset));
  }

  /** The form's value before the first turn, its constant replaced by another. */
  private startOf(form: LinearForm, constant: number, counter: ValueId): ValueId {
    const parts: ValueId[] = [...form.terms].map(([term, factor]) => this.times(this.termValue(term), factor));
    if (form.counter !== 0) parts.push(this.times(counter, form.counter));
    for (const [value, factor] of form.products) {
      const product = append(this.func, this.front, { op: 'mul', args: [counter, this.hoist(value)] });
      parts.push(this.times(product, factor));
    }
    if (constant !== 0) parts.push(appendConstant(this.func, this.front, constant));
    return parts.reduce((a, b) => append(this.func, this.front, { op: 'add', args: [a, b] }));
  }

  private stepOf({ counter, products }: LinearForm, step: number): number | { value: ValueId } {
    if (products.size === 0) return Math.imul(counter, step);
    const parts = [...products].map(([value, factor]) => this.times(this.hoist(value), Math.imul(factor, step)));
    if (counter !== 0) parts.push(appendConstant(this.func, this.front, Math.imul(counter, step)));
    return { value: parts.reduce((a, b) => append(this.func, this.front, { op: 'add', args: [a, b] })) };
  }

  private times(value: ValueId, factor: number): ValueId {
    if (factor === 1) return value;
    return append(this.func, this.front, { op: 'mul', args: [value, appendConstant(this.func, this.front, factor)] });
  }

  private termValue(term: Term): ValueId {
    if (typeof term === 'number') return this.hoist(term);
    return append(this.func, this.front, { op: 'symbolAddress', symbol: term.slice(1), offset: 0, args: [] });
  }

  /** The value before the loop: itself, or the same computation there. */
  private hoist(value: ValueId): ValueId {
    if (this.forms.isBefore(value)) return value;
    const known = this.hoisted.get(value);
    if (known !== undefined) return known;
    const inst = this.forms.definition(value)!;
    const { results: _, ...rest } = { ...inst, args: inst.args.map((arg) => this.hoist(arg)) };
    const made = append(this.func, this.front, rest as never, this.func.values[value]);
    this.hoisted.set(value, made);
    return made;
  }

  private replace({ block, inst, param }: Site, pointer: ValueId, offset: number): void {
    if (inst) {
      const at = block.insts.indexOf(inst);
      const moved =
        offset >= 0 && offset <= MAXIMUM_OFFSET
          ? { address: pointer, offset, extra: [] }
          : this.beside(pointer, offset);
      const { access, args } = inst;
      const changed = { ...inst, args: [moved.address, ...args.slice(1)], access: { ...access, offset: moved.offset } };
      block.insts = [...block.insts.slice(0, at), ...moved.extra, changed as Inst, ...block.insts.slice(at + 1)];
      return;
    }
    const moved = offset === 0 ? { address: pointer, extra: [] } : this.beside(pointer, offset);
    block.insts = [...block.insts, ...moved.extra];
    block.terminator = mapTargets(block.terminator, (target) => {
      const index = blockOf(this.func, target.block).params.indexOf(param!);
      return { ...target, args: target.args.map((arg, i) => (i === index ? moved.address : arg)) };
    });
  }

  private beside(pointer: ValueId, offset: number): { address: ValueId; offset: number; extra: Inst[] } {
    const { values } = this.func;
    const constant = (values.push('i32') - 1) as ValueId;
    const address = (values.push('i32') - 1) as ValueId;
    const extra: Inst[] = [
      { op: 'const', value: BigInt(offset), args: [], results: [constant] },
      { op: 'add', args: [pointer, constant], results: [address] },
    ];
    return { address, offset: 0, extra };
  }
}

/** Offsets that every load and store takes (DDI 0403E A7.7.43, encoding T3). */
const MAXIMUM_OFFSET = 4095;
