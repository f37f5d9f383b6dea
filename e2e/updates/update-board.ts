/**
 * A virtual board whose app can be updated, driven by a test through the app of remote-app.ts: bootloader, app and update
 * library run as machine code, over the flash controller of the chip and the serial flash of the board.
 */
import type { Board } from '@kickstage/chips/board';
import { machineOf } from '@kickstage/emulator/machines/machine-of';
import type { Microcontroller, MicrocontrollerOptions } from '@kickstage/emulator/machines/wiring';
import type { Config } from '@kickstage/memory-map/define';
import type { Layout, StorageRange } from '@kickstage/memory-map/layout';
import { resolve } from '@kickstage/memory-map/resolve';
import { type Build, type BuiltImage, buildProject } from '@kickstage/toolchain/build';
import { expectNoErrors, FIRMWARE } from '../firmware/firmware-files.ts';
import {
  asVersion,
  BUFFER,
  BUFFER_SIZE,
  COMMANDS,
  CONTROL,
  type Command,
  READY,
  REMOTE_APP,
  WORD,
} from './remote-app.ts';

export const BOOT = "export { NMI_Handler, Reset_Handler } from 'kickstage/firmware/boot/main';\n";

export interface UpdateCase {
  readonly name: string;
  readonly board: Board;
  readonly size: string;
  readonly update: Config['apps'][string]['update'];
  readonly updates?: Config['updates'];
}

/** A device's firmware, with the app as version 1. */
export interface Firmware {
  readonly layout: Layout;
  readonly board: Board;
  readonly build: Build;
}

export function layoutFor({ board, size, update, updates }: UpdateCase): Layout {
  const { value, diagnostics } = resolve({
    board,
    bootloader: { entry: 'boot/main.ts', size: '16K' },
    apps: { app1: { entry: 'app.ts', size, update } },
    boot: { default: 'app1' },
    ...(updates ? { updates } : {}),
  });
  expectNoErrors(diagnostics);
  return value!;
}

const SOURCES = new Map([
  ['boot/main.ts', BOOT],
  ['app.ts', REMOTE_APP],
]);

const built = new Map<string, Promise<Firmware>>();

/** Built once for all test files of a process: nobody may change it. */
export function buildFirmware(what: UpdateCase): Promise<Firmware> {
  const key = JSON.stringify(what);
  const known = built.get(key) ?? buildAnew(what);
  built.set(key, known);
  return known;
}

async function buildAnew(what: UpdateCase): Promise<Firmware> {
  const layout = layoutFor(what);
  const { board } = what;
  const readSource = (path: string) => SOURCES.get(path);
  const { value, diagnostics } = await buildProject({ layout, chip: board.chip, firmware: FIRMWARE, readSource });
  expectNoErrors(diagnostics);
  return { layout, board, build: value! };
}

export class UpdateBoard {
  readonly firmware: Firmware;
  readonly chip: Microcontroller;
  readonly layout: Layout;

  constructor(firmware: Firmware, options: MicrocontrollerOptions = {}) {
    this.firmware = firmware;
    this.layout = firmware.layout;
    const externalFlash = this.layout.memories.find((memory) => memory.kind === 'external-flash');
    const { hseHz } = this.layout.board;
    this.chip = machineOf(this.layout.board.chip)!({
      ...(hseHz === undefined ? {} : { hseHz }),
      ...(externalFlash ? { externalFlash } : {}),
      ...options,
    });
    for (const { address, bytes } of firmware.build.flash) this.chip.machine.load(address, bytes);
  }

  /**
   * The image of `version` as it has to be sent now: with `direct` the one for the bank that does not run. Each version is
   * `more` bytes longer than the one before.
   */
  image(version: number, more = 2400): Uint8Array {
    const { images, secondBanks } = this.firmware.build;
    const of = (all: readonly BuiltImage[]) => all.find(({ name }) => name.startsWith('app1'))!.linked;
    if (secondBanks.length === 0) return asVersion(of(images).bytes, version, more);
    const [first, second] = [of(images), of(secondBanks)];
    return asVersion(this.targetAddress === second.image.slot.start ? second.bytes : first.bytes, version, more);
  }

