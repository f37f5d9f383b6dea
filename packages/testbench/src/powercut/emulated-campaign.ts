/**
 * Cuts on the virtual board: the stages of a scenario in machine code, power cut at cycles and within flash operations
 * that are spread over all of it; what the next boots start is judged as in the simulated campaign. Before that each stage
 * is run uncut on both devices: their operations must be the same.
 */
import type { PowerCut } from '@kickstage/emulator/power';
import type { LayoutImage } from '@kickstage/memory-map/layout';
import type { Cut, Subject } from './device.ts';
import { type EmulatedDevice, PowerFailed } from './emulated-device.ts';
import type { LabImage } from './images.ts';
import { Judge } from './judge.ts';
import { Broken } from './oracle.ts';
import { Random } from './random.ts';
import type { Scenario, Stage } from './scenarios.ts';
import { FlashViolation } from './sim-flash.ts';

export interface EmulatedOptions {
  readonly app: LayoutImage;
  readonly images: readonly LabImage[];
  readonly scenario: Scenario;
  /** How many, over all stages. */
  readonly cuts: number;
  readonly seed: number;
  /** The same device simulated, in its factory state; stages are compared with it. */
  readonly twin?: Subject;
  readonly onProgress?: (cuts: number) => void;
}

export interface EmulatedFailure {
  readonly stage: number;
  readonly stageName: string;
  readonly power?: PowerCut;
  readonly seed: number;
  readonly problem: string;
}

export interface EmulatedStage {
  readonly stage: string;
  readonly operations: number;
  readonly cycles: number;
}

export interface EmulatedResult {
  readonly cuts: number;
  /** Those that tore an operation. */
  readonly torn: number;
  readonly boots: number;
  readonly stages: readonly EmulatedStage[];
  readonly failures: readonly EmulatedFailure[];
}

/** A stage as it is without cuts. */
interface Uncut {
  readonly stage: Stage;
  readonly before: unknown;
  readonly operations: number;
  readonly start: number;
  readonly end: number;
}

const MOST_FAILURES = 20;
const PROGRESS_EVERY = 50;
/** Of so many cuts one is at any cycle, the others within operations: most cycles are those of erases. */
const AT_CYCLES = 3;

export class EmulatedCampaign {
  private readonly device: EmulatedDevice;
  private readonly options: EmulatedOptions;
  private readonly judge: Judge;
  private readonly failures: EmulatedFailure[] = [];
  private cuts = 0;
  private torn = 0;

  constructor(device: EmulatedDevice, options: EmulatedOptions) {
    this.device = device;
    this.options = options;
    this.judge = new Judge(device, options.app, options.images);
  }

  run(): EmulatedResult {
    const uncut = this.runUncut();
    const weight = uncut.reduce((sum, { operations }) => sum + operations + 1, 0);
    const random = new Random(this.options.seed);
    uncut.forEach((stage, index) => {
      const count = Math.ceil((this.options.cuts * (stage.operations + 1)) / weight);
      for (let i = 0; i < count && this.failures.length < MOST_FAILURES; i++)
        this.tryCut(stage, index, this.drawCut(stage, random), random.below(1 << 20));
    });
    return {
      cuts: this.cuts,
      torn: this.torn,
      boots: this.judge.counts.boots,
      stages: uncut.map(({ stage: { name }, operations, start, end }) => ({
        stage: name,
        operations,
        cycles: end - start,
      })),
      failures: this.failures,
    };
  }

  private runUncut(): Uncut[] {
    const { device } = this;
    const { scenario, twin, seed } = this.options;
    const all: Uncut[] = [];
    for (const [index, stage] of scenario.stages.entries()) {
      const before = device.state;
      const start = device.machine.clock.cycles;
      const from = device.machine.power.operationCount;
      try {
        const { status, ending } = stage.run(device);
        const after = device.state;
        const uncut = {
          stage,
          before,
          operations: device.machine.power.operationCount - from,
          start,
          end: device.machine.clock.cycles,
        };
        if (status !== 0) throw new Broken(`it was refused with ${status}`);
        if (twin) compareWith(device, twin, stage);
        this.judge.checkEnding(ending, [stage.expected]);
        this.judge.checkOutcome(stage.outcome);
        device.restore(after);
        all.push(uncut);
      } catch (error) {
        this.failures.push({ stage: index, stageName: stage.name, seed, problem: problemIn(error) });
        return all;
      }
    }
    return all;
  }

  private drawCut({ operations, start, end }: Uncut, random: Random): PowerCut {
    const seed = random.below(1 << 20) + 1;
    if (operations === 0 || random.below(AT_CYCLES) === 0) return { cycle: start + random.below(end - start), seed };
    return { operation: 1 + random.below(operations), part: random.below(1001) / 1000, seed };
  }

  private tryCut(uncut: Uncut, index: number, power: PowerCut, seed: number): void {
    const { device, options, judge } = this;
    const fail = (problem: string) =>
      this.failures.push({ stage: index, stageName: uncut.stage.name, power, seed, problem });
    device.restore(uncut.before);
    const allowed = cutStage(device, uncut.stage, uncut.operations, power);
    if (typeof allowed === 'string') return void fail(allowed);
    this.cuts++;
    if (device.machine.power.report!.torn.length > 0) this.torn++;
    if (this.cuts % PROGRESS_EVERY === 0) options.onProgress?.(this.cuts);
    device.powerOn();
    try {
      judge.attempt(allowed, seed, fail);
    } catch (error) {
      fail(problemIn(error));
    }
  }
}

/** Runs a stage into a cut; with what the next boot may start, or what is wrong. */
export function cutStage(
  device: EmulatedDevice,
  stage: Stage,
  operations: number,
  power: PowerCut,
): readonly string[] | string {
  const { power: supply } = device.machine;
  const from = supply.operationCount;
  device.cutAt(power);
  try {
    stage.run(device);
    return 'power was not cut';
  } catch (error) {
    if (!(error instanceof PowerFailed)) return problemIn(error);
  }
  const { at, how } = placeOf(supply.operationCount - from, supply.report!.torn.length > 0, operations);
  return stage.allowed(at, operations, how, device.record);
}

/** Where a cut was, as scenarios count: `begun` operations, of which the last may be torn. */
function placeOf(begun: number, isTorn: boolean, count: number): { at: number; how: Cut['how'] } {
  if (isTorn) return { at: begun - 1, how: 'bits' };
  return begun >= count ? { at: count - 1, how: 'after' } : { at: begun, how: 'before' };
}

/** Throws where the simulated device does another thing in this stage. */
function compareWith(device: EmulatedDevice, twin: Subject, stage: Stage): void {
  stage.run(twin);
  // Serial flash takes pages where the simulated one takes words.
  const own = ({ operations }: Subject) =>
    operations.filter(({ memory }) => memory === 0).map(({ op, address }) => `${op} 0x${address.toString(16)}`);
  const [here, there] = [own(device), own(twin)];
  const at = here.findIndex((operation, i) => operation !== there[i]);
  if (at >= 0 || here.length !== there.length)
    throw new Broken(
      `operation ${at < 0 ? here.length : at} of ${here.length} is ${here[at] ?? 'none'}; simulated it is ${there[at < 0 ? here.length : at] ?? 'none'} of ${there.length}`,
    );
}

function problemIn(error: unknown): string {
  if (error instanceof Broken || error instanceof FlashViolation || error instanceof PowerFailed) return error.message;
  throw error;
}
