/** GNU binutils read our files: readelf without a complaint, the same sizes, the same disassembly, the same bytes. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode, instructionSize } from '@kickstage/armv7m/decode';
import { itConditions } from '@kickstage/armv7m/it-block';
import { print } from '@kickstage/armv7m/print';
import { readElf } from '@kickstage/elf/read';
import nrfHex from 'nrf-intel-hex';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { disassemble, normaliseAssembly } from '../../tools/objdump-text.ts';
import { referee } from '../../tools/referee.ts';
import { copyOfExample, kickstage, removeCopies } from '../cli/run-cli.ts';

const { skip, label } = referee('arm-none-eabi-objdump');
const IMAGES = ['bootloader', 'app1', 'app2'];

let folder: string;

beforeAll(() => {
  folder = copyOfExample('two-apps-classic');
  const built = kickstage(folder, 'build', '--json');
  expect(built.code).toBe(0);
});

afterAll(removeCopies);

const path = (name: string) => join(folder, 'build', name);

/** Our disassembly of an ELF's code, address → text, following IT blocks and mapping symbols. */
function ourDisassembly(file: string): Map<number, string> {
  const { value: elf } = readElf(new Uint8Array(readFileSync(file)), file);
  const text = elf!.sections.find(({ name }) => name === '.text')!;
  const view = new DataView(text.bytes.buffer, text.bytes.byteOffset);
  const marks = elf!.symbols.filter(({ name, section }) => section === '.text' && (name === '$t' || name === '$d'));
  marks.sort((a, b) => a.value - b.value);
  const isCode = (address: number) => marks.filter(({ value }) => value <= address).at(-1)?.name === '$t';
  const lines = new Map<number, string>();
  let conditions: readonly number[] = [];
  for (let at = 0; at + 2 <= text.size; ) {
    const address = text.address + at;
    const hw1 = view.getUint16(at, true);
    const size = instructionSize(hw1);
    if (!isCode(address)) {
      at += 2;
      continue;
    }
    const next = marks.find(({ value }) => value > address)?.value ?? Number.POSITIVE_INFINITY;
    if (address + size > next) {
      // Filling between two functions.
      at = next - text.address;
      continue;
    }
    const decoded = decode(hw1, size === 4 ? view.getUint16(at + 2, true) : 0);
    const [inIT, ...rest] = conditions;
    if (decoded) lines.set(address, print(decoded, address, inIT === undefined ? {} : { inIT }));
    conditions = decoded?.mnemonic === 'IT' ? itConditions(decoded.operands.firstcond, decoded.operands.mask) : rest;
    at += size;
  }
  return lines;
}

describe.skipIf(skip).each(IMAGES)(`%s.elf (${label})`, (image) => {
  test('readelf has no complaint', () => {
    const { status, stdout, stderr } = spawnSync('arm-none-eabi-readelf', ['-a', '-W', path(`${image}.elf`)], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Tag_CPU_arch: v7E-M');
    expect(stdout).not.toMatch(/warning|corrupt/i);
  });

  test('size counts what we count', () => {
    const output = execFileSync('arm-none-eabi-size', [path(`${image}.elf`)], { encoding: 'utf8' });
    const [text, data, bss] = output.split('\n')[1].trim().split(/\s+/).map(Number);
    const sizes = kickstage(folder, 'size', '--json').events.find((e) => e.image === image)!;
    const { vectors, code, rodata } = sizes as Record<string, number>;
    expect([data, bss]).toEqual([sizes.data, sizes.bss]);
    // Alignment between functions counts in the section, not in the sum of the functions.
    expect(text).toBeGreaterThanOrEqual(vectors + code + rodata);
    expect(text - (vectors + code + rodata)).toBeLessThan(256);
  });

  test('objdump disassembles to our text', () => {
    const ours = ourDisassembly(path(`${image}.elf`));
    const theirs = disassemble(path(`${image}.elf`));
    expect(ours.size).toBeGreaterThan(50);
    const compared = [...theirs].filter(({ address }) => ours.has(address));
    expect(compared.length).toBe(ours.size);
    const bare = (text: string) => text.replace(/\b0x([0-9a-f]+)/g, '$1');
    for (const { address, text, halfwords } of compared) {
      expect([address, bare(normaliseAssembly(ours.get(address)!, halfwords[0]))]).toEqual([address, bare(text)]);
    }
  });

  test('objcopy and the HEX reader of others find the same bytes', () => {
    const bin = new Uint8Array(readFileSync(path(`${image}.bin`)));
    const copy = join(folder, `build/${image}.copy.bin`);
    execFileSync('arm-none-eabi-objcopy', ['-O', 'binary', '-I', 'ihex', path(`${image}.hex`), copy]);
    expect(new Uint8Array(readFileSync(copy))).toEqual(bin);
    const blocks = nrfHex.fromHex(readFileSync(path(`${image}.hex`), 'utf8'));
    const joined = [...blocks.values()].reduce((all, block) => all + block.length, 0);
    expect(joined).toBe(bin.length);
  });
});
