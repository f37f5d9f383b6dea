/**
 * Random WebAssembly modules in text form, for differential tests: integers of both widths, in some modules floats, every
 * operator, memory of all widths, structured control flow with loops that end, calls, calls through a table, globals, bulk
 * memory and volatile accesses through the `mmio` imports. All but a few accesses lie inside the one page of memory.
 *
 * An exported function takes and gives integers: where the function itself has floats, the bit patterns of them. What may
 * be a NaN that arithmetic made goes through a function that makes it the canonical one, so that its bits are comparable.
 */
import { FLOAT_OPERATORS, operatorTypes, randomOperands } from './float-cases.ts';
import { Random } from './random.ts';

type IntegerType = 'i32' | 'i64';
type FloatType = 'f32' | 'f64';
type Type = IntegerType | FloatType;

const isFloat = (type: Type): type is FloatType => type === 'f32' || type === 'f64';
const bitsOf = (type: Type): IntegerType => (type.endsWith('64') ? 'i64' : 'i32');

interface Signature {
  readonly params: readonly Type[];
  readonly result: Type;
}

export interface RandomModule {
  readonly wat: string;
  /** Exported functions with their parameter types; the last four give the globals. */
  readonly functions: readonly { readonly name: string; readonly params: readonly IntegerType[] }[];
}

const BINARY = 'add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr'.split(' ');
const COMPARE = 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u'.split(' ');
const UNARY: Record<IntegerType, string[]> = {
  i32: 'clz ctz popcnt extend8_s extend16_s'.split(' '),
  i64: 'clz ctz popcnt extend8_s extend16_s extend32_s'.split(' '),
};
const LOADS: Record<Type, string[]> = {
  i32: 'load load8_s load8_u load16_s load16_u'.split(' '),
  i64: 'load load8_s load8_u load16_s load16_u load32_s load32_u'.split(' '),
  f32: ['load'],
  f64: ['load'],
};
const STORES: Record<Type, string[]> = {
  i32: 'store store8 store16'.split(' '),
  i64: 'store store8 store16 store32'.split(' '),
  f32: ['store'],
  f64: ['store'],
};
const INTERESTING = [0n, 1n, 2n, 3n, 7n, 8n, 31n, 32n, 63n, 255n, 256n, 4095n, 65535n, -1n, -2n, -128n];
const EXTREMES: Record<IntegerType, bigint[]> = {
  i32: [0x7fff_ffffn, -0x8000_0000n],
  i64: [0x7fff_ffff_ffff_ffffn, -0x8000_0000_0000_0000n, 0xffff_ffffn, 0x1_0000_0000n],
};

const GLOBALS: Readonly<Record<Type, string>> = { i32: '$g0', i64: '$g1', f32: '$g2', f64: '$g3' };

/** Operators on floats by the type of their result. Those that trap are rare among the others. */
const FLOAT_MAKERS: Record<Type, string[]> = { i32: [], i64: [], f32: [], f64: [] };
for (const name of FLOAT_OPERATORS) FLOAT_MAKERS[operatorTypes(name).result as Type].push(name);

export interface RandomModuleOptions {
  /** Floats in every module, and more of f32 than there are single-precision registers in some functions. */
  readonly manySingles?: boolean;
}

export function randomModule(seed: number, { manySingles = false }: RandomModuleOptions = {}): RandomModule {
  const random = new Random(seed);
  const floats = manySingles || random.chance(40);
  const anyType = (): Type => {
    if (floats && random.chance(50)) return random.pick(['f32', 'f64'] as const);
    return random.chance(65) ? 'i32' : 'i64';
  };
  const signatures = Array.from({ length: 2 + random.below(4) }, (): Signature => {
    return { params: random.times(6, anyType), result: anyType() };
  });
  const functions = signatures.map((_, i) => new FunctionWriter(random, signatures, i, floats, manySingles).write());
  const elements = Array.from({ length: 4 }, () => `$f${random.below(signatures.length)}`);
  const wat = `(module
  (import "mmio" "ld32" (func $ld32 (param i32) (result i32)))
  (import "mmio" "st32" (func $st32 (param i32 i32)))
  (import "mmio" "st8" (func $st8 (param i32 i32)))
  (memory (export "memory") 1)
  (table 6 funcref)
  (elem (i32.const 1) func ${elements.join(' ')})
  (global $g0 (mut i32) (i32.const ${random.below(100)}))
  (global $g1 (mut i64) (i64.const -5))
  (global $g2 (mut f32) (f32.const 1.5))
  (global $g3 (mut f64) (f64.const -0.1))
  (global $calls (mut i32) (i32.const 0))
${['f32', 'f64'].map(canonicalNan).join('\n')}
${functions.join('\n')}
  (func (export "g0") (result i32) (global.get $g0))
  (func (export "g1") (result i64) (global.get $g1))
  (func (export "g2") (result i32) (i32.reinterpret_f32 (global.get $g2)))
  (func (export "g3") (result i64) (i64.reinterpret_f64 (global.get $g3))))`;
  const exported = signatures.map(({ params }, i) => ({ name: `f${i}`, params: params.map(bitsOf) }));
  return { wat, functions: [...exported, ...['g0', 'g1', 'g2', 'g3'].map((name) => ({ name, params: [] }))] };
}

