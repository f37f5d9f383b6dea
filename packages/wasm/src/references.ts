/**
 * Types of references (WebAssembly Core Specification 3.0, 2.3.4 and 3.3): to functions, to functions of one type, and to
 * what a host knows; with null among their values or without.
 */
import type { FuncType, RefType, ValueType } from './module.ts';

interface Parts {
  readonly nullable: boolean;
  /** A type's index, or what stands above all of its kind. */
  readonly heap: number | 'func' | 'extern';
}

export const isReference = (type: string): type is RefType => type.endsWith('ref') || type.startsWith('(ref');

function partsOf(type: RefType): Parts {
  if (type === 'funcref') return { nullable: true, heap: 'func' };
  if (type === 'externref') return { nullable: true, heap: 'extern' };
  const [, nullable, heap] = /^\(ref (null )?(\w+)\)$/.exec(type)!;
  return { nullable: nullable !== undefined, heap: heap === 'func' || heap === 'extern' ? heap : Number(heap) };
}

/** The type's one name. */
export function referenceType({ nullable, heap }: Parts): RefType {
  if (nullable && heap === 'func') return 'funcref';
  if (nullable && heap === 'extern') return 'externref';
  return `(ref ${nullable ? 'null ' : ''}${heap})`;
}

/** Whether a local of the type has a value before anything is assigned to it. */
export const isDefaultable = (type: ValueType): boolean => !isReference(type) || partsOf(type).nullable;

/** The index of the type that references of this type are to, if it is one. */
export function typeIndexOf(type: ValueType): number | undefined {
  const heap = isReference(type) ? partsOf(type).heap : undefined;
  return typeof heap === 'number' ? heap : undefined;
}

/** Whether each value of `a` is one of `b`. Function types are the same when they look the same. */
export function isSubtype(a: ValueType, b: ValueType, types: readonly FuncType[]): boolean {
  if (a === b) return true;
  if (!isReference(a) || !isReference(b)) return false;
  const [from, to] = [partsOf(a), partsOf(b)];
  if (from.nullable && !to.nullable) return false;
  if (from.heap === to.heap) return true;
  if (typeof from.heap !== 'number') return false;
  return typeof to.heap === 'number' ? sameType(types[from.heap], types[to.heap], types) : to.heap === 'func';
}

function sameType(a: FuncType | undefined, b: FuncType | undefined, types: readonly FuncType[]): boolean {
  if (!a || !b || a.params.length !== b.params.length || a.results.length !== b.results.length) return false;
  const pairs = [...a.params, ...a.results].map((type, i) => [type, [...b.params, ...b.results][i]] as const);
  return pairs.every(([x, y]) => isSubtype(x, y, types) && isSubtype(y, x, types));
}
