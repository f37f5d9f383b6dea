/**
 * Judges a device after trouble: the next boot, what it starts, that this stays so, and that an image on trial can confirm
 * itself or comes back.
 */
import type { LayoutImage } from '@kickstage/memory-map/layout';
import { type Subject, startsOf } from './device.ts';
import type { Ending } from './firmware-host.ts';
import type { LabImage } from './images.ts';
import { confirm, outcomeSeen } from './lab-app.ts';
import { Broken, imageOf, isTrial, NOTHING, type Standing, standingOf } from './oracle.ts';
import { type FlashOperation, FlashViolation } from './sim-flash.ts';

export interface Counts {
  cuts: number;
  secondCuts: number;
  /** Operations that flash did not do, or did wrong. */
  hiccups: number;
  boots: number;
  /** Operations and erases of the longest recovery. */
  worstOperations: number;
  worstErases: number;
}

export const NO_COUNTS: Readonly<Counts> = {
  cuts: 0,
  secondCuts: 0,
  hiccups: 0,
  boots: 0,
  worstOperations: 0,
  worstErases: 0,
};

/** A recovery: its operations, and what it started. */
export interface Recovery {
  readonly operations: readonly FlashOperation[];
  readonly standing: Standing;
}

export class Judge {
  readonly counts: Counts = { ...NO_COUNTS };
  /** Flash left something where it was to be erased and said that all went well: nobody reads behind an image's end. */
  mayBeFollowed = false;
  private readonly device: Subject;
  private readonly app: LayoutImage;
  private readonly images: readonly LabImage[];

  constructor(device: Subject, app: LayoutImage, images: readonly LabImage[]) {
    this.device = device;
    this.app = app;
    this.images = images;
  }

  /** The recovery, and what comes after it; undefined where it failed. The device is as the recovery has left it. */
  attempt(
    allowed: readonly Standing[],
    seed: number,
    fail: (problem: string) => void,
    older?: LabImage,
  ): Recovery | undefined {
    let recovery: Recovery | undefined;
    const problem = problemOf(() => {
      if (older) this.refuseOlder(older, seed);
      const standing = this.bootOnce(allowed);
      const operations = [...this.device.operations];
      const after = this.device.state;
      this.goOn(standing, allowed, seed);
      this.device.restore(after, seed);
      recovery = { operations, standing };
    });
    if (problem === undefined) return recovery;
    fail(problem);
    return undefined;
  }

  /** Throws `Broken` if an image with a lower counter than the one that is kept is started, once somebody puts it in place. */
  private refuseOlder(older: LabImage, seed: number): void {
    const { device, app } = this;
    const before = device.state;
    device.plant!(older);
    this.counts.boots++;
    const ending = device.boot();
    const start =
      ending.how === 'boot'
        ? startsOf(app).find((at) => ending.handler > at && ending.handler < at + app.update!.capacity)
        : 0;
    if (start) {
      const bytes = older.bytesAt(start);
      if (device.flash[0].peek(start, bytes.length).every((byte, i) => byte === bytes[i]))
        throw new Broken(`${older.name} was started, whose security counter is below the one that is kept`);
    }
    device.restore(before, seed);
  }

  /** One boot; throws `Broken` unless it starts with one of these standings. */
  bootOnce(allowed: readonly Standing[]): Standing {
    const { device, counts } = this;
    counts.boots++;
    const ending = device.boot();
    const { operations } = device;
    counts.worstOperations = Math.max(counts.worstOperations, operations.length);
    counts.worstErases = Math.max(counts.worstErases, operations.filter(({ op }) => op === 'erase').length);
    const standing = standingOf(device, this.app, this.images, ending, this.mayBeFollowed);
    device.operations = operations;
    if (allowed.includes(standing)) return standing;
    if (standing === NOTHING) throw new Broken('the bootloader halts: no image can be started');
    throw new Broken(`${say(standing)} was started; only ${allowed.map(say).join(' or ')} may be`);
  }

  /** What a stage that is a boot has started. Throws `Broken` unless it is one of these standings. */
  checkEnding(ending: Ending | undefined, allowed: readonly Standing[]): void {
    if (ending === undefined || ending.how === 'reset') return;
    const standing = standingOf(this.device, this.app, this.images, ending, this.mayBeFollowed);
    if (standing === NOTHING && !allowed.includes(NOTHING))
      throw new Broken('the bootloader halts: no image can be started');
    if (!allowed.includes(standing))
      throw new Broken(`${say(standing)} was started, not ${allowed.map(say).join(' or ')}`);
  }

  /** Whether the app that runs reads that outcome of its last update; any when undefined. */
  checkOutcome(expected: number | undefined): void {
    if (expected === undefined) return;
    const seen = outcomeSeen(this.device);
    if (seen !== expected) throw new Broken(`the outcome of the update is ${seen}, not ${expected}`);
  }

  /** All images but one. */
  othersThan(name: string): string[] {
    return this.images.map((image) => image.name).filter((other) => other !== name);
  }

  /** What was started stays: confirmed, or unless it is confirmed brought back; then nothing changes any more. */
  private goOn(standing: Standing, allowed: readonly Standing[], seed: number): void {
    if (!isTrial(standing)) {
      const later = allowed.filter((other) => isTrial(other));
      const again = this.bootOnce([standing, ...later]);
      if (again === standing) this.bootOnce([standing, ...later]);
    } else if (seed % 2 === 0) {
      const { status } = confirm(this.device);
      if (status !== 0) throw new Broken(`${say(standing)} could not confirm itself (${status})`);
      this.bootOnce([imageOf(standing)]);
      this.bootOnce([imageOf(standing)]);
    } else {
      const back = this.bootOnce(this.othersThan(imageOf(standing)));
      this.bootOnce([back]);
    }
  }
}

export const say = (standing: Standing) => (isTrial(standing) ? `${imageOf(standing)} on trial` : standing);

/** What firmware did that must not be; undefined where it did nothing of the kind. */
export function problemOf(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof Broken || error instanceof FlashViolation || error instanceof WebAssembly.RuntimeError)
      return error.message;
    throw error;
  }
}