function canonicalNan(type: string): string {
  const x = '(local.get 0)';
  return `  (func $canonical_${type} (param ${type}) (result ${type})
    (select (${type}.const nan) ${x} (${type}.ne ${x} ${x})))`;
}

class FunctionWriter {
  private readonly random: Random;
  private readonly signatures: readonly Signature[];
  private readonly index: number;
  private readonly locals: Type[];
  private counters = 0;
  /** Labels around the place that take no operands. */
  private labels: string[] = [];
  private labelCount = 0;
  private budget: number;
  private readonly floats: boolean;

  constructor(random: Random, signatures: readonly Signature[], index: number, floats: boolean, manySingles: boolean) {
    this.random = random;
    this.floats = floats;
    this.signatures = signatures;
    this.index = index;
    const { params } = signatures[index];
    this.budget = random.chance(20) ? 200 : 60;
    // Now and then more than there are registers.
    const most = random.chance(30) ? 24 : 3;
    const more = random.times(most, (): Type => (random.chance(70) ? 'i32' : 'i64'));
    const floating: Type[] = floats
      ? ['f32', 'f64', ...random.times(3, () => random.pick(['f32', 'f64'] as const))]
      : [];
    const singles: Type[] = manySingles && random.chance(40) ? new Array(40).fill('f32') : [];
    this.locals = [...params, ...more, 'i32', 'i64', ...floating, ...singles];
  }

  write(): string {
    const { params, result } = this.signatures[this.index];
    const body = [...this.statements(4), this.expression(result, 4)];
    const counters = Array.from({ length: this.counters }, (_, i) => `(local $c${i} i32)`).join(' ');
    const locals = this.locals.slice(params.length);
    const name = `f${this.index}`;
    const isPlain = ![...params, result].some(isFloat);
    const head = `(func $${name}${isPlain ? ` (export "${name}")` : ''} (param ${params.join(' ')}) (result ${result})`;
    return `${isPlain ? '' : this.bitsFunction(name)}  ${head}
    (local ${locals.join(' ')}) ${counters}
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (if (i32.gt_u (global.get $calls) (i32.const 400)) (then (unreachable)))
    ${body.join('\n    ')})`;
  }

  /** The exported function over bit patterns. */
  private bitsFunction(name: string): string {
    const { params, result } = this.signatures[this.index];
    const args = params.map((type, i) =>
      isFloat(type) ? `(${type}.reinterpret_${bitsOf(type)} (local.get ${i}))` : `(local.get ${i})`,
    );
    const call = `(call $${name} ${args.join(' ')})`;
    const body = isFloat(result) ? `(${bitsOf(result)}.reinterpret_${result} ${call})` : call;
    const head = `(func (export "${name}") (param ${params.map(bitsOf).join(' ')}) (result ${bitsOf(result)})`;
    return `  ${head} ${body})\n`;
  }

  private localOf(type: Type): number {
    const candidates = this.locals.flatMap((t, i) => (t === type ? [i] : []));
    return this.random.pick(candidates);
  }

  private constant(type: Type): string {
    const { random } = this;
    if (isFloat(type)) {
      if (random.chance(30))
        return `(${type}.const ${random.pick(['0', '-0', '1', '-1', '0.5', '3', '1e9', 'inf', 'nan'])})`;
      const [bits] = randomOperands(random, `${type}.neg`);
      return `(${type}.reinterpret_${bitsOf(type)} (${bitsOf(type)}.const ${bits}))`;
    }
    const value = random.chance(20)
      ? BigInt.asIntN(type === 'i32' ? 32 : 64, BigInt(random.word()) * BigInt(random.word()))
      : random.pick([...INTERESTING, ...EXTREMES[type]]);
    return `(${type}.const ${BigInt.asIntN(type === 'i32' ? 32 : 64, value)})`;
  }

