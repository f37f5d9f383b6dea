/**
 * Runs a bootloader's WebAssembly in this engine over a fake chip: words by address. It ends where the real one would
 * leave the bootloader, by the instruction that starts an app or by sleeping for ever.
 */
import type { FirmwareModule } from '@kickstage/toolchain/assemblyscript/compile-firmware';

export type Ending =
  | { readonly how: 'boot'; readonly stackPointer: number; readonly handler: number }
  | { readonly how: 'halt' };

class End extends Error {
  readonly ending: Ending;
  constructor(ending: Ending) {
    super(ending.how);
    this.ending = ending;
  }
}

export interface Access {
  readonly what: string;
  readonly address?: number;
  readonly value?: number;
}

/** The bootloader has one block of static data, the table of its CRC; the module's own data section holds it there. */
const DATA = { 'static.0': new WebAssembly.Global({ value: 'i32' }, 0x0001_0000) };

export class FakeChip {
  readonly words = new Map<number, number>();
  /** Writes and processor instructions in order. */
  readonly log: Access[] = [];

  word(address: number): number {
    return (this.words.get(address >>> 0) ?? 0xffffffff) >>> 0;
  }

  /** What the bootloader does from reset on. */
  async boot(module: FirmwareModule): Promise<Ending> {
    return this.bootInstance(new WebAssembly.Module(module.wasm.slice()));
  }

  bootInstance(module: WebAssembly.Module): Ending {
    this.log.length = 0;
    const memory = {
      ld32: (address: number) => this.word(address) | 0,
      st32: (address: number, value: number) => {
        this.words.set(address >>> 0, value >>> 0);
        this.log.push({ what: 'store', address: address >>> 0, value: value >>> 0 });
      },
    };
    const note = (what: string) => () => void this.log.push({ what });
    const cpu = {
      ...Object.fromEntries(['dsb', 'isb', 'cpsid', 'cpsie'].map((name) => [name, note(name)])),
      wfi: () => {
        throw new End({ how: 'halt' });
      },
      bootload: (stackPointer: number, handler: number) => {
        throw new End({ how: 'boot', stackPointer: stackPointer >>> 0, handler: handler >>> 0 });
      },
    };
    const instance = new WebAssembly.Instance(module, { mmio: memory, volatile: memory, cpu, data: DATA });
    try {
      (instance.exports.Reset_Handler as () => void)();
    } catch (error) {
      if (error instanceof End) return error.ending;
      throw error;
    }
    throw new Error('the bootloader came back');
  }
}
