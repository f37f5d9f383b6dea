/**
 * The deepest stack that an image can need. Each function's frame is known, and so is whom it calls: the depth of an
 * entry point is its frame and the deepest of its callees. Handlers come on top: each exception that is taken pushes a
 * frame of 32 bytes, 104 where the image uses the floating-point unit, and up to 4 for alignment (DDI 0403E, B1.5.6).
 * Without priorities known, every handler is counted once: one cannot interrupt itself.
 */
import type { Checked, Diagnostic } from '@kickstage/base/diagnostic';
import { formatSize } from '@kickstage/base/hex';
import { rangeSize } from '@kickstage/base/ranges';
import type { ChipFacts } from '@kickstage/chips/chip';
import type { FunctionReport } from '@kickstage/codegen/emit/build-object';
import type { LinkedImage } from '@kickstage/linker/link';
import { vectorNames } from '@kickstage/linker/vector-table';

/** Eight words, and one more when the stack pointer was not aligned to 8 bytes. */
const EXCEPTION_FRAME = 36;
/** The same with s0-s15, FPSCR and a word that is left free; lazy stacking leaves room for them all. */
const FLOAT_EXCEPTION_FRAME = EXCEPTION_FRAME + 72;

export interface EntryDepth {
  readonly name: string;
  /** Bytes, without an exception frame. */
  readonly depth: number;
  /** The calls that lead to the deepest place, the entry first. */
  readonly path: readonly string[];
}

export interface StackReport {
  readonly reset: EntryDepth;
  readonly handlers: readonly EntryDepth[];
  /** Bytes that each exception pushes. */
  readonly exceptionFrame: number;
  /** Bytes that all of them need together, exception frames included. */
  readonly total: number;
  /** Bytes of RAM that data leave for the stack. */
  readonly available: number;
}

/** Reports the image's stack; refuses recursion, whose depth is not known, and a stack that does not fit. */
export function checkStack(
  linked: LinkedImage,
  functions: readonly FunctionReport[],
  chip: ChipFacts,
): Checked<StackReport> {
  const diagnostics: Diagnostic[] = [];
  const graph = new DepthGraph(functions, (cycle) => diagnostics.push(recursion(linked.name, cycle)));
  const handlerNames = new Set([...vectorNames(chip)].filter(([index]) => index > 1).map(([, name]) => name));
  const entries = functions.flatMap((f) => f.exports.map((name) => ({ name, internal: f.name })));
  const depthOf = ({ name, internal }: { name: string; internal: string }): EntryDepth => {
    return { ...graph.depth(internal), name };
  };
  const reset = entries.find(({ name }) => name === 'Reset_Handler');
  const handlers = entries.filter(({ name }) => handlerNames.has(name)).map(depthOf);
  const start = reset ? depthOf(reset) : { name: 'Reset_Handler', depth: 0, path: [] };
  const exceptionFrame = linked.usesFpu ? FLOAT_EXCEPTION_FRAME : EXCEPTION_FRAME;
  const total = handlers.reduce((sum, { depth }) => sum + depth + exceptionFrame, start.depth);
  const available = rangeSize(linked.image.ram) - linked.sizes.ram;
  const value = { reset: start, handlers, exceptionFrame, total, available };
  if (total > available) diagnostics.push(tooDeep(linked.name, value));
  return { value, diagnostics };
}

interface Depth {
  readonly depth: number;
  readonly path: readonly string[];
}

/** Depths of functions, each calculated once. */
class DepthGraph {
  private readonly reports: ReadonlyMap<string, FunctionReport>;
  private readonly known = new Map<string, Depth>();
  private readonly open: string[] = [];
  private readonly onCycle: (cycle: readonly string[]) => void;

  constructor(functions: readonly FunctionReport[], onCycle: (cycle: readonly string[]) => void) {
    this.reports = new Map(functions.map((f) => [f.name, f]));
    this.onCycle = onCycle;
  }

  depth(name: string): Depth {
    const known = this.known.get(name);
    if (known) return known;
    const report = this.reports.get(name);
    if (!report) return { depth: 0, path: [name] };
    const start = this.open.indexOf(name);
    if (start >= 0) {
      this.onCycle(this.open.slice(start));
      return { depth: 0, path: [name] };
    }
    this.open.push(name);
    let deepest: Depth = { depth: 0, path: [] };
    for (const callee of [...report.callees, ...report.indirect]) {
      const below = this.depth(callee);
      if (below.depth > deepest.depth) deepest = below;
    }
    this.open.pop();
    const result = { depth: report.frameSize + deepest.depth, path: [name, ...deepest.path] };
    this.known.set(name, result);
    return result;
  }
}

function tooDeep(image: string, { total, available, reset, handlers, exceptionFrame }: StackReport): Diagnostic {
  const parts = [reset, ...handlers].map(({ name, depth }) => `${name} ${formatSize(depth)}`);
  return {
    code: 'LNK008',
    severity: 'error',
    what: `the stack of \`${image}\` does not fit its RAM`,
    at: { path: image },
    got: `${formatSize(total)} at its deepest; ${formatSize(available)} are left behind the data`,
    why: `${parts.join(', ')}, and ${exceptionFrame} bytes for each exception`,
    fix: 'make static data smaller, or calls less deep',
  };
}

function recursion(image: string, cycle: readonly string[]): Diagnostic {
  return {
    code: 'LNK009',
    severity: 'warning',
    what: `the depth of the stack of \`${image}\` is not known: ${cycle[0]} calls itself`,
    at: { path: image },
    got: [...cycle, cycle[0]].join(' → '),
    why: 'each turn takes stack, and how many there are is known at run time only; one is counted',
    fix: 'use a loop, or make sure that the recursion is bounded and RAM is ample',
  };
}
