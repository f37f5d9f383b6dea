/** Firmware modules, compiled and run in this engine: what must be read again is read again, whatever is optimised. */
import { renderDiagnostic } from '@kickstage/base/diagnostic';
import binaryen from 'binaryen';
import { describe, expect, test } from 'vitest';
import { compileFirmware, type FirmwareModule } from './compile-firmware.ts';
import type { OptimizationLevel } from './optimize.ts';
import { readSourceMap } from './source-map.ts';

const LEVELS: readonly OptimizationLevel[] = ['none', 'speed', 'size'];
const HANDLERS = new Set(['SysTick_Handler', 'EXTI0_IRQHandler', 'EXTI1_IRQHandler']);

const FIRMWARE = new Map([
  ['mmio.ts', 'export declare function ld32(a: usize): u32; export declare function st32(a: usize, v: u32): void;'],
  ['cpu.ts', 'export declare function wfi(): void;'],
]);

async function compile(source: string, optimize: OptimizationLevel = 'size', checks = false) {
  const tree = { firmware: FIRMWARE, layout: '', readSource: (p: string) => (p === 'main.ts' ? source : undefined) };
  return compileFirmware({ entry: 'main.ts', tree, handlers: HANDLERS, optimize, checks });
}

async function compiled(source: string, optimize?: OptimizationLevel): Promise<FirmwareModule> {
  const { value, diagnostics } = await compile(source, optimize);
  expect(diagnostics.filter((d) => d.severity === 'error').map(renderDiagnostic)).toEqual([]);
  return value!;
}

const BLOCKS_AT = 0x1000;
const VARIABLES_AT = 0x8000;

/** The module as if it were linked: blocks and variables at addresses, volatile memory behind the imports. */
async function run(module: FirmwareModule, onRead: (address: number) => void = () => {}) {
  const memory = new DataView(new ArrayBuffer(0x10000));
  const addressOf = new Map<string, number>();
  for (const { symbol, offset } of module.blocks) addressOf.set(symbol, BLOCKS_AT + offset);
  module.variables.forEach(({ symbol, initial }, i) => {
    addressOf.set(symbol, VARIABLES_AT + 8 * i);
    memory.setBigUint64(VARIABLES_AT + 8 * i, initial, true);
  });
  const read = (address: number, get: (address: number) => number) => {
    onRead(address);
    return get(address);
  };
  const link = Object.fromEntries(module.variables.map(({ symbol }) => [symbol, () => addressOf.get(symbol)!]));
  const data = Object.fromEntries(module.blocks.map(({ symbol }) => [symbol, addressOf.get(symbol)!]));
  const volatile = {
    ld8: (a: number) => read(a, (at) => memory.getUint8(at)),
    ld16: (a: number) => read(a, (at) => memory.getUint16(at, true)),
    ld32: (a: number) => read(a, (at) => memory.getUint32(at, true)),
    st8: (a: number, v: number) => memory.setUint8(a, v),
    st16: (a: number, v: number) => memory.setUint16(a, v, true),
    st32: (a: number, v: number) => memory.setUint32(a, v, true),
  };
  const mmio = { ld32: () => 0, st32: () => {} };
  const { instance } = await WebAssembly.instantiate(module.wasm.slice(), { link, data, volatile, mmio });
  return { exports: instance.exports as Record<string, (...args: never[]) => number>, memory, addressOf };
}

const importsOf = (module: FirmwareModule) =>
  WebAssembly.Module.imports(new WebAssembly.Module(module.wasm.slice())).map((i) => `${i.module}.${i.name}`);

describe.each(LEVELS)('level %s', (level) => {
  const DELAY = `
    let ticks: u32 = 7;
    export function SysTick_Handler(): void { ticks++; }
    export function delay(ms: u32): u32 { const from = ticks; while (ticks - from < ms) {} return ticks; }`;

  test('while (ticks - from < ms) reads the variable in each turn', async () => {
    const module = await compiled(DELAY, level);
    expect(importsOf(module)).toEqual(expect.arrayContaining(['volatile.ld32', 'volatile.st32']));
    let reads = 0;
    let tick = () => {};
    const { exports } = await run(module, () => {
      if (++reads > 1000) throw new Error('the loop does not end');
      if (reads % 3 === 0) tick();
    });
    let inHandler = false;
    tick = () => {
      if (inHandler) return;
      inHandler = true;
      exports.SysTick_Handler();
      inHandler = false;
    };
    expect(exports.delay(...([20] as never[]))).toBeGreaterThanOrEqual(27);
    expect(reads).toBeGreaterThan(20);
  });

  test('plain memory that a handler stores to is read in each turn', async () => {
    const module = await compiled(
      `const flag = memory.data(4);
       export function EXTI0_IRQHandler(): void { store<u8>(flag, 1, 2); }
       export function wait(): void { while (load<i8>(flag, 2) === 0) {} }`,
      level,
    );
    let reads = 0;
    const { exports, memory, addressOf } = await run(module, (address) => {
      expect(address).toBe(addressOf.get(module.blocks[0].symbol)! + 2);
      if (++reads === 5) memory.setUint8(address, 0x80);
    });
    exports.wait();
    expect(reads).toBe(5);
  });

  test('a 64-bit variable is read and written whole', async () => {
    const module = await compiled(
      `let time: u64 = 0x1_ffff_fffe;
       export function SysTick_Handler(): void { time++; }
       export function high(): u32 { return <u32>(time >> 32); }`,
      level,
    );
    const { exports } = await run(module);
    expect(exports.high()).toBe(1);
    exports.SysTick_Handler();
    exports.SysTick_Handler();
    expect(exports.high()).toBe(2);
  });

  test('a variable that starts as an address is a relocated word of RAM', async () => {
    const module = await compiled(
      `let text: string = 'ab';
       export function next(): usize { text = 'cd'; return changetype<usize>(text); }`,
      level,
    );
    expect(module.variables).toMatchObject([{ initialAddress: { symbol: module.blocks[0].symbol, addend: 20 } }]);
    expect(importsOf(module)).not.toContain('volatile.ld32');
  });
});

