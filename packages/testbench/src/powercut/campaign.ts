/**
 * A campaign: every scenario, every operation of every stage, every way to cut it; for each the next boot, what it starts,
 * and that this stays so; then a second cut at every operation of that recovery. What a cut leaves is made from the list
 * of operations that the stage did uncut, so that a stage is run once and not once for each cut.
 */
import type { LayoutImage } from '@kickstage/memory-map/layout';
import { applyCut, type Cut, type Device, type DeviceState } from './device.ts';
import type { LabImage } from './images.ts';
import { type Counts, Judge, problemOf, type Recovery } from './judge.ts';
import { Broken, imageOf, isTrial, type Standing } from './oracle.ts';
import { Random } from './random.ts';
import type { Scenario, Stage } from './scenarios.ts';
import { ERASE_TEARS, type FlashOperation, HICCUPS, type Hiccup, PROGRAM_TEARS } from './sim-flash.ts';

export interface CampaignOptions {
  readonly app: LayoutImage;
  readonly images: readonly LabImage[];
  readonly scenarios: readonly Scenario[];
  /** Cut a second time at one of so many operations of a recovery; 1: at each; 0: never. */
  readonly secondCuts: number;
  readonly seed: number;
  /** Cuts with a number n for which n % count === index are this shard's. */
  readonly shard?: { readonly index: number; readonly count: number };
  /** Of the units of images, which are much alike, only one of so many; erases and the journal always. All when absent. */
  readonly dataEvery?: number;
  /** This cut alone: a failure that is to be seen again. */
  readonly only?: Failure;
  /** Ends after so many failures; 20 when absent. */
  readonly mostFailures?: number;
  readonly onProgress?: (counts: Counts) => void;
  /** Goes on behind the stages that are done there. */
  readonly resume?: Checkpoint;
  /** Called behind each stage. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void;
}

/** What a campaign has done so far, as plain data: where it was stopped, it goes on behind this. */
export interface Checkpoint extends CampaignResult {
  /** Stages that are done, over all scenarios. */
  readonly stagesDone: number;
  /** Of the next cut. */
  readonly number: number;
}

/** Where flash does not do what it is to do: power fails, or it stumbles. */
export interface Trouble {
  readonly at: number;
  readonly how: Cut['how'] | Hiccup;
}

/** A failure, with all that is needed to see it again. */
export interface Failure {
  readonly scenario: string;
  readonly stage: number;
  readonly stageName: string;
  /** Absent where the stage fails without any trouble. */
  readonly cut?: Trouble;
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
  readonly failures: Failure[] = [];
  private readonly stages: { scenario: string; stage: string; operations: number; erases: number }[] = [];
  private readonly device: Device;
  private readonly judge: Judge;
  private readonly options: CampaignOptions;
  private number = 0;
  private stagesDone = 0;

  constructor(device: Device, options: CampaignOptions) {
    this.device = device;
    this.options = options;
    this.judge = new Judge(device, options.app, options.images);
    const { resume } = options;
    if (!resume) return;
    Object.assign(this.judge.counts, resume.counts);
    this.failures.push(...resume.failures);
    this.stages.push(...resume.stages);
  }

  get counts(): Counts {
    return this.judge.counts;
  }

  run(factory: DeviceState, prepare: (scenario: Scenario) => void): CampaignResult {
    for (const scenario of this.options.scenarios) {
      this.device.restore(factory, this.options.seed);
      prepare(scenario);
      this.runScenario(scenario);
      if (this.isOver) break;
    }
    return { counts: this.counts, failures: this.failures, stages: this.stages };
  }

  private runScenario(scenario: Scenario): void {
    const { device } = this;
    for (const [index, stage] of scenario.stages.entries()) {
      if (this.isOver) return;
      const before = device.state;
      const problem = problemOf(() => this.runUncut(stage));
      if (problem !== undefined) return this.fail(scenario, index, { seed: this.options.seed, problem });
      const { operations } = device;
      const after = device.state;
      if (!this.isDoneBefore()) {
        const erases = operations.filter(({ op }) => op === 'erase').length;
        this.stages.push({ scenario: scenario.name, stage: stage.name, operations: operations.length, erases });
        this.cutStage(scenario, index, before, operations);
        this.options.onCheckpoint?.(this.checkpoint());
      }
      device.restore(after, this.options.seed + index);
    }
  }

  /** Whether this stage is one that the checkpoint is behind. */
  private isDoneBefore(): boolean {
    this.stagesDone++;
    const { resume } = this.options;
    if (this.stagesDone === resume?.stagesDone) this.number = resume.number;
    return resume !== undefined && this.stagesDone <= resume.stagesDone;
  }

  private checkpoint(): Checkpoint {
    const { counts, failures, stages, number, stagesDone } = this;
    return { counts: { ...counts }, failures: [...failures], stages: [...stages], number, stagesDone };
  }

