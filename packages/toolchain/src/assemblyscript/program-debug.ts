/**
 * Reads from the AssemblyScript compiler what debuggers want to know of a program, before its module is changed: names,
 * types and declarations of functions, parameters, locals, variables and classes.
 */
import type {
  ProgramDebug,
  SourceClass,
  SourceField,
  SourceFunction,
  SourceGlobal,
  SourceLocal,
  SourceStorage,
  SourceType,
} from '@kickstage/object/program-debug';
import type { SourcePlace } from '@kickstage/object/source-place';
import binaryen from 'binaryen';
import type { Addresses } from './addresses.ts';
import {
  type AscClass,
  type AscElement,
  type AscField,
  type AscFunction,
  type AscGlobal,
  type AscProgram,
  type AscType,
  BASE_TYPES,
  ELEMENT,
} from './asc-program.ts';
import { accessorsOf, constantOf } from './binaryen-api.ts';
import { type FunctionBody, functionsOf, kindOf, walk } from './expressions.ts';
import { isStandardLibrary, shownName } from './source-tree.ts';

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
/** File of what the compiler itself declares. */
const NATIVE = '~lib/native.ts';
const STRING = '~lib/string/String';
const STATIC_ARRAY = '~lib/staticarray/StaticArray<';
const USIZE: SourceType = { kind: 'base', ...BASE_TYPES.find(({ name }) => name === 'usize')! };

/** `module` is as the compiler made it, but that addresses may stand in `addresses` only. */
export function readProgramDebug(program: AscProgram, module: binaryen.Module, addresses: Addresses): ProgramDebug {
  const instances = [...program.instancesByName.values()];
  const bodies = new Map(functionsOf(module).map((fn) => [fn.name, fn]));
  const functions = new Map<string, SourceFunction>();
  for (const element of instances) {
    if (element.kind !== ELEMENT.Function) continue;
    const body = bodies.get(element.internalName);
    const found = body && sourceFunction(element as AscFunction, body);
    if (found) functions.set(element.internalName, found);
  }
  const globals = [...program.elementsByName.values()].flatMap((element) =>
    element.kind === ELEMENT.Global ? (sourceGlobal(element as AscGlobal, module, addresses) ?? []) : [],
  );
  const classes = new Map<string, SourceClass>();
  for (const element of instances) {
    const found = element.kind === ELEMENT.Class ? sourceClass(element as AscClass) : undefined;
    if (found) classes.set(element.internalName, found);
  }
  return { functions, globals, classes };
}

function sourceFunction(element: AscFunction, body: FunctionBody): SourceFunction | undefined {
  const place = placeOf(element.prototype);
  if (!place) return undefined;
  const assigned = assignedLocals(body);
  const named = element.localsByIndex.filter(({ name }) => IDENTIFIER.test(name));
  const parameterCount = binaryen.expandType(binaryen.getFunctionInfo(body.ref).params).length;
  const parameters = named
    .filter(({ index }) => index < parameterCount)
    .map(({ index, name, type }) => ({ name, type: sourceType(type) ?? USIZE, isAssigned: assigned.has(index) }));
  const locals = named.flatMap(({ index, name, type }): SourceLocal[] => {
    const local = index < parameterCount ? undefined : localName(body, index);
    return local === undefined ? [] : [{ name, type: sourceType(type) ?? USIZE, local }];
  });
  const returns = sourceType(element.signature.returnType);
  const names = { name: qualifiedName(element), place };
  return { ...names, parameters, locals, ...(returns ? { returns } : {}) };
}

function localName({ ref }: FunctionBody, index: number): string | undefined {
  const of = accessorsOf('Function');
  return of.hasLocalName(ref, index) ? (of.getLocalName(ref, index) as unknown as string) : undefined;
}

function assignedLocals({ body }: FunctionBody): Set<number> {
  const assigned = new Set<number>();
  walk(body, (expression) => {
    if (kindOf(expression) === 'LocalSet') assigned.add(accessorsOf('LocalSet').getIndex(expression));
  });
  return assigned;
}

/** `blink`, `Led.toggle`, `Queue<u8>.push`: the names from the file on, inwards. */
function qualifiedName(element: AscElement): string {
  const names = [element.name.replace(':', '_')];
  for (let at = element.parent; at && !at.name.endsWith('.ts') && at.parent !== at; at = at.parent)
    names.unshift(at.name);
  return names.join('.');
}

function placeOf(element: AscElement): SourcePlace | undefined {
  const range = element.declaration?.name?.range;
  if (!range || range.source.normalizedPath === NATIVE) return undefined;
  const line = range.source.lineAt(range.start);
  return { file: shownName(range.source.normalizedPath), line, column: range.source.columnAt() };
}

/** Undefined for `void` and for what firmware cannot have. */
function sourceType({ kind, classReference }: AscType): SourceType | undefined {
  if (classReference) return { kind: 'reference', class: classReference.internalName };
  const base = BASE_TYPES[kind];
  return base && { kind: 'base', ...base };
}

function sourceGlobal(element: AscGlobal, module: binaryen.Module, addresses: Addresses): SourceGlobal | undefined {
  const place = isStandardLibrary(element.internalName) ? undefined : placeOf(element);
  const type = sourceType(element.type);
  const storage = place && storageOf(element, module, addresses);
  return type && place && storage && { name: qualifiedName(element), type, place, storage };
}

/** A number that never changes stands in the compiler's element where it was put into the code, else in the module. */
function storageOf(element: AscGlobal, module: binaryen.Module, addresses: Addresses): SourceStorage | undefined {
  const name = element.internalName;
  if (element.constantValueKind === 1) {
    const { low, high } = element.constantIntegerValue as { low: number; high: number };
    return { kind: 'constant', value: (BigInt(high) << 32n) | BigInt(low >>> 0) };
  }
  const global = module.getGlobal(name);
  if (!global) return undefined;
  const { mutable, init } = binaryen.getGlobalInfo(global);
  // Variables that are shared with interrupts get a symbol of their own, the others one that the code generator names.
  if (mutable) return { kind: 'memory', symbols: [name, `global.${name}`] };
  const address = addresses.inGlobals.get(name);
  if (address) return { kind: 'address', ...address };
  if (kindOf(init) !== 'Const') return undefined;
  const value = constantOf(init);
  if (typeof value === 'number' && !Number.isInteger(value)) return undefined;
  return { kind: 'constant', value: BigInt(value) };
}

function sourceClass(element: AscClass): SourceClass | undefined {
  const place = placeOf(element.prototype);
  if (!place) return undefined;
  const fields = [...(element.members?.values() ?? [])].flatMap(({ instance }): SourceField[] => {
    const isField = instance?.kind === ELEMENT.Property && (instance as AscField).memoryOffset >= 0;
    if (!isField) return [];
    const { name, type, memoryOffset } = instance as AscField;
    return [{ name, type: sourceType(type) ?? USIZE, offset: memoryOffset }];
  });
  fields.sort((a, b) => a.offset - b.offset);
  const elements = elementOf(element);
  const names = { name: qualifiedName(element), place, size: element.nextMemoryOffset, fields };
  return { ...names, ...(elements ? { element: elements } : {}) };
}

function elementOf({ internalName, typeArguments }: AscClass): SourceClass['element'] {
  if (internalName === STRING) return 'utf-16';
  const [type] = internalName.startsWith(STATIC_ARRAY) ? (typeArguments ?? []) : [];
  return type && sourceType(type);
}
