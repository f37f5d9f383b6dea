/**
 * What must be known of a region's blocks before they are written: where they go, which flags are live, in which form C
 * and V are kept, and how many cycles may pass from one check of the time to the next.
 */
import { COMPARED, EAGER, type Form, flagsRead, formStep, LATE } from './flags.ts';
import type { Block, Region } from './region.ts';
import { type Shape, shapeOf } from './shape.ts';
import { ALL_FLAGS, ALWAYS, type Line } from './step.ts';

export const cyclesOf = ({ i, step }: Line): number => i.cycles + (step.moreCycles ?? 0);

export const isConditional = ({ step: { flow }, cond }: Line): boolean =>
  cond !== ALWAYS || (flow?.kind === 'branch' && flow.cond !== ALWAYS);

/** At most so many cycles does a block take: a branch that is taken may take one more. */
function worstOf({ lines }: Block): number {
  const { flow } = lines[lines.length - 1].step;
  const extra: number = flow?.kind === 'branch' ? flow.extra : 0;
  return lines.reduce((sum, line) => sum + cyclesOf(line), extra);
}

/** Where a block may go on by direct ways, in this region or outside. */
function targetsOf({ lines, end, endIt }: Block): number[] {
  const last = lines[lines.length - 1];
  const { flow } = last.step;
  const next = endIt === 0 ? [end] : [];
  if (!flow) return next;
  const taken = flow.kind === 'branch' && !flow.isCall ? [flow.to] : [];
  return isConditional(last) ? [...taken, ...next] : taken;
}

export class Plan {
  readonly region: Region;
  readonly shape: Shape;
  /** By the start of a block: flags that are live there, the form of C and V, cycles to the next check. */
  readonly liveAt = new Map<number, number>();
  readonly formAt = new Map<number, Form>();
  readonly span = new Map<number, number>();
  /** Flags that are live behind each line of a block. */
  readonly liveBehind = new Map<number, readonly number[]>();

  constructor(region: Region) {
    this.region = region;
    const edges = [...region.blocks].map(
      ([start, block]) => [start, targetsOf(block).filter((to) => region.blocks.has(to))] as const,
    );
    this.shape = shapeOf(region.entry, new Map(edges));
    for (const start of [...this.shape.order].reverse()) this.measure(region.blocks.get(start)!);
    this.chooseForms();
  }

  /** Whether the time is looked at there: at the entry and at each loop's head. */
  isChecked(start: number): boolean {
    return start === this.region.entry || this.shape.headers.has(start);
  }

  /** Whether a way to there stays in the region. */
  stays(from: number, to: number): boolean {
    return this.region.blocks.has(to) && this.shape.has(from, to);
  }

  /** Liveness and span of a block, those behind it being known. Where it may leave everything is live. */
  private measure(block: Block): void {
    const { start } = block;
    const open = targetsOf(block).filter((to) => this.stays(start, to) && !this.isChecked(to));
    this.span.set(start, worstOf(block) + Math.max(0, ...open.map((to) => this.span.get(to)!)));
    const live = this.liveness(block);
    this.liveAt.set(start, this.isChecked(start) ? ALL_FLAGS : live);
  }

  private liveness(block: Block): number {
    const { start, lines, endIt } = block;
    const targets = targetsOf(block);
    const { flow } = lines[lines.length - 1].step;
    const leaves =
      targets.length === 0 || endIt !== 0 || flow?.kind === 'dynamic' || (flow?.kind === 'branch' && flow.isCall);
    let live = targets.reduce(
      (mask, to) => mask | (this.stays(start, to) ? (this.liveAt.get(to) ?? ALL_FLAGS) : ALL_FLAGS),
      leaves ? ALL_FLAGS : 0,
    );
    const behind: number[] = [];
    for (const { step, cond } of [...lines].reverse()) {
      behind.unshift(live);
      if (cond === ALWAYS) live &= ~step.writes;
      const branchReads =
        step.flow?.kind === 'branch' && typeof step.flow.cond === 'number' ? flagsRead(step.flow.cond) : 0;
      live |= step.reads | flagsRead(cond) | branchReads | (step.mayLeave ? ALL_FLAGS : 0);
    }
    this.liveBehind.set(start, behind);
    return live;
  }

  /** The latest form that all ways to a block allow. */
  private chooseForms(): void {
    const { order } = this.shape;
    for (const start of order) this.formAt.set(start, start === this.region.entry ? LATE : COMPARED);
    for (let changed = true; changed; ) {
      changed = false;
      for (const start of order) {
        const block = this.region.blocks.get(start)!;
        const form = this.formBehind(block);
        for (const to of targetsOf(block)) {
          if (!this.stays(start, to) || this.formAt.get(to)! <= form) continue;
          this.formAt.set(to, form);
          changed = true;
        }
      }
    }
  }

  private formBehind({ start, lines }: Block): Form {
    const live = this.liveBehind.get(start)!;
    return lines.reduce<Form>((form, line, k) => formStep(line, form, live[k]).after, this.formAt.get(start) ?? EAGER);
  }
}
