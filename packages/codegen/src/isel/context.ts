/**
 * What the selection rules share: registers of values, use counts, and the list being built. Selection goes through each
 * block backwards, so that an instruction is emitted only if something asked for its result; a pure operand that a rule
 * folds into its user is simply never asked for.
 */
import { invariant } from '@kickstage/base/invariant';
import type { CodePlace, Func, Inst, ValueId } from '../ir/types.ts';
import { FIRST_VREG, type MInst, type MOp, type Reg, type Shift } from './mir.ts';

export type Fields = Partial<Omit<MInst, 'op' | 'defs' | 'uses'>>;

export class SelectionContext {
  readonly func: Func;
  readonly useCounts: Int32Array;
  readonly definitions: (Inst | undefined)[];
  nextReg = FIRST_VREG;
  outgoing = 0;
  /** What the rule at work has emitted, in order. */
  pending: MInst[] = [];
  place: CodePlace | undefined;
  private readonly low: Reg[] = [];
  private readonly high: Reg[] = [];
  private readonly requested = new Set<ValueId>();

  constructor(func: Func) {
    this.func = func;
    this.useCounts = new Int32Array(func.values.length);
    this.definitions = new Array(func.values.length);
    for (const block of func.blocks) {
      for (const inst of block.insts) {
        for (const arg of inst.args) this.useCounts[arg]++;
        for (const result of inst.results) this.definitions[result] = inst;
      }
      for (const arg of terminatorUses(block.terminator)) this.useCounts[arg]++;
    }
  }

  fresh(): Reg {
    return this.nextReg++;
  }

  /** The register that holds the value (its low word), asking for its definition. */
  use(value: ValueId): Reg {
    this.requested.add(value);
    return this.lowOf(value);
  }

  useHigh(value: ValueId): Reg {
    this.requested.add(value);
    return this.highOf(value);
  }

  lowOf(value: ValueId): Reg {
    this.low[value] ??= this.fresh();
    return this.low[value];
  }

  highOf(value: ValueId): Reg {
    invariant(this.func.values[value] === 'i64', `v${value} has no high word`);
    this.high[value] ??= this.fresh();
    return this.high[value];
  }

  /** The register that a word of the value has got, if anything uses it. */
  registerOf(value: ValueId, which: 0 | 1): Reg | undefined {
    return (which === 0 ? this.low : this.high)[value];
  }

  isRequested(inst: Inst): boolean {
    return inst.results.some((result) => this.requested.has(result));
  }

  isWide(value: ValueId): boolean {
    return this.func.values[value] === 'i64';
  }

  /** The value if it is a constant, as an unsigned 32-bit number (i32 only). */
  constant(value: ValueId): number | undefined {
    const inst = this.definitions[value];
    if (inst?.op !== 'const' || this.isWide(value)) return undefined;
    return Number(BigInt.asUintN(32, inst.value));
  }

  wideConstant(value: ValueId): bigint | undefined {
    const inst = this.definitions[value];
    return inst?.op === 'const' ? inst.value : undefined;
  }

  /** The defining instruction of a value that has no other use, when it is one of `ops`. */
  sole(value: ValueId, ...ops: Inst['op'][]): Inst | undefined {
    const inst = this.definitions[value];
    return inst && this.useCounts[value] === 1 && ops.includes(inst.op) ? inst : undefined;
  }

  emit(op: MOp, defs: Reg[], uses: Reg[], fields: Fields = {}): void {
    this.pending.push({ op, defs, uses, ...(this.place ? { place: this.place } : {}), ...fields });
  }

  /** Emits an operation with one fresh result. */
  make(op: MOp, uses: Reg[], fields: Fields = {}): Reg {
    const reg = this.fresh();
    this.emit(op, [reg], uses, fields);
    return reg;
  }

  /** A register with a constant. */
  makeConst(value: number): Reg {
    return this.make('const', [], { imm: value >>> 0 });
  }

  shifted(type: number, amount: number): { shift: Shift } {
    return { shift: { type, amount } };
  }
}

export function terminatorUses(terminator: Func['blocks'][number]['terminator']): ValueId[] {
  switch (terminator.op) {
    case 'jump':
      return [...terminator.target.args];
    case 'branch':
      return [terminator.condition, ...terminator.then.args, ...terminator.else.args];
    case 'switch':
      return [terminator.index, ...terminator.targets.flatMap((t) => t.args), ...terminator.default.args];
    case 'return':
      return [...terminator.values];
    default:
      return [];
  }
}
