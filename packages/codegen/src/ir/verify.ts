/**
 * The IR verifier. Checked for every function: each value is defined once, has a type, and its definition dominates its
 * uses; operations have the arguments and results that they must have; constants are in range; block arguments match
 * parameters; targets exist; the entry's parameters are the function's and nobody goes to it; callees, tables and
 * intrinsics exist and have the types they are used with; accesses have sensible widths and alignments. For the module:
 * names are unique, tables name functions, data objects have the bytes and the relocations they say. Blocks that cannot
 * be reached are held to the same rules but for dominance, which means nothing there.
 */
import { isPowerOfTwo } from '@kickstage/base/bits';
import { invariant } from '@kickstage/base/invariant';
import { INTRINSICS } from '../intrinsics/table.ts';
import { computeDominators, type Dominators } from './dominators.ts';
import { operandsOf, targetsOf } from './edit.ts';
import { signatureOf, TRAP_REASONS } from './operations.ts';
import type { Block, BlockId, DataObject, Func, FuncType, Inst, IrModule, ValueId } from './types.ts';

/** Throws when the function breaks a rule; `after` names the pass that is to blame. */
export function verifyFunction(func: Func, module: IrModule, after: string): void {
  new FunctionVerifier(func, module, after).run();
}

/** Throws when the module or one of its functions breaks a rule. */
export function verifyModule(module: IrModule, after: string): void {
  const check = (condition: boolean, text: string) => invariant(condition, `${module.name} after ${after}: ${text}`);
  const externals = module.externals ?? [];
  const names = [...module.functions, ...module.data, ...module.tables, ...externals].map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  check(twice === undefined, `the name ${twice} is there twice`);
  const functions = new Set([...module.functions, ...externals].map(({ name }) => name));
  for (const { name, elements } of module.tables) {
    const missing = elements.find((element) => element !== null && !functions.has(element));
    check(missing === undefined, `${name} names the function ${missing}, which does not exist`);
  }
  for (const object of module.data) verifyData(object, check);
  for (const func of module.functions) verifyFunction(func, module, after);
}

function verifyData(object: DataObject, check: (condition: boolean, text: string) => void): void {
  const { name, kind, size, bytes, alignment, relocations } = object;
  check(isPowerOfTwo(alignment), `${name} has the alignment ${alignment}`);
  check(bytes.length === (kind === 'bss' ? 0 : size), `${name} has ${bytes.length} bytes for a size of ${size}`);
  check(kind !== 'bss' || relocations.length === 0, `${name} is bss and holds addresses`);
  for (const { offset } of relocations)
    check(offset >= 0 && offset + 4 <= size, `${name} holds an address at ${offset}`);
}

class FunctionVerifier {
  private readonly func: Func;
  private readonly module: IrModule;
  private readonly after: string;
  private readonly definitions = new Map<ValueId, { block: BlockId; index: number }>();
  private readonly blocks: ReadonlyMap<BlockId, Block>;
  private dominators!: Dominators;
  private reachable!: ReadonlySet<BlockId>;

  constructor(func: Func, module: IrModule, after: string) {
    this.func = func;
    this.module = module;
    this.after = after;
    this.blocks = new Map(func.blocks.map((block) => [block.id, block]));
  }

  run(): void {
    const { func } = this;
    this.check(func.blocks.length > 0, 'there is no block');
    this.check(this.blocks.size === func.blocks.length, 'two blocks have one id');
    for (const block of func.blocks) this.collect(block);
    for (const block of func.blocks) {
      for (const { block: to } of targetsOf(block.terminator))
        this.check(this.blocks.has(to), `b${block.id} goes to b${to}, which does not exist`);
    }
    this.dominators = computeDominators(func);
    this.reachable = new Set(this.dominators.order.map(({ id }) => id));
    const entry = func.blocks[0].params.map((param) => func.values[param]);
    this.check(entry.join() === func.type.params.join(), 'the entry has other parameters than the function');
    for (const block of func.blocks) this.verifyBlock(block);
  }

  private check(condition: boolean, text: string): void {
    invariant(condition, `${this.func.name} after ${this.after}: ${text}`);
  }

  private collect(block: Block): void {
    const define = (value: ValueId, index: number) => {
      this.check(!this.definitions.has(value), `v${value} is defined twice`);
      this.check(this.func.values[value] !== undefined, `v${value} has no type`);
      this.definitions.set(value, { block: block.id, index });
    };
    for (const param of block.params) define(param, -1);
    block.insts.forEach((inst, i) => {
      for (const result of inst.results) define(result, i);
    });
  }

