/**
 * A region → the text of a JavaScript function. Registers and flags are its locals. `t` counts what was done since its
 * call: cycles in the upper half, instructions in the lower. At the entry and at each loop's head it leaves unless all
 * that can happen up to the next such place fits in what is left; so each limit is met by the interpreter, to the cycle.
 */

import type { MemoryArrays } from '../../bus.ts';
import type { Instruction } from '../instruction.ts';
import { conditionText, EAGER, type Form, formStep, LATE_FROM_EAGER, settle } from './flags.ts';
import { cyclesOf, isConditional, Plan } from './plan.ts';
import type { Block, Region } from './region.ts';
import { ALL_FLAGS, ALWAYS, C, type Line, type MemoryLayout, V } from './step.ts';

/** Of the machine, what all translations use: its memory, and how much of it may be accessed in place. */
export interface Memory extends Omit<MemoryArrays, 'ramStart'> {
  /** Bytes of RAM that may be read and stored to, of flash that may be read, and executed. */
  rs: number;
  ss: number;
  fs: number;
  cs: number;
}

export const PARAMETERS = 'cpu, r, memory, limit';
const MEMORY_NAMES = ['ram8', 'ram16', 'ram32', 'flash8', 'flash16', 'flash32', 'rs', 'ss', 'fs', 'cs'];
const LOCALS = ['t', 'it', 'at', 'x', 'y', 'z', 'w', 'fx', 'fy'];

/** Cycles above, instructions below. */
const time = (cycles: number, instructions: number) => cycles * 0x1_0000 + instructions;

export class Emitter {
  private readonly plan: Plan;
  private readonly memory: MemoryLayout;
  private readonly out: string[] = [];
  /** Instructions that are called as `k0`, `k1`… */
  readonly called: Instruction[] = [];

  constructor(region: Region, memory: MemoryLayout) {
    this.plan = new Plan(region);
    this.memory = memory;
  }

  text(): string {
    const { entry } = this.plan.region;
    this.tree(entry);
    const body = this.out.join('\n');
    const has = (name: string) => new RegExp(`\\b${name}\\b`).test(body);
    const used = [...Array(15).keys()].filter((n) => has(`r${n}`));
    const written = used.filter((n) => new RegExp(`\\br${n} = `).test(body));
    return [
      `let ${LOCALS.map((name) => `${name} = 0`).join(', ')};`,
      'let nz = cpu.z === 1 ? 0 : cpu.n === 1 ? -1 : 1, c = cpu.c, v = cpu.v;',
      ...used.map((n) => `let r${n} = r[${n}];`),
      ...MEMORY_NAMES.filter(has).map((name) => `const ${name} = memory.${name};`),
      has('fpu') || has('s') ? 'const fpu = cpu.fpu, s = fpu.s;' : '',
      this.plan.formAt.get(entry) === EAGER ? '' : LATE_FROM_EAGER,
      `done: { late: {\n${body}\n}`,
      `${settle(1, C | V)}}`,
      ...written.map((n) => `r[${n}] = r${n};`),
      'cpu.n = nz >>> 31; cpu.z = nz === 0 ? 1 : 0; cpu.c = c; cpu.v = v; cpu.it = it;',
      `cpu.pc = at + ${this.memory.flashStart} | 0;`,
      'return t;',
    ].join('\n');
  }

  /** A block and those that it dominates. */
  private tree(start: number): void {
    const { shape, region } = this.plan;
    const isLoop = shape.headers.has(start);
    if (isLoop) this.out.push(`${label('L', start)}: for (;;) {`);
    const merges = shape.mergesBelow.get(start)!;
    for (const merge of [...merges].reverse()) this.out.push(`${label('B', merge)}: {`);
    this.block(region.blocks.get(start)!);
    for (const merge of merges) {
      this.out.push('}');
      this.tree(merge);
    }
    if (isLoop) this.out.push('}');
  }

  private offset(address: number): number {
    return (address - this.memory.flashStart) | 0;
  }

