/**
 * Binaryen as the installed package has it. Its type declarations describe an older interface; what differs and is used
 * here is declared again in this file.
 */
import binaryen from 'binaryen';

type Accessors = Readonly<Record<string, (expression: number, ...args: number[]) => number>>;

interface Corrections {
  readonly ExpressionIds: Readonly<Record<string, number>>;
  readonly ExternalKinds: Readonly<Record<string, number>>;
}

const actual = binaryen as unknown as Corrections & Record<string, Accessors>;

/** Static accessors of a class of expressions (`If.getCondition(expression)`), or of `Function`. */
export function accessorsOf(name: string): Accessors {
  return actual[name];
}

export const ExpressionIds = actual.ExpressionIds;
export const ExternalKinds = actual.ExternalKinds;

/** Value of a constant expression: i64 as bigint (signed), others as number. */
export function constantOf(expression: number): number | bigint {
  const { value } = binaryen.getExpressionInfo(expression) as unknown as { value: number | bigint };
  return value;
}

/** The bits of a constant, unsigned: of a float its pattern, where a NaN is the positive canonical one. */
export function bitsOfConstant(expression: number): bigint {
  const value = constantOf(expression);
  const view = new DataView(new ArrayBuffer(8));
  switch (binaryen.getExpressionType(expression)) {
    case binaryen.f32:
      view.setFloat32(0, Number(value));
      return BigInt(view.getUint32(0));
    case binaryen.f64:
      view.setFloat64(0, Number(value));
      return view.getBigUint64(0);
    case binaryen.i64:
      return BigInt.asUintN(64, BigInt(value));
    default:
      return BigInt.asUintN(32, BigInt(value));
  }
}

/** An i64 constant. */
export function i64Const(module: binaryen.Module, value: bigint): number {
  return (module.i64.const as unknown as (value: bigint) => number)(value);
}

interface DataSegments {
  getNumDataSegments(): number;
  getDataSegmentByIndex(index: number): number;
  getDataSegmentInfo(segment: number): { readonly offset: number; readonly data: ArrayBuffer };
}

/** Copies of the module's data segments. */
export function dataSegmentsOf(module: binaryen.Module): { address: number; bytes: Uint8Array }[] {
  const segments = module as unknown as DataSegments;
  return Array.from({ length: segments.getNumDataSegments() }, (_, i) => {
    const { offset, data } = segments.getDataSegmentInfo(segments.getDataSegmentByIndex(i));
    return { address: offset, bytes: new Uint8Array(data).slice() };
  });
}

/** The functions that an active element segment puts into its table. */
export function elementsOf(module: binaryen.Module): string[] {
  return Array.from({ length: module.getNumElementSegments() }, (_, i) => {
    return binaryen.getElementSegmentInfo(module.getElementSegmentByIndex(i)).data;
  }).flat();
}
