/**
 * Where the source's variables are, offset by offset, for debuggers. The place of an instruction says which values its
 * function's variables have there; selection says which registers these values got; `holdings` says whether they are
 * still in them.
 */
import type { TrackedVariable, VariableRange, WordPlace } from '@kickstage/object/function-debug';
import type { ValueId } from '../ir/types.ts';
import { CALL_CLOBBERED, type MBlock, type MFunc, type MInst, type Reg } from '../isel/mir.ts';
import { CALL_CLOBBERED_SINGLES, CALLEE_SAVED_SINGLES, dwarfRegister } from '../isel/registers.ts';
import { placeArguments } from '../isel/select-call.ts';
import type { ToldWord } from '../isel/told-values.ts';
import type { Frame } from './frame.ts';
import { computeHoldings, type Holding, inSlot } from './holdings.ts';

/** An instruction, and the offsets of its code; where `inst` is absent, of the prologue. */
export interface CodePoint {
  readonly inst?: MInst;
  readonly start: number;
  /** Behind the first of the machine instructions that it became. */
  readonly firstEnd: number;
  readonly end: number;
}

export interface VariablesInput {
  readonly func: MFunc;
  readonly blocks: readonly MBlock[];
  readonly colour: (reg: Reg) => Reg;
  readonly frame: Frame;
  /** In order; those without code left out. */
  readonly points: readonly CodePoint[];
}

export function trackVariables(input: VariablesInput): TrackedVariable[] {
  const { told } = input.func;
  const locator = new Locator(input);
  const count = told.entry.length;
  const locals = [...told.localNames].filter(([index]) => index >= count).sort(([a], [b]) => a - b);
  const variables = [
    ...told.entry.map((_, i) => ({ variable: i, index: i })),
    ...locals.map(([index, name]) => ({ variable: name, index })),
  ];
  return variables.map(({ variable, index }) => ({ variable, ranges: rangesOf(input, locator, index) }));
}

function rangesOf(input: VariablesInput, locator: Locator, index: number): VariableRange[] {
  const { func, points } = input;
  const ranges: VariableRange[] = [];
  for (const point of points) {
    const { inst, start } = point;
    const isEntry = inst === undefined || inst.isEntry;
    const value = isEntry ? func.told.entry[index] : inst.place?.locals?.[index];
    const words = value === undefined ? [] : locator.words(value, inst);
    if (words[0] === undefined) continue;
    const last = ranges.at(-1);
    const range = { start, end: endOf(input, point, words), words };
    if (last && last.end === start && isSame(last.words, words))
      ranges[ranges.length - 1] = { ...range, start: last.start };
    else ranges.push(range);
  }
  return ranges;
}

/**
 * An instruction that became several may overwrite a register before it is over. And seen from the callee, a call is over:
 * the registers that it may overwrite are the caller's no more.
 */
function endOf({ colour }: VariablesInput, { inst, firstEnd, end }: CodePoint, words: VariableRange['words']): number {
  const registers = words.flatMap((word) => (word?.kind === 'register' ? [word.register] : []));
  const isCall = inst?.op === 'bl' || inst?.op === 'blx';
  if (isCall && registers.some((register) => DESTROYED.has(register))) return end - 1;
  // A return takes back what the caller had in registers of the floating-point unit before it is over.
  if (inst?.op === 'return' && registers.some((register) => TAKEN_BACK.has(register))) return firstEnd;
  const written = inst?.defs.map((reg) => dwarfRegister(colour(reg))) ?? [];
  return registers.some((register) => written.includes(register)) ? firstEnd : end;
}

const TAKEN_BACK: ReadonlySet<number> = new Set(CALLEE_SAVED_SINGLES.map(dwarfRegister));
const DESTROYED: ReadonlySet<number> = new Set([...CALL_CLOBBERED, ...CALL_CLOBBERED_SINGLES].map(dwarfRegister));

function isSame(a: VariableRange['words'], b: VariableRange['words']): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Finds words of values before an instruction. */
class Locator {
  private readonly input: VariablesInput;
  private readonly holdings: ReadonlyMap<MInst, ReadonlySet<Holding>>;
  private readonly slots = new Map<Reg, number>();
  /** Where the words of each parameter are at the entry. */
  private readonly incoming = new Map<ValueId, readonly WordPlace[]>();
  private readonly entry: ReadonlySet<Holding>;

  constructor(input: VariablesInput) {
    this.input = input;
    const { func, blocks, colour } = input;
    const words = [...func.told.values.values()].flat();
    const told = new Set(words.flatMap((word) => (word && 'reg' in word ? [word.reg] : [])));
    this.noteIncoming();
    const entry = [...this.incoming.values()]
      .flat()
      .flatMap((word) => (word.kind === 'register' ? [word.register] : []));
    this.entry = new Set(entry);
    this.holdings = computeHoldings({ blocks, flow: func.blocks, colour, told, entry });
    for (const { insts } of blocks) {
      for (const { op, spilled, imm } of insts) if (op === 'spill') this.slots.set(spilled!, imm!);
    }
  }

  words(value: ValueId, inst: MInst | undefined): (WordPlace | undefined)[] {
    const held = inst ? this.holdings.get(inst) : this.entry;
    const told = this.input.func.told.values.get(value) ?? [];
    const incoming = this.incoming.get(value) ?? [];
    return told.map((word, i) => this.place(word, held ?? new Set()) ?? stillThere(incoming[i], held));
  }

  private place(word: ToldWord | undefined, held: ReadonlySet<Holding>): WordPlace | undefined {
    if (!word) return undefined;
    if ('constant' in word) return { kind: 'constant', value: word.constant };
    if ('symbol' in word) return { kind: 'symbol', ...word };
    const { colour, frame } = this.input;
    if (held.has(word.reg)) return { kind: 'register', register: dwarfRegister(colour(word.reg)) };
    const slot = this.slots.get(word.reg);
    if (slot === undefined || !held.has(inSlot(word.reg))) return undefined;
    return { kind: 'frame', offset: frame.spillBase + 4 * slot - frame.size };
  }

  private noteIncoming(): void {
    const { type, entry } = this.input.func.told;
    const { places } = placeArguments(type.params);
    entry.forEach((value, i) => {
      const place = places[i];
      const words = type.params[i] === 'i64' ? [0, 1] : [0];
      this.incoming.set(
        value,
        words.map((k) =>
          'stack' in place
            ? { kind: 'frame', offset: place.stack + 4 * k }
            : { kind: 'register', register: place.registers[k] },
        ),
      );
    });
  }
}

/** A parameter on the stack stays there; one in a register until that is overwritten. */
function stillThere(word: WordPlace | undefined, held: ReadonlySet<Holding> | undefined): WordPlace | undefined {
  if (word?.kind === 'register' && !held?.has(word.register)) return undefined;
  return word;
}
