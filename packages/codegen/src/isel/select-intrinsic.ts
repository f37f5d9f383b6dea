/** Intrinsics that are machine instructions: each emits exactly what its name says. */
import type { Inst } from '../ir/types.ts';
import type { SelectionContext } from './context.ts';

export function selectIntrinsic(ctx: SelectionContext, inst: Extract<Inst, { op: 'intrinsic' }>): void {
  const constants = inst.args.map((arg) => ctx.constant(arg));
  const takesImmediate = inst.name === 'cpu.svc' || inst.name === 'cpu.bkpt' || inst.name === 'cpu.udf';
  if (takesImmediate) return ctx.emit('cpu', [], [], { name: inst.name, imm: constants[0] ?? 0 });
  const uses = inst.args.map((arg) => ctx.use(arg));
  const defs = inst.results.map((result) => {
    ctx.use(result);
    return ctx.lowOf(result);
  });
  return ctx.emit('cpu', defs, uses, { name: inst.name });
}
