/**
 * Runs firmware in this engine, session by session, over simulated flash: the bootloader from reset to the app that it
 * starts, an app's calls, until the chip is reset. Data blocks lie in the module's own memory, whose addresses are small;
 * everything else is the mailbox, which survives a reset, or a register, most of which do nothing here.
 */
import { FlashMirror, OWN_MEMORY } from './flash-mirror.ts';
import type { HostedModule } from './hosted-module.ts';
import type { RememberedSignatures } from './remembered-signatures.ts';
import { type FlashOperation, FlashViolation, type SimFlash } from './sim-flash.ts';

/** How a session ended. */
export type Ending =
  | { readonly how: 'boot'; readonly stackPointer: number; readonly handler: number }
  | { readonly how: 'halt' }
  | { readonly how: 'reset' };

/** Thrown through the firmware. No Error: making one costs more than the session. */
class SessionEnd {
  readonly ending: Ending;
  constructor(ending: Ending) {
    this.ending = ending;
  }
}

/** What a session may reach. */
export interface HostChip {
  /** Simulated memories by number: internal, external. */
  readonly flash: readonly SimFlash[];
  /** RAM that survives a software reset, by word address. */
  readonly ram: Map<number, number>;
  /** Register that tells of doubts about flash (FLASH_ECCR); 0 where there is none. */
  readonly eccRegister: number;
  /** What verification of signatures has found before. */
  readonly signatures: RememberedSignatures;
  /** Does an operation on flash; whether its controller says that all went well. */
  readonly operate: (operation: FlashOperation) => boolean;
}

const AIRCR = 0xe000ed0c;
const SYSRESETREQ = 4;
const ECCD = 0x80000000 | 0;
/** Flash answers so when it was asked for what it does not bear. */
const OK = 0;
const REFUSED = 1;
/** RM0383 Rev 3, 15.4.1: each write begins the watchdog's count anew. */
const IWDG_KR = 0x40003000;
/** Words read between two feedings; between 5 and 50 ms of them. */
const MOST_READS = 8192;
const MOST_READS_OF_SESSION = 30_000_000;

/** A module and its chip. One session of it at a time: memory is then as after a reset, but for the chip's own. */
export class FirmwareHost {
  readonly memory: Uint8Array;
  private readonly mirror: FlashMirror;
  private readonly exports: Readonly<Record<string, (...args: number[]) => number>>;
  private readonly contents: HostedModule['contents'];
  private readonly variables: readonly { readonly global: WebAssembly.Global; readonly first: unknown }[];
  private readonly chip: HostChip;
  private readonly view: DataView;
  private eccr = 0;
  private reads = 0;

  constructor(hosted: HostedModule, chip: HostChip) {
    this.chip = chip;
    this.contents = hosted.contents;
    const memory = this.memoryImports();
    const globals = Object.entries(hosted.data).map(
      ([symbol, address]) => [symbol, new WebAssembly.Global({ value: 'i32' }, address)] as const,
    );
    const instance = new WebAssembly.Instance(hosted.module, {
      mmio: memory,
      volatile: memory,
      cpu: this.cpuImports(),
      link: anyFunction(() => 0, addressGivers(hosted.variables)),
      data: Object.fromEntries(globals),
      storage: this.storageImports(),
      remembered: chip.signatures.imports(() => this.memory),
    });
    this.mirror = new FlashMirror(instance.exports.memory as WebAssembly.Memory, chip.flash);
    this.memory = this.mirror.memory.subarray(0, OWN_MEMORY);
    this.view = new DataView(this.memory.buffer);
    this.exports = instance.exports as Record<string, (...args: number[]) => number>;
    this.variables = Object.values(instance.exports)
      .filter((one) => one instanceof WebAssembly.Global)
      .map((global) => ({ global, first: global.value }));
  }

  /** A session begins; the one before it is over. Making an instance takes longer than most sessions do. */
  begin(): this {
    this.memory.fill(0);
    for (const { address, bytes } of this.contents) this.memory.set(bytes, address);
    for (const { global, first } of this.variables) global.value = first;
    this.eccr = 0;
    this.mirror.update();
    this.reads = 0;
    this.mirror.left = MOST_READS;
    return this;
  }

  /** Calls an exported function; how the session ended, or what the function gave. */
  call(name: string, ...args: number[]): Ending | number {
    try {
      return this.exports[name](...args);
    } catch (error) {
      if (error instanceof SessionEnd) return error.ending;
      throw error;
    }
  }

