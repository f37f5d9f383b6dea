/**
 * Variables against the processor: random functions write down each variable when they assign to it; at every instruction
 * executed, the place that the debug information names for a variable holds what was written down.
 */
import type { Machine } from '@kickstage/emulator/machine';
import { createStm32f411 } from '@kickstage/emulator/machines/stm32f411';
import type { PlacedSection } from '@kickstage/linker/link';
import type { FunctionDebug, WordPlace } from '@kickstage/object/function-debug';
import { afterAll, expect, test } from 'vitest';
import { buildSource, type DebugBuild, imageOf, placeAt, removeFolders } from './debug-build.ts';
import { type RandomSource, RECORD_ADDRESS, type Recorded, randomSource } from './random-source.ts';

afterAll(removeFolders);

const FIRST = Number(process.env.KICKSTAGE_SEED ?? 1);
const COUNT = Number(process.env.KICKSTAGE_COUNT ?? 6);
const INSTRUCTIONS = 3000;

interface Tally {
  /** Variables at instructions, and how many of them were somewhere. */
  asked: number;
  found: number;
}

class Observer {
  private readonly machine: Machine;
  private readonly placed: PlacedSection;
  private readonly debug: FunctionDebug;
  private readonly variables: RandomSource['variables'];
  /** Those that are asked for. */
  private readonly names: RandomSource['variables'];
  private readonly symbols: ReadonlyMap<string, number>;

  constructor(build: DebugBuild, machine: Machine, variables: RandomSource['variables'], optimised: boolean) {
    const { linked } = imageOf(build, 'app1');
    this.machine = machine;
    this.variables = variables;
    this.names = optimised ? variables.filter(({ isConstant }) => isConstant) : variables;
    this.placed = linked.sections.find(({ section }) => section.debug?.source === 'apps/app1/record')!;
    this.debug = this.placed.section.debug!;
    this.symbols = new Map(linked.symbols.map(({ symbol, address }) => [symbol.name, address]));
  }

  /** What is wrong at the program counter. */
  check(tally: Tally): string | undefined {
    const { cpu } = this.machine;
    const offset = (cpu.pc >>> 0) - this.placed.address;
    if (offset < 0 || offset >= this.placed.section.size) return undefined;
    const line = placeAt(this.placed, cpu.pc >>> 0)?.line;
    if (line === undefined) return undefined;
    const first = Math.min(...this.variables.flatMap(({ lines }) => [...lines]));
    const isDeclared = ({ lines }: Recorded) => line > Math.min(...lines);
    for (const variable of this.names) {
      if (line < first || variable.lines.has(line) || !isDeclared(variable)) continue;
      tally.asked++;
      const told = this.told(variable, this.variables.indexOf(variable), offset);
      if (told === undefined) continue;
      tally.found++;
      const truth = this.truth(variable);
      if (told !== truth) return `offset ${offset}, line ${line}: ${variable.name} is ${told}, not ${truth}`;
    }
    return undefined;
  }

  private told({ name, type }: Recorded, index: number, offset: number): bigint | undefined {
    const isParameter = name.startsWith('p');
    const tracked = this.debug.variables.find(({ variable }) => variable === (isParameter ? index : name));
    const range = tracked?.ranges.find(({ start, end }) => offset >= start && offset < end);
    const words = range?.words.map((word) => word && this.word(word, offset));
    if (!words || words.some((word) => word === undefined)) return undefined;
    return narrow(type, BigInt(words[0]!) | (BigInt(words[1] ?? 0) << 32n));
  }

  private word(place: WordPlace, offset: number): number | undefined {
    const { r } = this.machine.cpu;
    const frame = this.debug.frame.findLast((state) => state.offset <= offset)!;
    switch (place.kind) {
      case 'register':
        // s0 is 64 (IHI 0040, 3.1).
        return (place.register < 64 ? r[place.register] : this.machine.cpu.fpu.s[place.register - 64]) >>> 0;
      case 'frame':
        return this.read(r[13] + frame.cfaOffset + place.offset);
      case 'constant':
        return place.value;
      case 'symbol':
        return this.symbols.get(place.symbol)! + place.addend;
    }
  }

  private read(address: number): number {
    return new DataView(this.machine.readMemory(address >>> 0, 4)!.buffer).getUint32(0, true);
  }

  private truth({ type, offset }: Recorded): bigint {
    const at = RECORD_ADDRESS + offset;
    const high = type === 'u64' ? this.read(at + 4) : 0;
    return narrow(type, BigInt(this.read(at)) | (BigInt(high) << 32n));
  }
}

const BITS = { u8: 8, bool: 8, i32: 32, u32: 32, u64: 64, f32: 32 } as const;

function narrow(type: Recorded['type'], value: bigint): bigint {
  return BigInt.asUintN(BITS[type], value);
}

async function observe(seed: number, level: 'none' | 'size', tally: Tally): Promise<void> {
  const source = randomSource(seed);
  const build = await buildSource(source.text, level, ['app1']);
  const { machine } = createStm32f411({ seed: 1 });
  for (const { address, bytes } of build.build.flash) machine.load(address, bytes);
  machine.reset('power-on');
  // As the bootloader would: the app's stack and entry.
  machine.cpu.reset(imageOf(build, 'app1').linked.image.vectorTable);
  const observer = new Observer(build, machine, source.variables, level !== 'none');
  for (let i = 0; i < INSTRUCTIONS; i++) {
    const wrong = observer.check(tally);
    if (wrong) expect.fail(`seed ${seed}, ${level}: ${wrong}\n${source.text}`);
    machine.step();
  }
}

test(`${COUNT} random functions from seed ${FIRST}, all variables`, { timeout: 600_000 }, async () => {
  const tally = { asked: 0, found: 0 };
  for (let seed = FIRST; seed < FIRST + COUNT; seed++) await observe(seed, 'none', tally);
  expect(tally.found / tally.asked).toBeGreaterThan(0.5);
});

test(`${COUNT} random functions from seed ${FIRST}, optimised: parameters that stay as they are`, {
  timeout: 600_000,
}, async () => {
  const tally = { asked: 0, found: 0 };
  for (let seed = FIRST; seed < FIRST + COUNT; seed++) await observe(seed, 'size', tally);
  expect(tally.found).toBeGreaterThan(1000);
});
