/** The bootloader's check of images, as WebAssembly in this engine: its own source, with a slot of bytes for flash. */

import { blackpill } from '@kickstage/chips/boards/blackpill';
import type { Layout } from '@kickstage/memory-map/layout';
import { hostModule } from '@kickstage/testbench/powercut/hosted-module';
import { compileFirmware } from '@kickstage/toolchain/assemblyscript/compile-firmware';
import { layoutModule } from '@kickstage/toolchain/layout-module';
import { expectNoErrors, FIRMWARE } from '../firmware/firmware-files.ts';

const STORAGE = `export const STORAGE_INTERNAL: u32 = 0;
export declare function readWord(memory: u32, address: usize): u32;
`;
const ENTRY = `import { passedTable, verifyDownload, verifyImage } from 'kickstage/firmware/verify/verify';
import { Spot } from 'kickstage/firmware/update/slots';
export function check(app: u32, place: usize): u32 { return verifyImage(app, Spot.of(0, place), place); }
export function checkDownload(app: u32): u32 { return verifyDownload(app); }
export function passed(): usize { return passedTable(); }
`;

export interface Answer {
  /** STATUS_... of the check. */
  readonly status: number;
  /** The vector table that its evidence names. */
  readonly table: number;
}

export class DeviceCheck {
  /** Bytes of flash by slot: what is not there is erased. Reading elsewhere is an error. */
  private readonly slots = new Map<number, { bytes: Uint8Array; size: number }>();
  private readonly exports: Readonly<Record<string, (...args: number[]) => number>>;
  /** Words that were read in all. */
  reads = 0;

  private constructor(module: ReturnType<typeof hostModule>) {
    const words = () => new DataView((this.exports.memory as unknown as WebAssembly.Memory).buffer);
    const memory = {
      ld32: (address: number) => words().getInt32(address, true),
      st32: (address: number, value: number) => {
        // The watchdog's register lies beyond; nothing watches here.
        if (address >>> 0 < 0x1_0000) words().setInt32(address, value, true);
      },
    };
    const globals = Object.entries(module.data).map(
      ([symbol, address]) => [symbol, new WebAssembly.Global({ value: 'i32' }, address)] as const,
    );
    const { exports } = new WebAssembly.Instance(module.module, {
      mmio: memory,
      volatile: memory,
      data: Object.fromEntries(globals),
      storage: { readWord: (_: number, address: number) => this.readWord(address >>> 0) },
    });
    this.exports = exports as typeof this.exports;
    const bytes = new Uint8Array((exports.memory as WebAssembly.Memory).buffer);
    for (const { address, bytes: content } of module.contents) bytes.set(content, address);
  }

  static async of(layout: Layout): Promise<DeviceCheck> {
    const { value, diagnostics } = await compileFirmware({
      entry: 'check.ts',
      tree: {
        firmware: FIRMWARE,
        readSource: (path) => (path === 'check.ts' ? ENTRY : undefined),
        replaced: new Map([['storage', STORAGE]]),
        layout: layoutModule(layout, blackpill.chip),
      },
      handlers: new Set(),
      optimize: 'speed',
    });
    expectNoErrors(diagnostics);
    return new DeviceCheck(hostModule(value!));
  }

  /** Puts bytes at the start of a slot of `size` bytes; the rest of it is erased. */
  fill(start: number, size: number, bytes: Uint8Array): void {
    this.slots.set(start, { bytes, size });
  }

  check(app: number, place: number): Answer {
    const status = this.exports.check(app, place) >>> 0;
    return { status, table: this.exports.passed() >>> 0 };
  }

  checkDownload(app: number): Answer {
    const status = this.exports.checkDownload(app) >>> 0;
    return { status, table: this.exports.passed() >>> 0 };
  }

  private readWord(address: number): number {
    this.reads++;
    for (const [start, { bytes, size }] of this.slots) {
      const at = address - start;
      if (at < 0 || at >= size) continue;
      let word = 0;
      for (let i = 3; i >= 0; i--) word = (word << 8) | (bytes[at + i] ?? 0xff);
      return word;
    }
    throw new Error(`read outside the slot: 0x${address.toString(16)}`);
  }
}
