/** Random modules, called one function after the other: call frame information at every executed instruction. */
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { compile } from '@kickstage/codegen/compile';
import { Random } from '@kickstage/codegen/testing/random';
import { randomModule } from '@kickstage/codegen/testing/random-wat';
import { assembleWat } from '@kickstage/codegen/testing/v8-harness';
import { readElf } from '@kickstage/elf/read';
import { Machine } from '@kickstage/emulator/machine';
import { imageElf } from '@kickstage/linker/image-elf';
import { linkImage } from '@kickstage/linker/link';
import type { LayoutImage } from '@kickstage/memory-map/layout';
import { expect, test } from 'vitest';
import { layoutOf, RECORD } from '../firmware/firmware-files.ts';
import { readDebugFrame } from './cfi.ts';
import { ShadowStack } from './shadow-stack.ts';

const FIRST = Number(process.env.KICKSTAGE_SEED ?? 1);
const COUNT = Number(process.env.KICKSTAGE_COUNT ?? 12);
const INSTRUCTIONS = 8000;

const FLASH = { start: 0x0800_0000, size: 0x8_0000 };
/** wasm's one page of memory lies at 0; the stack is behind it. */
const RAM = { start: 0, size: 0x4_0000 };

/** The bootloader's place, with RAM behind wasm's memory. */
function image(): LayoutImage {
  const { bootloader } = layoutOf(RECORD);
  return {
    ...bootloader,
    slot: { start: FLASH.start, end: FLASH.start + FLASH.size },
    ram: { start: 0x2_0000, end: RAM.size },
  };
}

/** Calls every function in turn, for ever. */
function withEntry(seed: number): string {
  const { wat, functions } = randomModule(seed);
  const random = new Random(seed);
  const own = functions.filter(({ name }) => /^f\d+$/.test(name));
  const calls = own.map(({ name }) => {
    // What is exported takes floats as bits; the function itself takes them as they are.
    const head = new RegExp(`\\(func \\$${name}(?: \\(export "\\w+"\\))?(?: \\(param ([\\w ]+)\\))?`).exec(wat);
    const params = head?.[1]?.split(' ') ?? [];
    const args = params.map((type) => `(${type}.const ${random.chance(50) ? random.below(100) : random.word() | 0})`);
    return `(drop (call $${name} ${args.join(' ')}))`;
  });
  const entry = `(func (export "Reset_Handler") (loop $again ${calls.join(' ')} (br $again)))`;
  return `${wat.trimEnd().slice(0, -1)}\n${entry})`;
}

function follow(seed: number, level: 0 | 2): ShadowStack['tally'] {
  const compiled = compile({ name: 'random.wasm', wasm: assembleWat(withEntry(seed)) }, { level, verify: true });
  const { value: linked, diagnostics } = linkImage({
    image: image(),
    chip: blackpill.chip,
    object: compiled.value!.object,
  });
  expect(diagnostics).toEqual([]);
  const { value: elf } = readElf(imageElf(linked!), 'random.elf');
  const frames = elf!.sections.find(({ name }) => name === '.debug_frame')!;
  const machine = new Machine({ flash: FLASH, ram: RAM, interruptCount: 8, hz: 16_000_000 });
  machine.load(FLASH.start, linked!.bytes);
  machine.reset('system');
  const shadow = new ShadowStack(machine, readDebugFrame(frames.bytes));
  // A trap ends it: the default handler waits for ever.
  for (let i = 0; i < INSTRUCTIONS && machine.cpu.ipsr === 0; i++) {
    const wrong = shadow.step();
    if (wrong) expect.fail(`seed ${seed}, level ${level}, instruction ${i}: ${wrong}`);
  }
  return shadow.tally;
}

test(`${COUNT} random modules from seed ${FIRST}`, { timeout: 600_000 }, () => {
  let found = 0;
  for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
    for (const level of [0, 2] as const) found += follow(seed, level).found;
  }
  expect(found).toBeGreaterThan(100 * COUNT);
});
