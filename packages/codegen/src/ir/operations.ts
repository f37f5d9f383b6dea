/** Facts about operations that several parts need: which there are, their types, and what they do besides computing. */
import { FLOAT_OPERATIONS } from './float-operations.ts';
import type { FloatOp, Inst, TrapReason, ValueType } from './types.ts';

type PlainOp = Exclude<
  Inst['op'],
  FloatOp | 'const' | 'symbolAddress' | 'load' | 'store' | 'call' | 'callIndirect' | 'trapIf' | 'intrinsic'
>;

/** `T`: the type of the first argument. `args -> results`. */
const SIGNATURES: Readonly<Record<PlainOp, string>> = {
  add: 'T,T->T',
  sub: 'T,T->T',
  mul: 'T,T->T',
  divS: 'T,T->T',
  divU: 'T,T->T',
  remS: 'T,T->T',
  remU: 'T,T->T',
  and: 'T,T->T',
  or: 'T,T->T',
  xor: 'T,T->T',
  shl: 'T,T->T',
  shrS: 'T,T->T',
  shrU: 'T,T->T',
  rotl: 'T,T->T',
  rotr: 'T,T->T',
  eq: 'T,T->i32',
  ne: 'T,T->i32',
  ltS: 'T,T->i32',
  ltU: 'T,T->i32',
  gtS: 'T,T->i32',
  gtU: 'T,T->i32',
  leS: 'T,T->i32',
  leU: 'T,T->i32',
  geS: 'T,T->i32',
  geU: 'T,T->i32',
  clz: 'T->T',
  ctz: 'T->T',
  popcnt: 'T->T',
  eqz: 'T->i32',
  extend8S: 'T->T',
  extend16S: 'T->T',
  extend32S: 'i64->i64',
  wrap: 'i64->i32',
  extendI32S: 'i32->i64',
  extendI32U: 'i32->i64',
  select: 'i32,U,U->U',
  memoryCopy: 'i32,i32,i32->',
  memoryFill: 'i32,i32,i32->',
};

/** Operations without a text form of their own. */
export const OPERATION_NAMES: ReadonlySet<string> = new Set([...Object.keys(SIGNATURES), ...FLOAT_OPERATIONS.keys()]);

/** `args->results` that an operation must have, given the types of its arguments; undefined where that depends on more. */
export function signatureOf(op: Inst['op'], args: readonly ValueType[]): string | undefined {
  const float = FLOAT_OPERATIONS.get(op);
  if (float) return `${float.args.join()}->${float.result}`;
  const signature: string | undefined = SIGNATURES[op as PlainOp];
  return signature?.replaceAll('T', args[0]).replaceAll('U', args[1]);
}

export const TRAP_REASONS: readonly TrapReason[] = [
  'unreachable',
  'integerDivideByZero',
  'integerOverflow',
  'invalidConversionToInteger',
  'undefinedElement',
  'indirectCallTypeMismatch',
  'abort',
  'outOfBoundsMemory',
  'outOfBoundsTable',
  'uninitializedElement',
  'callStackExhausted',
];
