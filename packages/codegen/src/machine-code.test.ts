/**
 * Machine code against V8: modules are compiled, placed, and executed on the emulator's processor; results, traps, memory
 * and the registers that a callee must keep are compared. RAM begins at address 0, so that wasm's addresses are the
 * machine's. The calling convention is written here once more, from the standard (IHI 0042), not taken from the compiler.
 */
import { readFileSync } from 'node:fs';
import { encode } from '@kickstage/armv7m/encode';
import { Machine } from '@kickstage/emulator/machine';
import { expect, test } from 'vitest';
import { compile } from './compile.ts';
import { trapReason } from './emit/traps.ts';
import type { IrValue } from './ir/interpret.ts';
import { Random } from './testing/random.ts';
import { randomModule } from './testing/random-wat.ts';
import { assembleWat, type Call, V8Instance } from './testing/v8-harness.ts';

const FLASH = { start: 0x0800_0000, size: 0x8_0000 };
const RAM = { start: 0, size: 0x4_0000 };
/** Behind wasm's one page. */
const DATA_START = 0x2_0000;
const STACK_TOP = 0x4_0000;
const RETURN_ADDRESS = FLASH.start + 0x100;
const FAULT_HANDLER = FLASH.start + 0x104;
const CODE_START = FLASH.start + 0x200;

type Outcome = { readonly results: readonly IrValue[] } | { readonly trap: string };

class Target {
  private readonly machine: Machine;
  private readonly symbols: ReadonlyMap<string, number>;

  constructor(wasm: Uint8Array, level: 0 | 2) {
    const { value, diagnostics } = compile({ name: 'test.wasm', wasm }, { level, verify: true });
    expect(diagnostics).toEqual([]);
    this.machine = new Machine({ flash: FLASH, ram: RAM, interruptCount: 8, hz: 16_000_000 });
    const vectors = new DataView(new ArrayBuffer(64));
    [STACK_TOP, RETURN_ADDRESS | 1, FAULT_HANDLER | 1, FAULT_HANDLER | 1].forEach((word, i) => {
      vectors.setUint32(4 * i, word, true);
    });
    this.machine.load(FLASH.start, new Uint8Array(vectors.buffer));
    const LOOP = Uint8Array.of(0xfe, 0xe7);
    for (const address of [RETURN_ADDRESS, FAULT_HANDLER]) this.machine.load(address, LOOP);
    this.machine.load(0, new Uint8Array(RAM.size));
    this.symbols = place(this.machine, value!.object);
  }

  get memory(): Uint8Array {
    return this.machine.bus.ram.bytes.subarray(0, 0x1_0000);
  }

  run({ name, args }: Call, result: 'i32' | 'i64'): Outcome {
    const { machine } = this;
    machine.reset('system');
    const VTOR = 0xe000_ed08;
    machine.bus.write32(VTOR, FLASH.start);
    const { r } = machine.cpu;
    const kept = [4, 5, 6, 7, 8, 9, 10, 11].map((n) => {
      r[n] = 0x1111_1111 * n;
      return r[n];
    });
    r[13] = STACK_TOP - passArguments(machine, args);
    const stack = r[13];
    r[14] = RETURN_ADDRESS | 1;
    machine.cpu.pc = this.symbols.get(name)!;
    const stop = machine.run({ breakpoints: new Set([RETURN_ADDRESS, FAULT_HANDLER]), maxInstructions: 5_000_000 });
    expect({ ...stop, at: machine.cpu.pc >>> 0 }).toMatchObject({ reason: 'breakpoint' });
    if (machine.cpu.pc >>> 0 === FAULT_HANDLER) return { trap: this.trapAt() };
    expect([4, 5, 6, 7, 8, 9, 10, 11].map((n) => r[n])).toEqual(kept);
    expect(r[13]).toBe(stack);
    const wide = (BigInt(r[1]) << 32n) | BigInt(r[0] >>> 0);
    return { results: [result === 'i64' ? wide : r[0]] };
  }

  /** The reason is the immediate of the UDF that the exception frame's return address points to (DDI 0403E B1.5.6). */
  private trapAt(): string {
    const { r } = this.machine.cpu;
    const frame = new DataView(this.machine.readMemory(r[13], 32)!.buffer);
    const code = new DataView(this.machine.readMemory(frame.getUint32(24, true), 2)!.buffer).getUint16(0, true);
    const UDF = 0xde00;
    if ((code & 0xff00) !== UDF) return `fault at 0x${frame.getUint32(24, true).toString(16)}`;
    return trapReason(code & 0xff) ?? 'unknown';
  }
}

type Compiled = NonNullable<ReturnType<typeof compile>['value']>['object'];

/** Puts each section somewhere and fills in addresses. */
function place(machine: Machine, object: Compiled): Map<string, number> {
  let flash = CODE_START;
  let ram = DATA_START;
  const addresses = object.sections.map(({ kind, size, alignment }) => {
    const align = (address: number) => Math.ceil(address / Math.max(alignment, 4)) * Math.max(alignment, 4);
    if (kind === 'data' || kind === 'bss') {
      const at = align(ram);
      ram = at + size;
      return at;
    }
    const at = align(flash);
    flash = at + size;
    return at;
  });
  const isCode = new Set(object.symbols.filter(({ kind }) => kind === 'function').map(({ name }) => name));
  const symbols = new Map(object.symbols.map(({ name, section, offset }) => [name, addresses[section] + offset]));
  object.sections.forEach(({ bytes, relocations }, i) => {
    const patched = bytes.slice();
    const view = new DataView(patched.buffer);
    for (const { offset, kind, symbol, addend } of relocations) {
      const target = symbols.get(symbol)! + addend;
      if (kind === 'R_ARM_ABS32') view.setUint32(offset, isCode.has(symbol) ? target | 1 : target, true);
      else if (kind === 'R_ARM_THM_CALL') {
        const { halfwords } = encode('BL_T1', { imm32: target - (addresses[i] + offset + 4) });
        halfwords.forEach((halfword, k) => void view.setUint16(offset + 2 * k, halfword, true));
      } else throw new Error(`relocation ${kind}`);
    }
    if (patched.length > 0) machine.load(addresses[i], patched);
  });
  return symbols;
}

