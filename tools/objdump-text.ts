/**
 * Reads what `arm-none-eabi-objdump -d -M reg-names-std` prints, and brings its text and ours to one form. The two mean
 * the same but differ, by choice of ours, in:
 *
 *  - comments and symbol names behind the operands, which we do not print;
 *  - `negs r0, r1`, `add r0, sp`: we print UAL's `rsbs r0, r1, #0` and `add r0, sp, r0`;
 *  - `nop` for 46c0: we print what it is, `mov r8, r8`;
 *  - an offset of zero, which objdump drops in most loads and stores, `#-0` as well: the two differ in their bits;
 *  - `CPSR_f`, `PSR`: on ARMv7-M they are `APSR_nzcvq` and `XPSR`; and IAPSR, EAPSR, XPSR lose their suffix in objdump;
 *  - `pldw` and `ldrsh.w pc`: unallocated memory hints here, which we print as `nop`;
 *  - literal loads with certain offsets, which objdump takes for unprivileged ones (`ldrt`); the manual gives Rn = 1111
 *    precedence;
 *  - `un` for the barrier option `nsh`, and names of optionsand of a hint that only ARMv8 has.
 */
import { execFileSync } from 'node:child_process';

/** A line of disassembly: address, the bytes as halfwords in memory order, and the normalised text. */
export interface DisassembledLine {
  readonly address: number;
  readonly halfwords: readonly number[];
  /** Empty where objdump knows no instruction. */
  readonly text: string;
}

const REWRITES: readonly (readonly [RegExp, string])[] = [
  [/\s*[@;].*$/, ''],
  [/\s*<.*>$/, ''],
  [/\s+/g, ' '],
  [/, #-?0\]/, ']'],
  [/^neg(\w*) (\w+), (\w+)$/, 'rsb$1 $2, $3, #0'],
  [/^(add\w*) (\w+), sp$/, '$1 $2, sp, $2'],
  [/\bCPSR_fs\b/, 'APSR_nzcvqg'],
  [/\bCPSR_f\b/, 'APSR_nzcvq'],
  [/\bCPSR_s\b/, 'APSR_g'],
  [/\bCPSR\b/, 'APSR'],
  [/\b(IAPSR|EAPSR|XPSR)_\w+/, '$1'],
  [/ PSR\b/, ' XPSR'],
  [/^ssbb$/, 'dsb #0'],
  [/^pssbb$/, 'dsb #4'],
  [/\boshld$/, '#1'],
  [/\bnshld$/, '#5'],
  [/\bishld$/, '#9'],
  [/^(dsb|dmb)(\w*) ld$/, '$1$2 #13'],
  [/^dfb$/, 'dsb #12'],
  [/\bunst$/, 'nshst'],
  [/\bun$/, 'nsh'],
  [/^sevl$/, 'nop {5}'],
  [/^ldrsht pc, \[pc.*$/, 'nop'],
  [/^(ldr\w*)t(?= \w+, \[pc)/, '$1.w'],
  [/^(?:pldw|ldrsh\.w pc,)(?= \[).*$/, 'nop'],
];

/** The common form of a disassembled instruction, objdump's or ours. `halfword` is its first. */
export function normaliseAssembly(text: string, halfword: number): string {
  if (/^undefined|<UNDEFINED>/.test(text)) return '';
  const normal = REWRITES.reduce((t, [from, to]) => t.replace(from, to), text).trim();
  return halfword === 0x46c0 ? normal.replace(/^nop/, 'mov').replace(/^(mov\w*)$/, '$1 r8, r8') : normal;
}

/** Runs objdump on an ELF file. */
export function disassemble(file: string): DisassembledLine[] {
  const output = execFileSync('arm-none-eabi-objdump', ['-d', '-z', '-M', 'reg-names-std', file], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const lines: DisassembledLine[] = [];
  for (const line of output.split('\n')) {
    const match = /^\s*([0-9a-f]+):\t([0-9a-f ]+?)\s*\t(.*)$/.exec(line);
    if (!match) continue;
    const halfwords = match[2].split(' ').map((digits) => Number.parseInt(digits, 16));
    lines.push({
      address: Number.parseInt(match[1], 16),
      halfwords,
      text: normaliseAssembly(match[3], halfwords[0]),
    });
  }
  return lines;
}

/** Assembles source for the Cortex-M4 into `object`. */
export function assemble(source: string, object: string): void {
  const head = '.syntax unified\n.cpu cortex-m4\n.fpu fpv4-sp-d16\n.thumb\n.text\n';
  execFileSync('arm-none-eabi-as', ['-mcpu=cortex-m4', '-mthumb', '-o', object, '-'], {
    input: head + source,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}
