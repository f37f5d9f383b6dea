/**
 * A campaign: every scenario, every operation of every stage, every way to cut it; for each the next boot, what it starts,
 * and that this stays so; then a second cut at every operation of that recovery. What a cut leaves is made from the list
 * of operations that the stage did uncut, so that a stage is run once and not once for each cut.
 */
import type { LayoutImage } from '@kickstage/memory-map/layout';
import { applyCut, type Cut, type Device, type DeviceState } from './device.ts';
import type { LabImage } from './images.ts';
import { confirm } from './lab-app.ts';
import { Broken, imageOf, isTrial, type Standing, standingOf } from './oracle.ts';
import { Random } from './random.ts';
import type { Scenario, Stage } from './scenarios.ts';
import { ERASE_TEARS, type FlashOperation, FlashViolation, PROGRAM_TEARS } from './sim-flash.ts';

export interface CampaignOptions {
  readonly app: LayoutImage;
  readonly images: readonly LabImage[];
  readonly scenarios: readonly Scenario[];
  /** Cut a second time at one of so many operations of a recovery; 1: at each; 0: never. */
  readonly secondCuts: number;
  readonly seed: number;
  /** Cuts with a number n for which n % count === index are this shard's. */
  readonly shard?: { readonly index: number; readonly count: number };
  /** This cut alone: a failure that is to be seen again. */
  readonly only?: Failure;
  readonly onProgress?: (counts: Counts) => void;
}

export interface Counts {
  cuts: number;
  secondCuts: number;
  boots: number;
  /** Operations and erases of the longest recovery. */
  worstOperations: number;
  worstErases: number;
}

/** A failure, with all that is needed to see it again. */
export interface Failure {
  readonly scenario: string;
  readonly stage: number;
  readonly stageName: string;
  readonly cut: Cut;
  readonly second?: Cut;
  readonly seed: number;
  readonly problem: string;
}

export interface CampaignResult {
  readonly counts: Counts;
  readonly failures: readonly Failure[];
  /** Operations and erases of each stage when nothing is cut. */
  readonly stages: readonly {
    readonly scenario: string;
    readonly stage: string;
    readonly operations: number;
    readonly erases: number;
  }[];
}

const MOST_FAILURES = 20;
const PROGRESS_EVERY = 500;

export class Campaign {
  readonly counts: Counts = { cuts: 0, secondCuts: 0, boots: 0, worstOperations: 0, worstErases: 0 };
  readonly failures: Failure[] = [];
  private readonly stages: { scenario: string; stage: string; operations: number; erases: number }[] = [];
  private readonly device: Device;
  private readonly options: CampaignOptions;
  private number = 0;

  constructor(device: Device, options: CampaignOptions) {
    this.device = device;
    this.options = options;
  }

  run(factory: DeviceState, prepare: (scenario: Scenario) => void): CampaignResult {
    for (const scenario of this.options.scenarios) {
      this.device.restore(factory, this.options.seed);
      prepare(scenario);
      this.runScenario(scenario);
      if (this.failures.length >= MOST_FAILURES) break;
    }
    return { counts: this.counts, failures: this.failures, stages: this.stages };
  }

  private runScenario(scenario: Scenario): void {
    const { device } = this;
    scenario.stages.forEach((stage, index) => {
      if (this.failures.length >= MOST_FAILURES) return;
      const before = device.state;
      stage.run(device);
      const { operations } = device;
      const erases = operations.filter(({ op }) => op === 'erase').length;
      this.stages.push({ scenario: scenario.name, stage: stage.name, operations: operations.length, erases });
      const after = device.state;
      this.cutStage(scenario, index, before, operations);
      device.restore(after, this.options.seed + index);
    });
  }

  /** All cuts of one stage. `before`: flash before it; `operations`: what it did. */
  private cutStage(
    scenario: Scenario,
    index: number,
    before: DeviceState,
    operations: readonly FlashOperation[],
  ): void {
    const { device } = this;
    device.restore(before, 1);
    operations.forEach((operation, at) => {
      const wanted = waysToCut(operation, at === operations.length - 1)
        .map((how) => ({ how, number: this.number++ }))
        .filter(({ how, number }) => this.isMine(number) && this.isAsked(scenario, index, { at, how }));
      // A snapshot makes the next change copy a sector: only where it is needed.
      if (wanted.length > 0) {
        const state = device.state;
        for (const { how, number } of wanted)
          if (this.failures.length < MOST_FAILURES)
            this.tryCut(scenario, index, { at, how }, operations, state, number);
        device.restore(state, 1);
      }
      device.flash[operation.memory].apply(operation);
    });
  }

  private isMine(number: number): boolean {
    const { shard } = this.options;
    return !shard || number % shard.count === shard.index;
  }

  /** Whether a cut is the one that is to be seen again, or all are. */
  private isAsked({ name }: Scenario, stage: number, { at, how }: Cut): boolean {
    const { only } = this.options;
    return !only || (only.scenario === name && only.stage === stage && only.cut.at === at && only.cut.how === how);
  }

