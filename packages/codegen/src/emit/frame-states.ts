/**
 * Where a function keeps what belongs to its caller, instruction by instruction, for debuggers: behind the prologue all
 * saved registers are at fixed places below the CFA; in an epilogue the frame is smaller. A function that never returns
 * saves nothing, so that what it overwrites is lost, its return address among it.
 */
import type { FrameState, RegisterPlace } from '@kickstage/object/function-debug';
import type { BlockId } from '../ir/types.ts';
import { CALLEE_SAVED, isSingle, LR, type MBlock, type MInst, type Reg } from '../isel/mir.ts';
import { CALLEE_SAVED_SINGLES, dwarfDouble, S0 } from '../isel/registers.ts';
import { successorsOf } from '../regalloc/liveness.ts';
import type { Frame } from './frame.ts';

/** From an item on, as long as nothing else is said. */
interface Step {
  readonly item: number;
  readonly cfaOffset: number;
  /** By the numbers that debuggers know registers by. */
  readonly registers: ReadonlyMap<number, RegisterPlace>;
}

/** Notes the steps while the function's items are made. */
export class FrameTracker {
  private readonly steps: Step[] = [{ item: 0, cfaOffset: 0, registers: new Map() }];
  private readonly frame: Frame;
  private readonly lost: ReadonlyMap<MInst, ReadonlySet<Reg>>;

  constructor(frame: Frame, lost: ReadonlyMap<MInst, ReadonlySet<Reg>>) {
    this.frame = frame;
    this.lost = lost;
  }

  /** The core's registers are pushed, and nothing else is below them. */
  pushed(item: number): void {
    this.steps.push({ item, cfaOffset: 4 * this.frame.saved.length, registers: new Map(this.savedCore()) });
  }

  /** All registers are pushed, and nothing else is below them. */
  pushedAll(item: number): void {
    const { saved, savedDoubles } = this.frame;
    this.steps.push({ item, cfaOffset: 4 * saved.length + 8 * savedDoubles, registers: this.saved() });
  }

  /** The frame is whole; `inst` comes next. */
  body(item: number, inst: MInst): void {
    this.whole(item, this.lost.get(inst) ?? new Set());
  }

  /** Traps behind the function's end, which are come to from anywhere in it. */
  traps(item: number): void {
    this.whole(item, new Set([...this.lost.values()].flatMap((lost) => [...lost])));
  }

  private whole(item: number, lost: ReadonlySet<Reg>): void {
    const registers = new Map<number, RegisterPlace>([...lost].map((reg) => [callersName(reg), 'lost']));
    for (const [reg, place] of this.saved()) registers.set(reg, place);
    this.steps.push({ item, cfaOffset: this.frame.size, registers });
  }

  /** By offset; `offsets` are those of the items. What stands at one offset is said once, and only changes. */
  states(offsets: readonly number[]): FrameState[] {
    const states: FrameState[] = [];
    this.steps.forEach(({ item, cfaOffset, registers }, i) => {
      const offset = offsets[item];
      const next = this.steps[i + 1];
      if (offset === undefined || (next && offsets[next.item] === offset)) return;
      const last = states.at(-1);
      if (!last || !isSame(last, cfaOffset, registers)) states.push({ offset, cfaOffset, registers });
    });
    return states;
  }

  private savedCore(): [number, number][] {
    const { saved } = this.frame;
    return saved.map((reg, i) => [reg, -4 * (saved.length - i)]);
  }

  private saved(): Map<number, number> {
    const { saved, savedDoubles } = this.frame;
    const top = -4 * saved.length - 8 * savedDoubles;
    const doubles = Array.from({ length: savedDoubles }, (_, i): [number, number] => [dwarfDouble(8 + i), top + 8 * i]);
    return new Map([...this.savedCore(), ...doubles]);
  }
}

function isSame(state: FrameState, cfaOffset: number, registers: ReadonlyMap<number, RegisterPlace>): boolean {
  if (state.cfaOffset !== cfaOffset || state.registers.size !== registers.size) return false;
  return [...registers].every(([reg, place]) => state.registers.get(reg) === place);
}

/** What a caller wants back: the registers that a call keeps, and its return address. */
const CALLERS: ReadonlySet<Reg> = new Set([...CALLEE_SAVED, LR, ...CALLEE_SAVED_SINGLES]);
/** To debuggers, those of class single are halves of doubles. */
const callersName = (reg: Reg) => (isSingle(reg) ? dwarfDouble((reg - S0) >> 1) : reg);
/** Another stack pointer, or another stack in use: nothing of this frame is found by it. */
const CHANGES_STACK = /^cpu\.msr_(msp|psp|control)$/;

/** For each instruction, which of the caller's registers may be overwritten before it, the saved ones left out. */
export function lostRegisters(
  blocks: readonly MBlock[],
  colour: (reg: Reg) => Reg,
  { saved, savedDoubles }: Frame,
): Map<MInst, ReadonlySet<Reg>> {
  const kept = new Set([...saved, ...CALLEE_SAVED_SINGLES.slice(0, 2 * savedDoubles)]);
  const isLost = (reg: Reg) => CALLERS.has(reg) && !kept.has(reg);
  const into = new Map<BlockId, Set<Reg>>(blocks.map(({ id }) => [id, new Set()]));
  const before = new Map<MInst, ReadonlySet<Reg>>();
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of blocks) {
      let lost: ReadonlySet<Reg> = into.get(block.id)!;
      for (const inst of block.insts) {
        if (inst.op === 'cpu' && inst.name === 'cpu.bootload') lost = new Set([...lost, LR]);
        before.set(inst, lost);
        const writes = [...inst.defs.map(colour), ...(inst.clobbers ?? [])].filter((reg) => isLost(reg));
        if (inst.op === 'cpu' && CHANGES_STACK.test(inst.name!)) writes.push(LR);
        if (writes.some((reg) => !lost.has(reg))) lost = new Set([...lost, ...writes]);
      }
      for (const successor of successorsOf(block)) {
        const next = into.get(successor);
        for (const reg of lost) if (next && !next.has(reg)) changed = next.add(reg) !== undefined;
      }
    }
  }
  return before;
}
