/** Parsing and validation, judged by V8: what we take is valid there, and what we refuse as broken is broken there. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import binaryen from 'binaryen';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { CATALOGUE } from './catalogue.ts';
import { OPCODES, OPCODES_BY_NAME } from './opcodes.ts';
import { parseModule } from './parse.ts';
import { printModule } from './print.ts';
import { validateModule } from './validate.ts';

// Node 20 has them behind flags.
for (const flag of ['typed-funcref', 'extended-const', 'gc']) setFlagsFromString(`--experimental-wasm-${flag}`);

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

/** Text format → bytes, without any checking of the text's maker. */
function assemble(wat: string): Uint8Array {
  const module = binaryen.parseText(wat);
  module.setFeatures(binaryen.Features.All);
  // A setting of the whole library: whoever ran before may have asked for names.
  binaryen.setDebugInfo(false);
  const bytes = module.emitBinary();
  module.dispose();
  return bytes;
}

const sample = assemble(readFileSync(fixture('sample.wat'), 'utf8'));

function check(bytes: Uint8Array): string[] {
  const { value, diagnostics } = parseModule(bytes, 'm.wasm');
  return (value ? validateModule(value, 'm.wasm') : diagnostics).map((d) => `${d.code} ${d.what}`);
}

const engineAccepts = (bytes: Uint8Array) => WebAssembly.validate(bytes.slice());

/** V8 of Node 20 knows one memory: where it complains of an index, or of the bit in front of it, we may know better. */
function engineKnowsOneMemory(bytes: Uint8Array): boolean {
  try {
    new WebAssembly.Module(bytes.slice());
    return false;
  } catch (error) {
    return /alignment|memory index|multi-memory|memories/.test((error as Error).message);
  }
}

test('the sample is valid', () => {
  expect(engineAccepts(sample)).toBe(true);
  expect(check(sample)).toEqual([]);
});

test('the listing of the sample', async () => {
  await expect(printModule(parseModule(sample, 'm').value!)).toMatchFileSnapshot(fixture('sample.txt'));
});

test('every instruction has its byte offset', () => {
  const { value } = parseModule(sample, 'm');
  for (const { body } of value!.code) {
    for (const { op, offset } of body) {
      const byte = sample[offset];
      const code = byte === 0xfc ? 0xfc00 + sample[offset + 1] : byte;
      expect(OPCODES.get(code)?.name).toBe(op);
    }
  }
});

/** One function per opcode with a signature: the table's types are the engine's. */
test('signatures of the table', () => {
  for (const [code, { name, shape, signature }] of OPCODES) {
    if (!signature || (shape !== 'none' && shape !== 'memory')) continue;
    expect(OPCODES_BY_NAME.get(name)?.signature, name).toEqual(signature);
    const encode = (types: readonly string[]) => [
      types.length,
      ...types.map((t) => ({ i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c })[t]!),
    ];
    const opcode = code >= 0xfc00 ? [0xfc, code - 0xfc00] : [code];
    const body = [
      0,
      ...signature.params.flatMap((_, i) => [0x20, i]),
      ...opcode,
      ...(shape === 'memory' ? [0, 0] : []),
      0x0b,
    ];
    const type = [1, 0x60, ...encode(signature.params), ...encode(signature.results)];
    const section = (id: number, bytes: number[]) => [id, bytes.length, ...bytes];
    const bytes = Uint8Array.from([
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, type),
      ...section(3, [1, 0]),
      ...section(5, [1, 0, 1]),
      ...section(10, [1, body.length, ...body]),
    ]);
    expect(engineAccepts(bytes), name).toBe(true);
    expect(check(bytes), name).toEqual([]);
  }
});

interface Broken {
  readonly title: string;
  readonly bytes: Uint8Array;
  readonly says: RegExp;
}

const head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const raw = (title: string, bytes: number[], says: RegExp): Broken => ({
  title,
  bytes: Uint8Array.from([...head, ...bytes]),
  says,
});
const body = (title: string, code: number[], says: RegExp, result = 0x7f): Broken =>
  raw(
    title,
    [1, 5, 1, 0x60, 0, 1, result, 3, 2, 1, 0, 10, code.length + 4, 1, code.length + 2, 0, ...code, 0x0b],
    says,
  );

