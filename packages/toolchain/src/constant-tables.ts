/** Functions of `kickstage/layout` that are tables: chains of comparisons that the compiler folds where it can. */

/** A function from 0, 1, 2, ... to values; larger arguments, which callers do not give, yield the last. */
export function table(
  name: string,
  parameter: string,
  type: string,
  values: readonly number[],
  print: (value: number) => string,
): string {
  const tests = values.slice(0, -1).map((value, i) => `  if (${parameter} === ${i}) return ${print(value)};`);
  const last = print(values[values.length - 1]);
  return [...inlined(`${name}(${parameter}: u32): ${type} {`), ...tests, `  return ${last};`, '}'].join('\n');
}

/** The compiler knows a decorator on functions that editors do not. */
export function inlined(head: string): string[] {
  return ['// @ts-ignore: decorator', `@inline export function ${head}`];
}