  /** What is not in the module's own memory, which the module accesses by itself (`accessOwnMemory`). */
  private memoryImports() {
    const { chip } = this;
    const ld32 = (address: number) => {
      if (address >>> 0 === chip.eccRegister) return this.eccr;
      const word = chip.ram.get(address >>> 0);
      return word === undefined ? this.readInternal(address >>> 0) : word | 0;
    };
    const st32 = (address: number, value: number) => {
      if (address >>> 0 === IWDG_KR) this.feed();
      else if (address >>> 0 === AIRCR && value & SYSRESETREQ) throw new SessionEnd({ how: 'reset' });
      else if (address >>> 0 === chip.eccRegister) this.eccr = 0;
      else if (chip.ram.has(address >>> 0)) chip.ram.set(address >>> 0, value | 0);
    };
    const load = (mask: number) => (address: number) => (ld32(address & ~3) >>> (8 * (address & 3))) & mask;
    /** Of registers nothing narrow is simulated. */
    const store = (mask: number) => (address: number, value: number) => {
      const word = (address & ~3) >>> 0;
      const shift = 8 * (address & 3);
      const old = chip.ram.get(word);
      if (old !== undefined) chip.ram.set(word, (old & ~(mask << shift)) | ((value & mask) << shift));
    };
    return { ld32, st32, ld8: load(0xff), ld16: load(0xffff), st8: store(0xff), st16: store(0xffff) };
  }

  /** Flash that is read as memory; registers read as 0. */
  private readInternal(address: number): number {
    const { bounds } = this.chip.flash[0].shape;
    return address >= bounds[0] && address < bounds[bounds.length - 1] ? this.read(0, address) : 0;
  }

  private read(memory: number, address: number): number {
    if (this.mirror.left-- === 0) throw new FlashViolation('the watchdog is not fed while flash is read');
    const flash = this.chip.flash[memory];
    const word = flash.readWord(address);
    if (flash.isDoubted) {
      flash.isDoubted = false;
      this.eccr = ECCD;
      this.exports.NMI_Handler?.();
    }
    return word;
  }

  private storageImports() {
    const { chip } = this;
    return {
      readFlash: (memory: number, address: number) => this.read(memory, address >>> 0),
      erase: (memory: number, address: number, length: number) => {
        const flash = chip.flash[memory];
        const end = (address >>> 0) + length;
        for (let at = address >>> 0; at < end; at = flash.sectorEnd(at))
          if (!this.operate({ op: 'erase', memory, address: at })) return REFUSED;
        return OK;
      },
      program: (memory: number, address: number, source: number, length: number) => {
        const { unit } = chip.flash[memory].shape;
        for (let done = 0; done < length; done += unit) {
          const words = this.wordsAt(source + done, unit);
          if (!this.operate({ op: 'program', memory, address: (address >>> 0) + done, words })) return REFUSED;
        }
        return OK;
      },
    };
  }

  private wordsAt(address: number, length: number): number[] {
    if (address >>> 0 > OWN_MEMORY - length)
      throw new FlashViolation(`what is programmed is not in RAM: 0x${(address >>> 0).toString(16)}`);
    const words: number[] = [];
    for (let at = address; at < address + length; at += 4) words.push(this.view.getInt32(at, true));
    return words;
  }

  private operate(operation: FlashOperation): boolean {
    this.feed();
    const isDone = this.chip.operate(operation);
    this.mirror.follow(operation);
    return isDone;
  }

  /** The watchdog's count begins anew. */
  private feed(): void {
    this.reads += MOST_READS - this.mirror.left;
    this.mirror.left = MOST_READS;
    if (this.reads > MOST_READS_OF_SESSION) throw new FlashViolation('the session does not end: it goes on reading');
  }

  private cpuImports() {
    return anyFunction(() => 0, {
      wfi: () => {
        throw new SessionEnd({ how: 'halt' });
      },
      bootload: (stackPointer: number, handler: number) => {
        throw new SessionEnd({ how: 'boot', stackPointer: stackPointer >>> 0, handler: handler >>> 0 });
      },
    });
  }
}

const addressGivers = (variables: HostedModule['variables']) =>
  Object.fromEntries(Object.entries(variables).map(([symbol, address]) => [symbol, () => address]));

/** An import object in which every name is a function. */
function anyFunction(
  other: () => number,
  known: Readonly<Record<string, (...args: number[]) => unknown>> = {},
): Record<string, () => number> {
  return new Proxy({} as Record<string, () => number>, { get: (_, name) => known[name as string] ?? other });
}
