/** The kernels and the bootloaders of the examples through our pipeline, at level size, with the code generator's verifiers on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderDiagnostic } from '@kickstage/base/diagnostic';
import { blackpill } from '@kickstage/chips/boards/blackpill';
import { compile } from '@kickstage/codegen/compile';
import { createStm32f411 } from '@kickstage/emulator/machines/stm32f411';
import { relocate } from '@kickstage/linker/relocate';
import type { ObjectFile } from '@kickstage/object/object-file';
import { compileFirmware } from '@kickstage/toolchain/assemblyscript/compile-firmware';
import { buildProject, codegenInput } from '@kickstage/toolchain/build';
import { CLASSIC, FIRMWARE, layoutOf, RECORD, readExample } from '../../e2e/firmware/firmware-files.ts';
import { CODE_START, type Measured, type Program } from './program.ts';
import { tablesAsAssemblyScript } from './tables.ts';

/** With floats on the floating-point unit. */
export const compileFloatOurs = () => compileOurs('float-kernels.ts');

export async function compileOurs(file = 'kernels.ts'): Promise<Program> {
  const sources = new Map([
    ['kernels.ts', readFileSync(join(import.meta.dirname, 'kernels', file), 'utf8')],
    ['tables.ts', tablesAsAssemblyScript()],
  ]);
  const tree = { readSource: (path: string) => sources.get(path), firmware: FIRMWARE, layout: '' };
  const firmware = await compileFirmware({ entry: 'kernels.ts', tree, handlers: new Set() });
  if (!firmware.value) throw new Error(firmware.diagnostics.map(renderDiagnostic).join('\n'));
  const compiled = compile(codegenInput('kernels', firmware.value), { verify: true, floats: 'fpu' });
  if (!compiled.value) throw new Error(compiled.diagnostics.map(renderDiagnostic).join('\n'));
  return place(compiled.value.object);
}

/** Puts the sections one behind the other. */
function place({ sections, symbols }: ObjectFile): Program {
  let next = CODE_START;
  const addresses = sections.map(({ kind, size }) => {
    if (kind === 'data' || kind === 'bss') throw new Error('kernels keep nothing in RAM');
    const at = next;
    next = Math.ceil((at + size) / 8) * 8;
    return at;
  });
  const targets = new Map(
    symbols.map(({ name, kind, section, offset }) => [
      name,
      { address: addresses[section] + offset, isFunction: kind === 'function' },
    ]),
  );
  const chunks = sections.map(({ bytes, relocations }, i) => {
    const patched = bytes.slice();
    for (const relocation of relocations) {
      const problem = relocate(patched, addresses[i], relocation, targets.get(relocation.symbol)!);
      if (problem) throw new Error(renderDiagnostic(problem));
    }
    return { address: addresses[i], bytes: patched };
  });
  const functions = symbols
    .filter(({ kind }) => kind === 'function')
    .map(({ name, section, size }) => [name, { address: addresses[section], size }] as const);
  return { chunks, functions: new Map(functions) };
}

/** The bootloaders of the examples. */
export const BOOTLOADERS = { classic: CLASSIC, record: RECORD } as const;
const EXAMPLES = { classic: 'two-apps-classic', record: 'two-apps' } as const;

/** A bootloader's flash, vector table included, and its instructions from power-on to app1's first. */
export async function measureBootloader(name: keyof typeof BOOTLOADERS): Promise<Measured> {
  const layout = layoutOf(BOOTLOADERS[name]);
  const readSource = readExample(EXAMPLES[name]);
  const { value } = await buildProject({ layout, chip: blackpill.chip, firmware: FIRMWARE, readSource, verify: true });
  const { machine } = createStm32f411({ hseHz: blackpill.hseHz, seed: 1 });
  for (const { address, bytes } of value!.flash) machine.load(address, bytes);
  machine.reset('power-on');
  machine.writeMemory(layout.mailbox.start, new Uint8Array(4));
  const before = machine.cpu.instructions;
  const linked = (image: string) => value!.images.find((i) => i.name === image)!.linked;
  const { reason } = machine.run({ breakpoints: new Set([linked('app1').entry - 1]), maxInstructions: 100_000 });
  if (reason !== 'breakpoint') throw new Error(`the ${name} bootloader does not come to app1: ${reason}`);
  return { bytes: linked('bootloader').bytes.length, instructions: machine.cpu.instructions - before };
}
