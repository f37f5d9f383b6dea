/** One kernel as machine code, ours and gcc's: what to look at when a figure is bad. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Program } from './program.ts';

const OBJDUMP = 'arm-none-eabi-objdump';

/** The function as objdump prints it. */
export function disassemble({ chunks, functions }: Program, name: string): string {
  const found = functions.get(name);
  if (!found) throw new Error(`there is no kernel ${name}: ${[...functions.keys()].join(', ')}`);
  const { address, size } = found;
  const chunk = chunks.find((c) => c.address <= address && address < c.address + c.bytes.length)!;
  const folder = mkdtempSync(join(tmpdir(), 'kickstage-bench-'));
  try {
    const file = join(folder, 'code.bin');
    writeFileSync(file, chunk.bytes.subarray(address - chunk.address, address - chunk.address + size));
    const flags = ['-D', '-b', 'binary', '-m', 'arm', '-M', 'force-thumb', `--adjust-vma=${address}`];
    const text = execFileSync(OBJDUMP, [...flags, file], { encoding: 'utf8' });
    return text.slice(text.indexOf('.data>:') + 7).trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}