  /** Mostly inside the page. */
  private address(depth: number): string {
    const { random } = this;
    if (random.chance(40)) return `(i32.const ${random.below(4096)})`;
    const inner = this.expression('i32', depth);
    return random.chance(97) ? `(i32.and ${inner} (i32.const 0xfff))` : inner;
  }

  private memoryImmediate(): string {
    return this.random.chance(50) ? ` offset=${this.random.below(64)} align=1` : ' align=1';
  }

  expression(type: Type, depth: number): string {
    const { random } = this;
    if (depth <= 0 || --this.budget < 0) return this.leaf(type);
    const computes = isFloat(type)
      ? [() => this.floating(type, depth), () => this.floating(type, depth), () => this.floating(type, depth)]
      : [
          () =>
            `(${type}.${random.pick(BINARY)} ${this.expression(type, depth - 1)} ${this.expression(type, depth - 1)})`,
          () => `(${type}.${random.pick(BINARY)} ${this.expression(type, depth - 1)} ${this.constant(type)})`,
          () => `(${type}.${random.pick(UNARY[type])} ${this.expression(type, depth - 1)})`,
          () => this.convert(type, depth),
          ...(this.floats ? [() => this.floating(type, depth)] : []),
        ];
    const makers = [
      () => this.leaf(type),
      ...computes,
      () => `(${type}.${random.pick(LOADS[type])}${this.memoryImmediate()} ${this.address(depth - 1)})`,
      () => this.select(type, depth),
      () => this.conditional(type, depth),
      () => `(local.tee ${this.localOf(type)} ${this.expression(type, depth - 1)})`,
      () => this.call(type, depth),
      () => this.blockWithValue(type, depth),
    ];
    return random.pick(makers)();
  }

  private leaf(type: Type): string {
    const { random } = this;
    const choice = random.below(10);
    if (choice < 5) return `(local.get ${this.localOf(type)})`;
    if (choice < 6) return `(global.get ${GLOBALS[type]})`;
    return this.constant(type);
  }

  /** An operator on floats that gives the type. */
  private floating(type: Type, depth: number): string {
    const name = this.random.pick(FLOAT_MAKERS[type]);
    const mayTrap = /\.trunc_f/.test(name);
    if (mayTrap && !this.random.chance(10)) return this.leaf(type);
    const args = operatorTypes(name).params.map((param) => this.expression(param as Type, depth - 1));
    const text = `(${name} ${args.join(' ')})`;
    const keepsBits = /abs|neg|copysign|reinterpret/.test(name);
    return isFloat(type) && !keepsBits ? `(call $canonical_${type} ${text})` : text;
  }

  private convert(type: IntegerType, depth: number): string {
    const { random } = this;
    if (type === 'i64') return `(i64.extend_i32_${random.pick(['s', 'u'])} ${this.expression('i32', depth - 1)})`;
    const from = random.pick(['i32', 'i64'] as const);
    const operand = () => this.expression(from, depth - 1);
    if (random.chance(20)) return `(${from}.eqz ${operand()})`;
    if (random.chance(20)) return `(i32.wrap_i64 ${this.expression('i64', depth - 1)})`;
    if (random.chance(10)) return `(call $ld32 ${this.alignedAddress(depth)})`;
    return `(${from}.${random.pick(COMPARE)} ${operand()} ${operand()})`;
  }

  private alignedAddress(depth: number): string {
    return `(i32.and ${this.expression('i32', depth - 1)} (i32.const 0xffc))`;
  }

  private select(type: Type, depth: number): string {
    const [a, b] = [this.expression(type, depth - 1), this.expression(type, depth - 1)];
    return `(select ${a} ${b} ${this.expression('i32', depth - 1)})`;
  }

  private conditional(type: Type, depth: number): string {
    const condition = this.expression('i32', depth - 1);
    const arm = () => [...this.statements(1), this.expression(type, depth - 1)].join(' ');
    return `(if (result ${type}) ${condition} (then ${arm()}) (else ${arm()}))`;
  }

  private blockWithValue(type: Type, depth: number): string {
    const label = `$v${this.index}_${this.labelCount++}`;
    const early = `(drop (br_if ${label} ${this.expression(type, depth - 1)} ${this.expression('i32', depth - 1)}))`;
    return `(block ${label} (result ${type}) ${early} ${this.expression(type, depth - 1)})`;
  }

