/** What a constant expression gives (WebAssembly Core Specification 3.0, 3.3.13), once imports have their values. */
import type { Instruction } from '@kickstage/wasm/module';
import type { ModuleContext } from './module-context.ts';

export type ConstantValue =
  /** A number's bits, or 0 for a reference to nothing. */
  | { readonly kind: 'number'; readonly value: bigint }
  | { readonly kind: 'address'; readonly symbol: string; readonly offset: number }
  | { readonly kind: 'function'; readonly name: string };

const ZERO: ConstantValue = { kind: 'number', value: 0n };

/** The module is valid. */
export function evaluateConstant(expression: readonly Instruction[], context: ModuleContext): ConstantValue {
  const stack: ConstantValue[] = [];
  for (const instruction of expression) {
    const operator = /^i(32|64)\.(add|sub|mul)$/.exec(instruction.op);
    if (!operator) stack.push(constantOf(instruction, context));
    else stack.push(combine(stack.splice(-2), operator[2], operator[1] === '64' ? 64 : 32));
  }
  return stack[0] ?? ZERO;
}

function constantOf({ op, index, value }: Instruction, context: ModuleContext): ConstantValue {
  if (op === 'ref.func') {
    const callee = context.callees[index!];
    return callee.kind === 'function' || callee.kind === 'external' ? { kind: 'function', name: callee.name } : ZERO;
  }
  if (op !== 'global.get') return { kind: 'number', value: value ?? 0n };
  const global = context.globals[index!];
  if (global?.kind === 'constant') return { kind: 'number', value: global.value };
  return global?.kind === 'address' || global?.kind === 'function' ? global : ZERO;
}

/** An address may have a number added; what else is done with it means nothing in wasm's own memory. */
function combine([a, b]: readonly ConstantValue[], op: string, width: 32 | 64): ConstantValue {
  if (a.kind === 'number' && b.kind === 'number') {
    const value = op === 'add' ? a.value + b.value : op === 'sub' ? a.value - b.value : a.value * b.value;
    return { kind: 'number', value: BigInt.asIntN(width, value) };
  }
  const [address, number] = a.kind === 'address' ? [a, b] : [b, a];
  if (op !== 'add' || address.kind !== 'address' || number.kind !== 'number') return ZERO;
  return { ...address, offset: address.offset + Number(BigInt.asIntN(32, number.value)) };
}
