/**
 * Who called whom, from a stopped processor: the frame states that the code generator knows say where each function keeps
 * its return address. An exception is passed: the words that its entry stacked say what it interrupted (DDI 0403E B1.5.6).
 */
import type { LinkedImage, PlacedSection } from '../link.ts';

export interface UnwoundFrame {
  /** Of the instruction that runs next there; for a caller, that behind the call. */
  readonly pc: number;
  /** What the frame below it is: called from here, or an exception that interrupted it. The first frame is `top`. */
  readonly by: 'top' | 'call' | 'exception';
}

export interface UnwindInput {
  readonly images: readonly LinkedImage[];
  readonly pc: number;
  readonly sp: number;
  readonly lr: number;
  /** Undefined where there is no memory. */
  readonly readWord: (address: number) => number | undefined;
}

interface Caller {
  /** Of the frame that it called. */
  readonly cfa: number;
  readonly returnAddress: number;
}

/** A stack that is deeper is told so far. */
export const MOST_FRAMES = 32;
const LR = 14;
/** lr after a reset (B1.5.5): nobody has called. */
const NOBODY = 0xffff_ffff;
/** Where an exception's entry puts lr, pc and xPSR, and how much it puts: without and with floating-point state. */
const STACKED = { lr: 20, pc: 24, xpsr: 28, size: 32, extendedSize: 104 };
const REALIGNED = 1 << 9;
/** Bits of EXC_RETURN (B1.5.8). */
const NO_FP_STATE = 1 << 4;
const PROCESS_STACK = 1 << 2;

/** The frames, the innermost first. It ends where nothing is known any more. */
export function unwind(input: UnwindInput): UnwoundFrame[] {
  let { sp } = input;
  let lr: number | undefined = input.lr;
  const frames: UnwoundFrame[] = [{ pc: input.pc, by: 'top' }];
  while (frames.length < MOST_FRAMES) {
    const { pc, by } = frames[frames.length - 1];
    // The instruction behind a call may be another function's.
    const caller = callerOf(input, by === 'call' ? pc - 2 : pc, sp, lr) ?? (by === 'top' ? lastCall(input) : undefined);
    if (!caller) return frames;
    if (caller.returnAddress >>> 28 === 0xf) {
      const interrupted = readStacked(input, caller);
      if (!interrupted) return frames;
      frames.push({ pc: interrupted.pc, by: 'exception' });
      ({ sp, lr } = interrupted);
    } else {
      frames.push({ pc: (caller.returnAddress & ~1) >>> 0, by: 'call' });
      sp = caller.cfa;
      lr = undefined;
    }
  }
  return frames;
}

/** The section of code at an address. */
export function codeAt(images: readonly LinkedImage[], address: number): PlacedSection | undefined {
  for (const { sections } of images) {
    const found = sections.find(
      (p) => p.section.kind === 'code' && address >= p.address && address < p.address + p.section.size,
    );
    if (found) return found;
  }
  return undefined;
}

function callerOf(
  { images, readWord }: UnwindInput,
  pc: number,
  sp: number,
  lr: number | undefined,
): Caller | undefined {
  const code = codeAt(images, pc);
  const state = code?.section.debug?.frame.findLast(({ offset }) => code.address + offset <= pc);
  if (!state) return undefined;
  const cfa = (sp + state.cfaOffset) >>> 0;
  const place = state.registers.get(LR);
  if (place === 'lost') return undefined;
  const returnAddress = place === undefined ? lr : readWord((cfa + place) >>> 0);
  return returnAddress === undefined || returnAddress === NOBODY ? undefined : { cfa, returnAddress };
}

/** BLX to an address in a register (A7.7.19). */
const BLX = { mask: 0xff87, value: 0x4780 };

/**
 * Execution is where no function is. When the instruction before lr is a call to an address in a register, it went there
 * from that call, and the stack is the caller's; after anything else lr is left over from an earlier call.
 */
function lastCall({ images, pc, sp, lr, readWord }: UnwindInput): Caller | undefined {
  const at = ((lr & ~1) - 2) >>> 0;
  if (codeAt(images, pc) || !codeAt(images, at)) return undefined;
  const word = readWord(at & ~3);
  const instruction = word === undefined ? 0 : (word >>> (8 * (at & 2))) & 0xffff;
  return (instruction & BLX.mask) === BLX.value ? { cfa: sp, returnAddress: lr } : undefined;
}

/** What an exception interrupted. A process stack is not followed: where it is, the frame does not say. */
function readStacked({ readWord }: UnwindInput, { cfa, returnAddress }: Caller) {
  if (returnAddress & PROCESS_STACK) return undefined;
  const [lr, pc, xpsr] = [STACKED.lr, STACKED.pc, STACKED.xpsr].map((offset) => readWord((cfa + offset) >>> 0));
  if (lr === undefined || pc === undefined || xpsr === undefined) return undefined;
  const size = returnAddress & NO_FP_STATE ? STACKED.size : STACKED.extendedSize;
  return { lr, pc: (pc & ~1) >>> 0, sp: cfa + size + (xpsr & REALIGNED ? 4 : 0) };
}