  /** A stage without trouble. */
  private runUncut(stage: Stage): void {
    const { device } = this;
    const { status, ending } = stage.run(device);
    const { operations, state } = device;
    if (status !== 0) throw new Broken(`it was refused with ${status}`);
    this.judge.checkEnding(ending, [stage.expected]);
    this.judge.checkOutcome(stage.outcome);
    device.restore(state, this.options.seed);
    device.operations = operations;
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
      const ways = this.isWorthIt(operation, at)
        ? [...waysToCut(operation, at === operations.length - 1), ...HICCUPS]
        : [];
      const wanted = ways
        .map((how) => ({ how, number: this.number++ }))
        .filter(({ how, number }) => this.isMine(number) && this.isAsked(scenario, index, { at, how }));
      // A snapshot makes the next change copy a sector: only where it is needed.
      if (wanted.length > 0) {
        const state = device.state;
        for (const { how, number } of wanted)
          if (!this.isOver)
            if (isHiccup(how)) this.tryHiccup(scenario, index, { at, how }, before, operations.length, number);
            else this.tryCut(scenario, index, { at, how }, operations, state, number);
        device.restore(state, 1);
      }
      device.flash[operation.memory].apply(operation);
    });
  }

  private get isOver(): boolean {
    return this.failures.length >= (this.options.mostFailures ?? MOST_FAILURES);
  }

  private isWorthIt({ op, memory, address }: FlashOperation, at: number): boolean {
    const { dataEvery = 1 } = this.options;
    const { journal } = this.device.layout.updates!;
    const isJournal = memory === 0 && journal?.some(({ start, end }) => address >= start && address < end);
    return op === 'erase' || isJournal || at % dataEvery === 0;
  }

  private isMine(number: number): boolean {
    const { shard } = this.options;
    return !shard || number % shard.count === shard.index;
  }

  /** Whether a cut is the one that is to be seen again, or all are. */
  private isAsked({ name }: Scenario, stage: number, { at, how }: Trouble): boolean {
    const { only } = this.options;
    return !only || (only.scenario === name && only.stage === stage && only.cut?.at === at && only.cut.how === how);
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
    const fail = (problem: string) => this.fail(scenario, index, { cut, seed, problem });
    const recovery = this.judge.attempt(allowed, seed, fail, stage.older);
    if (!recovery) return;
    this.cutAgain(recovery, afterCut, allowed, seed, (second, problem) =>
      this.fail(scenario, index, { cut, second, seed, problem }),
    );
  }

  /** Flash does not do an operation, or does it wrong, and power stays: the stage runs to its end with that. */
  private tryHiccup(
    scenario: Scenario,
    index: number,
    cut: { readonly at: number; readonly how: Hiccup },
    before: DeviceState,
    count: number,
    number: number,
  ): void {
    const { device, judge, options } = this;
    const seed = options.seed + number;
    const stage = scenario.stages[index];
    const fail = (problem: string) => this.fail(scenario, index, { cut, seed, problem });
    const after = stage.allowed(count - 1, count, 'after', this.record);
    const either = [...new Set([...stage.allowed(0, count, 'before', this.record), ...after])];
    judge.counts.hiccups++;
    judge.mayBeFollowed = cut.how === 'weak';
    device.restore(before, seed);
    device.hiccup = cut;
    let status = 0;
    const problem = problemOf(() => {
      const result = stage.run(device);
      status = result.status;
      device.hiccup = undefined;
      judge.checkEnding(result.ending, [...either, stage.expected]);
    });
    device.hiccup = undefined;
    if (problem !== undefined) fail(problem);
    // What went well in spite of it has its effect.
    else judge.attempt(status === 0 && !stage.isBoot ? after : either, seed, fail);
    judge.mayBeFollowed = false;
  }

  /** Flash as a cut leaves it. */
  private leaveCut(state: DeviceState, operation: FlashOperation, cut: Cut, seed: number): void {
    this.device.restore(state, seed);
    applyCut(this.device.flash, operation, cut.how, new Random(seed));
    this.device.losePower(seed);
  }

  /** Operations that one journal record takes. */
  private get record(): number {
    return this.device.record;
  }

  /** A second cut, in the boot that recovers from the first. */
  private cutAgain(
    { operations, standing }: Recovery,
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
          if (!this.judge.attempt(wider, seed, (problem) => fail({ at, how }, problem))) return;
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
    return [...new Set([...allowed, ...this.judge.othersThan(imageOf(standing))])];
  }

  private fail(scenario: Scenario, index: number, failure: Omit<Failure, 'scenario' | 'stage' | 'stageName'>): void {
    const stage: Stage = scenario.stages[index];
    this.failures.push({ scenario: scenario.name, stage: index, stageName: stage.name, ...failure });
  }
}

/** Before each operation, in it, and after the last: after any other is before the next. */
function waysToCut({ op }: FlashOperation, isLast: boolean): Cut['how'][] {
  return ['before', ...(op === 'erase' ? ERASE_TEARS : PROGRAM_TEARS), ...(isLast ? (['after'] as const) : [])];
}

const isHiccup = (how: Trouble['how']): how is Hiccup => (HICCUPS as readonly string[]).includes(how);
