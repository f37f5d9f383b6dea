/**
 * Assertions about our own code. A failing `invariant` is a bug in Kickstage, never a fault of the user's input
 * (input at fault becomes a `Diagnostic`). Nothing below the doors catches it.
 */

export class InvariantError extends Error {
  override name = 'InvariantError';
}

/** Throws `InvariantError` when `condition` is false. `message` says what should have been true. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/** Marks a place that exhaustive handling makes unreachable; the parameter's type proves it at compile time. */
export function unreachable(value: never, what = 'value'): never {
  throw new InvariantError(`unhandled ${what}: ${JSON.stringify(value)}`);
}
