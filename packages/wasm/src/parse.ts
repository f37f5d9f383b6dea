/**
 * The binary format → a module (WebAssembly Core Specification 2.0, chapter 5). What is malformed, or needs a feature
 * that is not taken, becomes a diagnostic with its byte offset; the first one ends the reading, because what follows
 * could not be told from noise. Types and indices are checked by validate.ts.
 */
import type { Checked } from '@kickstage/base/diagnostic';
import { malformedModule, unsupportedFeature } from './diagnostics.ts';
import type {
  Code,
  Data,
  Element,
  Export,
  FuncType,
  Global,
  Import,
  Limits,
  Module,
  RefType,
  Table,
} from './module.ts';
import { readElementExpression, readExpression, readRefType, readValueType } from './parse-code.ts';
import { MalformedError, Reader, UnsupportedError } from './reader.ts';

type Draft = { -readonly [K in keyof Module]: Module[K] };

const EXPORT_KINDS = ['function', 'table', 'memory', 'global'] as const;
/** As other engines (WebAssembly JavaScript Interface, implementation limits): keeps a forged count from filling memory. */
const MAXIMUM_LOCALS = 50_000;
/** Section ids in the order they must have; the data count section (12) stands before the code. */
const SECTION_ORDER = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11];
const TAG_SECTION = 13;
/** Elements that are function indices are never null. */
const FUNCTION: RefType = '(ref func)';

/** Parses `bytes`; `name` is how the module is called in diagnostics. The result shares no memory with `bytes`. */
export function parseModule(bytes: Uint8Array, name: string): Checked<Module> {
  try {
    return { value: readModule(new Reader(bytes)), diagnostics: [] };
  } catch (error) {
    if (error instanceof UnsupportedError)
      return { diagnostics: [unsupportedFeature(name, error.offset, error.message)] };
    if (error instanceof MalformedError) return { diagnostics: [malformedModule(name, error.offset, error.message)] };
    throw error;
  }
}

function readModule(reader: Reader): Module {
  if (!startsWith(reader, '\0asm')) reader.fail('it does not begin with \\0asm', 0);
  if (!startsWith(reader, '\x01\0\0\0')) reader.fail('its version is not 1', 4);
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
    localNames: new Map(),
    globalNames: new Map(),
  };
  let lastPosition = -1;
  while (!reader.done) {
    const start = reader.position;
    const id = reader.u8();
    const section = reader.part(reader.u32());
    if (id === 0) {
      readCustom(module, section);
      continue;
    }
    if (id === TAG_SECTION) reader.unsupported('exception handling', start);
    const position = SECTION_ORDER.indexOf(id);
    if (position < 0) reader.fail(`unknown section ${id}`, start);
    if (position <= lastPosition) reader.fail(`section ${id} is out of order or there twice`, start);
    lastPosition = position;
    SECTIONS[id](module, section);
    if (!section.done) section.fail(`section ${id} is longer than its content`);
  }
  checkCounts(module, reader);
  return module;
}

function startsWith(reader: Reader, text: string): boolean {
  return [...text].every((character) => reader.u8() === character.charCodeAt(0));
}

function checkCounts(module: Module, reader: Reader): void {
  if (module.code.length !== module.functions.length) reader.fail('functions and bodies differ in number');
  if (module.dataCount !== undefined && module.dataCount !== module.data.length)
    reader.fail('the data count section and the data section differ');
}

const SECTIONS: Readonly<Record<number, (module: Draft, reader: Reader) => void>> = {
  1: (module, reader) => {
    module.types = reader.vector(() => readType(reader));
  },
  2: (module, reader) => {
    module.imports = reader.vector(() => readImport(reader));
  },
  3: (module, reader) => {
    module.functions = reader.vector(() => reader.u32());
  },
  4: (module, reader) => {
    module.tables = reader.vector(() => readTable(reader, module.types));
  },
  5: (module, reader) => {
    module.memories = reader.vector(() => readLimits(reader));
  },
  6: (module, reader) => {
    module.globals = reader.vector(() => readGlobal(reader, module.types));
  },
  7: (module, reader) => {
    module.exports = reader.vector(() => readExport(reader));
  },
  8: (module, reader) => {
    module.start = reader.u32();
  },
  9: (module, reader) => {
    module.elements = reader.vector(() => readElement(reader, module.types));
  },
  10: (module, reader) => {
    module.code = reader.vector(() => readCode(reader, module.types));
  },
  11: (module, reader) => {
    module.data = reader.vector(() => readData(reader, module.types));
  },
  12: (module, reader) => {
    module.dataCount = reader.u32();
  },
};

function readType(reader: Reader): FuncType {
  const offset = reader.position;
  const form = reader.u8();
  if (form === 0x5e || form === 0x5f || (form >= 0x4d && form <= 0x50))
    reader.unsupported('garbage collection', offset);
  if (form !== 0x60) reader.fail('not a function type', offset);
  const params = reader.vector(() => readValueType(reader));
  return { params, results: reader.vector(() => readValueType(reader)) };
}

function readLimits(reader: Reader): Limits {
  const offset = reader.position;
  const flags = reader.u8();
  if (flags >= 2 && flags <= 7) reader.unsupported(flags >= 4 ? '64-bit memory' : 'threads', offset);
  if (flags > 7) reader.fail(`unknown kind ${flags} of limits`, offset);
  const minimum = reader.u32();
  return flags === 1 ? { minimum, maximum: reader.u32() } : { minimum };
}