  /** Where the download goes, by the app's own word. */
  get targetAddress(): number {
    return this.call('address') >>> 0;
  }

  powerOn(): number {
    this.put(WORD.state, 0);
    this.chip.machine.reset('power-on');
    return this.waitForApp();
  }

  /** A reset by the pin or by software: RAM stays. */
  reset(): number {
    this.put(WORD.state, 0);
    this.chip.machine.reset('system');
    return this.waitForApp();
  }

  /** Runs until an app is there; gives its version. */
  waitForApp(seconds = 60): number {
    const { machine } = this.chip;
    const end = machine.seconds() + seconds;
    while (this.word(WORD.state) !== READY) {
      const stop = machine.run({ untilSeconds: Math.min(end, machine.seconds() + 0.02) });
      if (stop.reason !== 'time') throw new Error(`${stop.reason}: ${stop.error?.message ?? ''}`);
      if (machine.seconds() >= end) throw new Error('no app has started');
    }
    return this.word(WORD.version);
  }

  /** Has the app do something, and gives the call's answer; where the app leaves, the version that starts then. */
  call(command: Command, a = 0, b = 0): number {
    this.begin(command, a, b);
    const { machine } = this.chip;
    const end = machine.seconds() + 60;
    while (this.word(WORD.command) !== 0 || this.word(WORD.state) !== READY) {
      const stop = machine.run({ untilSeconds: machine.seconds() + 0.005 });
      if (stop.reason !== 'time') throw new Error(`${command}: ${stop.reason}: ${stop.error?.message ?? ''}`);
      if (machine.seconds() >= end) throw new Error(`${command}: no answer`);
    }
    return this.word(WORD.result);
  }

  private begin(command: Command, a: number, b: number): void {
    this.put(WORD.a, a);
    this.put(WORD.b, b);
    this.put(WORD.result, 0xdead);
    this.put(WORD.command, COMMANDS.indexOf(command));
  }

  /** A command that ends in a reset: gives the version that runs then, or the call's answer where the app stays. */
  leave(command: Command): { readonly version: number } | { readonly status: number } {
    const starts = this.word(WORD.starts);
    this.begin(command, 0, 0);
    const { machine } = this.chip;
    const end = machine.seconds() + 120;
    for (;;) {
      const stop = machine.run({ untilSeconds: machine.seconds() + 0.02 });
      if (stop.reason !== 'time') throw new Error(`${command}: ${stop.reason}: ${stop.error?.message ?? ''}`);
      if (this.word(WORD.starts) !== starts) return { version: this.waitForApp() };
      if (this.word(WORD.command) === 0) return { status: this.word(WORD.result) };
      if (machine.seconds() >= end) throw new Error(`${command}: neither answer nor start`);
    }
  }

  /** Erases and writes `bytes`; gives the first answer that is not 0. */
  download(bytes: Uint8Array): number {
    // Whole write units of the widest flash.
    const erased = this.call('erase', (bytes.length + 7) & ~7);
    return erased === 0 ? this.write(0, bytes) : erased;
  }

  write(offset: number, bytes: Uint8Array): number {
    for (let at = 0; at < bytes.length; at += BUFFER_SIZE) {
      const part = bytes.subarray(at, at + BUFFER_SIZE);
      this.chip.machine.load(BUFFER, part);
      const status = this.call('write', offset + at, part.length);
      if (status !== 0) return status;
    }
    return 0;
  }

  /** Bytes of a region of either memory. */
  read({ memory, start }: StorageRange, length: number): Uint8Array {
    if (memory === 'external') return this.chip.externalFlash!.bytes.slice(start, start + length);
    return this.chip.machine.readMemory(start, length)!;
  }

  private word(offset: number): number {
    const bytes = this.chip.machine.readMemory(CONTROL + offset, 4)!;
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  }

  private put(offset: number, word: number): void {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, word, true);
    this.chip.machine.load(CONTROL + offset, bytes);
  }
}