test.each([
  ['one handler and the thread, one writes', 'count++', 'return count', '', true],
  ['both only read', 'other = count', 'return count', '', false],
  ['the handler alone', 'count++', 'return 0', '', false],
  ['two handlers', 'count++', 'return 0', 'export function EXTI1_IRQHandler(): void { count = 0; }', true],
  ['through a function', 'bump()', 'return count', 'function bump(): void { count++; }', true],
  ['through the table', 'handlers[0]()', 'return count', TABLE(), true],
])('volatile or not: %s', async (_name, handler, thread, more, isVolatile) => {
  const module = await compiled(
    `let count: u32 = 0; let other: u32 = 0; ${more}
     export function EXTI0_IRQHandler(): void { ${handler}; }
     export function thread(): u32 { ${thread}; }
     export function sum(): u32 { return other; }`,
  );
  expect(module.variables.some(({ global }) => global === 'main/count')).toBe(isVolatile);
});

function TABLE(): string {
  return 'function bump(): void { count++; } const handlers: StaticArray<() => void> = [bump];';
}

test('a 64-bit variable that a handler shares is warned about', async () => {
  const { diagnostics } = await compile(
    `let time: u64 = 0; export function SysTick_Handler(): void { time++; } export function now(): u64 { return time; }`,
  );
  expect(diagnostics).toMatchObject([{ code: 'ASC023', severity: 'warning' }]);
});

test.each(LEVELS)('floating-point variables that a handler shares are read again, level %s', async (level) => {
  const module = await compiled(
    `let x: f32 = 1.5; let y: f64 = -0.25;
     const z = memory.data(8);
     export function SysTick_Handler(): void { x += 1; y *= 2; store<f32>(z, x); }
     export function sum(): f64 { return x + y + x + y; }
     export function last(): f32 { return load<f32>(z); }`,
    level,
  );
  const reads: number[] = [];
  const { exports, memory, addressOf } = await run(module, (address) => reads.push(address));
  expect(exports.sum()).toBe(2.5);
  const [x, y] = ['main/x', 'main/y'].map((name) => addressOf.get(name)!);
  expect(reads).toEqual([x, y, y + 4, x, y, y + 4]);
  exports.SysTick_Handler();
  expect(exports.sum()).toBe(4);
  memory.setFloat32(addressOf.get(module.blocks[0].symbol)!, 2.5, true);
  expect(exports.last()).toBe(2.5);
});

test('strings are told from blocks that may be written', async () => {
  const module = await compiled(`
    const raw = memory.data<u32>([28, 0, 0, 2, 4, 0x00620061, 0, 0]);
    const words: StaticArray<string> = ['ab', 'cd'];
    export function first(): u32 { return load<u16>(changetype<usize>(words[1])) + load<u32>(raw); }`);
  const strings = module.blocks.filter(({ kind }) => kind === 'string');
  expect(module.blocks.find(({ bytes }) => bytes.length === 32 && bytes[0] === 28 && bytes[12] === 2)?.kind).toBe(
    'raw',
  );
  const table = module.blocks.find(({ relocations }) => relocations.length > 0)!;
  expect(table.kind).toBe('raw');
  expect(table.relocations.map(({ offset }) => offset)).toEqual([20, 24]);
  const targets = table.relocations.map(({ symbol, addend }) => {
    const { bytes } = strings.find((block) => block.symbol === symbol)!;
    return new TextDecoder('utf-16le').decode(bytes.subarray(addend, addend + 4));
  });
  expect(targets).toEqual(['ab', 'cd']);
});

test('a failing check traps at its line and brings no text along', async () => {
  const { value } = await compile(
    `export function f(x: u32): u32 {\n  if (x === 3) throw new Error('a text');\n  return x;\n}`,
  );
  expect(importsOf(value!)).toEqual(['cpu.abort']);
  const places = Array.from({ length: value!.wasm.length }, (_, i) => readSourceMap(value!.sourceMap)(i));
  expect(places).toContainEqual(expect.objectContaining({ file: 'main.ts', line: 2 }));
  expect(value!.aborts).toEqual([{ place: expect.objectContaining({ file: 'main.ts', line: 2 }), text: 'a text' }]);
  expect(places).toContainEqual(value!.aborts[0].place);
});

test('the same source gives the same bytes, whatever was compiled before', async () => {
  const source = `import { st32 } from 'kickstage/firmware/mmio';
    function twice(x: u32): u32 { return x * 2; }
    export function f(x: u32): void { st32(4, twice(x)); st32(8, twice(x + 1)); }`;
  const first = await compiled(source);
  await compiled('export function g(): u32 { return 1; }', 'speed');
  const second = await compiled(source);
  expect(second.wasm).toEqual(first.wasm);
  expect(second.sourceMap).toBe(first.sourceMap);
});

test.each(LEVELS)('level %s does not take over settings of whoever used the library before', async (level) => {
  const source = 'function twice(x: u32): u32 { return x * 2; } export function f(x: u32): u32 { return twice(x); }';
  binaryen.setDebugInfo(false);
  const first = await compiled(source, level);
  binaryen.setDebugInfo(true);
  const second = await compiled(source, level);
  expect(second.wasm).toEqual(first.wasm);
});
