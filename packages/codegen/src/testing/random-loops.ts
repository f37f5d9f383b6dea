/**
 * Random functions full of loops over arrays, in text form: counters that go up and down, by one and by more, tested
 * before or behind the body, signed and unsigned, against constants and parameters; addresses that are sums of bases and
 * scaled counters, products among them; loads and stores of all widths; ways out in the middle. All accesses lie inside
 * the one page of memory.
 */
import type { Random } from './random.ts';

/** Parameters: addresses of two arrays, two counts, and any number. Counts are at most this. */
export const MOST_TURNS = 9;
export const ARRAYS = [0x2000, 0x6000] as const;

interface Scope {
  /** Counters of the loops around, outermost first. */
  readonly counters: readonly string[];
  readonly depth: number;
}

export class LoopWriter {
  private readonly random: Random;
  private names = 0;

  constructor(random: Random) {
    this.random = random;
  }

  module(functions: number): string {
    const body = Array.from({ length: functions }, (_, i) => this.function(i)).join('\n');
    return `(module (memory (export "memory") 1)\n${body})`;
  }

  private function(index: number): string {
    this.names = 0;
    const body = this.statements({ counters: [], depth: 0 });
    const locals = Array.from({ length: this.names }, (_, i) => `(local $i${i} i32)`).join(' ');
    const params = '(param $a i32) (param $b i32) (param $n i32) (param $m i32) (param $x i32)';
    return `(func (export "f${index}") ${params} (result i32) ${locals} (local $sum i32)\n${body}\n(local.get $sum))`;
  }

  private statements(scope: Scope): string {
    const count = 1 + this.random.below(scope.depth === 0 ? 2 : 3);
    return Array.from({ length: count }, () => this.statement(scope)).join('\n');
  }

  private statement(scope: Scope): string {
    const { random } = this;
    if (scope.depth < 3 && random.chance(scope.depth === 0 ? 100 : 35)) return this.loop(scope);
    if (random.chance(40)) return this.store(scope);
    if (random.chance(15)) return `(if ${this.condition(scope)} (then ${this.statement({ ...scope, depth: 3 })}))`;
    return `(local.set $sum (i32.${random.pick(['add', 'xor', 'sub', 'rotl'])} (local.get $sum) ${this.value(scope)}))`;
  }

  private condition(scope: Scope): string {
    return `(i32.${this.random.pick(['lt_s', 'ge_u', 'eq', 'and'])} ${this.value(scope)} ${this.value(scope)})`;
  }

  /** A loop over a new counter. */
  private loop(scope: Scope): string {
    const { random } = this;
    const id = this.names++;
    const i = `$i${id}`;
    const step = random.pick([1, 1, 1, 2, 3]);
    const inner: Scope = { counters: [...scope.counters, i], depth: scope.depth + 1 };
    const out = `$out${id}`;
    const leave = random.chance(15) ? `(br_if ${out} ${this.condition(inner)})` : '';
    const body = `${this.statements(inner)} ${leave} ${random.chance(30) ? this.statements(inner) : ''}`;
    const { start, test, change } = random.chance(70) ? this.upwards(i, step) : this.downwards(i, step);
    const update = `(local.set ${i} (i32.${change} (local.get ${i}) (i32.const ${step})))`;
    const turn = random.chance(65)
      ? `(br_if ${out} (i32.eqz ${test})) ${body} ${update} (br $again${id})`
      : `${body} ${update} (br_if $again${id} ${test})`;
    return `(local.set ${i} ${start}) (block ${out} (loop $again${id} ${turn}))`;
  }

  private upwards(i: string, step: number) {
    const { random } = this;
    const bound = this.bound();
    const compare =
      step === 1 && random.chance(20) && bound.startsWith('(local')
        ? 'le_s'
        : random.pick(['lt_u', 'lt_s', 'lt_u', 'le_u']);
    const start = `(i32.const ${random.pick([0, 0, 0, 1, 2])})`;
    const test = random.chance(80)
      ? `(i32.${compare} (local.get ${i}) ${bound})`
      : `(i32.${compare.replace('l', 'g')} ${bound} (local.get ${i}))`;
    return { start, test, change: 'add' };
  }

  private downwards(i: string, step: number) {
    const { random } = this;
    const start = this.bound();
    const test =
      step === 1 && random.chance(50)
        ? `(i32.gt_s (local.get ${i}) (i32.const ${random.pick([0, 0, -1, 1])}))`
        : `(i32.ge_s (local.get ${i}) (i32.const ${random.pick([0, 1, 2])}))`;
    return { start, test, change: 'sub' };
  }

  private bound(): string {
    const { random } = this;
    return random.chance(50)
      ? `(i32.const ${1 + random.below(MOST_TURNS)})`
      : `(local.get ${random.pick(['$n', '$m'])})`;
  }

  /** A small number: a counter, a count, a constant, or a sum or product of such. */
  private index({ counters }: Scope, depth = 2): string {
    const { random } = this;
    const leaf = () => {
      const name = random.chance(75) ? random.pick(counters) : random.pick(['$n', '$m']);
      return random.chance(85) ? `(local.get ${name})` : `(i32.const ${random.below(6)})`;
    };
    if (depth === 0 || random.chance(45)) return leaf();
    const op = random.pick(['add', 'add', 'sub', 'mul']);
    return `(i32.${op} ${this.index({ counters, depth }, depth - 1)} ${this.index({ counters, depth }, 0)})`;
  }

  private address(scope: Scope): string {
    const { random } = this;
    const index = scope.counters.length > 0 ? this.index(scope) : '(local.get $n)';
    const scaled = random.chance(30) ? index : `(i32.shl ${index} (i32.const ${random.pick([1, 2, 2, 3])}))`;
    const base = `(local.get ${random.pick(['$a', '$b'])})`;
    const sum = random.chance(50) ? `(i32.add ${base} ${scaled})` : `(i32.add ${scaled} ${base})`;
    return random.chance(25) ? `(i32.add ${sum} (i32.const ${random.below(40) - 20}))` : sum;
  }

  private offset(): string {
    const { random } = this;
    return random.chance(40) ? `offset=${random.pick([1, 2, 4, 4, 8, 124, 128, 252])}` : '';
  }

  private value(scope: Scope): string {
    const { random } = this;
    if (scope.counters.length > 0 && random.chance(25)) return `(local.get ${random.pick(scope.counters)})`;
    if (random.chance(20)) return random.pick(['(local.get $x)', '(local.get $sum)', '(i32.const 77)']);
    const load = random.pick(['load', 'load', 'load8_u', 'load8_s', 'load16_u', 'load16_s']);
    const value = `(i32.${load} ${this.offset()} ${this.address(scope)})`;
    return random.chance(30) ? `(i32.mul ${value} (local.get $x))` : value;
  }

  private store(scope: Scope): string {
    const store = this.random.pick(['store', 'store', 'store8', 'store16']);
    return `(i32.${store} ${this.offset()} ${this.address(scope)} ${this.value(scope)})`;
  }
}
