/**
 * The instructions, one line each: byte (`fc` and a number behind the prefix), name, shape of the immediates, operand
 * and result types; `*` where the types depend on more than the opcode. WebAssembly Core Specification 2.0, 5.4: all of
 * 1.0 with sign extension, saturating truncation, bulk memory, multi-value and reference types.
 */
import type { FuncType, ValueType } from './module.ts';

/**
 * What follows an opcode in the file. `indirect`: type and table index. `memory`: alignment (log2) and offset. `types`: the result type of a `select` that names it. `heap`: what a null
 * refers to.
 */
export type Shape =
  | 'none'
  | 'block'
  | 'label'
  | 'table'
  | 'func'
  | 'indirect'
  | 'local'
  | 'global'
  | 'memory'
  | 'i32'
  | 'i64'
  | 'f32'
  | 'f64'
  | 'memoryIndex'
  | 'data'
  | 'dataMemory'
  | 'memoryMemory'
  | 'types'
  | 'elem'
  | 'elemTable'
  | 'tableTable'
  | 'tableIndex'
  | 'heap';

export interface Opcode {
  /** As in the text format: `i32.add`. */
  readonly name: string;
  readonly shape: Shape;
  /** Absent where the types depend on more than the opcode. */
  readonly signature?: FuncType;
  /** Natural alignment (log2) of a memory access. */
  readonly align?: number;
}

