/**
 * Modules of scripts as bytes. Assemblers: wabt (npm, where it is installed; it writes what it reads), else binaryen, which
 * reads more of the language but writes equal modules rather than the same.
 */
import { spawnSync } from 'node:child_process';
import type { Node } from './wast-reader.ts';

interface Wabt {
  parseWat(name: string, text: string, features: Record<string, boolean>): WabtModule;
}

interface WabtModule {
  toBinary(options: object): { buffer: Uint8Array };
  destroy(): void;
}

const FEATURES = Object.fromEntries(
  [
    ...['exceptions', 'mutable_globals', 'sat_float_to_int', 'sign_extension', 'simd', 'threads', 'multi_value'],
    ...[
      'function_references',
      'tail_call',
      'bulk_memory',
      'reference_types',
      'annotations',
      'memory64',
      'multi_memory',
    ],
    ...['extended_const', 'relaxed_simd', 'gc'],
  ].map((name) => [name, true]),
);

/** wabt's package by its name or path (KICKSTAGE_WABT), where it is there. */
async function loadWabt(): Promise<Wabt | undefined> {
  try {
    const { default: start } = (await import(process.env.KICKSTAGE_WABT ?? 'wabt')) as { default: () => Promise<Wabt> };
    return await start();
  } catch {
    return undefined;
  }
}

export class Assembler {
  private readonly wabt: Wabt | undefined;

  private constructor(wabt: Wabt | undefined) {
    this.wabt = wabt;
  }

  static async create(): Promise<Assembler> {
    return new Assembler(await loadWabt());
  }

  get names(): string {
    return this.wabt ? 'wabt, and binaryen where that fails' : 'binaryen';
  }

  /** The module of a `(module …)` expression, or undefined where no assembler reads it. */
  assemble(source: string, node: Node): Uint8Array | undefined {
    if (node.kind !== 'list') return undefined;
    const kind = node.items.find((item) => item.kind === 'atom' && !/^(module|\$.*)$/.test(item.text));
    const strings = node.items.flatMap((item) => (item.kind === 'string' ? [item.bytes] : []));
    if (kind?.kind !== 'atom') return this.assembleText(source.slice(node.start, node.end));
    if (kind.text === 'binary') return Uint8Array.from(Buffer.concat(strings));
    return undefined;
  }

  assembleText(text: string): Uint8Array | undefined {
    return this.byWabt(text) ?? byBinaryen(text);
  }

  private byWabt(text: string): Uint8Array | undefined {
    try {
      const module = this.wabt?.parseWat('module.wat', text, FEATURES);
      const bytes = module?.toBinary({}).buffer.slice();
      module?.destroy();
      return bytes;
    } catch {
      return undefined;
    }
  }
}

/** Some texts end binaryen's process: a process of its own tries them. */
function byBinaryen(text: string): Uint8Array | undefined {
  const program = `import('binaryen').then(({ default: b }) => {
    const m = b.parseText(require('node:fs').readFileSync(0, 'utf8'));
    m.setFeatures(b.Features.All);
    process.stdout.write(Buffer.from(m.emitBinary()).toString('base64'));
  });`;
  const { status, stdout } = spawnSync(process.execPath, ['-e', program], {
    input: text,
    encoding: 'utf8',
    cwd: import.meta.dirname,
  });
  return status === 0 && stdout !== '' ? Uint8Array.from(Buffer.from(stdout, 'base64')) : undefined;
}

/** Bits of constants, in order, from their texts: `f32.const 0x1p-149`. */
export function constantBits(assembler: Assembler, texts: readonly string[]): bigint[] {
  if (texts.length === 0) return [];
  const functions = texts.map((text, i) => {
    const [type] = text.split('.');
    const integer = `i${type.slice(1)}`;
    const value = type.startsWith('f') ? `(${integer}.reinterpret_${type} (${text}))` : `(${text})`;
    return `(func (export "${i}") (result ${integer}) ${value})`;
  });
  const wasm = assembler.assembleText(`(module ${functions.join('\n')})`);
  if (!wasm) throw new Error(`constants that no assembler reads: ${texts.slice(0, 5).join(', ')}`);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm.slice()));
  return texts.map((text, i) => {
    const value = BigInt((exports[i] as () => number | bigint)());
    return BigInt.asUintN(/^.64/.test(text) ? 64 : 32, value);
  });
}
