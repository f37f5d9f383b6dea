/**
 * The IR verifier. Checked: every value is defined once and before (dominating) each use; argument and result types of
 * every operation; block arguments match parameters; targets exist; the entry's parameters are the function's and nobody
 * jumps to it; callees, tables and their types exist; accesses have sensible widths and alignments.
 */
import { invariant } from '@kickstage/base/invariant';
import { computeDominators } from './dominators.ts';
import { operandsOf, targetsOf } from './edit.ts';
import type { Block, Func, Inst, IrModule, ValueId, ValueType } from './types.ts';

/** Throws when the function breaks a rule; `after` names the pass that is to blame. */
export function verifyFunction(func: Func, module: IrModule, after: string): void {
  const fail = (text: string): never => invariant(false, `${func.name} after ${after}: ${text}`) as never;
  const where = new Map<ValueId, { block: Block; index: number }>();
  const define = (value: ValueId, block: Block, index: number) => {
    if (where.has(value)) fail(`v${value} is defined twice`);
    if (func.values[value] === undefined) fail(`v${value} has no type`);
    where.set(value, { block, index });
  };
  for (const block of func.blocks) {
    for (const param of block.params) define(param, block, -1);
    block.insts.forEach((inst, i) => {
      for (const result of inst.results) define(result, block, i);
    });
  }
  const { order, dominates } = computeDominators(func);
  const ids = new Set(func.blocks.map((block) => block.id));
  if (ids.size !== func.blocks.length) fail('two blocks have one id');
  const checkUse = (value: ValueId, block: Block, index: number) => {
    const at = where.get(value);
    if (!at) return fail(`v${value} is used in b${block.id} and never defined`);
    const ok = at.block === block ? at.index < index : dominates(at.block.id, block.id);
    if (!ok) fail(`v${value} does not dominate its use in b${block.id}`);
  };
  for (const block of order) {
    block.insts.forEach((inst, i) => {
      for (const arg of inst.args) checkUse(arg, block, i);
      verifyInst(func, module, inst, fail);
    });
    for (const value of operandsOf(block.terminator)) checkUse(value, block, block.insts.length);
    for (const target of targetsOf(block.terminator)) {
      if (!ids.has(target.block)) fail(`b${block.id} goes to b${target.block}, which does not exist`);
      const to = func.blocks.find((b) => b.id === target.block)!;
      if (to === func.blocks[0]) fail(`b${block.id} goes to the entry`);
      if (target.args.length !== to.params.length) fail(`b${block.id} gives b${to.id} ${target.args.length} arguments`);
      target.args.forEach((arg, i) => {
        checkUse(arg, block, block.insts.length);
        if (func.values[arg] !== func.values[to.params[i]]) fail(`b${block.id} gives b${to.id} a wrong type`);
      });
    }
    verifyTerminator(func, block, fail);
  }
  const entry = func.blocks[0].params.map((param) => func.values[param]);
  if (entry.join() !== func.type.params.join()) fail('the entry has other parameters than the function');
}

type Fail = (text: string) => never;

function verifyTerminator(func: Func, { terminator, id }: Block, fail: Fail): void {
  if (terminator.op === 'return') {
    const types = terminator.values.map((value) => func.values[value]);
    if (types.join() !== func.type.results.join()) fail(`b${id} returns ${types.join()}`);
  }
  for (const value of terminator.op === 'return' ? [] : operandsOf(terminator)) {
    if (func.values[value] !== 'i32') fail(`b${id} tests a value that is not i32`);
  }
}

const SAME = new Set([
  'add',
  'sub',
  'mul',
  'divS',
  'divU',
  'remS',
  'remU',
  'and',
  'or',
  'xor',
  'shl',
  'shrS',
  'shrU',
  'rotl',
  'rotr',
]);
const COMPARE = new Set(['eq', 'ne', 'ltS', 'ltU', 'gtS', 'gtU', 'leS', 'leU', 'geS', 'geU']);
const UNARY = new Set(['clz', 'ctz', 'popcnt', 'extend8S', 'extend16S', 'extend32S']);

/** `args -> results` that an operation must have, given its first argument's or result's type. */
function expected(inst: Inst, type: ValueType): string | undefined {
  if (SAME.has(inst.op)) return `${type},${type}->${type}`;
  if (COMPARE.has(inst.op)) return `${type},${type}->i32`;
  if (UNARY.has(inst.op)) return `${type}->${type}`;
  switch (inst.op) {
    case 'eqz':
      return `${type}->i32`;
    case 'wrap':
      return 'i64->i32';
    case 'extendI32S':
    case 'extendI32U':
      return 'i32->i64';
    case 'symbolAddress':
      return '->i32';
    case 'memoryCopy':
    case 'memoryFill':
      return 'i32,i32,i32->';
    default:
      return undefined;
  }
}

function verifyInst(func: Func, module: IrModule, inst: Inst, fail: Fail): void {
  const types = (values: readonly ValueId[]) => values.map((value) => func.values[value]).join();
  const actual = `${types(inst.args)}->${types(inst.results)}`;
  const wanted = expected(inst, func.values[inst.args[0] ?? inst.results[0]]);
  if (wanted !== undefined && actual !== wanted) fail(`${inst.op} is ${actual}, not ${wanted}`);
  switch (inst.op) {
    case 'select':
      if (actual !== `i32,${func.values[inst.args[1]]},${func.values[inst.args[1]]}->${func.values[inst.args[1]]}`)
        fail(`select is ${actual}`);
      return;
    case 'load':
    case 'store': {
      const { access } = inst;
      const type = func.values[inst.op === 'load' ? inst.results[0] : inst.args[1]];
      if (func.values[inst.args[0]] !== 'i32') fail('an address that is not i32');
      if (access.width > (type === 'i64' ? 8 : 4)) fail(`${inst.op} of ${access.width} bytes as ${type}`);
      if (access.volatile && access.alignment < access.width) fail('a volatile access that is not aligned');
      return;
    }
    case 'call': {
      const callee = module.functions.find((f) => f.name === inst.callee);
      if (!callee) return fail(`calls ${inst.callee}, which does not exist`);
      const type = `${callee.type.params.join()}->${callee.type.results.join()}`;
      if (actual !== type) fail(`calls ${inst.callee} as ${actual}, not ${type}`);
      return;
    }
    case 'callIndirect':
      if (!module.tables.some((table) => table.name === inst.table)) fail(`no table ${inst.table}`);
      if (actual !== `${['i32', ...inst.type.params].join()}->${inst.type.results.join()}`)
        fail(`callIndirect is ${actual}`);
      return;
    default:
  }
}