const LINES = `
00 unreachable none *
01 nop none ->
02 block block *
03 loop block *
04 if block *
05 else none *
0b end none *
0c br label *
0d br_if label *
0e br_table table *
0f return none *
10 call func *
11 call_indirect indirect *
1a drop none *
1b select none *
1c select types *
20 local.get local *
21 local.set local *
22 local.tee local *
23 global.get global *
24 global.set global *
25 table.get tableIndex *
26 table.set tableIndex *
28 i32.load memory2 i32->i32
29 i64.load memory3 i32->i64
2a f32.load memory2 i32->f32
2b f64.load memory3 i32->f64
2c i32.load8_s memory0 i32->i32
2d i32.load8_u memory0 i32->i32
2e i32.load16_s memory1 i32->i32
2f i32.load16_u memory1 i32->i32
30 i64.load8_s memory0 i32->i64
31 i64.load8_u memory0 i32->i64
32 i64.load16_s memory1 i32->i64
33 i64.load16_u memory1 i32->i64
34 i64.load32_s memory2 i32->i64
35 i64.load32_u memory2 i32->i64
36 i32.store memory2 i32,i32->
37 i64.store memory3 i32,i64->
38 f32.store memory2 i32,f32->
39 f64.store memory3 i32,f64->
3a i32.store8 memory0 i32,i32->
3b i32.store16 memory1 i32,i32->
3c i64.store8 memory0 i32,i64->
3d i64.store16 memory1 i32,i64->
3e i64.store32 memory2 i32,i64->
3f memory.size memoryIndex ->i32
40 memory.grow memoryIndex i32->i32
41 i32.const i32 ->i32
42 i64.const i64 ->i64
43 f32.const f32 ->f32
44 f64.const f64 ->f64
45 i32.eqz none i32->i32
46 i32.eq none i32,i32->i32
47 i32.ne none i32,i32->i32
48 i32.lt_s none i32,i32->i32
49 i32.lt_u none i32,i32->i32
4a i32.gt_s none i32,i32->i32
4b i32.gt_u none i32,i32->i32
4c i32.le_s none i32,i32->i32
4d i32.le_u none i32,i32->i32
4e i32.ge_s none i32,i32->i32
4f i32.ge_u none i32,i32->i32
50 i64.eqz none i64->i32
51 i64.eq none i64,i64->i32
52 i64.ne none i64,i64->i32
53 i64.lt_s none i64,i64->i32
54 i64.lt_u none i64,i64->i32
55 i64.gt_s none i64,i64->i32
56 i64.gt_u none i64,i64->i32
57 i64.le_s none i64,i64->i32
58 i64.le_u none i64,i64->i32
59 i64.ge_s none i64,i64->i32
5a i64.ge_u none i64,i64->i32
5b f32.eq none f32,f32->i32
5c f32.ne none f32,f32->i32
5d f32.lt none f32,f32->i32
5e f32.gt none f32,f32->i32
5f f32.le none f32,f32->i32
60 f32.ge none f32,f32->i32
61 f64.eq none f64,f64->i32
62 f64.ne none f64,f64->i32
63 f64.lt none f64,f64->i32
64 f64.gt none f64,f64->i32
65 f64.le none f64,f64->i32
66 f64.ge none f64,f64->i32
67 i32.clz none i32->i32
68 i32.ctz none i32->i32
69 i32.popcnt none i32->i32
6a i32.add none i32,i32->i32
6b i32.sub none i32,i32->i32
6c i32.mul none i32,i32->i32
6d i32.div_s none i32,i32->i32
6e i32.div_u none i32,i32->i32
6f i32.rem_s none i32,i32->i32
70 i32.rem_u none i32,i32->i32
71 i32.and none i32,i32->i32
72 i32.or none i32,i32->i32
73 i32.xor none i32,i32->i32
74 i32.shl none i32,i32->i32
75 i32.shr_s none i32,i32->i32
76 i32.shr_u none i32,i32->i32
77 i32.rotl none i32,i32->i32
78 i32.rotr none i32,i32->i32
79 i64.clz none i64->i64
7a i64.ctz none i64->i64
7b i64.popcnt none i64->i64
7c i64.add none i64,i64->i64
7d i64.sub none i64,i64->i64
7e i64.mul none i64,i64->i64
7f i64.div_s none i64,i64->i64
80 i64.div_u none i64,i64->i64
81 i64.rem_s none i64,i64->i64
82 i64.rem_u none i64,i64->i64
83 i64.and none i64,i64->i64
84 i64.or none i64,i64->i64
85 i64.xor none i64,i64->i64
86 i64.shl none i64,i64->i64
87 i64.shr_s none i64,i64->i64
88 i64.shr_u none i64,i64->i64
89 i64.rotl none i64,i64->i64
8a i64.rotr none i64,i64->i64
8b f32.abs none f32->f32
8c f32.neg none f32->f32
8d f32.ceil none f32->f32
8e f32.floor none f32->f32
8f f32.trunc none f32->f32
90 f32.nearest none f32->f32
91 f32.sqrt none f32->f32
92 f32.add none f32,f32->f32
93 f32.sub none f32,f32->f32
94 f32.mul none f32,f32->f32
95 f32.div none f32,f32->f32
96 f32.min none f32,f32->f32
97 f32.max none f32,f32->f32
98 f32.copysign none f32,f32->f32
99 f64.abs none f64->f64
9a f64.neg none f64->f64
9b f64.ceil none f64->f64
9c f64.floor none f64->f64
9d f64.trunc none f64->f64
9e f64.nearest none f64->f64
9f f64.sqrt none f64->f64
a0 f64.add none f64,f64->f64
a1 f64.sub none f64,f64->f64
a2 f64.mul none f64,f64->f64
a3 f64.div none f64,f64->f64
a4 f64.min none f64,f64->f64
a5 f64.max none f64,f64->f64
a6 f64.copysign none f64,f64->f64
a7 i32.wrap_i64 none i64->i32
a8 i32.trunc_f32_s none f32->i32
a9 i32.trunc_f32_u none f32->i32
aa i32.trunc_f64_s none f64->i32
ab i32.trunc_f64_u none f64->i32
ac i64.extend_i32_s none i32->i64
ad i64.extend_i32_u none i32->i64
ae i64.trunc_f32_s none f32->i64
af i64.trunc_f32_u none f32->i64
b0 i64.trunc_f64_s none f64->i64
b1 i64.trunc_f64_u none f64->i64
b2 f32.convert_i32_s none i32->f32
b3 f32.convert_i32_u none i32->f32
b4 f32.convert_i64_s none i64->f32
b5 f32.convert_i64_u none i64->f32
b6 f32.demote_f64 none f64->f32
b7 f64.convert_i32_s none i32->f64
b8 f64.convert_i32_u none i32->f64
b9 f64.convert_i64_s none i64->f64
ba f64.convert_i64_u none i64->f64
bb f64.promote_f32 none f32->f64
bc i32.reinterpret_f32 none f32->i32
bd i64.reinterpret_f64 none f64->i64
be f32.reinterpret_i32 none i32->f32
bf f64.reinterpret_i64 none i64->f64
c0 i32.extend8_s none i32->i32
c1 i32.extend16_s none i32->i32
c2 i64.extend8_s none i64->i64
c3 i64.extend16_s none i64->i64
c4 i64.extend32_s none i64->i64
d0 ref.null heap *
d1 ref.is_null none *
d2 ref.func func *
fc00 i32.trunc_sat_f32_s none f32->i32
fc01 i32.trunc_sat_f32_u none f32->i32
fc02 i32.trunc_sat_f64_s none f64->i32
fc03 i32.trunc_sat_f64_u none f64->i32
fc04 i64.trunc_sat_f32_s none f32->i64
fc05 i64.trunc_sat_f32_u none f32->i64
fc06 i64.trunc_sat_f64_s none f64->i64
fc07 i64.trunc_sat_f64_u none f64->i64
fc08 memory.init dataMemory i32,i32,i32->
fc09 data.drop data ->
fc0a memory.copy memoryMemory i32,i32,i32->
fc0b memory.fill memoryIndex i32,i32,i32->
fc0c table.init elemTable i32,i32,i32->
fc0d elem.drop elem ->
fc0e table.copy tableTable i32,i32,i32->
fc0f table.grow tableIndex *
fc10 table.size tableIndex ->i32
fc11 table.fill tableIndex *
`;

