/** The peers of the emulator benchmark: QEMU as a process, rp2040js in this process. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { RP2040 } from 'rp2040js';

export interface Timing {
  readonly seconds: number;
  /** Instructions executed; undefined where the engine does not count. */
  readonly instructions?: number;
  readonly checksum?: number;
}

/** A whole QEMU process: it ends itself by semihosting. Its start-up is measured apart and taken off. */
export function runQemu(elf: string): Timing {
  const args = ['-M', 'netduinoplus2', '-display', 'none', '-monitor', 'none', '-serial', 'null'];
  const started = performance.now();
  const { status, stderr } = spawnSync('qemu-system-arm', [...args, '-semihosting', '-kernel', elf], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`QEMU ended with ${status}: ${stderr}`);
  return { seconds: (performance.now() - started) / 1000 };
}

/** rp2040js's core alone, a Cortex-M0+, without stepping its clock: its fastest way to run. */
export function runRp2040js(bin: string, done: number, checksumAddress: number): Timing {
  const mcu = new RP2040();
  mcu.logger = { debug() {}, info() {}, warn() {}, error() {} } as typeof mcu.logger;
  const image = readFileSync(bin);
  mcu.flash.set(image);
  const core = mcu.core;
  core.SP = image.readUInt32LE(0);
  core.PC = image.readUInt32LE(4) & ~1;
  let instructions = 0;
  const started = performance.now();
  while (core.PC !== done) {
    core.executeInstruction();
    instructions++;
  }
  const seconds = (performance.now() - started) / 1000;
  return { seconds, instructions, checksum: mcu.readUint32(checksumAddress) >>> 0 };
}
