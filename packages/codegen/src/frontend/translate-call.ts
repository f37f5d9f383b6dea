/** Calls: of functions, through the table, and of intrinsics. */
import type { Instruction } from '@kickstage/wasm/module';
import { bitsOf } from '../ir/float-operations.ts';
import type { Inst, MemoryAccess, ValueId } from '../ir/types.ts';
import { type Callee, irType } from './module-context.ts';
import { checkCallIndex } from './sandbox-tables.ts';
import { tableSymbol } from './symbol-names.ts';
import type { FunctionTranslator } from './translate-function.ts';
import { symbolAddress } from './translate-instruction.ts';

export function translateCall(t: FunctionTranslator, instruction: Instruction): void {
  if (instruction.op === 'call_indirect') return translateIndirect(t, instruction);
  const callee = t.context.callees[instruction.index!];
  const args = t.popMany(callee.type.params.length);
  switch (callee.kind) {
    case 'function':
    case 'external':
      return appendCall(t, { op: 'call', callee: callee.name, args }, callee.type.results);
    case 'symbol':
      t.stack.push(symbolAddress(t, callee.symbol, 0));
      return;
    case 'intrinsic':
      return translateIntrinsic(t, instruction, callee, args);
    case 'unknown':
      t.context.complainOfImport(callee.name, instruction.offset);
      for (const type of callee.type.results) t.stack.push(t.builder.constant(bitsOf(type), 0n));
  }
}

function appendCall(t: FunctionTranslator, inst: object, types: Callee['type']['results']): void {
  const results = types.map((type) => t.builder.value(bitsOf(type)));
  t.builder.append({ ...inst, results } as unknown as Inst);
  t.stack.push(...results);
}

function translateIndirect(t: FunctionTranslator, instruction: Instruction): void {
  const type = t.context.module.types[instruction.index!];
  const index = t.pop();
  const args = t.popMany(type.params.length);
  const table = t.context.sandbox?.tables[instruction.index2!];
  if (table) checkCallIndex(t, table, index);
  const inst = { op: 'callIndirect', type: irType(type), table: tableSymbol(instruction.index2!) };
  appendCall(t, { ...inst, args: [index, ...args] }, type.results);
}

function translateIntrinsic(
  t: FunctionTranslator,
  instruction: Instruction,
  callee: Extract<Callee, { kind: 'intrinsic' }>,
  args: ValueId[],
): void {
  const { intrinsic, name } = callee;
  if (intrinsic.kind === 'trap') {
    t.builder.end({ op: 'trap', reason: 'abort' });
    return;
  }
  if (intrinsic.kind !== 'instruction') {
    const { width } = intrinsic;
    const access: MemoryAccess = { width, signed: false, offset: 0, volatile: true, alignment: width };
    if (intrinsic.kind === 'store') t.builder.append({ op: 'store', args, results: [], access });
    else t.stack.push(t.builder.emit('i32', { op: 'load', args, access }));
    return;
  }
  if (intrinsic.constantMaximum !== undefined) {
    const value = constantOf(t, args[0]);
    const fits = value !== undefined && value >= 0n && value <= BigInt(intrinsic.constantMaximum);
    if (!fits)
      t.context.complain('GEN006', `${name} takes a constant of 0..${intrinsic.constantMaximum}`, instruction.offset, {
        ...(value === undefined ? {} : { got: `${value}` }),
        why: 'its argument is part of the machine instruction',
        fix: 'pass a literal or a const',
      });
  }
  const results = callee.type.results.map(() => t.builder.value('i32'));
  t.builder.append({ op: 'intrinsic', name, args, results });
  t.stack.push(...results);
  if (intrinsic.noReturn) t.builder.end({ op: 'unreachable' });
}

function constantOf(t: FunctionTranslator, value: ValueId): bigint | undefined {
  for (const { insts } of t.builder.func.blocks) {
    for (const inst of insts) if (inst.op === 'const' && inst.results[0] === value) return inst.value;
  }
  return undefined;
}