function parseSignature(text: string): FuncType | undefined {
  if (text === '*') return undefined;
  const [params, results] = text.split('->').map((side) => (side === '' ? [] : (side.split(',') as ValueType[])));
  return { params, results };
}

function parseLine(line: string): [number, Opcode] {
  const [code, name, shapeText, signatureText] = line.split(' ');
  const memory = /^memory(\d)$/.exec(shapeText);
  const shape = (memory ? 'memory' : shapeText) as Shape;
  const signature = parseSignature(signatureText);
  const opcode = { name, shape, ...(signature ? { signature } : {}), ...(memory ? { align: Number(memory[1]) } : {}) };
  return [Number.parseInt(code, 16), opcode];
}

/** By byte; behind the prefix, by 0xFC00 + number. */
export const OPCODES: ReadonlyMap<number, Opcode> = new Map(LINES.trim().split('\n').map(parseLine));

/** By name; the two encodings of `select` share one name, and the plain one is found. */
export const OPCODES_BY_NAME: ReadonlyMap<string, Opcode> = new Map(
  [...OPCODES.values()].reverse().map((opcode) => [opcode.name, opcode]),
);

/** What newer proposals add, by first byte: recognised so that a module that uses one is refused with its name. */
export const UNSUPPORTED_OPCODES: ReadonlyMap<number, string> = new Map([
  ...range(0x06, 0x0a, 'exception handling'),
  ...range(0x12, 0x13, 'tail calls'),
  ...range(0x14, 0x15, 'typed function references'),
  ...range(0x18, 0x19, 'exception handling'),
  ...range(0x1f, 0x1f, 'exception handling'),
  ...range(0xd3, 0xd3, 'garbage collection'),
  ...range(0xd4, 0xd6, 'typed function references'),
  ...range(0xfb, 0xfb, 'garbage collection'),
  ...range(0xfd, 0xfd, 'SIMD'),
  ...range(0xfe, 0xfe, 'threads'),
]);

function range(first: number, last: number, proposal: string): [number, string][] {
  return Array.from({ length: last - first + 1 }, (_, i) => [first + i, proposal]);
}
