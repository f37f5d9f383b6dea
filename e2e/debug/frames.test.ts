/**
 * Call frame information against the processor: at every executed instruction, the caller's stack pointer, the return
 * address and the kept registers are where .debug_frame says.
 */
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { readElf } from '@kickstage/elf/read';
import { createStm32f411 } from '@kickstage/emulator/machines/stm32f411';
import type { OptimizationLevel } from '@kickstage/toolchain/assemblyscript/optimize';
import { afterAll, describe, expect, test } from 'vitest';
import { type Fde, readDebugFrame } from './cfi.ts';
import { buildExample, buildSource, type DebugBuild, type ExampleName, imageOf, removeFolders } from './debug-build.ts';
import { ShadowStack } from './shadow-stack.ts';

afterAll(removeFolders);

function fdesOf(elf: Uint8Array): Fde[] {
  const { value } = readElf(elf, 'elf');
  return readDebugFrame(value!.sections.find(({ name }) => name === '.debug_frame')!.bytes);
}

function follow({ build }: DebugBuild, instructions: number): ShadowStack {
  const { machine } = createStm32f411({ hseHz: blackpill.hseHz, seed: 1 });
  for (const { address, bytes } of build.flash) machine.load(address, bytes);
  machine.reset('power-on');
  const fdes = build.images.flatMap(({ elf }) => fdesOf(elf));
  const shadow = new ShadowStack(machine, fdes);
  const entries = new Set(build.images.map(({ linked }) => linked.entry - 1));
  for (let i = 0; i < instructions; i++) {
    if (entries.has(machine.cpu.pc >>> 0)) shadow.restart();
    const wrong = shadow.step();
    if (wrong) expect.fail(`instruction ${i}: ${wrong}`);
  }
  return shadow;
}

describe.each(['two-apps', 'two-apps-classic'] as const)('%s', (name: ExampleName) => {
  test.each(['size', 'speed', 'none'] as const)('optimised for %s: boot, start, blink', async (level) => {
    const build = await buildExample(name, level);
    const { tally } = follow(build, 20_000);
    expect(tally.instructions).toBeGreaterThan(19_000);
    expect(tally.deepest).toBeGreaterThan(1);
  });
});

/** Functions of all shapes: leaves, many arguments, spills, early returns, 64-bit division, switches, recursion, handlers. */
const SHAPES = `
import { st32, ld32 } from 'kickstage/firmware/intrinsics/mmio';
const table = memory.data<u32>([3, 1, 4, 1, 5, 9, 2, 6]);
let seed: u32 = 12345;
let ticks: u32 = 0;
function next(): u32 { seed = seed * 1664525 + 1013904223; return seed; }
function leaf(a: u32, b: u32): u32 { return (a ^ b) + load<u32>(table + ((a & 7) << 2)); }
function many(a: u32, b: u64, c: u32, d: u32, e: u64, f: u32, g: u32): u64 {
  if (a > 0x8000_0000) return b + e;
  return leaf(a, c) * b + leaf(d, f) * e + g;
}
function spills(a: u32): u32 {
  const v0 = next(), v1 = next(), v2 = next(), v3 = next(), v4 = next(), v5 = next(), v6 = next();
  const v7 = next(), v8 = next(), v9 = next(), va = next(), vb = next(), vc = next(), vd = next();
  if (a & 1) return v0 ^ v5;
  let sum = leaf(v0, v1) + leaf(v2, v3) * v4 + v5 - v6 + v7;
  sum ^= leaf(v8, v9) + va * vb - vc + vd + v0 + v1 + v2 + v3;
  return sum + v4 * v5 + v6 * v7 + v8 * v9;
}
function divide(a: u64, b: u64): u64 { return b == 0 ? a : a / b + a % b; }
function choose(a: u32): u32 {
  switch (a % 9) {
    case 0: return leaf(a, 1);
    case 1: return a * 3;
    case 2: return spills(a);
    case 3: return choose(a / 3);
    case 4: return <u32>many(a, a, a, a, a, a, a);
    case 5: return <u32>divide(a, 7);
    case 6: return next();
    default: return a;
  }
}
function fold(depth: u32): u32 { return depth == 0 ? next() : fold(depth - 1) * 31 + choose(depth); }
export function SysTick_Handler(): void { ticks++; if (ticks % 3 == 0) fold(ticks % 5); }
export function Reset_Handler(): void {
  st32(0xe000e014, 2000); st32(0xe000e018, 0); st32(0xe000e010, 7);
  for (let i: u32 = 0; ; i++) {
    seed ^= choose(next()) + <u32>divide(next(), next() >> 16) + fold(i & 7) + <u32>many(i, i, next(), i, next(), i, i);
  }
}
`;

test.each(['size', 'speed', 'none'] as const)(
  'functions of all shapes, optimised for %s',
  async (level: OptimizationLevel) => {
    const build = await buildSource(SHAPES, level);
    const { tally, seen } = follow(build, 60_000);
    expect(tally.exceptions).toBeGreaterThan(10);
    expect(tally.deepest).toBeGreaterThan(5);
    expect(tally.found / tally.instructions).toBeGreaterThan(0.7);
    const code = imageOf(build, 'app1').linked.sizes.code;
    expect(seen.size / (code / 3)).toBeGreaterThan(0.5);
  },
);
