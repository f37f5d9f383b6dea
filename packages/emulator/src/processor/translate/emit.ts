/**
 * A region → the text of a JavaScript function. Registers and flags are its locals. `t` counts what was done since its
 * call: cycles in the upper half, instructions in the lower. At the entry and at each loop's head it leaves unless all
 * that can happen up to the next such place fits in what is left; so each limit is met by the interpreter, to the cycle.
 */
import { conditionText, flagsRead } from './flags.ts';
import type { Block, Region } from './region.ts';
import { type Shape, shapeOf } from './shape.ts';
import { ALL_FLAGS, ALWAYS, type Line, type MemoryLayout } from './step.ts';

export const PARAMETERS = 'cpu,r,ram8,ram16,ram32,flash8,flash16,flash32,rs,ss,fs,cs,limit';

/** Cycles above, instructions below. */
const time = (cycles: number, instructions: number) => cycles * 0x1_0000 + instructions;

const cyclesOf = ({ i, step }: Line) => i.cycles + (step.moreCycles ?? 0);

/** At most so many cycles does a block take: a branch that is taken may take one more. */
function worstOf({ lines }: Block): number {
  const { flow } = lines[lines.length - 1].step;
  const extra = flow?.kind === 'branch' ? flow.extra : 0;
  return lines.reduce((sum, line) => sum + cyclesOf(line), extra as number);
}

/** Where a block may go on, in this region or outside. */
function targetsOf({ lines, end, endIt }: Block): number[] {
  const { step, cond } = lines[lines.length - 1];
  const { flow } = step;
  const next = endIt === 0 ? [end] : [];
  if (!flow) return next;
  const isConditional = cond !== ALWAYS || (flow.kind === 'branch' && flow.cond !== ALWAYS);
  const taken = flow.kind === 'branch' && !flow.isCall ? [flow.to] : [];
  return isConditional ? [...taken, ...next] : taken;
}

export class Emitter {
  private readonly region: Region;
  private readonly memory: MemoryLayout;
  private readonly shape: Shape;
  /** Flags that are live at the start of a block. */
  private readonly liveAt = new Map<number, number>();
  /** Cycles from the start of a block to the next check, at most. */
  private readonly span = new Map<number, number>();
  private readonly out: string[] = [];

  constructor(region: Region, memory: MemoryLayout) {
    this.region = region;
    this.memory = memory;
    const edges = [...region.blocks].map(
      ([start, block]) => [start, targetsOf(block).filter((to) => region.blocks.has(to))] as const,
    );
    this.shape = shapeOf(region.entry, new Map(edges));
    for (const start of [...this.shape.order].reverse()) this.measure(region.blocks.get(start)!);
  }

  private isChecked(start: number): boolean {
    return start === this.region.entry || this.shape.headers.has(start);
  }

  /** Liveness and span of a block, those behind it being known. Where it may leave everything is live. */
  private measure(block: Block): void {
    const { start } = block;
    const inside = targetsOf(block).filter((to) => this.stays(start, to));
    const open = inside.filter((to) => !this.isChecked(to));
    this.span.set(start, worstOf(block) + Math.max(0, ...open.map((to) => this.span.get(to)!)));
    this.liveAt.set(start, this.isChecked(start) ? ALL_FLAGS : this.liveness(block)[0]);
  }

  private stays(from: number, to: number): boolean {
    return this.region.blocks.has(to) && this.shape.has(from, to);
  }

  /** Flags that are live before each line, and behind the last. */
  private liveness(block: Block): number[] {
    const { start, lines, endIt } = block;
    const targets = targetsOf(block);
    const leaves = targets.length === 0 || endIt !== 0 || !targets.every((to) => this.stays(start, to));
    const isDynamic = lines[lines.length - 1].step.flow?.kind === 'dynamic';
    let live =
      leaves || isDynamic ? ALL_FLAGS : targets.reduce((mask, to) => mask | (this.liveAt.get(to) ?? ALL_FLAGS), 0);
    const result = [live];
    for (let k = lines.length - 1; k >= 0; k--) {
      const { step, cond } = lines[k];
      if (cond === ALWAYS) live &= ~step.writes;
      live |= step.reads | (step.mayLeave ? ALL_FLAGS : 0) | conditionReads(lines, k);
      result.unshift(live);
    }
    return result;
  }

  text(): string {
    this.tree(this.region.entry);
    const body = this.out.join('\n');
    const used = [...Array(15).keys()].filter((n) => new RegExp(`\\br${n}\\b`).test(body));
    const written = used.filter((n) => new RegExp(`\\br${n} = `).test(body));
    return [
      `let ${['t = 0', 'it = 0', 'at = 0', 'x = 0', 'y = 0', 'z = 0', 'w = 0', 'fx = 0', 'fy = 0'].join(', ')};`,
      'let nz = cpu.z === 1 ? 0 : cpu.n === 1 ? -1 : 1, c = cpu.c, v = cpu.v;',
      ...used.map((n) => `let r${n} = r[${n}];`),
      `out: {\n${body}\n}`,
      ...written.map((n) => `r[${n}] = r${n};`),
      'cpu.n = nz >>> 31; cpu.z = nz === 0 ? 1 : 0; cpu.c = c; cpu.v = v; cpu.it = it;',
      `cpu.pc = at + ${this.memory.flashStart} | 0;`,
      'return t;',
    ].join('\n');
  }

