/**
 * Makes packages/armv7m/vectors/: for each encoding, instructions at the bounds of its operands and between, as
 * arm-none-eabi-as encodes them and arm-none-eabi-objdump prints them. Run by `npx jiti tools/make-encoding-vectors.ts`.
 *
 * Operands are chosen here; our printer writes them as assembly text; what that text means is the assembler's word.
 * A row: id, operands, condition of the IT block around it (or nothing), bytes in memory order, objdump's text in
 * normal form (objdump-text.ts) with branch targets relative to the instruction: `.+0x8`.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CONDITION_NAMES } from '@kickstage/armv7m/conditions';
import { type Decoded, decode } from '@kickstage/armv7m/decode';
import type { Codec, Encoding } from '@kickstage/armv7m/encoding';
import { ENCODINGS } from '@kickstage/armv7m/encodings';
import { itConditions } from '@kickstage/armv7m/it-block';
import { print } from '@kickstage/armv7m/print';
import { crc32 } from '@kickstage/base/crc32';
import { invariant } from '@kickstage/base/invariant';
import { assemble, type DisassembledLine, disassemble } from './objdump-text.ts';

/** Bytes from one row to the next: IT, instruction, and what is left for the assembler to fill. */
const SLOT = 12;
/** Condition that conditioned rows stand under. */
const CONDITION = 0;

interface Sample {
  readonly decoded: Decoded;
  readonly conditioned: boolean;
}

/** Uniform 32-bit numbers from a seed (mulberry32). */
export function randomWords(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
}

