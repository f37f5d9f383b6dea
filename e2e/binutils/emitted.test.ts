/**
 * Every instruction that the code generator emits, over a corpus: the benchmark's kernels, all operators with the runtime
 * library behind them, random modules of ours and of binaryen's fuzzer. objdump reads the same text from the bytes as we do.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderDiagnostic } from '@kickstage/base/diagnostic';
import { type CompileOptions, compile } from '@kickstage/codegen/compile';
import type { CompileInput } from '@kickstage/codegen/frontend/input';
import { randomModule } from '@kickstage/codegen/testing/random-wat';
import { assembleWat } from '@kickstage/codegen/testing/v8-harness';
import type { Section } from '@kickstage/object/object-file';
import { compileFirmware } from '@kickstage/toolchain/assemblyscript/compile-firmware';
import { codegenInput } from '@kickstage/toolchain/build';
import { OPCODES_BY_NAME } from '@kickstage/wasm/opcodes';
import { describe, expect, test } from 'vitest';
import { tablesAsAssemblyScript } from '../../bench/codegen/tables.ts';
import { referee } from '../../tools/referee.ts';
import { caseCount } from '../../tools/thorough.ts';
import { FuzzModules } from '../exec/fuzz/fuzz-modules.ts';
import { FIRMWARE, ROOT } from '../firmware/firmware-files.ts';
import { Disassembler } from './section-text.ts';

const { skip, label } = referee('arm-none-eabi-objdump');
const LEVELS = [0, 1, 2] as const;
const MODULES = caseCount(10);

function codeOf(input: CompileInput, options: CompileOptions = {}): Section[] {
  const { value, diagnostics } = compile(input, options);
  if (!value) throw new Error(diagnostics.map(renderDiagnostic).join('\n'));
  return value.object.sections.filter(({ kind }) => kind === 'code');
}

const everyLevel = (input: CompileInput) => LEVELS.flatMap((level) => codeOf(input, { level }));
const bothMemories = (input: CompileInput) => [
  ...everyLevel(input),
  ...everyLevel({ ...input, linearMemory: 'sandboxed' }),
];

async function kernels(): Promise<Section[]> {
  const sources = new Map([
    ['kernels.ts', readFileSync(join(ROOT, 'bench/codegen/kernels/kernels.ts'), 'utf8')],
    ['tables.ts', tablesAsAssemblyScript()],
  ]);
  const tree = { readSource: (path: string) => sources.get(path), firmware: FIRMWARE, layout: '' };
  const { value } = await compileFirmware({ entry: 'kernels.ts', tree, handlers: new Set() });
  return everyLevel(codegenInput('kernels', value!));
}

function operators(): Section[] {
  const functions = [...OPCODES_BY_NAME.values()].flatMap(({ name, shape, signature }) => {
    if (shape !== 'none' || !/^[if]\d\d\./.test(name)) return [];
    const gets = signature!.params.map((_, i) => `(local.get ${i})`).join(' ');
    const { params, results } = signature!;
    return [`(func (export "${name}") (param ${params.join(' ')}) (result ${results.join(' ')}) (${name} ${gets}))`];
  });
  return everyLevel({ name: 'operators', wasm: assembleWat(`(module ${functions.join('\n')})`) });
}

function randomModules(): Section[] {
  const seeds = Array.from({ length: MODULES }, (_, i) => i + 1);
  return seeds.flatMap((seed) => bothMemories({ name: `${seed}`, wasm: assembleWat(randomModule(seed).wat) }));
}

async function fuzzModules(): Promise<Section[]> {
  const modules = new FuzzModules();
  const sections: Section[] = [];
  for (let seed = 1; seed <= MODULES; seed++)
    sections.push(...everyLevel({ name: `${seed}`, wasm: await modules.make(seed), linearMemory: 'sandboxed' }));
  modules.close();
  return sections;
}

describe.skipIf(skip)(label, () => {
  const seen = new Set<string>();

  test.each([
    ['kernels', kernels],
    ['operators', operators],
    ['random modules', randomModules],
    ['modules of wasm-opt -ttf', fuzzModules],
  ])('%s', async (_, corpus) => {
    const disassembler = new Disassembler();
    const { differences, instructions, encodings } = disassembler.compare(await corpus());
    disassembler.close();
    for (const id of encodings) seen.add(id);
    expect(differences).toEqual([]);
    expect(instructions).toBeGreaterThan(60 * MODULES);
  });

  test('many encodings are among them', () => {
    expect(seen.size).toBeGreaterThan(120);
  });
});