  /** A block and those that it dominates. */
  private tree(start: number): void {
    const isLoop = this.shape.headers.has(start);
    if (isLoop) this.out.push(`${label('L', start)}: for (;;) {`);
    const merges = this.shape.mergesBelow.get(start)!;
    for (const merge of [...merges].reverse()) this.out.push(`${label('B', merge)}: {`);
    this.block(this.region.blocks.get(start)!);
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
    if (this.isChecked(start)) {
      const span = time(this.span.get(start)!, 0);
      this.out.push(`if (t > limit - ${span}) { at = ${this.offset(start)}; break out; }`);
    }
    const total = lines.reduce((sum, line) => sum + cyclesOf(line), 0);
    this.out.push(`t = t + ${time(total, lines.length)} | 0;`);
    const live = this.liveness(block);
    let rest = total;
    lines.forEach((line, k) => {
      const leave = this.leaveText(line, time(rest, lines.length - k));
      const text = line.step.text({ address: line.address, live: live[k + 1], leave, memory: this.memory });
      rest -= cyclesOf(line);
      if (k === lines.length - 1) this.last(block, line, text);
      else this.ordinary(lines, k, text);
    });
  }

  /** Leaves before a line, giving back the time of what is not done. */
  private leaveText({ address, it }: Line, rest: number): string {
    const state = it === 0 ? '' : ` it = ${it};`;
    return `{ at = ${this.offset(address)}; t = t - ${rest} | 0;${state} break out; }`;
  }

  private ordinary(lines: readonly Line[], k: number, text: string): void {
    const line = lines[k];
    if (line.cond === ALWAYS) this.out.push(text);
    else this.out.push(`if (${conditionAt(lines, k)}) { ${text} } ${skipText(line)}`);
  }

  /** The last line of a block, and where it goes. */
  private last(block: Block, line: Line, text: string): void {
    const { lines, start, end, endIt } = block;
    const { flow } = line.step;
    if (!flow) {
      this.ordinary(lines, lines.length - 1, text);
      return this.go(start, end, endIt);
    }
    const isSkipped = line.cond !== ALWAYS;
    if (isSkipped) this.out.push(`if (${conditionAt(lines, lines.length - 1)}) {`);
    this.out.push(text);
    if (flow.kind === 'dynamic') this.out.push('break out;');
    else if (flow.cond === ALWAYS) this.go(start, flow.isCall ? undefined : flow.to, 0, flow.to);
    else {
      const isCompared = comparedBefore(lines, lines.length - 1);
      const text = typeof flow.cond === 'number' ? conditionText(flow.cond, isCompared) : flow.cond;
      this.out.push(`if (${text}) { t = t + ${time(flow.extra, 0)} | 0;`);
      this.go(start, flow.to, 0);
      this.out.push('}');
      return this.go(start, end, endIt);
    }
    if (!isSkipped) return;
    this.out.push(`} ${skipText(line)}`);
    this.go(start, end, endIt);
  }

  /** Goes to a block of the region, or leaves for `address` with ITSTATE `it`. */
  private go(from: number, to: number | undefined, it: number, address = to!): void {
    if (to === undefined || it !== 0 || !this.stays(from, to)) {
      const state = it === 0 ? '' : ` it = ${it};`;
      this.out.push(`at = ${this.offset(address)};${state} break out;`);
    } else if (this.shape.isBack(from, to)) this.out.push(`continue ${label('L', to)};`);
    else if (this.shape.merges.has(to)) this.out.push(`break ${label('B', to)};`);
    else this.tree(to);
  }
}

const label = (kind: 'L' | 'B', address: number) => `${kind}${(address >>> 0).toString(16)}`;

/** Passed over, an instruction takes one cycle. */
function skipText(line: Line): string {
  const less = cyclesOf(line) - 1;
  return less === 0 ? '' : `else t = t - ${time(less, 0)} | 0;`;
}

/** Whether the flags before line `k` are those of a comparison whose operands are still known. */
function comparedBefore(lines: readonly Line[], k: number): boolean {
  for (let j = k - 1; j >= 0; j--) {
    const { step, cond } = lines[j];
    if (step.writes !== 0) return step.compares === true && cond === ALWAYS;
  }
  return false;
}

const conditionAt = (lines: readonly Line[], k: number) => conditionText(lines[k].cond, comparedBefore(lines, k));

function conditionReads(lines: readonly Line[], k: number): number {
  const { cond, step } = lines[k];
  const { flow } = step;
  const isCompared = comparedBefore(lines, k);
  const own = cond === ALWAYS ? 0 : flagsRead(cond, isCompared);
  const branch = flow?.kind === 'branch' && typeof flow.cond === 'number' && flow.cond !== ALWAYS;
  return branch ? own | flagsRead(flow.cond as number, isCompared) : own;
}
