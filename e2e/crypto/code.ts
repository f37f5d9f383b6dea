/**
 * A firmware function compiled once and called in two ways: its WebAssembly in V8, and its machine code on the emulator's
 * processor. Both work on a memory of the caller's: offsets into it are what a call takes for addresses.
 */
import { renderDiagnostic } from '@kickstage/base/diagnostic';
import { compile } from '@kickstage/codegen/compile';
import { createBareMachine, type Machine } from '@kickstage/emulator/machine';
import { relocate } from '@kickstage/linker/relocate';
import type { ObjectFile } from '@kickstage/object/object-file';
import { compileFirmware, type FirmwareModule } from '@kickstage/toolchain/assemblyscript/compile-firmware';
import { codegenInput } from '@kickstage/toolchain/build';
import { FIRMWARE } from '../firmware/firmware-files.ts';

/** An argument: a number, or a place in the caller's memory. */
export type Argument = number | { readonly at: number };

export interface Runner {
  write(offset: number, bytes: Uint8Array): void;
  read(offset: number, size: number): Uint8Array;
  /** Gives the result as an unsigned word. */
  call(name: string, ...args: Argument[]): number;
}

export interface Code {
  readonly wasm: Runner;
  readonly machine: MachineRunner;
  /** Bytes of each section that is linked: functions with their literals, and constant data. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** Bytes of the caller's memory. */
export const WORK_SIZE = 0x1_0000;
/** Where the module's static data ends, with room to spare. */
const WASM_WORK = 0x4_0000;
const STATIC_BASE = 0x1_0000;

const FLASH = { start: 0x0800_0000, size: 0x4_0000 };
const RAM = { start: 0x2000_0000, size: 0x2_0000 };
const STACK_TOP = RAM.start + RAM.size;
const RETURN_ADDRESS = FLASH.start + 0x100;
const FAULT_HANDLER = FLASH.start + 0x104;
const CODE_START = FLASH.start + 0x200;
const FLASH_DATA = FLASH.start + 0x1_0000;
const MAX_INSTRUCTIONS = 100_000_000;

/** `source` exports what is to be called. */
export async function compileCode(source: string): Promise<Code> {
  const tree = {
    readSource: (path: string) => (path === 'main.ts' ? source : undefined),
    firmware: FIRMWARE,
    // No watchdog: what feeds it is folded away.
    layout: 'export const IWDG_START: usize = 0;\n',
  };
  const firmware = await compileFirmware({ entry: 'main.ts', tree, handlers: new Set() });
  if (!firmware.value) throw new Error(firmware.diagnostics.map(renderDiagnostic).join('\n'));
  const compiled = compile(codegenInput('crypto', firmware.value), { verify: true });
  if (!compiled.value) throw new Error(compiled.diagnostics.map(renderDiagnostic).join('\n'));
  const { object } = compiled.value;
  const sizes = new Map(object.sections.map(({ name, size }) => [name, size]));
  return { wasm: runInV8(firmware.value), machine: new MachineRunner(object), sizes };
}

function runInV8({ wasm, blocks }: FirmwareModule): Runner {
  const data = Object.fromEntries(blocks.map(({ symbol, offset }) => [symbol, STATIC_BASE + offset]));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm.slice()), { data });
  const memory = exports.memory as WebAssembly.Memory;
  memory.grow(8);
  const at = (offset: number, size: number) => new Uint8Array(memory.buffer, WASM_WORK + offset, size);
  return {
    write: (offset, bytes) => at(offset, bytes.length).set(bytes),
    read: (offset, size) => at(offset, size).slice(),
    call: (name, ...args) => {
      const words = args.map((arg) => (typeof arg === 'number' ? arg : WASM_WORK + arg.at));
      return ((exports[name] as (...words: number[]) => number | undefined)(...words) ?? 0) >>> 0;
    },
  };
}

