/** Sections of code as we print them and as objdump does, instruction by instruction. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode, instructionSize } from '@kickstage/armv7m/decode';
import { itConditions } from '@kickstage/armv7m/it-block';
import { print } from '@kickstage/armv7m/print';
import type { Section } from '@kickstage/object/object-file';
import { assemble, disassemble, normaliseAssembly } from '../../tools/objdump-text.ts';

export interface Comparison {
  readonly differences: readonly string[];
  readonly instructions: number;
  /** Identifiers of the encodings that occur. */
  readonly encodings: ReadonlySet<string>;
}

interface Line {
  readonly first: number;
  readonly text: string;
}

/** A section's code with its literals left out: branches and loads go where they go, whatever lies between. */
interface Text {
  /** By address. */
  readonly lines: ReadonlyMap<number, Line>;
  /** What GNU as makes the same bytes of. */
  readonly source: string;
  readonly encodings: readonly string[];
}

const TARGET = /^(b\S*|cbn?z \w+,) ([0-9a-f]+)$/;

export class Disassembler {
  private readonly folder = mkdtempSync(join(tmpdir(), 'kickstage-objdump-'));

  compare(sections: readonly Section[]): Comparison {
    const encodings = new Set<string>();
    const lines = new Map<number, Line>();
    const sources: string[] = [];
    let address = 0;
    for (const section of sections) {
      const text = textOf(section, address);
      for (const id of text.encodings) encodings.add(id);
      for (const [at, line] of text.lines) lines.set(at, line);
      sources.push(text.source);
      address += section.size + (section.size & 1);
    }
    const theirs = this.foreign(sources.join('\n'));
    const differences = [...lines].flatMap(([at, { first, text }]) => {
      const ours = normaliseAssembly(text, first);
      return ours === theirs.get(at) ? [] : [`${at.toString(16)}: ${ours}, objdump: ${theirs.get(at)}`];
    });
    return { differences: differences.slice(0, 20), instructions: lines.size, encodings };
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private foreign(source: string): Map<number, string> {
    const object = join(this.folder, 'code.o');
    assemble(`${source}\n`, object);
    return new Map(disassemble(object).map(({ address, text }) => [address, text.replace(TARGET, '$1 0x$2')]));
  }
}

function textOf({ bytes, size, dataRanges = [] }: Section, base: number): Text {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lines = new Map<number, Line>();
  const source: string[] = [];
  const encodings: string[] = [];
  let conditions: readonly number[] = [];
  for (let at = 0; at < size; ) {
    const data = dataRanges.find(({ start, end }) => start <= at && at < end);
    if (data) {
      source.push(`.byte ${[...bytes.subarray(at, data.end)].join()}`);
      at = data.end;
      continue;
    }
    const first = view.getUint16(at, true);
    const length = instructionSize(first);
    const second = length === 4 ? view.getUint16(at + 2, true) : 0;
    source.push(length === 4 ? `.inst.w ${first * 0x10000 + second}` : `.inst.n ${first}`);
    const decoded = decode(first, second);
    if (!decoded) throw new Error(`no instruction: ${first.toString(16)} ${second.toString(16)}`);
    const [inIT, ...rest] = conditions;
    lines.set(base + at, { first, text: print(decoded, base + at, { inIT }) });
    encodings.push(decoded.id);
    conditions = decoded.id === 'IT_T1' ? itConditions(decoded.operands.firstcond, decoded.operands.mask) : rest;
    at += length;
  }
  if (size & 1) source.push('.byte 0');
  return { lines, source: source.join('\n'), encodings };
}