  private verifyBlock(block: Block): void {
    block.insts.forEach((inst, i) => {
      for (const arg of inst.args) this.verifyUse(arg, block, i);
      this.verifyInst(inst);
    });
    const { terminator, id } = block;
    const end = block.insts.length;
    for (const value of operandsOf(terminator)) {
      this.verifyUse(value, block, end);
      if (terminator.op !== 'return')
        this.check(this.func.values[value] === 'i32', `b${id} tests a value that is not i32`);
    }
    if (terminator.op === 'return')
      this.check(this.types(terminator.values) === this.func.type.results.join(), `b${id} returns wrong types`);
    if (terminator.op === 'trap')
      this.check(TRAP_REASONS.includes(terminator.reason), `b${id} traps for ${terminator.reason}`);
    for (const { block: to, args } of targetsOf(terminator)) {
      for (const arg of args) this.verifyUse(arg, block, end);
      this.check(to !== this.func.blocks[0].id, `b${id} goes to the entry`);
      const { params } = this.blocks.get(to)!;
      this.check(
        this.types(args) === this.types(params),
        `b${id} gives b${to} ${this.types(args)}, not ${this.types(params)}`,
      );
    }
  }

  private verifyUse(value: ValueId, block: Block, index: number): void {
    const at = this.definitions.get(value);
    this.check(at !== undefined, `v${value} is used in b${block.id} and never defined`);
    if (!this.reachable.has(block.id)) return;
    const before = at!.block === block.id ? at!.index < index : this.dominators.dominates(at!.block, block.id);
    this.check(before, `v${value} does not dominate its use in b${block.id}`);
  }

  private types(values: readonly ValueId[]): string {
    return values.map((value) => this.func.values[value]).join();
  }

  private verifyInst(inst: Inst): void {
    const { values } = this.func;
    const actual = `${this.types(inst.args)}->${this.types(inst.results)}`;
    const wanted =
      this.wantedTypes(inst) ??
      signatureOf(
        inst.op,
        inst.args.map((arg) => values[arg]),
      );
    this.check(wanted !== undefined, `there is no operation ${inst.op}`);
    this.check(actual === wanted, `${inst.op} is ${actual}, not ${wanted}`);
    if (inst.op === 'const') this.verifyConstant(inst);
    if (inst.op === 'load' || inst.op === 'store') this.verifyAccess(inst);
  }

  /** Of operations whose types depend on more than their arguments; throws where what they refer to is missing. */
  private wantedTypes(inst: Inst): string | undefined {
    const { func, module } = this;
    const text = ({ params, results }: FuncType) => `${params.join()}->${results.join()}`;
    switch (inst.op) {
      case 'const':
        return `->${func.values[inst.results[0]]}`;
      case 'symbolAddress':
        return '->i32';
      case 'load':
        return `i32->${func.values[inst.results[0]]}`;
      case 'store':
        return `i32,${func.values[inst.args[1]]}->`;
      case 'call': {
        const isCallee = ({ name }: { name: string }) => name === inst.callee;
        const callee = module.functions.find(isCallee) ?? module.externals?.find(isCallee);
        this.check(callee !== undefined, `calls ${inst.callee}, which does not exist`);
        return text(callee!.type);
      }
      case 'callIndirect':
        this.check(
          module.tables.some(({ name }) => name === inst.table),
          `there is no table ${inst.table}`,
        );
        return text({ params: ['i32', ...inst.type.params], results: inst.type.results });
      case 'trapIf':
        this.check(TRAP_REASONS.includes(inst.reason), `trapIf for ${inst.reason}`);
        return 'i32->';
      case 'intrinsic': {
        const intrinsic = INTRINSICS.get(inst.name);
        this.check(intrinsic !== undefined, `there is no intrinsic ${inst.name}`);
        return text(intrinsic!.type);
      }
      default:
        return undefined;
    }
  }

  private verifyConstant({ value, results }: Extract<Inst, { op: 'const' }>): void {
    const width = this.func.values[results[0]] === 'i64' ? 64 : 32;
    this.check(BigInt.asIntN(width, value) === value, `the constant ${value} is not in the range of ${width} bits`);
  }

  private verifyAccess(inst: Extract<Inst, { op: 'load' | 'store' }>): void {
    const { width, alignment, volatile, offset } = inst.access;
    const type = this.func.values[inst.op === 'load' ? inst.results[0] : inst.args[1]];
    this.check(
      [1, 2, 4, 8].includes(width) && width <= (type === 'i64' ? 8 : 4),
      `${inst.op} of ${width} bytes as ${type}`,
    );
    this.check(isPowerOfTwo(alignment), `${inst.op} with the alignment ${alignment}`);
    this.check(Number.isInteger(offset), `${inst.op} with the offset ${offset}`);
    this.check(
      !volatile || alignment >= width,
      `a volatile ${inst.op} of ${width} bytes with the alignment ${alignment}`,
    );
  }
}