  private block(block: Block): void {
    const { start, lines } = block;
    const { plan } = this;
    let form = plan.formAt.get(start)!;
    if (plan.isChecked(start)) {
      const span = time(plan.span.get(start)!, 0);
      this.out.push(`if (t > limit - ${span}) { ${this.leaveText(start, 0, form)} }`);
    }
    const total = lines.reduce((sum, line) => sum + cyclesOf(line), 0);
    this.out.push(`t = t + ${time(total, lines.length)} | 0;`);
    const live = plan.liveBehind.get(start)!;
    const call = (i: Instruction) => `k${this.called.push(i) - 1}.run(cpu, k${this.called.length - 1});`;
    let rest = total;
    lines.forEach((line, k) => {
      const { before, during, after, wanted } = formStep(line, form, live[k]);
      const { address, it } = line;
      const leave = `{ t = t - ${time(rest, lines.length - k)} | 0; ${this.leaveText(address, it, during)} }`;
      const text = line.step.text({ address, live: wanted, leave, memory: this.memory, call });
      if (before) this.out.push(before);
      form = after;
      rest -= cyclesOf(line);
      if (line.step.flow) this.last(block, line, text, form);
      else this.ordinary(line, text, during);
    });
    if (!lines[lines.length - 1].step.flow) this.go(start, block.end, block.endIt, form);
  }

  /** Leaves for `address`, with ITSTATE `it`. */
  private leaveText(address: number, it: number, form: Form): string {
    const state = it === 0 ? '' : ` it = ${it};`;
    return `at = ${this.offset(address)};${state} break ${form === EAGER ? 'done' : 'late'};`;
  }

  private ordinary(line: Line, text: string, form: Form): void {
    if (line.cond === ALWAYS) this.out.push(text);
    else this.out.push(`if (${conditionText(line.cond, form)}) { ${text} } ${skipText(line)}`);
  }

  /** The last line of a block that ends with a branch. */
  private last(block: Block, line: Line, text: string, form: Form): void {
    const { start, end, endIt } = block;
    const flow = line.step.flow!;
    if (line.cond !== ALWAYS) this.out.push(`if (${conditionText(line.cond, form)}) {`);
    this.out.push(text);
    if (flow.kind === 'dynamic') this.out.push(`break ${form === EAGER ? 'done' : 'late'};`);
    else if (flow.isCall) this.out.push(this.leaveText(flow.to, 0, form));
    else if (flow.cond === ALWAYS) this.go(start, flow.to, 0, form);
    else {
      const condition = typeof flow.cond === 'number' ? conditionText(flow.cond, form) : flow.cond;
      this.out.push(`if (${condition}) { t = t + ${time(flow.extra, 0)} | 0;`);
      this.go(start, flow.to, 0, form);
      this.out.push('}');
    }
    if (line.cond !== ALWAYS) this.out.push(`} ${skipText(line)}`);
    if (isConditional(line)) this.go(start, end, endIt, form);
  }

  /** Goes to a block of the region, or leaves for it. */
  private go(from: number, to: number, it: number, form: Form): void {
    const { plan } = this;
    if (it !== 0 || !plan.stays(from, to)) {
      this.out.push(this.leaveText(to, it, form));
      return;
    }
    if (plan.formAt.get(to) === EAGER) this.out.push(settle(form, plan.liveAt.get(to) ?? ALL_FLAGS));
    if (plan.shape.isBack(from, to)) this.out.push(`continue ${label('L', to)};`);
    else if (plan.shape.merges.has(to)) this.out.push(`break ${label('B', to)};`);
    else this.tree(to);
  }
}

const label = (kind: 'L' | 'B', address: number) => `${kind}${(address >>> 0).toString(16)}`;

/** Passed over, an instruction takes one cycle. */
function skipText(line: Line): string {
  const less = cyclesOf(line) - 1;
  return less === 0 ? '' : `else t = t - ${time(less, 0)} | 0;`;
}
