/**
 * Where everything lies in the bare machine that a module runs on: a Cortex-M4 with as much flash and RAM as the module
 * needs.
 *
 * Sandboxed: RAM begins where the architecture has it (DDI 0403E B3.1, the SRAM region) with the stack, so that what runs
 * past its end leaves RAM; then static data, then linear memories to the end. Identity: RAM begins at address 0 with linear
 * memory, because wasm's addresses are the machine's; then the stack, then static data.
 */
import { alignUp } from '@kickstage/base/bits';
import type { LinearMemory } from '@kickstage/codegen/frontend/input';
import type { MemoryFacts } from '@kickstage/codegen/ir/sandbox-facts';

export const FLASH_START = 0x0800_0000;
/** A breakpoint that a called function returns to. */
export const RETURN_POINT = FLASH_START + 0x100;
/** A breakpoint that every fault goes to. */
export const FAULT_POINT = FLASH_START + 0x104;
/** One breakpoint and one return for each imported function. */
export const IMPORT_STUBS = FLASH_START + 0x200;
export const STUB_SIZE = 4;

const SRAM_START = 0x2000_0000;
const PAGE = 65_536;
const STACK_SIZE = 0x10_0000;
/** Below the limit that functions check: room for the frames of exceptions (DDI 0403E B1.5.6), with space to spare. */
const EXCEPTION_ROOM = 1024;
/** In pages: the SRAM region has 512 MiB; half of it is more than any test needs. */
export const MOST_PAGES = { sandboxed: 4096, identity: 1024 } as const;
/** Pages that the memories of a module may grow to when they name no maximum, or a higher one. */
const GROWTH_PAGES = 1024;

export interface PlannedMemory {
  readonly start: number;
  readonly pages: number;
}

export interface MemoryPlan {
  readonly ram: { readonly start: number; readonly size: number };
  readonly dataStart: number;
  readonly stackTop: number;
  readonly stackLimit: number;
  /** Linear memories: the address of each, and the pages there are for it. */
  readonly memories: readonly PlannedMemory[];
}

/** Pages that are kept for each memory. */
export function pagesFor(memories: readonly MemoryFacts[]): number[] {
  const most = Math.floor(GROWTH_PAGES / memories.length);
  return memories.map(({ minimum, maximum = most, grows }) =>
    grows ? Math.max(minimum, Math.min(maximum, most)) : minimum,
  );
}

/** `pages`: of each memory, of which there is at most one with identity. `dataSize`: bytes of static data. */
export function planMemory(mode: LinearMemory, pages: readonly number[], dataSize: number): MemoryPlan {
  if (mode === 'identity') {
    const memorySize = (pages[0] ?? 0) * PAGE;
    const stackTop = memorySize + STACK_SIZE;
    const size = alignUp(stackTop + dataSize, PAGE);
    const stackLimit = memorySize + EXCEPTION_ROOM;
    return {
      ram: { start: 0, size },
      dataStart: stackTop,
      stackTop,
      stackLimit,
      memories: [{ start: 0, pages: pages[0] ?? 0 }],
    };
  }
  const stackTop = SRAM_START + STACK_SIZE;
  let end = alignUp(stackTop + dataSize, 16);
  const memories = pages.map((count): PlannedMemory => {
    const start = end;
    end += count * PAGE;
    return { start, pages: count };
  });
  return {
    ram: { start: SRAM_START, size: end - SRAM_START },
    dataStart: stackTop,
    stackTop,
    stackLimit: SRAM_START + EXCEPTION_ROOM,
    memories,
  };
}
