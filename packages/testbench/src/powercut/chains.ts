/**
 * Long random chains: downloads, requests, confirmations, reversals, restarts and torn requests one after the other, with
 * power cut in any of them and in the boots behind. What may be started is known at every step. A chain is a list of
 * numbers between 0 and 1, so that a part of it is a chain, too: that is how a failure is shrunk.
 */
import type { LayoutImage } from '@kickstage/memory-map/layout';
import { applyCut, type Cut, type Device, type DeviceState } from './device.ts';
import type { LabImage } from './images.ts';
import { Judge, problemOf } from './judge.ts';
import { imageOf, isTrial, type Standing } from './oracle.ts';
import { Random } from './random.ts';
import { confirmation, request, requestRefused, restart, reversal, type Stage } from './scenarios.ts';
import { ERASE_TEARS, PROGRAM_TEARS } from './sim-flash.ts';
import { refusalOf } from './verified-images.ts';

/** What is done, and where power is cut in it and in the boot behind it; no cut where a number is absent. */
export interface Step {
  /** Chooses the action and its image. */
  readonly what: number;
  readonly cut?: number;
  readonly bootCut?: number;
  readonly seed: number;
}

export interface ChainFailure {
  /** The shortest part of the chain that fails. */
  readonly steps: readonly Step[];
  /** Steps of the chain that was found. */
  readonly found: number;
  readonly problem: string;
}

export interface ChainResult {
  readonly chains: number;
  readonly steps: number;
  readonly cuts: number;
  readonly boots: number;
  readonly failures: readonly ChainFailure[];
}

export interface ChainOptions {
  readonly app: LayoutImage;
  readonly images: readonly LabImage[];
  /** Images that the bootloader is to refuse. */
  readonly refused?: readonly LabImage[];
  readonly factory: DeviceState;
  readonly chains: number;
  readonly steps: number;
  readonly seed: number;
  readonly shard?: { readonly index: number; readonly count: number };
  readonly onProgress?: (chains: number) => void;
}

const CUT_IN = 2 / 3;
const CUT_IN_BOOT = 1 / 3;

export function makeChain(length: number, seed: number): Step[] {
  const random = new Random(seed);
  const part = () => random.below(1 << 24) / (1 << 24);
  return Array.from({ length }, () => ({
    what: part(),
    ...(part() < CUT_IN ? { cut: part() } : {}),
    ...(part() < CUT_IN_BOOT ? { bootCut: part() } : {}),
    seed: random.below(1 << 20) + 1,
  }));
}

export function runChains(device: Device, options: ChainOptions): ChainResult {
  const failures: ChainFailure[] = [];
  const total = { chains: 0, steps: 0, cuts: 0, boots: 0 };
  const { shard, chains, steps: length, seed } = options;
  for (let n = 0; n < chains && failures.length === 0; n++) {
    if (shard && n % shard.count !== shard.index) continue;
    const steps = makeChain(length, seed * 1_000_003 + n);
    const chain = new Chain(device, options);
    const problem = chain.run(steps);
    total.chains++;
    total.steps += steps.length;
    total.cuts += chain.cuts;
    total.boots += chain.boots;
    if (problem !== undefined) failures.push(shrink(device, options, steps, problem));
    options.onProgress?.(total.chains);
  }
  return { ...total, failures };
}

/** Leaves out steps as long as it still fails. */
function shrink(device: Device, options: ChainOptions, found: readonly Step[], first: string): ChainFailure {
  let steps = [...found];
  let problem = first;
  for (let size = steps.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at + size <= steps.length; ) {
      const shorter = [...steps.slice(0, at), ...steps.slice(at + size)];
      const again = new Chain(device, options).run(shorter);
      if (again === undefined) at += size;
      else {
        steps = shorter;
        problem = again;
      }
    }
  }
  return { steps, found: found.length, problem };
}

export class Chain {
  cuts = 0;
  private readonly device: Device;
  private readonly options: Pick<ChainOptions, 'app' | 'images' | 'refused' | 'factory'>;
  private readonly judge: Judge;
  /** What runs, and the image of before while it is on trial. */
  private now: Standing;
  private before: string;
  /** What a request that was cut may still start. */
  private latent: readonly Standing[] = [];

  constructor(device: Device, options: Pick<ChainOptions, 'app' | 'images' | 'refused' | 'factory'>) {
    this.device = device;
    this.options = options;
    this.judge = new Judge(device, options.app, options.images);
    this.now = options.images[0].name;
    this.before = this.now;
  }

  get boots(): number {
    return this.judge.counts.boots;
  }

