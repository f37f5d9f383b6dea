/**
 * The instructions, one line each: byte (or prefix 0xFC and number), name, shape of the immediates, operand and result
 * types. WebAssembly Core Specification 1.0, 5.4, with sign extension, saturating truncation and bulk memory.
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
  | 'zero'
  | 'data'
  | 'dataZero'
  | 'zeroZero'
  | 'types'
  | 'ref'
  | 'elem'
  | 'tableIndex'
  | 'elemTable'
  | 'tableTable';

export interface Opcode {
  readonly name: string;
  readonly shape: Shape;
  /** `i32 i32 -> i32`; absent where the types depend on more than the opcode. */
  readonly signature?: string;
  /** Natural alignment (log2) of a memory access. */
  readonly align?: number;
}

const LINES = `
00 unreachable none
01 nop none ->
02 block block
03 loop block
04 if block
05 else none
0b end none
0c br label
0d br_if label
0e br_table table
0f return none
10 call func
11 call_indirect indirect
1a drop none
1b select none
1c select types
20 local.get local
21 local.set local
22 local.tee local
23 global.get global
24 global.set global
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
3f memory.size zero ->i32
40 memory.grow zero i32->i32
41 i32.const i32 ->i32
42 i64.const i64 ->i64
43 f32.const f32 ->f32
44 f64.const f64 ->f64
a7 i32.wrap_i64 none i64->i32
ac i64.extend_i32_s none i32->i64
ad i64.extend_i32_u none i32->i64
b6 f32.demote_f64 none f64->f32
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
`;

const runs: [number, string, string, string][] = [];
function run(first: number, type: string, names: string, signature: string): void {
  names.split(' ').forEach((name, i) => runs.push([first + i, `${type}.${name}`, 'none', signature]));
}

const COMPARE = 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u';
const FLOAT_COMPARE = 'eq ne lt gt le ge';
const INTEGER = 'add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr';
const FLOAT_UNARY = 'abs neg ceil floor trunc nearest sqrt';
const FLOAT_BINARY = 'add sub mul div min max copysign';
run(0x45, 'i32', 'eqz', 'i32->i32');
run(0x46, 'i32', COMPARE, 'i32,i32->i32');
run(0x50, 'i64', 'eqz', 'i64->i32');
run(0x51, 'i64', COMPARE, 'i64,i64->i32');
run(0x5b, 'f32', FLOAT_COMPARE, 'f32,f32->i32');
run(0x61, 'f64', FLOAT_COMPARE, 'f64,f64->i32');
run(0x67, 'i32', 'clz ctz popcnt', 'i32->i32');
run(0x6a, 'i32', INTEGER, 'i32,i32->i32');
run(0x79, 'i64', 'clz ctz popcnt', 'i64->i64');
run(0x7c, 'i64', INTEGER, 'i64,i64->i64');
run(0x8b, 'f32', FLOAT_UNARY, 'f32->f32');
run(0x92, 'f32', FLOAT_BINARY, 'f32,f32->f32');
run(0x99, 'f64', FLOAT_UNARY, 'f64->f64');
run(0xa0, 'f64', FLOAT_BINARY, 'f64,f64->f64');
run(0xa8, 'i32', 'trunc_f32_s trunc_f32_u', 'f32->i32');
run(0xaa, 'i32', 'trunc_f64_s trunc_f64_u', 'f64->i32');
run(0xae, 'i64', 'trunc_f32_s trunc_f32_u', 'f32->i64');
run(0xb0, 'i64', 'trunc_f64_s trunc_f64_u', 'f64->i64');
run(0xb2, 'f32', 'convert_i32_s convert_i32_u', 'i32->f32');
run(0xb4, 'f32', 'convert_i64_s convert_i64_u', 'i64->f32');
run(0xb7, 'f64', 'convert_i32_s convert_i32_u', 'i32->f64');
run(0xb9, 'f64', 'convert_i64_s convert_i64_u', 'i64->f64');

export const OPCODES: ReadonlyMap<number, Opcode> = new Map([
  ...LINES.trim()
    .split('\n')
    .map((line): [number, Opcode] => {
      const [byte, name, shape, signature] = line.split(' ');
      const memory = /^memory(\d)$/.exec(shape);
      const base = { name, shape: (memory ? 'memory' : shape) as Shape, ...(signature ? { signature } : {}) };
      return [Number.parseInt(byte, 16), memory ? { ...base, align: Number(memory[1]) } : base];
    }),
  ...runs.map(([byte, name, shape, signature]): [number, Opcode] => [byte, { name, shape: shape as Shape, signature }]),
]);

/** Behind the prefix 0xFC. */
export const PREFIXED: ReadonlyMap<number, Opcode> = new Map<number, Opcode>([
  [0, { name: 'i32.trunc_sat_f32_s', shape: 'none', signature: 'f32->i32' }],
  [1, { name: 'i32.trunc_sat_f32_u', shape: 'none', signature: 'f32->i32' }],
  [2, { name: 'i32.trunc_sat_f64_s', shape: 'none', signature: 'f64->i32' }],
  [3, { name: 'i32.trunc_sat_f64_u', shape: 'none', signature: 'f64->i32' }],
  [4, { name: 'i64.trunc_sat_f32_s', shape: 'none', signature: 'f32->i64' }],
  [5, { name: 'i64.trunc_sat_f32_u', shape: 'none', signature: 'f32->i64' }],
  [6, { name: 'i64.trunc_sat_f64_s', shape: 'none', signature: 'f64->i64' }],
  [7, { name: 'i64.trunc_sat_f64_u', shape: 'none', signature: 'f64->i64' }],
  [8, { name: 'memory.init', shape: 'dataZero', signature: 'i32,i32,i32->' }],
  [9, { name: 'data.drop', shape: 'data', signature: '->' }],
  [10, { name: 'memory.copy', shape: 'zeroZero', signature: 'i32,i32,i32->' }],
  [11, { name: 'memory.fill', shape: 'zero', signature: 'i32,i32,i32->' }],
]);
