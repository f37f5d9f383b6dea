/**
 * Runs functions of an object file on the emulator's processor, whatever they do: a wild one ends in a fault or at a limit.
 * RAM begins at address 0, so that the addresses of WebAssembly are the machine's. Arguments are words in r0-r3.
 */
import { Machine } from '@kickstage/emulator/machine';
import { relocate } from '@kickstage/linker/relocate';
import type { ObjectFile } from '@kickstage/object/object-file';

const FLASH = { start: 0x0800_0000, size: 0x4_0000 };
const RAM = { start: 0, size: 0x2_0000 };
/** Behind wasm's one page. */
const DATA_START = 0x1_1000;
const STACK_TOP = 0x2_0000;
const RETURN_ADDRESS = FLASH.start + 0x100;
const FAULT_HANDLER = FLASH.start + 0x104;
const CODE_START = FLASH.start + 0x200;
const VTOR = 0xe000_ed08;
const MAX_INSTRUCTIONS = 20_000;
/** What r4-r11 hold before a call, and must hold after it (AAPCS, IHI 0042, 6.1.1). */
const KEPT = [4, 5, 6, 7, 8, 9, 10, 11].map((n) => [n, 0x1111_1111 * n] as const);
/** The same of s16-s31 (6.1.2.1). The unit is on, and gives canonical NaNs (DDI 0403E B3.2.20, B3.2.23). */
const KEPT_SINGLES = Array.from({ length: 16 }, (_, i) => [16 + i, 0x0101_0101 * (16 + i)] as const);
const CPACR = { address: 0xe000_ed88, value: 0x00f0_0000 };
const FPDSCR = { address: 0xe000_ef3c, value: 1 << 25 };

export class ObjectRunner {
  private readonly machine = new Machine({ flash: FLASH, ram: RAM, interruptCount: 8, hz: 16_000_000 });
  private symbols: ReadonlyMap<string, number> = new Map();

  constructor() {
    const vectors = new DataView(new ArrayBuffer(64));
    [STACK_TOP, RETURN_ADDRESS | 1].forEach((word, i) => void vectors.setUint32(4 * i, word, true));
    for (let i = 2; i < 16; i++) vectors.setUint32(4 * i, FAULT_HANDLER | 1, true);
    this.machine.load(FLASH.start, new Uint8Array(vectors.buffer));
    for (const address of [RETURN_ADDRESS, FAULT_HANDLER]) this.machine.load(address, Uint8Array.of(0xfe, 0xe7));
  }

  /** Puts the object's sections in place of what was loaded before. */
  load(object: ObjectFile): void {
    let flash = CODE_START;
    let ram = DATA_START;
    const addresses = object.sections.map(({ kind, size }) => {
      const isRam = kind === 'data' || kind === 'bss';
      const at = Math.ceil((isRam ? ram : flash) / 8) * 8;
      if (isRam) ram = at + size;
      else flash = at + size;
      return at;
    });
    const functions = new Set(object.symbols.filter(({ kind }) => kind === 'function').map(({ name }) => name));
    this.symbols = new Map(object.symbols.map(({ name, section, offset }) => [name, addresses[section] + offset]));
    object.sections.forEach(({ bytes, relocations }, i) => {
      const patched = bytes.slice();
      for (const relocation of relocations) {
        const { symbol } = relocation;
        const target = { address: this.symbols.get(symbol)!, isFunction: functions.has(symbol) };
        const problem = relocate(patched, addresses[i], relocation, target);
        if (problem) throw new Error(problem.what);
      }
      if (patched.length > 0) this.machine.load(addresses[i], patched);
    });
  }

  /**
   * Calls a function with fresh memory; gives in words all that a caller could see: the result, what memory holds, the
   * stack pointer, registers that were not kept, or how it ended otherwise.
   */
  run(name: string, args: readonly number[], memorySize: number): string {
    const { machine } = this;
    machine.reset('system');
    for (const { address, value } of [{ address: VTOR, value: FLASH.start }, CPACR, FPDSCR])
      machine.bus.write32(address, value);
    machine.bus.ram.bytes.fill(0x5a);
    const { r } = machine.cpu;
    const { s } = machine.cpu.fpu;
    for (let n = 0; n < 16; n++) s[n] = 0x4b00_0000 + n;
    for (const [n, value] of KEPT_SINGLES) s[n] = value;
    for (let n = 0; n < 13; n++) r[n] = 0x3c3c_0000 + n;
    for (const [n, value] of KEPT) r[n] = value;
    args.forEach((arg, i) => {
      r[i] = arg;
    });
    r[13] = STACK_TOP;
    r[14] = RETURN_ADDRESS | 1;
    machine.cpu.pc = this.symbols.get(name)!;
    const end = this.runToEnd();
    if (end !== 'returned') return end;
    const lost = KEPT.filter(([n, value]) => r[n] !== (value | 0)).map(([n]) => `r${n}`);
    lost.push(...KEPT_SINGLES.filter(([n, value]) => s[n] !== (value | 0)).map(([n]) => `s${n}`));
    const memory = Buffer.from(machine.bus.ram.bytes.subarray(0, memorySize)).toString('hex');
    return [r[0], lost.join(' '), r[13] - STACK_TOP, memory].join('; ');
  }

  private runToEnd(): string {
    const { machine } = this;
    try {
      const breakpoints = new Set([RETURN_ADDRESS, FAULT_HANDLER]);
      const { reason } = machine.run({ breakpoints, maxInstructions: MAX_INSTRUCTIONS });
      if (reason !== 'breakpoint') return reason;
      return machine.cpu.pc >>> 0 === RETURN_ADDRESS ? 'returned' : 'fault';
    } catch (error) {
      return `emulation error: ${(error as Error).message}`;
    }
  }
}