const BROKEN: readonly Broken[] = [
  { title: 'empty file', bytes: new Uint8Array(0), says: /WASM001.*unexpected end/ },
  { title: 'text format', bytes: new TextEncoder().encode('(module)'), says: /WASM001.*does not begin/ },
  raw('section out of order', [3, 1, 0, 1, 1, 0], /WASM001.*out of order/),
  raw('section longer than its content', [1, 2, 0, 0], /WASM001.*longer/),
  raw('number too long', [1, 0x80, 0x80, 0x80, 0x80, 0x80, 0], /WASM001.*32 bits/),
  raw('vector beyond the end', [1, 1, 0x7f], /WASM001.*vector of 127/),
  raw('name that is not UTF-8', [0, 2, 1, 0xff], /WASM001.*UTF-8/),
  body('unknown opcode', [0x27], /WASM001.*unknown opcode 0x27/),
  body('else without if', [0x05], /WASM001.*`else`/),
  body('missing result', [], /WASM002.*operand is missing/),
  body('wrong type', [0x42, 0], /WASM002.*is i64, not i32/),
  body('operand left over', [0x41, 0, 0x41, 0], /WASM002.*left/),
  body('unknown local', [0x20, 3], /WASM002.*no local 3/),
  body('unknown label', [0x0c, 3], /WASM002.*no label 3/),
  body('no memory', [0x41, 0, 0x28, 2, 0], /WASM002.*no memory/),
  body('if that changes types', [0x41, 0, 0x04, 0x7f, 0x41, 0, 0x0b], /WASM002.*without `else`/),
  body('SIMD', [0xfd, 0x0c], /WASM003.*SIMD/),
  body('exceptions', [0x06, 0x40], /WASM003.*exception/),
];

test.each([
  [
    'br_table to labels of different types',
    [0x02, 0x7c, 0x02, 0x7d, 0x00, 0x41, 1, 0x0e, 1, 0, 1, 0x0b, 0x1a, 0x44],
    8,
  ],
  ['select without operands', [0x00, 0x1b, 0x45, 0x1a, 0x00], 0],
  ['select of one known operand', [0x00, 0x42, 0, 0x41, 0, 0x1b, 0x50, 0x1a, 0x00], 0],
])('valid where nothing arrives: %s', (_, code, zeroes) => {
  const tail = zeroes > 0 ? [...new Array<number>(zeroes).fill(0), 0x0b, 0x1a, 0x00] : [];
  const { bytes } = body('', [...code, ...tail], /./);
  expect(engineAccepts(bytes)).toBe(true);
  expect(check(bytes)).toEqual([]);
});

test.each(BROKEN)('$title', ({ bytes, says }) => {
  expect(check(bytes).join('\n')).toMatch(says);
});

test('each code is in the catalogue', () => {
  const codes = new Set(BROKEN.map(({ bytes }) => check(bytes)[0].slice(0, 7)));
  expect([...codes].sort()).toEqual(CATALOGUE.map(({ code }) => code));
});

/** Bytes changed, inserted and removed at random: we and V8 agree on what is broken. */
test('mutated modules against V8', () => {
  const edit = fc.record({
    kind: fc.constantFrom('set', 'set', 'set', 'insert', 'remove'),
    at: fc.nat(sample.length - 1),
    byte: fc.oneof(
      fc.nat(255),
      fc.constantFrom(...OPCODES.keys()).map((code) => code & 0xff),
      fc.nat(8),
    ),
  });
  const verdicts = { accepted: 0, refused: 0, unsupported: 0 };
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
      const bytes = [...sample];
      for (const { kind, at, byte } of edits)
        bytes.splice(at, kind === 'insert' ? 0 : 1, ...(kind === 'remove' ? [] : [byte]));
      const mutated = Uint8Array.from(bytes);
      const found = check(mutated);
      if (found.some((text) => text.startsWith('WASM003'))) {
        verdicts.unsupported++;
        return;
      }
      verdicts[found.length === 0 ? 'accepted' : 'refused']++;
      if (found.length === 0 && engineKnowsOneMemory(mutated)) return;
      expect({ valid: found.length === 0, found }).toEqual({ valid: engineAccepts(mutated), found });
    }),
    { seed: 20261121, numRuns: 6000 },
  );
  expect(verdicts.accepted).toBeGreaterThan(200);
  expect(verdicts.refused).toBeGreaterThan(3000);
});