  /** What went wrong; undefined where nothing did. */
  run(steps: readonly Step[]): string | undefined {
    this.device.restore(this.options.factory, 1);
    for (const [n, step] of steps.entries()) {
      const problem = problemOf(() => this.take(step));
      if (problem !== undefined) return `step ${n + 1} of ${steps.length}: ${problem}`;
    }
    return undefined;
  }

  private take(step: Step): void {
    const { device } = this;
    const stage = this.choose(step.what);
    const old = this.now;
    let allowed: readonly Standing[];
    if (stage === undefined) {
      device.tearRequest(step.seed);
      allowed = this.afterReset();
    } else {
      const { cut, operations } = this.perform(stage, step.cut, step.seed);
      const count = operations;
      const { at, how } = cut ?? { at: count - 1, how: 'after' as const };
      allowed = count === 0 && !cut ? [...this.afterReset()] : stage.allowed(at, count, how, this.record);
      // A download begins with a record that ends what an earlier request may still do.
      const isBegun = !cut || cut.at > this.record * 4;
      const isRequest = stage.name.includes('requests');
      if (isRequest && !isBegun) allowed = [...allowed, ...this.latent];
      if (!isRequest) allowed = [...allowed, ...this.latent];
      this.latent = cut && isRequest ? allowed.filter((standing) => imageOf(standing) !== imageOf(old)) : [];
    }
    if (step.bootCut !== undefined) allowed = this.cutBoot(allowed, step.bootCut, step.seed);
    this.become(this.judge.bootOnce([...new Set(allowed)]), old);
  }

  /** What the next boot starts when nothing is done. */
  private afterReset(): readonly Standing[] {
    return isTrial(this.now) ? [this.before] : [this.now, ...this.latent];
  }

  private become(standing: Standing, old: Standing): void {
    if (isTrial(standing) && imageOf(standing) !== imageOf(old)) this.before = imageOf(old);
    if (imageOf(standing) !== imageOf(old)) this.latent = [];
    this.now = standing;
  }

  private choose(what: number): Stage | undefined {
    const { images, refused = [], app } = this.options;
    const reverts = app.update!.strategy !== 'overwrite';
    const from = imageOf(this.now);
    const others = [...images.filter(({ name }) => name !== from), ...refused];
    const to = others[Math.floor(what * 1000) % others.length];
    const own = images.find(({ name }) => name === from)!;
    if (isTrial(this.now)) {
      const names = { from: this.before, to: own };
      if (what < 0.5) return confirmation(names);
      return what < 0.75 ? reversal(names) : restart(this.before);
    }
    const isRefused = refusalOf(app, own, to) !== undefined;
    if (what < 0.7 && isRefused) return requestRefused({ from, to }, what < 0.1);
    if (what < 0.7) return request({ from, to }, { reverts }, what < 0.1);
    return what < 0.85 ? restart(from) : undefined;
  }

  /** Does a stage, and cuts the power in it. */
  private perform(stage: Stage, part: number | undefined, seed: number): { cut?: Cut; operations: number } {
    const { device } = this;
    const state = device.state;
    stage.run(device);
    const operations = [...device.operations];
    if (part === undefined || operations.length === 0) return { operations: operations.length };
    return { cut: this.cutIn(operations, state, part, seed), operations: operations.length };
  }

  private cutIn(operations: Device['operations'], state: DeviceState, part: number, seed: number): Cut {
    const { device } = this;
    const random = new Random(seed);
    const at = Math.min(operations.length - 1, Math.floor(part * operations.length));
    const ways: Cut['how'][] = ['before', ...(operations[at].op === 'erase' ? ERASE_TEARS : PROGRAM_TEARS)];
    const how = at === operations.length - 1 && random.below(4) === 0 ? 'after' : ways[random.below(ways.length)];
    device.restore(state, seed);
    for (const operation of operations.slice(0, at)) device.flash[operation.memory].apply(operation);
    applyCut(device.flash, operations[at], how, random);
    device.losePower(seed);
    this.cuts++;
    return { at, how };
  }

  /** A cut in the boot behind; the boot after that goes on. */
  private cutBoot(allowed: readonly Standing[], part: number, seed: number): readonly Standing[] {
    const { device } = this;
    const state = device.state;
    const standing = this.judge.bootOnce([...new Set(allowed)]);
    const operations = [...device.operations];
    device.restore(state, seed);
    if (operations.length === 0) return allowed;
    for (const memory of device.flash) memory.age();
    const { at } = this.cutIn(operations, device.state, part, seed + 1);
    const isBegun = isTrial(standing) && at >= operations.length - this.record;
    return isBegun ? [...allowed, imageOf(this.now) === imageOf(standing) ? this.before : imageOf(this.now)] : allowed;
  }

  private get record(): number {
    return this.device.record;
  }
}