/** With a first value it begins with two bytes that no type begins with. */
function readTable(reader: Reader, types: readonly FuncType[]): Table {
  if (reader.peek() !== 0x40) return { type: readRefType(reader), ...readLimits(reader) };
  reader.u8();
  const offset = reader.position;
  if (reader.u8() !== 0) reader.fail('unknown kind of table', offset);
  return { type: readRefType(reader), ...readLimits(reader), init: readExpression(reader, types) };
}

function readMutable(reader: Reader): boolean {
  const offset = reader.position;
  const byte = reader.u8();
  return byte <= 1 ? byte === 1 : reader.fail(`unknown mutability ${byte}`, offset);
}

function readImport(reader: Reader): Import {
  const offset = reader.position;
  const module = reader.text();
  const name = reader.text();
  const kindOffset = reader.position;
  const base = { module, name, offset };
  switch (reader.u8()) {
    case 0:
      return { ...base, of: { kind: 'function', type: reader.u32() } };
    case 1:
      return { ...base, of: { kind: 'table', limits: { type: readRefType(reader), ...readLimits(reader) } } };
    case 2:
      return { ...base, of: { kind: 'memory', limits: readLimits(reader) } };
    case 3: {
      const type = readValueType(reader);
      return { ...base, of: { kind: 'global', type, mutable: readMutable(reader) } };
    }
    case 4:
      return reader.unsupported('exception handling', kindOffset);
    default:
      return reader.fail('unknown kind of import', kindOffset);
  }
}

function readGlobal(reader: Reader, types: readonly FuncType[]): Global {
  const offset = reader.position;
  const type = readValueType(reader);
  return { offset, type, mutable: readMutable(reader), init: readExpression(reader, types) };
}

function readExport(reader: Reader): Export {
  const offset = reader.position;
  const name = reader.text();
  const kindOffset = reader.position;
  const byte = reader.u8();
  if (byte === 4) reader.unsupported('exception handling', kindOffset);
  const kind = EXPORT_KINDS[byte] ?? reader.fail('unknown kind of export', kindOffset);
  return { name, kind, index: reader.u32(), offset };
}

/** Forms 0..7: bit 0 passive or declarative, bit 1 an explicit table (or declarative), bit 2 expressions. */
function readElement(reader: Reader, types: readonly FuncType[]): Element {
  const fileOffset = reader.position;
  const form = reader.u32();
  if (form > 7) reader.fail(`unknown form ${form} of element segment`, fileOffset);
  const active = (form & 1) === 0;
  const explicit = (form & 2) !== 0;
  const expressions = (form & 4) !== 0;
  const table = active && explicit ? reader.u32() : 0;
  const offset = active ? readExpression(reader, types) : undefined;
  const type = !active || explicit ? readElementKind(reader, expressions) : expressions ? 'funcref' : FUNCTION;
  const functions = reader.vector(() => (expressions ? readElementExpression(reader, types) : reader.u32()));
  const mode = active ? 'active' : explicit ? 'declarative' : 'passive';
  return { mode, table, type, functions, fileOffset, ...(offset ? { offset } : {}) };
}

function readElementKind(reader: Reader, expressions: boolean): RefType {
  if (expressions) return readRefType(reader);
  const offset = reader.position;
  if (reader.u8() !== 0) reader.fail('unknown kind of element', offset);
  return FUNCTION;
}

function readCode(reader: Reader, types: readonly FuncType[]): Code {
  const body = reader.part(reader.u32());
  const offset = body.position;
  const runs = body.vector(() => ({ count: body.u32(), type: readValueType(body) }));
  if (runs.reduce((sum, { count }) => sum + count, 0) > MAXIMUM_LOCALS) body.fail('too many locals', offset);
  const locals = runs.flatMap(({ count, type }) => new Array(count).fill(type));
  const instructions = readExpression(body, types);
  if (!body.done) body.fail('a function body is longer than its code');
  return { locals, body: instructions, offset, endOffset: body.end - 1 };
}

function readData(reader: Reader, types: readonly FuncType[]): Data {
  const fileOffset = reader.position;
  const form = reader.u32();
  if (form > 2) reader.fail(`unknown form ${form} of data segment`, fileOffset);
  const memory = form === 2 ? reader.u32() : 0;
  const offset = form === 1 ? undefined : readExpression(reader, types);
  const bytes = reader.take(reader.u32()).slice();
  return { bytes, memory, fileOffset, ...(offset ? { offset } : {}) };
}

/** Only the names of functions, locals and globals are of use; a broken name section is no error (specification, 7.4). */
function readCustom(module: Draft, reader: Reader): void {
  if (reader.text() !== 'name') return;
  try {
    while (!reader.done) {
      const id = reader.u8();
      const names = reader.part(reader.u32());
      const read = () => new Map(names.vector((): [number, string] => [names.u32(), names.text()]));
      if (id === 1) module.functionNames = read();
      if (id === 2) module.localNames = new Map(names.vector(() => [names.u32(), read()]));
      if (id === 7) module.globalNames = read();
    }
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
  }
}
