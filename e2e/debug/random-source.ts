/**
 * Random functions that keep a record of themselves: behind each assignment, on the same line, the variable is also
 * written to a place of its own in memory. What memory says is what a debugger has to say.
 */
import { Random } from '@kickstage/codegen/testing/random';

export interface Recorded {
  readonly name: string;
  readonly type: 'u8' | 'i32' | 'u32' | 'u64' | 'bool' | 'f32';
  /** Bytes from the record's start. */
  readonly offset: number;
  /** Assigned to once, at its beginning. */
  readonly isConstant: boolean;
  /** Lines that assign to it. */
  readonly lines: Set<number>;
}

export interface RandomSource {
  readonly text: string;
  readonly variables: readonly Recorded[];
}

/** Outside all memories that the program has of its own: behind its data, before its stack. */
export const RECORD_ADDRESS = 0x2001_0000;

const TYPES = ['u32', 'u32', 'i32', 'u8', 'u64', 'bool', 'f32', 'f32'] as const;
const HEAD = `import { st32 } from 'kickstage/firmware/intrinsics/mmio';
const table = memory.data<u32>([3, 1, 4, 1, 5, 9, 2, 6]);
let seed: u32 = 1;
function next(): u32 { seed = seed * 1664525 + 1013904223; return seed; }
function mix(a: u32, b: u32): u32 { return (a ^ (b << 3)) + load<u32>(table + ((a & 7) << 2)) + next(); }
`;

/** The bits of a float, which need not be a number that an integer can hold. */
const asWord = ({ name, type }: Recorded) => (type === 'f32' ? `reinterpret<u32>(${name})` : `<u32>${name}`);

class Writer {
  readonly lines: string[];
  readonly variables: Recorded[] = [];
  private readonly random: Random;
  private loops = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
    this.lines = HEAD.trimEnd().split('\n');
  }

  declare(name: string, type: Recorded['type'], isConstant = false): Recorded {
    const variable = { name, type, isConstant, offset: 8 * this.variables.length, lines: new Set<number>() };
    this.variables.push(variable);
    return variable;
  }

  /** The assignment and its record, on one line. */
  assign(variable: Recorded, text: string): void {
    const { name, type, offset } = variable;
    const at = `0x${(RECORD_ADDRESS + offset).toString(16)}`;
    const low = `st32(${at}, ${asWord(variable)});`;
    const high = type === 'u64' ? ` st32(${at} + 4, <u32>(${name} >> 32));` : '';
    this.lines.push(`${text} ${low}${high}`);
    variable.lines.add(this.lines.length);
  }

  expression(type: Recorded['type']): string {
    const { random } = this;
    const operand = () => {
      const variable = random.pick(this.variables);
      return random.chance(75) ? asWord(variable) : `<u32>${random.below(1000)}`;
    };
    if (type === 'f32' && random.chance(70)) {
      const float = () => {
        const variable = random.pick(this.variables);
        return variable.type === 'f32' ? variable.name : `<f32>${variable.name}`;
      };
      return `${float()} ${random.pick(['+', '-', '*'])} ${random.chance(75) ? float() : `<f32>${random.below(100)}.25`}`;
    }
    const number = random.chance(25)
      ? `mix(${operand()}, ${operand()})`
      : `(${operand()} ${random.pick(['+', '-', '*', '^', '|', '&'])} ${operand()})`;
    if (type === 'bool') return `${number} > ${operand()}`;
    if (type === 'u64') return `(<u64>${number} << ${random.below(32)}) + ${operand()}`;
    return type === 'u32' ? number : `<${type}>${number}`;
  }

  statements(depth: number): void {
    const { random } = this;
    for (let i = 2 + random.below(5); i > 0; i--) {
      const kind = depth === 0 ? 0 : random.below(6);
      if (kind === 1) this.branch(depth - 1);
      else if (kind === 2) this.loop(depth - 1);
      else {
        const variable = random.pick(this.variables.filter(({ isConstant }) => !isConstant));
        this.assign(variable, `${variable.name} = ${this.expression(variable.type)};`);
      }
    }
  }

  private branch(depth: number): void {
    this.lines.push(`if (${this.expression('bool')}) {`);
    this.statements(depth);
    if (this.random.chance(50)) {
      this.lines.push('} else {');
      this.statements(depth);
    }
    this.lines.push('}');
  }

  private loop(depth: number): void {
    const counter = `turn${this.loops++}`;
    this.lines.push(`for (let ${counter}: u32 = 0; ${counter} < ${1 + this.random.below(4)}; ${counter}++) {`);
    this.statements(depth);
    this.lines.push('}');
  }
}

/** `record` has all parameters and locals; it is called again and again. */
export function randomSource(seed: number): RandomSource {
  const random = new Random(seed);
  const writer = new Writer(seed + 1000);
  const types = random.times(6, () => random.pick(TYPES));
  const parameters = types.map((type, i) => writer.declare(`p${i}`, type, random.chance(50)));
  const list = parameters.map(({ name, type }) => `${name}: ${type}`).join(', ');
  writer.lines.push(`function record(${list}): u32 {`);
  for (const parameter of parameters) writer.assign(parameter, '');
  for (let i = 3 + random.below(9); i > 0; i--) {
    const type = random.pick(TYPES);
    const initial = writer.variables.length > 0 ? writer.expression(type) : type === 'bool' ? 'true' : '1';
    const local = writer.declare(`v${i}`, type);
    writer.assign(local, `let ${local.name}: ${type} = ${initial};`);
  }
  writer.statements(3);
  writer.lines.push(`return ${writer.expression('u32')};`, '}');
  const args = parameters.map(({ type }) => (type === 'bool' ? 'next() > 0x80000000' : `<${type}>next()`));
  writer.lines.push('export function Reset_Handler(): void {');
  // Two calls, so that an optimiser leaves the function be.
  writer.lines.push(`while (true) seed ^= record(${args.join(', ')}) + record(${args.join(', ')});`);
  writer.lines.push('}');
  return { text: `${writer.lines.join('\n')}\n`, variables: writer.variables };
}