/** Registers and stack by the procedure call standard; gives the bytes of stack taken. */
function passArguments(machine: Machine, args: readonly IrValue[]): number {
  const words: (number | undefined)[] = [];
  let register = 0;
  for (const arg of args) {
    const parts =
      typeof arg === 'bigint' ? [Number(BigInt.asIntN(32, arg)), Number(BigInt.asIntN(32, arg >> 32n))] : [arg];
    if (register < 4) {
      const first = parts.length === 2 ? (register + 1) & ~1 : register;
      if (first + parts.length <= 4) {
        parts.forEach((part, i) => {
          machine.cpu.r[first + i] = part;
        });
        register = first + parts.length;
        continue;
      }
      register = 4;
    }
    if (parts.length === 2 && words.length % 2 === 1) words.push(undefined);
    words.push(...parts);
  }
  if (words.length % 2 === 1) words.push(undefined);
  words.forEach((word, i) => {
    const bytes = new Uint8Array(Int32Array.of(word ?? 0).buffer);
    machine.load(STACK_TOP - 4 * words.length + 4 * i, bytes);
  });
  return 4 * words.length;
}

const rows = readFileSync(new URL('../fixtures/spec-integers.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('\t'));

const value = (text: string): IrValue => {
  const [type, bits] = text.split(':');
  return type === 'i64' ? BigInt.asIntN(64, BigInt(bits)) : Number(bits) | 0;
};

test.each([0, 2] as const)(`${rows.length} integer cases of the specification, level %s`, (level) => {
  const operators = new Map(rows.filter(([, , wanted]) => !wanted.startsWith('trap')).map((row) => [row[0], row]));
  const functions = [...operators.values()].map(([op, args, wanted]) => {
    const params = args.split(' ').map((arg) => arg.split(':')[0]);
    const gets = params.map((_, i) => `(local.get ${i})`).join(' ');
    return `(func (export "${op}") (param ${params.join(' ')}) (result ${wanted.split(':')[0]}) (${op} ${gets}))`;
  });
  const target = new Target(assembleWat(`(module ${functions.join('\n')})`), level);
  for (const [op, args, wanted] of rows) {
    const type = operators.get(op)![2].startsWith('i64') ? 'i64' : 'i32';
    const got = target.run({ name: op, args: args.split(' ').map(value) }, type);
    if (wanted.startsWith('trap')) expect(got, `${op} ${args}`).toEqual({ trap: expect.stringMatching(/^integer/) });
    else expect(got, `${op} ${args}`).toEqual({ results: [value(wanted)] });
  }
});

const FIRST = Number(process.env.KICKSTAGE_SEED ?? 1);
const COUNT = Number(process.env.KICKSTAGE_COUNT ?? 20);
const ARGUMENTS = [0, 1, 2, 31, 100, 65535, 0x7fff_ffff, -0x8000_0000, -1, -100];

test(`${COUNT} random modules from seed ${FIRST}`, { timeout: 3_600_000 }, () => {
  for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
    for (const level of [0, 2] as const) {
      const difference = compareModule(seed, level);
      if (difference) expect.fail(`seed ${seed}, level ${level}: ${difference}`);
    }
  }
});

function compareModule(seed: number, level: 0 | 2): string | undefined {
  const { wat, functions } = randomModule(seed);
  const wasm = assembleWat(wat);
  const engine = new V8Instance(wasm);
  const target = new Target(wasm, level);
  const random = new Random(seed);
  const argument = (type: 'i32' | 'i64'): IrValue => {
    const number = random.chance(70) ? random.pick(ARGUMENTS) : random.word() | 0;
    return type === 'i32' ? number : BigInt(number) * (random.chance(50) ? 1n : 0x1_0000_0001n);
  };
  for (let turn = 0; turn < 3; turn++) {
    for (const { name, params } of functions) {
      const args = params.map(argument).map((x) => (typeof x === 'bigint' ? BigInt.asIntN(64, x) : x));
      const wanted = engine.run({ name, args });
      if ('traps' in wanted && wanted.traps.includes('memoryAccess')) return undefined;
      const type = 'results' in wanted && typeof wanted.results[0] === 'bigint' ? 'i64' : 'i32';
      const got = target.run({ name, args }, type);
      const where = `${name}(${args.join(', ')})`;
      if ('traps' in wanted) {
        if (!('trap' in got) || !wanted.traps.includes(got.trap))
          return `${where}: V8 ${wanted.traps}, got ${show(got)}`;
      } else if (show(wanted) !== show(got)) return `${where}: V8 ${show(wanted)}, got ${show(got)}`;
      const memory = engine.memory;
      const at = memory.findIndex((byte, i) => byte !== target.memory[i]);
      if (at >= 0) return `${where}: byte ${at} is ${memory[at]} in V8, ${target.memory[at]} on the machine`;
    }
  }
  return undefined;
}

function show(outcome: unknown): string {
  return JSON.stringify(outcome, (_, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v));
}