/** The emulator's processor with the object in its flash. */
export class MachineRunner implements Runner {
  /** Executed instructions of the last call, those that an IT block skips included. */
  instructions = 0;
  /** Bytes of stack that the last call took. */
  stack = 0;
  private readonly machine: Machine;
  private readonly symbols: ReadonlyMap<string, number>;

  constructor(object: ObjectFile) {
    this.machine = createBareMachine({ flash: FLASH, ram: RAM });
    const vectors = new DataView(new ArrayBuffer(64));
    [STACK_TOP, RETURN_ADDRESS | 1].forEach((word, i) => void vectors.setUint32(4 * i, word, true));
    for (let i = 2; i < 16; i++) vectors.setUint32(4 * i, FAULT_HANDLER | 1, true);
    this.machine.load(FLASH.start, new Uint8Array(vectors.buffer));
    this.symbols = this.place(object);
    this.machine.reset('power-on');
  }

  write(offset: number, bytes: Uint8Array): void {
    this.machine.load(RAM.start + offset, bytes);
  }

  read(offset: number, size: number): Uint8Array {
    return this.machine.readMemory(RAM.start + offset, size)!.slice();
  }

  /** Puts something into flash, behind the code, as an image is; gives its address. */
  loadFlash(bytes: Uint8Array): number {
    this.machine.load(FLASH_DATA, bytes);
    return FLASH_DATA;
  }

  call(name: string, ...args: Argument[]): number {
    const { machine } = this;
    const { cpu } = machine;
    const words = args.map((arg) => (typeof arg === 'number' ? arg : RAM.start + arg.at));
    machine.load(RAM.start + WORK_SIZE, new Uint8Array(STACK_TOP - RAM.start - WORK_SIZE).fill(0xa5));
    // The first four in registers, the others on the stack (AAPCS, IHI 0042, 6.5).
    const onStack = new Uint32Array(words.slice(4));
    const top = STACK_TOP - 8 * Math.ceil(onStack.length / 2);
    machine.load(top, new Uint8Array(onStack.buffer));
    words.slice(0, 4).forEach((word, i) => {
      cpu.r[i] = word;
    });
    cpu.r[13] = top;
    cpu.r[14] = RETURN_ADDRESS | 1;
    cpu.pc = this.symbols.get(name)!;
    const before = cpu.instructions;
    const breakpoints = new Set([RETURN_ADDRESS, FAULT_HANDLER]);
    const { reason } = machine.run({ breakpoints, maxInstructions: MAX_INSTRUCTIONS });
    if (reason !== 'breakpoint' || cpu.pc >>> 0 !== RETURN_ADDRESS) throw new Error(`${name} ended by ${reason}`);
    this.instructions = cpu.instructions - before;
    const above = machine.readMemory(RAM.start + WORK_SIZE, STACK_TOP - RAM.start - WORK_SIZE)!;
    const lowest = above.findIndex((byte) => byte !== 0xa5);
    this.stack = lowest < 0 ? 0 : above.length - lowest;
    return cpu.r[0] >>> 0;
  }

  /** Puts the sections one behind the other. */
  private place({ sections, symbols }: ObjectFile): Map<string, number> {
    let next = CODE_START;
    const addresses = sections.map(({ kind, size, name }) => {
      if (kind === 'data' || kind === 'bss') throw new Error(`${name} is in RAM`);
      const at = next;
      next = Math.ceil((at + size) / 8) * 8;
      return at;
    });
    const addressOf = new Map(symbols.map(({ name, section, offset }) => [name, addresses[section] + offset]));
    const functions = new Set(symbols.filter(({ kind }) => kind === 'function').map(({ name }) => name));
    sections.forEach(({ bytes, relocations }, i) => {
      const patched = bytes.slice();
      for (const relocation of relocations) {
        const { symbol } = relocation;
        const target = { address: addressOf.get(symbol)!, isFunction: functions.has(symbol) };
        const problem = relocate(patched, addresses[i], relocation, target);
        if (problem) throw new Error(renderDiagnostic(problem));
      }
      this.machine.load(addresses[i], patched);
    });
    return addressOf;
  }
}
