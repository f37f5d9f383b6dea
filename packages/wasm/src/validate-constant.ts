/**
 * Constant expressions (WebAssembly Core Specification 3.0, 3.3.13): constants, references, immutable globals in front, and
 * sums, differences and products of integers.
 */
import type { Instruction, ValueType } from './module.ts';
import type { Spaces } from './validate-function.ts';

/** What is wrong with an expression, and where. */
export class ConstantError extends Error {
  override name = 'ConstantError';
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** The type of the one value; `globals` is how many of the globals may be used. Throws ConstantError. */
export function typeOfConstant(
  expression: readonly Instruction[],
  spaces: Spaces,
  globals: number,
  at: number,
): ValueType {
  const stack: ValueType[] = [];
  for (const instruction of expression) step(stack, instruction, spaces, globals);
  const [type, more] = stack;
  if (!type) throw new ConstantError(at, 'a constant expression is empty');
  if (more)
    throw new ConstantError(expression[expression.length - 1].offset, 'a constant expression has several values');
  return type;
}

function step(stack: ValueType[], { op, index, types, offset }: Instruction, spaces: Spaces, globals: number): void {
  const constant = /^([if](?:32|64))\.const$/.exec(op);
  if (constant) return void stack.push(constant[1] as ValueType);
  const binary = /^(i32|i64)\.(?:add|sub|mul)$/.exec(op);
  if (binary) return combine(stack, binary[1] as ValueType, offset);
  switch (op) {
    case 'ref.null':
      return void stack.push(types![0]);
    case 'ref.func': {
      const type = spaces.functionTypes[index!];
      if (type === undefined) throw new ConstantError(offset, `there is no function ${index}`);
      return void stack.push(`(ref ${type})`);
    }
    case 'global.get': {
      const global = spaces.globals[index!];
      if (!global || index! >= globals) throw new ConstantError(offset, `there is no global ${index}`);
      if (global.mutable) throw new ConstantError(offset, `global ${index} is not constant`);
      return void stack.push(global.type);
    }
    default:
      throw new ConstantError(offset, `${op} is not constant`);
  }
}

function combine(stack: ValueType[], type: ValueType, offset: number): void {
  const operands = stack.splice(-2);
  if (operands.length < 2) throw new ConstantError(offset, 'an operand of a constant expression is missing');
  const other = operands.find((operand) => operand !== type);
  if (other) throw new ConstantError(offset, `an operand of a constant expression is ${other}, not ${type}`);
  stack.push(type);
}
