/**
 * Calls by the procedure call standard (AAPCS, IHI 0042): arguments in r0-r3 and then on the stack, 64-bit ones in an
 * even-odd pair or at an address that is a multiple of 8; results in r0 or r0:r1. WebAssembly has functions with more
 * results, which the standard does not know: those go in r0-r3 and then in an area of memory.
 */
import { wordsOf } from '../emit/result-area.ts';
import { SANDBOX_SYMBOLS } from '../ir/sandbox-facts.ts';
import type { FuncType, Inst, ValueId, ValueType } from '../ir/types.ts';
import type { SelectionContext } from './context.ts';
import { CALL_CLOBBERED, isSingle, type Reg } from './mir.ts';

/** Where an argument's words go: core registers, or bytes from the stack pointer at the call. */
export type ArgumentPlace = { readonly registers: readonly Reg[] } | { readonly stack: number };

/** Places of arguments of these types, and the bytes of stack that they take (a multiple of 8). */
export function placeArguments(types: readonly ValueType[]): { places: ArgumentPlace[]; stackSize: number } {
  let register = 0;
  let stack = 0;
  const places = types.map((type): ArgumentPlace => {
    const words = type === 'i64' ? 2 : 1;
    const first = words === 2 ? (register + 1) & ~1 : register;
    if (first + words <= 4) {
      register = first + words;
      return { registers: words === 2 ? [first, first + 1] : [first] };
    }
    register = 4;
    if (words === 2) stack = (stack + 7) & ~7;
    const at = stack;
    stack += 4 * words;
    return { stack: at };
  });
  return { places, stackSize: (stack + 7) & ~7 };
}

function emitBranch(
  ctx: SelectionContext,
  op: 'bl' | 'blx',
  uses: Reg[],
  resultWords: number,
  fields: { symbol?: string },
): void {
  const defs = Array.from({ length: resultWords }, (_, i) => i);
  ctx.emit(op, defs, uses, { ...fields, clobbers: CALL_CLOBBERED.filter((reg) => !defs.includes(reg)) });
}

/** A direct call, or with `target` an indirect one. */
export function emitTypedCall(
  ctx: SelectionContext,
  type: FuncType,
  args: readonly ValueId[],
  results: readonly ValueId[],
  callee: { symbol: string } | { target: Reg },
): void {
  const { places, stackSize } = placeArguments(type.params);
  ctx.outgoing = Math.max(ctx.outgoing, stackSize);
  const words = args.map((arg) => (ctx.isWide(arg) ? [ctx.use(arg), ctx.useHigh(arg)] : [ctx.use(arg)]));
  const used: Reg[] = [];
  places.forEach((place, i) => {
    if ('stack' in place)
      words[i].forEach((reg, k) => ctx.emit('storeArgument', [], [reg], { imm: place.stack + 4 * k }));
  });
  places.forEach((place, i) => {
    if ('stack' in place) return;
    place.registers.forEach((register, k) => {
      ctx.emit('copy', [register], [words[i][k]]);
      used.push(register);
    });
  });
  const resultWords = Math.min(wordsOf(type.results), REGISTER_RESULTS);
  if ('symbol' in callee) emitBranch(ctx, 'bl', used, resultWords, { symbol: callee.symbol });
  else emitBranch(ctx, 'blx', [callee.target, ...used], resultWords, {});
  takeResults(ctx, results);
}

/** Words of results that go in registers; the rest is in memory (emit/result-area.ts). */
const REGISTER_RESULTS = 4;

function takeResults(ctx: SelectionContext, results: readonly ValueId[]): void {
  const regs = results.flatMap((result) =>
    ctx.isWide(result) ? [ctx.lowOf(result), ctx.highOf(result)] : [ctx.homeOf(result)],
  );
  regs.slice(0, REGISTER_RESULTS).forEach((reg, i) => ctx.emit('copy', [reg], [i]));
  if (regs.length <= REGISTER_RESULTS) return;
  const places = areaPlaces(ctx, regs.length - REGISTER_RESULTS);
  regs.slice(REGISTER_RESULTS).forEach((reg, i) => {
    ctx.emit(isSingle(reg) ? 'vldr' : 'ldr', [reg], [places[i].base], { imm: places[i].offset });
  });
}

/** Registers and offsets of the first words in the area for results. */
function areaPlaces(ctx: SelectionContext, words: number): { base: Reg; offset: number }[] {
  // What VLDR and VSTR reach (DDI 0403E A7.7.236).
  const REACH = 1024;
  const parts = Math.ceil((4 * words) / REACH);
  const bases = Array.from({ length: parts }, (_, i) =>
    ctx.make('address', [], { symbol: SANDBOX_SYMBOLS.results, imm: REACH * i }),
  );
  return Array.from({ length: words }, (_, i) => ({
    base: bases[Math.floor((4 * i) / REACH)],
    offset: (4 * i) % REACH,
  }));
}

/** Results go to their places, and the registers that hold the first are used by the return. */
export function emitReturn(ctx: SelectionContext, values: readonly ValueId[]): void {
  const words = values.flatMap((value) =>
    ctx.isWide(value) ? [ctx.use(value), ctx.useHigh(value)] : [ctx.use(value)],
  );
  const inRegisters = words.slice(0, REGISTER_RESULTS);
  if (words.length > REGISTER_RESULTS) {
    const places = areaPlaces(ctx, words.length - REGISTER_RESULTS);
    words
      .slice(REGISTER_RESULTS)
      .forEach((reg, i) =>
        ctx.emit(isSingle(reg) ? 'vstr' : 'str', [], [reg, places[i].base], { imm: places[i].offset }),
      );
  }
  inRegisters.forEach((reg, i) => ctx.emit('copy', [i], [reg]));
  ctx.emit(
    'return',
    [],
    inRegisters.map((_, i) => i),
  );
}

export function selectCall(ctx: SelectionContext, inst: Extract<Inst, { op: 'call' }>): void {
  const type = {
    params: inst.args.map((arg) => ctx.func.values[arg]),
    results: inst.results.map((result) => ctx.func.values[result]),
  };
  emitTypedCall(ctx, type, inst.args, inst.results, { symbol: inst.callee });
}
