/**
 * The language that runtime routines are written in: functions over machine integers, in the syntax of AssemblyScript.
 *
 *     function f32_lt(a: u32, b: u32): u32 { ... }
 *
 * Types are u32, i32, u64 and i64; a comparison gives u32, 0 or 1. Statements: `let`, assignment (`x = e`, `x += e` and
 * its kin), `if`/`else`, `while`, `return`, `trap(reason)`. Operators and their precedence are TypeScript's, without
 * assignment in expressions; the sign of the operands' type decides `>>`, `/`, `%` and the comparisons, and both sides
 * have one type, which a number takes from the other side. `u64(x)` and its kin convert, `clz(x)` counts zeros,
 * `high(x)` is the upper word of a u64, `pair(h, l)` the u64 of two words; any other name is a routine of the library. Operands of `&&`, `||` and `?:` are all evaluated, except in the condition of an
 * `if` or `while`.
 */

export type IntegerType = 'u32' | 'i32' | 'u64' | 'i64';

export type Expression =
  | { readonly kind: 'number'; readonly value: bigint }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'binary'; readonly op: string; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'unary'; readonly op: string; readonly operand: Expression }
  | {
      readonly kind: 'choose';
      readonly condition: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    }
  /** A conversion, a builtin or a routine. */
  | { readonly kind: 'call'; readonly callee: string; readonly args: readonly Expression[] };

export type Statement =
  | { readonly kind: 'let'; readonly name: string; readonly type?: IntegerType; readonly value: Expression }
  | { readonly kind: 'assign'; readonly name: string; readonly value: Expression }
  | { readonly kind: 'if'; readonly condition: Expression; readonly then: Statement[]; readonly otherwise: Statement[] }
  | { readonly kind: 'while'; readonly condition: Expression; readonly body: Statement[] }
  | { readonly kind: 'return'; readonly value: Expression }
  | { readonly kind: 'trap'; readonly reason: string };

export interface RoutineSource {
  readonly name: string;
  readonly params: readonly { readonly name: string; readonly type: IntegerType }[];
  readonly result: IntegerType;
  readonly body: readonly Statement[];
}

export const isIntegerType = (name: string): name is IntegerType => /^[iu](32|64)$/.test(name);

/** Names of the variables that the statements assign, at any depth. */
export function assignedBy(statements: readonly Statement[]): Set<string> {
  const names = new Set<string>();
  for (const statement of statements) {
    if (statement.kind === 'assign') names.add(statement.name);
    if (statement.kind === 'if')
      for (const name of assignedBy([...statement.then, ...statement.otherwise])) names.add(name);
    if (statement.kind === 'while') for (const name of assignedBy(statement.body)) names.add(name);
  }
  return names;
}

/** Names of everything that the routine calls: conversions and builtins, too. */
export function calledBy(routine: RoutineSource): Set<string> {
  const names = new Set<string>();
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { kind, callee } = node as { kind?: string; callee?: string };
    if (kind === 'call' && callee !== undefined) names.add(callee);
    for (const child of Object.values(node)) visit(child);
  };
  visit(routine.body);
  return names;
}
