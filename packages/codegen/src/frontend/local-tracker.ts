/**
 * What debuggers are told of a function's locals: the value of each at every instruction. Of a module that no optimiser has
 * changed, all parameters and all locals with names are variables of the source. An optimiser gives a local that is free
 * to another variable: then only parameters can be told, and each only as long as nothing was assigned to it.
 */
import type { ValueId } from '../ir/types.ts';

export class LocalTracker {
  private readonly told: Set<number>;
  private readonly isExact: boolean;
  private latest: readonly (ValueId | undefined)[] | undefined;

  constructor(parameterCount: number, names: ReadonlyMap<number, string>, isExact: boolean) {
    const parameters = Array.from({ length: parameterCount }, (_, i) => i);
    this.told = new Set(isExact ? [...parameters, ...names.keys()] : parameters);
    this.isExact = isExact;
  }

  /** Locals may have other values from here on. */
  changed(): void {
    this.latest = undefined;
  }

  assigned(local: number): void {
    this.changed();
    if (!this.isExact) this.told.delete(local);
  }

  /** The same array as long as nothing changes; undefined where there is nothing to tell. */
  snapshot(locals: readonly ValueId[]): readonly (ValueId | undefined)[] | undefined {
    if (this.told.size === 0) return undefined;
    this.latest ??= locals.map((value, i) => (this.told.has(i) ? value : undefined));
    return this.latest;
  }
}