  /** A function behind this one, so that calls end; through the table anything may be called. */
  private call(type: Type, depth: number): string {
    const { random } = this;
    const candidates = this.signatures.flatMap((s, i) => (i > this.index && s.result === type ? [i] : []));
    if (candidates.length === 0) return this.leaf(type);
    const callee = random.pick(candidates);
    const { params, result } = this.signatures[callee];
    const args = params.map((p) => this.expression(p, depth - 2)).join(' ');
    if (random.chance(75)) return `(call $f${callee} ${args})`;
    const types = `${params.length > 0 ? `(param ${params.join(' ')})` : ''} (result ${result})`;
    return `(call_indirect ${types} ${args} (i32.and ${this.expression('i32', 1)} (i32.const 7)))`;
  }

  private statements(most: number): string[] {
    return this.random.times(most, () => this.statement());
  }

  private statement(): string {
    const { random } = this;
    if (--this.budget < 0) return '(nop)';
    const type = random.pick<Type>(this.floats ? ['i32', 'i32', 'i64', 'f32', 'f64'] : ['i32', 'i32', 'i64']);
    const makers = [
      () => `(local.set ${this.localOf(type)} ${this.expression(type, 3)})`,
      () => `(local.set ${this.localOf(type)} ${this.expression(type, 4)})`,
      () => `(global.set ${GLOBALS[type]} ${this.expression(type, 3)})`,
      () =>
        `(${type}.${random.pick(STORES[type])}${this.memoryImmediate()} ${this.address(2)} ${this.expression(type, 3)})`,
      () =>
        random.chance(50)
          ? `(call $st32 ${this.alignedAddress(2)} ${this.expression('i32', 2)})`
          : `(call $st8 ${this.alignedAddress(2)} ${this.expression('i32', 2)})`,
      () => this.ifStatement(),
      () => this.loop(),
      () => this.blockStatement(),
      () => this.jump(),
      () => this.switch(),
      () => this.bulk(),
    ];
    return random.pick(makers)();
  }

  private scoped(label: string, make: () => string[]): string {
    this.labels.push(label);
    const text = make().join(' ');
    this.labels.pop();
    return text;
  }

  private ifStatement(): string {
    const otherwise = this.random.chance(50) ? ` (else ${this.statements(2).join(' ')})` : '';
    return `(if ${this.expression('i32', 3)} (then ${this.statements(2).join(' ')})${otherwise})`;
  }

  /** Turns at most 4 times. */
  private loop(): string {
    const counter = `$c${this.counters++}`;
    const label = `$l${this.index}_${this.labelCount++}`;
    const exit = `$x${this.index}_${this.labelCount++}`;
    const body = this.scoped(exit, () => this.statements(3));
    const again = `(br_if ${label} (i32.lt_u (local.tee ${counter} (i32.add (local.get ${counter}) (i32.const 1))) (i32.const 4)))`;
    return `(local.set ${counter} (i32.const 0)) (block ${exit} (loop ${label} ${body} ${again}))`;
  }

  private blockStatement(): string {
    const label = `$b${this.index}_${this.labelCount++}`;
    return `(block ${label} ${this.scoped(label, () => this.statements(3))})`;
  }

  private jump(): string {
    const { random } = this;
    if (random.chance(8)) return random.chance(20) ? '(unreachable)' : `(return ${this.expression(this.result, 2)})`;
    if (this.labels.length === 0) return '(nop)';
    const label = random.pick(this.labels);
    return random.chance(85) ? `(br_if ${label} ${this.expression('i32', 3)})` : `(br ${label})`;
  }

  private switch(): string {
    const names = Array.from({ length: 3 }, () => `$s${this.index}_${this.labelCount++}`);
    const table = `(br_table ${names.join(' ')} (i32.and ${this.expression('i32', 3)} (i32.const 3)))`;
    const first = this.scoped(names[1], () => this.statements(2));
    const second = this.scoped(names[2], () => this.statements(2));
    return `(block ${names[2]} (block ${names[1]} (block ${names[0]} ${table}) ${first}) ${second})`;
  }

  private bulk(): string {
    const size = `(i32.and ${this.expression('i32', 1)} (i32.const 31))`;
    const operand = this.random.chance(50) ? this.address(1) : this.expression('i32', 2);
    return this.random.chance(50)
      ? `(memory.fill ${this.address(1)} ${operand} ${size})`
      : `(memory.copy ${this.address(1)} ${this.address(1)} ${size})`;
  }

  private get result(): Type {
    return this.signatures[this.index].result;
  }
}
