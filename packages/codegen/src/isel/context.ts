/**
 * What the selection rules share: registers of values, use counts, and the list being built. Selection goes through each
 * block backwards, so that an instruction is emitted only if something asked for its result; a pure operand that a rule
 * folds into its user is simply never asked for.
 */
import { invariant } from '@kickstage/base/invariant';
import type { CodePlace, Func, Inst, ValueId } from '../ir/types.ts';
import { singleValues } from './banks.ts';
import { FIRST_VREG, type MInst, type MOp, type Reg, type Shift } from './mir.ts';
import { virtualSingle } from './registers.ts';

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
  /** Values that live in registers of class single (banks.ts). */
  private readonly singles: ReadonlySet<ValueId>;
  private readonly low: Reg[] = [];
  private readonly high: Reg[] = [];
  private readonly single: Reg[] = [];
  private readonly requested = new Set<ValueId>();
  /** Values that the block at hand uses in the class where they do not live, and the registers for that. */
  private readonly moved = new Map<ValueId, { reg: Reg; piece: number; place: CodePlace | undefined }>();
  /** What was emitted for the block at hand, the last piece first. */
  private pieces: MInst[][] = [];
  private readonly requestedHigh = new Set<ValueId>();
  private readonly shared = new Map<number, Reg>();

  constructor(func: Func) {
    this.func = func;
    this.singles = singleValues(func);
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

  freshSingle(): Reg {
    return virtualSingle(this.nextReg++);
  }

  /** The core register that holds the value (its low word), asking for its definition. */
  use(value: ValueId): Reg {
    this.requested.add(value);
    return this.isSingle(value) ? this.move(value, () => this.fresh()) : this.lowOf(value);
  }

  /** The register of class single that holds the value, asking for its definition; a constant is made in each block. */
  useSingle(value: ValueId): Reg {
    if (this.definitions[value]?.op !== 'const') this.requested.add(value);
    return this.isSingle(value) ? this.singleOf(value) : this.move(value, () => this.freshSingle());
  }

  useHigh(value: ValueId): Reg {
    this.requested.add(value);
    this.requestedHigh.add(value);
    return this.highOf(value);
  }

  private move(value: ValueId, fresh: () => Reg): Reg {
    const reg = this.moved.get(value)?.reg ?? fresh();
    this.moved.set(value, { reg, piece: this.pieces.length, place: this.place });
    return reg;
  }

  /** Whether the value lives in a register of class single. A constant lives in the core. */
  isSingle(value: ValueId): boolean {
    return this.singles.has(value);
  }

  /** The register where a 32-bit value lives, or the low word of another one. */
  homeOf(value: ValueId): Reg {
    return this.isSingle(value) ? this.singleOf(value) : this.lowOf(value);
  }

  /** What the rule at work has emitted becomes a piece in front of those that there are. */
  takePiece(): void {
    this.pieces.push(this.pending);
    this.pending = [];
  }

  /** All pieces in order; what is used in the other class comes there before the first piece that needs it. */
  takeBlock(): MInst[] {
    for (const [value, { reg, piece, place }] of this.moved) {
      const imm = this.constant(value);
      const at = place ? { place } : {};
      if (imm !== undefined) this.pieces[piece].unshift({ op: 'const', defs: [reg], uses: [], imm, ...at });
      else this.pieces[piece].unshift({ op: 'copy', defs: [reg], uses: [this.homeOf(value)], ...at });
    }
    const block = this.pieces.reverse().flat();
    this.pieces = [];
    this.moved.clear();
    return block;
  }

  lowOf(value: ValueId): Reg {
    this.low[value] ??= this.fresh();
    return this.low[value];
  }

  singleOf(value: ValueId): Reg {
    this.single[value] ??= this.freshSingle();
    return this.single[value];
  }

  highOf(value: ValueId): Reg {
    invariant(this.func.values[value] === 'i64', `v${value} has no high word`);
    this.high[value] ??= this.fresh();
    return this.high[value];
  }

  /** The register that a word of the value has got, if anything uses it. */
  registerOf(value: ValueId, which: 0 | 1): Reg | undefined {
    if (which === 0 && this.isSingle(value)) return this.single[value];
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

  /** Whether something that comes later reads the high word. */
  isHighRequested(value: ValueId): boolean {
    return this.requestedHigh.has(value);
  }

  /** A register with a constant, the same one throughout the block: it is made where the block begins. */
  shareConst(value: number): Reg {
    const known = this.shared.get(value);
    if (known !== undefined) return known;
    const reg = this.fresh();
    this.shared.set(value, reg);
    return reg;
  }

  /** Emits the constants that the block at work shares. */
  emitShared(): void {
    for (const [value, reg] of this.shared) this.emit('const', [reg], [], { imm: value });
    this.shared.clear();
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