/** Where the assembler wants UAL's words and objdump, which our printer follows, has others. */
const ASSEMBLER_WORDS: readonly (readonly [RegExp, string])[] = [
  [/^mov(s?)(\w*)\.w (\w+, \w+), (lsl|lsr|asr|ror) (#\d+)$/, '$4$1$2.w $3, $5'],
  [/^vmov(\w*)\.f32 (s\d+), (#\d+)$/, 'fconsts$1 $2, $3'],
  [/^((?:cdp|mcr|mrc)\w*\.w) (.*)\{(\d+)\}$/, '$1 $2$3'],
  [/^((?:cdp|mcr|mrc|ldc|stc)\w*\.w) /, '$1 p'],
];

/** Encodings for which the assembler has no words of their own, and why. */
function hasNoAssembly({ id }: Encoding): boolean {
  return id.startsWith('MEMHINT');
}

/**
 * Valid instructions that binutils cannot speak of: coprocessors that it calls by names of other extensions; an offset of
 * minus zero, or of zero with write-back, which it takes for plain zero; a three-bit constant where one of eight bits
 * would do as well; and a literal load of the PC from an address that is not aligned,
 * which only fails when it is executed.
 */
function isRefused({ id, operands }: Decoded): boolean {
  const { coproc, Rd, Rn, Rt, imm32, add, wback } = operands;
  if (imm32 === 0 && (add === 0 || wback === 1)) return true;
  if (/^(ADD|SUB)_imm_T1$/.test(id) && Rd === Rn) return true;
  if (coproc !== undefined && ![3, 7, 14].includes(coproc)) return true;
  return id === 'LDR_lit_T2' && Rt === 15 && imm32 % 4 !== 0;
}

/** FPv4-SP has moves of half a double register (DDI 0403E A6.6); the assembler grants them from double precision on. */
function isScalarMove({ id }: Decoded): boolean {
  return /^VMOV_(RtoX|XtoR)/.test(id);
}

function setRaw(word: number, codec: Codec, raw: number): number {
  let result = word;
  let rest = raw;
  for (let i = codec.fields.length - 1; i >= 0; i--) {
    const { shift, width } = codec.fields[i];
    const mask = (1 << width) - 1;
    result = (result & ~(mask << shift)) | ((rest & mask) << shift);
    rest >>>= width;
  }
  return result;
}

function decodeWord(encoding: Encoding, word: number): Decoded | undefined {
  const decoded = encoding.size === 2 ? decode(word & 0xffff, 0) : decode(word >>> 16, word & 0xffff);
  if (decoded?.id !== encoding.id || decoded.unpredictable !== undefined) return undefined;
  return isRefused(decoded) ? undefined : decoded;
}

/** Words of an encoding: every operand at its bounds and at random values, the others at random. */
export function sampleWords(encoding: Encoding, perOperand = 3): number[] {
  const random = randomWords(crc32(new TextEncoder().encode(encoding.id)));
  const words = new Set<number>();
  const start = encoding.value | encoding.shouldValue;
  const free = ~(encoding.mask | encoding.shouldMask);
  const tryWord = (codec?: Codec, raw?: number) => {
    for (let i = 0; i < 60; i++) {
      const filled = start | (random() & free & (encoding.size === 2 ? 0xffff : -1));
      const word = codec ? setRaw(filled, codec, raw ?? random()) : filled;
      if (!decodeWord(encoding, word)) continue;
      words.add(word);
      return;
    }
  };
  tryWord();
  for (const codec of encoding.codecs) {
    tryWord(codec, 0);
    tryWord(codec, 2 ** codec.width - 1);
    const extra = codec.width >= 5 ? perOperand : 0;
    for (let i = 0; i < extra; i++) tryWord(codec);
  }
  return [...words];
}

function sampleAll(encodings: readonly Encoding[]): Sample[] {
  return encodings.flatMap((encoding) => {
    const samples = sampleWords(encoding).map((word) => ({ decoded: decodeWord(encoding, word)!, conditioned: false }));
    return encoding.itPlace === 'never' ? samples : [...samples, { ...samples[0], conditioned: true }];
  });
}

/** The instruction as assembler input: with its width forced and branches relative. */
function assemblyText({ decoded, conditioned }: Sample): string {
  const text = print(decoded, 0, conditioned ? { inIT: CONDITION } : {});
  const [mnemonic, ...rest] = text.split(' ');
  const takesWidth = !/\.[nw]$/.test(mnemonic) && !/^(it|cb|bkpt|cps|v)/.test(mnemonic);
  const width = takesWidth ? (decoded.size === 2 ? '.n' : '.w') : '';
  const operands = rest.join(' ');
  const branched = decoded.encoding.text.includes('{target}')
    ? operands.replace(/0x[0-9a-f]+$/, `.+(${decoded.operands.imm32 + 4})`)
    : operands;
  const plain = `${mnemonic}${width} ${branched}`.trim();
  return ASSEMBLER_WORDS.reduce((words, [from, to]) => words.replace(from, to), plain);
}

/** The instructions that an IT row must be followed by: the assembler insists on a complete block. */
function blockAfter({ decoded }: Sample): string {
  if (decoded.id !== 'IT_T1') return '';
  return itConditions(decoded.operands.firstcond, decoded.operands.mask)
    .map((condition) => `nop${CONDITION_NAMES[condition]}.n\n`)
    .join('');
}

function sourceOf(samples: readonly Sample[]): string {
  const lines = samples.map((sample, i) => {
    const it = sample.conditioned ? `it ${CONDITION_NAMES[CONDITION]}\n` : '';
    const fpu = isScalarMove(sample.decoded) ? 'fpv5-d16' : 'fpv4-sp-d16';
    return `.fpu ${fpu}\n.org ${i * SLOT}\n${it}${assemblyText(sample)}\n${blockAfter(sample)}`;
  });
  return `${lines.join('')}.org ${samples.length * SLOT}\n`;
}

function relativeTarget(line: DisassembledLine): string {
  return line.text.replace(/^(b\w*\.[nw]|bl|bleq|cbn?z \w+,) (?:0x)?([0-9a-f]+)$/, (_, head, target) => {
    const offset = (Number.parseInt(target, 16) | 0) - line.address;
    return `${head} .${offset < 0 ? '-' : '+'}0x${Math.abs(offset).toString(16)}`;
  });
}

function rowOf({ decoded, conditioned }: Sample, line: DisassembledLine): string {
  const operands = Object.entries(decoded.operands).map(([name, value]) => `${name}=${value}`);
  const bytes = line.halfwords.map((h) => ((h & 0xff) * 256 + (h >>> 8)).toString(16).padStart(4, '0'));
  const condition = conditioned ? CONDITION_NAMES[CONDITION] : '';
  return [decoded.id, operands.join(' '), condition, bytes.join(''), relativeTarget(line)].join('\t');
}

function rowsFor(encodings: readonly Encoding[], folder: string): string[] {
  const samples = sampleAll(encodings.filter((encoding) => !hasNoAssembly(encoding)));
  const object = join(folder, 'vectors.o');
  assemble(sourceOf(samples), object);
  const byAddress = new Map(disassemble(object).map((line) => [line.address, line]));
  return samples.map((sample, i) => {
    const line = byAddress.get(i * SLOT + (sample.conditioned ? 2 : 0));
    invariant(line, `objdump skipped row ${i}: ${assemblyText(sample)}`);
    return rowOf(sample, line);
  });
}

const HEADER = 'id\toperands\tcondition\tbytes\ttext';

/** The vector files by name, made anew by binutils. */
export function makeVectors(): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'kickstage-vectors-'));
  try {
    const byId = [...ENCODINGS].sort((a, b) => (a.id < b.id ? -1 : 1));
    return new Map(
      ([2, 4] as const).map((size) => {
        const rows = rowsFor(
          byId.filter((encoding) => encoding.size === size),
          folder,
        );
        return [`thumb${size * 8}.tsv`, `${[HEADER, ...rows].join('\n')}\n`];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1]?.endsWith('make-encoding-vectors.ts')) {
  const target = join(import.meta.dirname, '../packages/armv7m/vectors');
  mkdirSync(target, { recursive: true });
  for (const [name, text] of makeVectors()) writeFileSync(join(target, name), text);
}
