/**
 * The binary format → a module (WebAssembly Core Specification 1.0, chapter 5). What is malformed becomes a diagnostic
 * with its byte offset.
 */
import type { Checked, Diagnostic } from '@kickstage/base/diagnostic';
import type { Code, Data, Element, Export, FuncType, Global, Import, Instruction, Limits, Module } from './module.ts';
import { readExpression, readValueType } from './parse-code.ts';
import { MalformedError, Reader } from './reader.ts';

type Draft = { -readonly [K in keyof Module]: Module[K] };

const EXPORT_KINDS = ['function', 'table', 'memory', 'global'] as const;

/** Parses `bytes`; `name` is how the module is called in diagnostics. */
export function parseModule(bytes: Uint8Array, name: string): Checked<Module> {
  const reader = new Reader(bytes);
  try {
    return { value: readModule(reader), diagnostics: [] };
  } catch (error) {
    if (error instanceof MalformedError) return { diagnostics: [malformed(name, error.offset, error.message)] };
    if (error instanceof TypeError) return { diagnostics: [malformed(name, reader.position, 'a name is not UTF-8')] };
    throw error;
  }
}

function malformed(name: string, offset: number, message: string): Diagnostic {
  return {
    code: 'WASM001',
    severity: 'error',
    what: `malformed WebAssembly module: ${message}`,
    at: { file: name },
    got: `at byte offset ${offset}`,
    fix: 'compile the module again; the file may be cut short or not a WebAssembly module',
  };
}

function readModule(reader: Reader): Module {
  const magic = [...reader.take(4)];
  if (magic.join() !== '0,97,115,109') throw new MalformedError(0, 'it does not begin with \\0asm');
  if ([...reader.take(4)].join() !== '1,0,0,0') throw new MalformedError(4, 'its version is not 1');
  const module: Draft = {
    types: [],
    imports: [],
    functions: [],
    tables: [],
    memories: [],
    globals: [],
    exports: [],
    elements: [],
    data: [],
    code: [],
    functionNames: new Map(),
    globalNames: new Map(),
  };
  while (!reader.done) {
    const id = reader.u8();
    const size = reader.u32();
    const section = new Reader(reader.bytes, reader.position, reader.position + size);
    reader.take(size);
    readSection(module, id, section);
    if (id !== 0 && !section.done) section.fail('a section is longer than its content');
  }
  if (module.code.length !== module.functions.length) reader.fail('functions and bodies differ in number');
  return module;
}

function readSection(module: Draft, id: number, reader: Reader): void {
  const expression = () => readExpression(reader, module.types);
  switch (id) {
    case 0:
      return readCustom(module, reader);
    case 1:
      module.types = reader.vector(() => readType(reader));
      return;
    case 2:
      module.imports = reader.vector(() => readImport(reader));
      return;
    case 3:
      module.functions = reader.vector(() => reader.u32());
      return;
    case 4:
      module.tables = reader.vector(() => readTable(reader));
      return;
    case 5:
      module.memories = reader.vector(() => readLimits(reader));
      return;
    case 6:
      module.globals = reader.vector((): Global => {
        const type = readValueType(reader);
        return { type, mutable: reader.u8() === 1, init: expression() };
      });
      return;
    case 7:
      module.exports = reader.vector((): Export => {
        const name = reader.text();
        const kind = EXPORT_KINDS[reader.u8()] ?? reader.fail('unknown kind of export');
        return { name, kind, index: reader.u32() };
      });
      return;
    case 8:
      module.start = reader.u32();
      return;
    case 9:
      module.elements = reader.vector(() => readElement(reader, expression));
      return;
    case 10:
      module.code = reader.vector(() => readCode(reader, module.types));
      return;
    case 11:
      module.data = reader.vector(() => readData(reader, expression));
      return;
    case 12:
      reader.u32();
      return;
    default:
      reader.fail(`unknown section ${id}`);
  }
}

function readType(reader: Reader): FuncType {
  if (reader.u8() !== 0x60) reader.fail('not a function type');
  const params = reader.vector(() => readValueType(reader));
  return { params, results: reader.vector(() => readValueType(reader)) };
}

function readLimits(reader: Reader): Limits {
  const flags = reader.u8();
  if (flags > 1) reader.fail('shared or 64-bit limits');
  const minimum = reader.u32();
  return flags === 1 ? { minimum, maximum: reader.u32() } : { minimum };
}

function readTable(reader: Reader): Limits {
  readValueType(reader);
  return readLimits(reader);
}

function readImport(reader: Reader): Import {
  const module = reader.text();
  const name = reader.text();
  switch (reader.u8()) {
    case 0:
      return { module, name, of: { kind: 'function', type: reader.u32() } };
    case 1:
      return { module, name, of: { kind: 'table', limits: readTable(reader) } };
    case 2:
      return { module, name, of: { kind: 'memory', limits: readLimits(reader) } };
    case 3: {
      const type = readValueType(reader);
      return { module, name, of: { kind: 'global', type, mutable: reader.u8() === 1 } };
    }
    default:
      return reader.fail('unknown kind of import');
  }
}

/** Forms 0 and 2: an active segment of function indices. */
function readElement(reader: Reader, expression: () => Instruction[]): Element {
  const form = reader.u32();
  if (form !== 0 && form !== 2) reader.fail(`element segments of form ${form} are not taken`);
  const table = form === 2 ? reader.u32() : 0;
  const offset = expression();
  if (form === 2 && reader.u8() !== 0) reader.fail('unknown kind of element');
  return { table, offset, functions: reader.vector(() => reader.u32()) };
}

function readCode(reader: Reader, types: readonly FuncType[]): Code {
  const size = reader.u32();
  const end = reader.position + size;
  const body = new Reader(reader.bytes, reader.position, end);
  const offset = reader.position;
  reader.take(size);
  const locals = body.vector(() => ({ count: body.u32(), type: readValueType(body) }));
  if (locals.reduce((sum, { count }) => sum + count, 0) > 50_000) body.fail('too many locals');
  const expanded = locals.flatMap(({ count, type }) => Array.from({ length: count }, () => type));
  const instructions = readExpression(body, types);
  if (!body.done) body.fail('a function body is longer than its code');
  return { locals: expanded, body: instructions, offset, endOffset: end - 1 };
}

function readData(reader: Reader, expression: () => Instruction[]): Data {
  const form = reader.u32();
  if (form > 2) reader.fail(`unknown form ${form} of data segment`);
  if (form === 2) reader.u32();
  const offset = form === 1 ? undefined : expression();
  const bytes = reader.take(reader.u32()).slice();
  return offset ? { offset, bytes } : { bytes };
}

/** Only the names of functions and globals are of use; a broken name section is no error (specification, 7.4). */
function readCustom(module: Draft, reader: Reader): void {
  if (reader.text() !== 'name') return;
  try {
    while (!reader.done) {
      const id = reader.u8();
      const size = reader.u32();
      const section = new Reader(reader.bytes, reader.position, reader.position + size);
      reader.take(size);
      if (id !== 1 && id !== 7) continue;
      const names = new Map(section.vector((): [number, string] => [section.u32(), section.text()]));
      if (id === 1) module.functionNames = names;
      else module.globalNames = names;
    }
  } catch (error) {
    if (!(error instanceof MalformedError || error instanceof TypeError)) throw error;
  }
}
