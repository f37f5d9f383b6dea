/**
 * Random modules that binaryen's fuzzer makes (`wasm-opt -ttf`), each from a seed: all of WebAssembly 1.0 with sign
 * extension, bulk memory and saturating truncation, 16 pages of memory, and imports that log.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WasmOpt } from './wasm-opt.ts';

const FLAGS = ['-q', '-ttf', '--mvp-features', '--enable-sign-ext', '--enable-bulk-memory'];
const SATURATING = '--enable-nontrapping-float-to-int';
/** Bytes of input, from which the fuzzer takes its decisions; the more, the larger the module. */
const SIZES = [32, 64, 96, 128, 160, 192, 224, 256, 64, 128, 320, 384, 448, 512, 768, 1024, 4096];

export class FuzzModules {
  private readonly wasmOpt = new WasmOpt();
  private readonly folder = mkdtempSync(join(tmpdir(), 'kickstage-'));

  /** The module of a seed: the same bytes with the same binaryen. */
  async make(seed: number): Promise<Uint8Array> {
    const [input, output] = ['input', 'module.wasm'].map((name) => join(this.folder, name));
    writeFileSync(input, bytesOf(seed));
    await this.wasmOpt.run(...FLAGS, SATURATING, input, '-o', output);
    return Uint8Array.from(readFileSync(output));
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function bytesOf(seed: number): Buffer {
  const blocks = SIZES[seed % SIZES.length] / 32;
  return Buffer.concat(Array.from({ length: blocks }, (_, i) => createHash('sha256').update(`${seed} ${i}`).digest()));
}
