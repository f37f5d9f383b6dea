/**
 * From an address in flash, the blocks that direct branches reach: what is translated together. Only instructions that
 * have been executed are looked at, so that data is not taken for code, and flash is not read that might not be read.
 */
import type { Instruction } from '../instruction.ts';
import { describe } from './describe.ts';
import { ALWAYS, type Line, type MemoryLayout, type Step } from './step.ts';

export interface Block {
  readonly start: number;
  readonly lines: readonly Line[];
  /** Behind the last line, and ITSTATE there. */
  readonly end: number;
  readonly endIt: number;
}

export interface Region {
  readonly entry: number;
  readonly blocks: ReadonlyMap<number, Block>;
}

/** Instructions of a region, and of a block: keeps what must fit into the cycles left, and compilation, small. */
const MOST_LINES = 300;
const MOST_IN_BLOCK = 40;

export type FindInstruction = (address: number) => Instruction | undefined;

const advanced = (it: number) => ((it & 7) === 0 ? 0 : (it & 0xe0) | ((it << 1) & 0x1f));

const isConditional = ({ flow }: Step) => flow?.kind === 'branch' && flow.cond !== ALWAYS;

class Scan {
  readonly lines = new Map<number, Line>();
  readonly leaders = new Set<number>();
  private readonly find: FindInstruction;
  private readonly memory: MemoryLayout;

  constructor(find: FindInstruction, memory: MemoryLayout) {
    this.find = find;
    this.memory = memory;
  }

  /** The line at `address`, with ITSTATE before it; undefined where the general path must do it. */
  private lineAt(address: number, it: number): Line | undefined {
    const found = this.find(address);
    if (!found) return undefined;
    const i = it === 0 ? found : found.inIt;
    const step = describe(i, address, this.memory);
    // An IT within a block, and a conditional branch there, are UNPREDICTABLE.
    if (!step || (it !== 0 && (i.id === 'IT_T1' || isConditional(step)))) return undefined;
    return { address, i, step, it, cond: it === 0 ? ALWAYS : it >>> 4 };
  }

  /** Follows the code from a leader; returns the leaders that it leads to. */
  follow(start: number): number[] {
    let it = 0;
    for (let at = start; this.lines.size < MOST_LINES; ) {
      if (it === 0 && this.lines.has(at)) return [at];
      const line = this.lineAt(at, it);
      if (!line) return [];
      this.lines.set(at, line);
      const { i, step } = line;
      it = i.id === 'IT_T1' ? (i.extra << 4) | i.extra2 : advanced(it);
      at = (at + i.size) | 0;
      const { flow } = step;
      if (!flow) continue;
      const goesOn = line.cond !== ALWAYS || isConditional(step);
      const targets = goesOn && it === 0 ? [at] : [];
      return flow.kind === 'branch' && !flow.isCall ? [flow.to, ...targets] : targets;
    }
    return [];
  }
}

export function findRegion(entry: number, find: FindInstruction, memory: MemoryLayout): Region | undefined {
  const scan = new Scan(find, memory);
  const open = [entry];
  scan.leaders.add(entry);
  for (let at = open.shift(); at !== undefined; at = open.shift())
    for (const target of scan.lines.has(at) ? [] : scan.follow(at)) {
      if (scan.leaders.has(target)) continue;
      scan.leaders.add(target);
      open.push(target);
    }
  const blocks = new Map<number, Block>();
  const starts = [...scan.leaders];
  for (const start of starts) {
    const block = blockAt(start, scan);
    if (!block) continue;
    blocks.set(start, block);
    // A long block is cut in two.
    if (!scan.leaders.has(block.end) && isCut(block, scan)) {
      scan.leaders.add(block.end);
      starts.push(block.end);
    }
  }
  return blocks.has(entry) ? { entry, blocks } : undefined;
}

const isCut = ({ end, endIt, lines }: Block, scan: Scan) =>
  endIt === 0 && scan.lines.get(end)?.it === 0 && !lines[lines.length - 1].step.flow;

/** The block of a leader, up to a branch, the next leader, or the end of what was scanned. */
function blockAt(start: number, { lines, leaders }: Scan): Block | undefined {
  const list: Line[] = [];
  let at = start;
  let it = 0;
  for (let line = lines.get(at); line && line.it === it; line = lines.get(at)) {
    if (at !== start && it === 0 && (leaders.has(at) || list.length >= MOST_IN_BLOCK)) break;
    list.push(line);
    at = (at + line.i.size) | 0;
    it = line.i.id === 'IT_T1' ? (line.i.extra << 4) | line.i.extra2 : advanced(it);
    if (line.step.flow) break;
  }
  return list.length > 0 ? { start, lines: list, end: at, endIt: it } : undefined;
}
