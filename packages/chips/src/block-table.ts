/**
 * Tables of register blocks as text, one block a line: name, kind, start and size in hexadecimal, clock enable (register
 * and bit, or `-`), and the causes of interrupts with their numbers. Microcontrollers of a family share most blocks: a
 * chip's table is the family's and what the chip adds.
 */
import { invariant } from '@kickstage/base/invariant';
import type { ClockEnable, RegisterBlock } from './chip.ts';

export interface BlockTable {
  /** Offsets of the clock-enable registers in RCC, by their names. */
  readonly enableRegisters: Readonly<Record<string, number>>;
  /** Where the addresses are written. */
  readonly source: string;
}

/** The blocks of all tables together, by ascending address. No two blocks may have the same name or start. */
export function parseBlocks({ enableRegisters, source }: BlockTable, ...tables: readonly string[]): RegisterBlock[] {
  const lines = tables.flatMap((table) => table.trim().split('\n'));
  const blocks = lines.map((line) => parseBlock(line, enableRegisters, source)).sort((a, b) => a.start - b.start);
  blocks.forEach(({ name, start }, i) => {
    invariant(blocks[i + 1]?.start !== start, `two blocks at the address of ${name}`);
    invariant(blocks.findIndex((block) => block.name === name) === i, `${name} is given twice`);
  });
  return blocks;
}

function parseBlock(line: string, enableRegisters: BlockTable['enableRegisters'], source: string): RegisterBlock {
  const match = /^(\w+) +([\w-]+) +([0-9A-F]{8}) +([0-9A-F]+) +(-|\w+\.\d+)((?: +\w+=\d+)*)$/.exec(line.trim());
  invariant(match, `"${line}" is not a line of the table`);
  const [, name, kind, start, size, clock, causes] = match;
  const interrupts = [...causes.matchAll(/(\w+)=(\d+)/g)].map(([, cause, number]) => [cause, Number(number)]);
  return {
    name,
    kind,
    start: Number.parseInt(start, 16),
    size: Number.parseInt(size, 16),
    ...(interrupts.length > 0 ? { interrupts: Object.fromEntries(interrupts) } : {}),
    ...(clock === '-' ? {} : { clockEnable: parseClock(clock, enableRegisters) }),
    source,
  };
}

function parseClock(text: string, enableRegisters: BlockTable['enableRegisters']): ClockEnable {
  const [register, bit] = text.split('.');
  invariant(register in enableRegisters, `no register ${register}`);
  return { register, offset: enableRegisters[register], bit: Number(bit) };
}