  private tryCut(
    scenario: Scenario,
    index: number,
    cut: Cut,
    operations: readonly FlashOperation[],
    state: DeviceState,
    number: number,
  ): void {
    const { device, options } = this;
    const seed = options.seed + number;
    const stage = scenario.stages[index];
    const allowed = stage.allowed(cut.at, operations.length, cut.how, this.record);
    this.leaveCut(state, operations[cut.at], cut, seed);
    const afterCut = device.state;
    this.counts.cuts++;
    if (this.counts.cuts % PROGRESS_EVERY === 0) options.onProgress?.(this.counts);
    const recovery = this.attempt(allowed, seed, (problem) => this.fail(scenario, index, { cut, seed, problem }));
    if (!recovery) return;
    this.cutAgain(recovery, afterCut, allowed, seed, (second, problem) =>
      this.fail(scenario, index, { cut, second, seed, problem }),
    );
  }

  /** Flash as a cut leaves it. */
  private leaveCut(state: DeviceState, operation: FlashOperation, cut: Cut, seed: number): void {
    this.device.restore(state, seed);
    applyCut(this.device.flash, operation, cut.how, new Random(seed));
    this.device.losePower(seed);
  }

  /** Operations that one journal record takes. */
  private get record(): number {
    return 32 / this.device.flash[0].shape.unit;
  }

  /** The recovery, and what comes after it; its operations and what it started, or undefined where it failed. */
  private attempt(allowed: readonly Standing[], seed: number, fail: (problem: string) => void) {
    try {
      const standing = this.bootOnce(allowed);
      const operations = [...this.device.operations];
      const after = this.device.state;
      this.goOn(standing, allowed, seed);
      this.device.restore(after, seed);
      return { operations, standing };
    } catch (error) {
      if (!(error instanceof Broken || error instanceof FlashViolation || error instanceof WebAssembly.RuntimeError))
        throw error;
      fail(error.message);
      return undefined;
    }
  }

  private bootOnce(allowed: readonly Standing[]): Standing {
    const { device, options, counts } = this;
    counts.boots++;
    const ending = device.boot();
    const { operations } = device;
    counts.worstOperations = Math.max(counts.worstOperations, operations.length);
    counts.worstErases = Math.max(counts.worstErases, operations.filter(({ op }) => op === 'erase').length);
    const standing = standingOf(device, options.app, options.images, ending);
    device.operations = operations;
    if (!allowed.includes(standing))
      throw new Broken(`${say(standing)} was started; only ${allowed.map(say).join(' or ')} may be`);
    return standing;
  }

  /** What was started stays: confirmed, or unless it is confirmed brought back; then nothing changes any more. */
  private goOn(standing: Standing, allowed: readonly Standing[], seed: number): void {
    const { device } = this;
    const later = isTrial(standing) ? [] : allowed.filter((other) => isTrial(other));
    if (!isTrial(standing)) {
      const again = this.bootOnce([standing, ...later]);
      if (again === standing) this.bootOnce([standing, ...later]);
      return;
    }
    if (seed % 2 === 0) {
      const { status } = confirm(device);
      if (status !== 0) throw new Broken(`${say(standing)} could not confirm itself (${status})`);
      this.bootOnce([imageOf(standing)]);
      this.bootOnce([imageOf(standing)]);
    } else {
      const back = this.bootOnce(
        this.options.images.map(({ name }) => name).filter((name) => name !== imageOf(standing)),
      );
      this.bootOnce([back]);
    }
  }

  /** A second cut, in the boot that recovers from the first. */
  private cutAgain(
    { operations, standing }: { operations: readonly FlashOperation[]; standing: Standing },
    afterCut: DeviceState,
    allowed: readonly Standing[],
    seed: number,
    fail: (cut: Cut, problem: string) => void,
  ): void {
    const { secondCuts, only } = this.options;
    if (secondCuts === 0 && !only?.second) return;
    const { device } = this;
    const random = new Random(seed + 7);
    device.restore(afterCut, seed);
    for (const memory of device.flash) memory.age();
    for (const [at, operation] of operations.entries()) {
      const wanted = waysToCut(operation, at === operations.length - 1).filter((how) => {
        const isDrawn = random.below(secondCuts || 1) === 0;
        return only ? only.second?.at === at && only.second.how === how : isDrawn;
      });
      if (wanted.length > 0) {
        const state = device.state;
        for (const how of wanted) {
          this.leaveCut(state, operation, { at, how }, seed + 13);
          this.counts.secondCuts++;
          const wider = this.allowedAgain(allowed, standing, at, operations.length);
          if (!this.attempt(wider, seed, (problem) => fail({ at, how }, problem))) return;
        }
        device.restore(state, seed);
      }
      device.flash[operation.memory].apply(operation);
    }
  }

  /** A recovery that starts a trial ends with the record that begins it: from there on the old image may come back. */
  private allowedAgain(
    allowed: readonly Standing[],
    standing: Standing,
    at: number,
    count: number,
  ): readonly Standing[] {
    if (!isTrial(standing) || at < count - this.record) return allowed;
    const others = this.options.images.map(({ name }) => name).filter((name) => name !== imageOf(standing));
    return [...new Set([...allowed, ...others])];
  }

  private fail(scenario: Scenario, index: number, failure: Omit<Failure, 'scenario' | 'stage' | 'stageName'>): void {
    const stage: Stage = scenario.stages[index];
    this.failures.push({ scenario: scenario.name, stage: index, stageName: stage.name, ...failure });
  }
}

const say = (standing: Standing) => (isTrial(standing) ? `${imageOf(standing)} on trial` : standing);

/** Before each operation, in it, and after the last: after any other is before the next. */
function waysToCut({ op }: FlashOperation, isLast: boolean): Cut['how'][] {
  return ['before', ...(op === 'erase' ? ERASE_TEARS : PROGRAM_TEARS), ...(isLast ? (['after'] as const) : [])];
}
