/**
 * Instruction selection: SSA → machine instructions over virtual registers. Blocks are visited in postorder, instructions
 * from the last to the first, so that every use of a value is seen before its definition, wherever its block stands, and
 * what nobody asked for is not emitted. Block parameters become copies at the ends of the predecessors.
 */
import { invariant } from '@kickstage/base/invariant';
import { reversePostorder } from '../ir/edit.ts';
import type { Block, BlockId, BlockTarget, Func, IrModule } from '../ir/types.ts';
import { SelectionContext } from './context.ts';
import { dropUnused } from './drop-unused.ts';
import { hoistConstants } from './hoist-constants.ts';
import { hoistSingles } from './hoist-singles.ts';
import { isSingle, type MBlock, type MFunc, type MInst, type Reg } from './mir.ts';
import { parallelCopies } from './parallel-copies.ts';
import { CALL_CLOBBERED_SINGLES } from './registers.ts';
import { reuseFlags } from './reuse-flags.ts';
import { placeArguments } from './select-call.ts';
import { selectInst } from './select-inst.ts';
import { selectTerminator } from './select-terminator.ts';
import { shareBases } from './share-bases.ts';
import { splitCriticalEdges } from './split-edges.ts';
import { toldValues } from './told-values.ts';
import { writeBack } from './write-back.ts';

/** Selects one function. The IR is changed: edges are split, address constants shared. */
export function selectFunction(func: Func, module: IrModule): MFunc {
  splitCriticalEdges(func);
  shareBases(func);
  const ctx = new SelectionContext(func);
  const selected = new Map<BlockId, MInst[]>();
  for (const block of reversePostorder(func).reverse())
    selected.set(block.id, selectBlock(ctx, block, block === func.blocks[0], module));
  const blocks: MBlock[] = func.blocks.flatMap(({ id }) => {
    const insts = selected.get(id);
    return insts ? [{ id, insts }] : [];
  });
  dropUnused(blocks);
  reuseFlags(blocks, () => ctx.fresh());
  writeBack(blocks);
  hoistSingles(blocks);
  destroySingles(blocks);
  const { type, localNames = new Map() } = func;
  const told = { type, localNames, entry: func.blocks[0].params, values: toldValues(func, blocks, ctx) };
  return {
    name: func.name,
    blocks: hoistConstants(blocks),
    nextReg: ctx.nextReg,
    outgoing: ctx.outgoing,
    spillSlots: 0,
    returns: func.blocks.some((block) => block.terminator.op === 'return'),
    ...(func.place ? { place: func.place } : {}),
    exports: func.exports,
    told,
  };
}

function selectBlock(ctx: SelectionContext, block: Block, isEntry: boolean, module: IrModule): MInst[] {
  ctx.place = block.terminator.place;
  selectTerminator(ctx, block.terminator);
  ctx.takePiece();
  if (block.terminator.op === 'jump') {
    emitEdgeCopies(ctx, block.terminator.target);
    ctx.takePiece();
  }
  for (let i = block.insts.length - 1; i >= 0; i--) {
    const inst = block.insts[i];
    ctx.place = inst.place;
    selectInst(ctx, inst, module);
    ctx.takePiece();
  }
  ctx.emitShared();
  ctx.takePiece();
  if (isEntry) {
    ctx.place = ctx.func.place;
    emitParameters(ctx);
    ctx.takePiece();
  }
  return ctx.takeBlock();
}

function blockOf(func: Func, target: BlockTarget): Block {
  const block = func.blocks.find((b) => b.id === target.block);
  invariant(block, `${func.name} has no block ${target.block}`);
  return block;
}

/** The arguments of a jump become the target's parameters, all at once. */
function emitEdgeCopies(ctx: SelectionContext, target: BlockTarget): void {
  const { params } = blockOf(ctx.func, target);
  const moves = target.args.flatMap((arg, i) => {
    if (ctx.isSingle(params[i])) return [{ to: ctx.singleOf(params[i]), from: ctx.useSingle(arg) }];
    const low = { to: ctx.lowOf(params[i]), from: ctx.use(arg) };
    return ctx.isWide(arg) ? [low, { to: ctx.highOf(params[i]), from: ctx.useHigh(arg) }] : [low];
  });
  const fresh = (like: Reg) => (isSingle(like) ? ctx.freshSingle() : ctx.fresh());
  for (const { to, from } of parallelCopies(moves, fresh)) ctx.emit('copy', [to], [from]);
}

function emitParameters(ctx: SelectionContext): void {
  const [entry] = ctx.func.blocks;
  const { places } = placeArguments(ctx.func.type.params);
  entry.params.forEach((param, i) => {
    const words = ctx.isWide(param) ? [ctx.lowOf(param), ctx.highOf(param)] : [ctx.homeOf(param)];
    const place = places[i];
    words.forEach((reg, k) => {
      if (!('stack' in place)) return ctx.emit('copy', [reg], [place.registers[k]], { isEntry: true });
      const to = isSingle(reg) ? ctx.fresh() : reg;
      ctx.emit('loadArgument', [to], [], { imm: place.stack + 4 * k, isEntry: true });
      if (to !== reg) ctx.emit('copy', [reg], [to], { isEntry: true });
    });
  });
}

/** A call destroys registers of class single as well; nobody needs to know where there are no others. */
function destroySingles(blocks: readonly MBlock[]): void {
  const usesSingles = blocks.some(({ insts }) => insts.some(({ defs }) => defs.some(isSingle)));
  if (!usesSingles) return;
  for (const block of blocks) {
    block.insts = block.insts.map((inst) =>
      inst.op === 'bl' || inst.op === 'blx'
        ? { ...inst, clobbers: [...(inst.clobbers ?? []), ...CALL_CLOBBERED_SINGLES] }
        : inst,
    );
  }
}
