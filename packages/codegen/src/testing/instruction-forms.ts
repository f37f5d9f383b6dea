/** Compiles a function of text format, gives its instructions as text, and runs it on the emulator and in V8. */
import { decode, instructionSize } from '@kickstage/armv7m/decode';
import { itConditions } from '@kickstage/armv7m/it-block';
import { print } from '@kickstage/armv7m/print';
import type { Section } from '@kickstage/object/object-file';
import { ObjectRunner } from '../../../../tools/run-object.ts';
import { compile } from '../compile.ts';
import type { FloatMode } from '../runtime/float/calls.ts';
import { assembleWat } from './v8-harness.ts';

/** Words for up to four parameters. */
const INPUTS: readonly (readonly number[])[] = [
  [0, 0, 0, 0],
  [1, 2, 3, 4],
  [-1, 1, -1, 7],
  [0x1234_5678, 0x0fed_cba9, 31, -2],
  [-0x8000_0000, 0x7fff_ffff, 16, 256],
  [64, 128, 8, 20],
  [48, 57, 43, 45],
];
/** Bytes of memory that are compared. */
const MEMORY = 0x400;
const runner = new ObjectRunner();

export interface Form {
  /** One instruction a line. */
  readonly text: string;
  /** The first difference from V8, in words. */
  readonly difference: string | undefined;
}

/** `wat` is the inside of a module with an exported function "f" of i32 parameters and one i32 result; memory is there. */
export function formOf(wat: string, floats: FloatMode = 'soft'): Form {
  const wasm = assembleWat(`(module (memory (export "memory") 1) ${wat})`);
  const { value, diagnostics } = compile({ name: 'form.wasm', wasm }, { verify: true, floats });
  if (!value) throw new Error(diagnostics.map(({ what }) => what).join('; '));
  const section = value.object.sections.find(({ name }) => name === '.text.f')!;
  runner.load(value.object);
  return { text: disassemble(section), difference: findDifference(wasm) };
}

function findDifference(wasm: Uint8Array): string | undefined {
  for (const input of INPUTS) {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm.slice()));
    const f = exports.f as (...args: number[]) => number;
    const memory = new Uint8Array((exports.memory as WebAssembly.Memory).buffer);
    memory.fill(0x5a);
    const args = input.slice(0, f.length);
    const result = orTrap(() => f(...args));
    const after = Buffer.from(memory.subarray(0, MEMORY)).toString('hex');
    const wanted = result === undefined ? 'fault' : [result, '', 0, after].join('; ');
    const got = runner.run('f', args, MEMORY);
    if (got !== wanted) return `f(${args.join(', ')}): V8 ${wanted.slice(0, 80)}, got ${got.slice(0, 80)}`;
  }
  return undefined;
}

function orTrap(run: () => number): number | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return undefined;
    throw error;
  }
}

/** Leaves out what lies between instructions and behind them. */
function disassemble({ bytes, dataRanges = [] }: Section): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lines: string[] = [];
  let conditions: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const data = dataRanges.find(({ start, end }) => at >= start && at < end);
    if (data) {
      at = data.end;
      continue;
    }
    const first = view.getUint16(at, true);
    const size = instructionSize(first);
    const decoded = decode(first, size === 4 ? view.getUint16(at + 2, true) : 0);
    if (!decoded) throw new Error(`no instruction at ${at}`);
    lines.push(print(decoded, at, { inIT: conditions.shift() }));
    const { firstcond, mask } = decoded.operands;
    if (decoded.encoding.id === 'IT_T1') conditions = itConditions(firstcond, mask);
    at += size;
  }
  return lines.join('\n');
}
