/**
 * Conversions of an f32 to 32 bits that trap, for the floating-point unit: its conversion saturates, so that what it cannot
 * hold is told apart before it. One comparison of bit patterns lets nearly every value pass; the rest goes through a block
 * of its own, where it traps or turns out to be good after all.
 */
import type { Block, BlockId, Func, Inst, TrapReason, ValueId } from '../../ir/types.ts';

/** Beyond it, without its sign and shifted up by 1, a bit pattern is a NaN. */
const INFINITY = 0xff00_0000;
const SIGN = 0x8000_0000;

/** Adds an instruction with an i32 result to a block. */
type Make = (op: Inst['op'], ...args: ValueId[]) => ValueId;

interface Maker {
  readonly make: Make;
  readonly constant: (value: number) => ValueId;
}

interface Rule {
  /** A condition that every value holds that is not certain to be good. */
  readonly isDoubtful: (x: ValueId, maker: Maker) => ValueId;
  /** Of those that are no NaN, one that the bad ones hold. */
  readonly isBad: (x: ValueId, maker: Maker) => ValueId;
  readonly saturating: Inst['op'];
}

const RULES: Partial<Record<Inst['op'], Rule>> = {
  i32TruncF32S: {
    // 2^31 and more, whatever the sign; of these -2^31 alone is good.
    isDoubtful: (x, { make, constant }) => make('geU', make('shl', x, constant(1)), constant(0x9e00_0000)),
    isBad: (x, { make, constant }) => make('ne', x, constant(0xcf00_0000)),
    saturating: 'i32TruncSatF32S',
  },
  i32TruncF32U: {
    // 2^32 and more, and all with a sign; of these good are those above -1.
    isDoubtful: (x, { make, constant }) => make('geU', x, constant(0x4f80_0000)),
    isBad: (x, { make, constant }) => make('geU', make('sub', x, constant(SIGN)), constant(0x3f80_0000)),
    saturating: 'i32TruncSatF32U',
  },
};

/** Rewrites the function; says whether there was anything. */
export function splitTruncations(func: Func): boolean {
  let next = Math.max(...func.blocks.map(({ id }) => id)) + 1;
  const fresh = () => next++ as BlockId;
  const blocks = func.blocks.flatMap((block) => splitBlock(func, block, fresh));
  const changed = blocks.length > func.blocks.length;
  func.blocks = blocks;
  return changed;
}

function splitBlock(func: Func, block: Block, fresh: () => BlockId): Block[] {
  const at = block.insts.findIndex(({ op }) => op in RULES);
  if (at < 0) return [block];
  const inst = block.insts[at];
  const { isDoubtful, isBad, saturating } = RULES[inst.op]!;
  const [x] = inst.args;
  const place = inst.place ? { place: inst.place } : {};
  const makerIn = (insts: Inst[]): Maker => {
    const add = (made: object): ValueId => {
      const result = (func.values.push('i32') - 1) as ValueId;
      insts.push({ ...made, results: [result], ...place } as unknown as Inst);
      return result;
    };
    return {
      make: (op, ...args) => add({ op, args }),
      constant: (value) => add({ op: 'const', args: [], value: BigInt.asIntN(32, BigInt(value)) }),
    };
  };
  const rest: Block = { id: fresh(), params: [], insts: [], terminator: block.terminator };
  rest.insts.push({ ...inst, op: saturating } as Inst, ...block.insts.slice(at + 1));
  const back = { block: rest.id, args: [] };
  const doubt: Block = { id: fresh(), params: [], insts: [], terminator: { op: 'jump', target: back, ...place } };
  const inDoubt = makerIn(doubt.insts);
  const trapIf = (condition: ValueId, reason: TrapReason) =>
    doubt.insts.push({ op: 'trapIf', args: [condition], results: [], reason, ...place });
  const size = inDoubt.make('shl', x, inDoubt.constant(1));
  trapIf(inDoubt.make('gtU', size, inDoubt.constant(INFINITY)), 'invalidConversionToInteger');
  trapIf(isBad(x, inDoubt), 'integerOverflow');
  block.insts = block.insts.slice(0, at);
  const condition = isDoubtful(x, makerIn(block.insts));
  block.terminator = { op: 'branch', condition, then: { block: doubt.id, args: [] }, else: back, ...place };
  return [block, doubt, ...splitBlock(func, rest, fresh)];
}
