/**
 * Rewrites a module so that no engine is free in what it gives (WebAssembly Core Specification 2.0, 4.3.3: the sign and
 * payload of a NaN that arithmetic makes): behind each such instruction the one positive canonical NaN takes the place of
 * any other. Kickstage's code always gives that one. The memory is exported, too.
 */
import type { Code, FuncType, Module, NumberType } from '@kickstage/wasm/module';
import { importsOf } from '@kickstage/wasm/module';
import { parseModule } from '@kickstage/wasm/parse';

type FloatType = 'f32' | 'f64';

const ARITHMETIC = /^(f32|f64)\.(add|sub|mul|div|sqrt|min|max|ceil|floor|trunc|nearest|demote_f64|promote_f32)$/;
const SECTION = { export: 7, code: 10 } as const;
const TYPE_BYTE: Readonly<Record<NumberType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c };
const OP = { localGet: 0x20, localTee: 0x22, select: 0x1b } as const;
/** `const nan` and `eq` of each type. */
const NAN: Readonly<Record<FloatType, readonly number[]>> = {
  f32: [0x43, 0, 0, 0xc0, 0x7f],
  f64: [0x44, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f],
};
const EQUAL: Readonly<Record<FloatType, number>> = { f32: 0x5b, f64: 0x61 };
const MEMORY_KIND = 2;

export function canonicalNans(wasm: Uint8Array): Uint8Array {
  const { value: module } = parseModule(wasm, 'module.wasm');
  if (!module) throw new Error('no module');
  const HEADER = 8;
  const parts: number[] = [...wasm.subarray(0, HEADER)];
  for (let at = HEADER; at < wasm.length; ) {
    const id = wasm[at];
    const size = readU32(wasm, at + 1);
    const content = wasm.subarray(size.next, size.next + size.value);
    const changed = rewriteSection(id, content, wasm, module);
    parts.push(id, ...u32(changed.length));
    for (const byte of changed) parts.push(byte);
    at = size.next + size.value;
  }
  return Uint8Array.from(parts);
}

function rewriteSection(
  id: number,
  content: Uint8Array,
  wasm: Uint8Array,
  module: Module,
): ArrayLike<number> & Iterable<number> {
  if (id === SECTION.code) {
    const types = module.functions.map((type) => module.types[type]);
    const bodies = module.code.map((code, i) => rewriteBody(wasm, code, types[i]));
    return [...u32(bodies.length), ...bodies.flatMap((body) => [...u32(body.length), ...body])];
  }
  const hasMemory = module.memories.length + importsOf(module, 'memory').length > 0;
  const isExported = module.exports.some(({ kind }) => kind === 'memory');
  if (id !== SECTION.export || !hasMemory || isExported) return content;
  const count = readU32(content, 0);
  const name = new TextEncoder().encode('memory');
  return [...u32(count.value + 1), ...content.subarray(count.next), name.length, ...name, MEMORY_KIND, 0];
}

function rewriteBody(wasm: Uint8Array, { locals, body, endOffset }: Code, { params }: FuncType): number[] {
  // The fuzzer's features have no references.
  const declared: NumberType[] = [...(locals as NumberType[]), 'f32', 'f64'];
  const bytes = [...u32(declared.length), ...declared.flatMap((type) => [1, TYPE_BYTE[type]])];
  const scratch = { f32: params.length + locals.length, f64: params.length + locals.length + 1 };
  body.forEach(({ op, offset }, i) => {
    const end = body[i + 1]?.offset ?? endOffset;
    for (let at = offset; at < end; at++) bytes.push(wasm[at]);
    const type = ARITHMETIC.exec(op)?.[1] as FloatType | undefined;
    if (type) bytes.push(...canonical(type, scratch[type]));
  });
  return [...bytes, wasm[endOffset]];
}

/** x → x where it equals itself, else the NaN. */
function canonical(type: FloatType, local: number): number[] {
  const get = [OP.localGet, ...u32(local)];
  return [OP.localTee, ...u32(local), ...NAN[type], ...get, ...get, EQUAL[type], OP.select];
}

/** LEB128 (5.2.2). */
function u32(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}

function readU32(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let shift = 0, next = at; ; shift += 7, next++) {
    value += (bytes[next] & 0x7f) * 2 ** shift;
    if (bytes[next] < 0x80) return { value, next: next + 1 };
  }
}
