/**
 * Guest MIPS of our emulator on a CPU-bound program built with gcc, beside QEMU and rp2040js in the same run: with
 * translation, on a first machine, which has to translate, and on a second one; and by the interpreter alone. The figures
 * are recorded, never asserted; read the ratios.
 */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBareMachine } from '@kickstage/emulator/machine';
import { type Built, buildMix } from './build.ts';
import { runQemu, runRp2040js, type Timing } from './peers.ts';

const FLASH = { start: 0x0800_0000, size: 0x8_0000 };
const RAM = { start: 0x2000_0000, size: 0x2_0000 };
const TURNS = 200;
/** QEMU is too fast for so few: it gets more, and its start-up is taken off. */
const QEMU_FACTOR = 20;

function runOurs({ bin, symbols }: Built, translates: boolean): Timing {
  const [done, checksum] = [symbols.get('done')!, symbols.get('checksum')!];
  const machine = createBareMachine({ flash: FLASH, ram: RAM });
  if (!translates) machine.cpu.translator.setOptions(undefined);
  machine.load(FLASH.start, new Uint8Array(readFileSync(bin)));
  machine.reset('power-on');
  const started = performance.now();
  while (machine.cpu.pc < done || machine.cpu.pc >= done + 4) machine.run({ maxInstructions: 100_000 });
  const seconds = (performance.now() - started) / 1000;
  const bytes = machine.readMemory(checksum, 4)!;
  return { seconds, instructions: machine.cpu.instructions, checksum: new DataView(bytes.buffer).getUint32(0, true) };
}

const folder = mkdtempSync(join(tmpdir(), 'kickstage-bench-'));
const m4 = { cpu: 'cortex-m4', flashStart: FLASH.start } as const;
const ours = buildMix(folder, 'ours', { ...m4, turns: TURNS, semihosting: false });
const peer = buildMix(folder, 'peer', {
  cpu: 'cortex-m0plus',
  flashStart: 0x1000_0000,
  turns: TURNS,
  semihosting: false,
});
const none = buildMix(folder, 'none', { ...m4, turns: 0, semihosting: true });
const many = buildMix(folder, 'many', { ...m4, turns: TURNS * QEMU_FACTOR, semihosting: true });

const interpreted = runOurs(ours, false);
const mine = runOurs(ours, true);
const again = runOurs(ours, true);
const theirs = runRp2040js(peer.bin, peer.symbols.get('done')!, peer.symbols.get('checksum')!);
const checksums = [mine, again, interpreted, theirs].map(({ checksum }) => checksum);
if (new Set(checksums).size !== 1) throw new Error(`checksums differ: ${checksums.join(', ')}`);
const startUp = runQemu(none.elf).seconds;
const qemuSeconds = runQemu(many.elf).seconds - startUp;

const mips = (t: Timing) => t.instructions! / t.seconds / 1e6;
const qemu = (mine.instructions! * QEMU_FACTOR) / qemuSeconds / 1e6;
console.log(`kickstage  ${mips(mine).toFixed(1)} MIPS  (Cortex-M4 code; a second machine ${mips(again).toFixed(1)})`);
console.log(`           ${mips(interpreted).toFixed(1)} MIPS  (interpreted alone)`);
console.log(`rp2040js   ${mips(theirs).toFixed(1)} MIPS  (Cortex-M0+ code, core alone)`);
console.log(`QEMU       ${qemu.toFixed(0)} MIPS  (Cortex-M4 code, start-up taken off)`);
console.log(`kickstage / rp2040js  ${(mips(mine) / mips(theirs)).toFixed(2)}`);
console.log(`kickstage / QEMU      ${(mips(mine) / qemu).toFixed(4)}`);
