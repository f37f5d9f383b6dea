/** One wasm instruction that opens or closes no construct → IR. */
import type { Instruction } from '@kickstage/wasm/module';
import { OPCODES_BY_NAME } from '@kickstage/wasm/opcodes';
import { bitsOf } from '../ir/float-operations.ts';
import type { Inst, MemoryAccess, ValueId, ValueType } from '../ir/types.ts';
import { translateSign } from './float-signs.ts';
import { memoryOperator, OPERATORS } from './operators.ts';
import { checkedAccess } from './sandbox-access.ts';
import { SANDBOX_RULES } from './sandbox-rules.ts';
import { functionReference } from './sandbox-tables.ts';
import { segmentSymbol } from './symbol-names.ts';
import { translateCall } from './translate-call.ts';
import type { FunctionTranslator } from './translate-function.ts';

export function translateInstruction(t: FunctionTranslator, instruction: Instruction): void {
  const { op } = instruction;
  const operator = OPERATORS.get(op);
  if (operator) {
    const args = t.popMany(operator.args);
    t.stack.push(t.builder.emit(operator.result, { op: operator.op, args }));
    return;
  }
  const memory = memoryOperator(op);
  if (memory) return translateMemory(t, instruction, memory);
  if (translateSign(t, op)) return;
  const { sandbox } = t.context;
  const sandboxRule = sandbox && SANDBOX_RULES[op];
  if (sandboxRule) return sandboxRule(t, instruction, sandbox);
  const rule = RULES[op];
  if (rule) return rule(t, instruction);
  return translateUnsupported(t, instruction);
}

function translateMemory(
  t: FunctionTranslator,
  { memory }: Instruction,
  m: NonNullable<ReturnType<typeof memoryOperator>>,
): void {
  const [given, ...stored] = t.popMany(m.store ? 2 : 1);
  const place = placeOf(t, given, memory!, m.width);
  if (!place) return;
  const { address, offset, alignment } = place;
  const access: MemoryAccess = { width: m.width, signed: m.signed, offset, volatile: false, alignment };
  if (m.store) t.builder.append({ op: 'store', args: [address, ...stored], results: [], access });
  else t.stack.push(t.builder.emit(m.type, { op: 'load', args: [address], access }));
}

/** A module's alignment is a hint, which firmware keeps to and a sandboxed module need not. */
function placeOf(
  t: FunctionTranslator,
  address: ValueId,
  { align, offset, index }: NonNullable<Instruction['memory']>,
  width: number,
): { address: ValueId; offset: number; alignment: number } | undefined {
  const { sandbox } = t.context;
  if (!sandbox) return { address, offset, alignment: 2 ** align };
  const place = checkedAccess(t, sandbox, address, { index, offset }, width);
  return place && { ...place, alignment: 1 };
}

type Rule = (t: FunctionTranslator, instruction: Instruction) => void;

const constant =
  (type: ValueType): Rule =>
  (t, { value }) => {
    t.stack.push(t.builder.constant(type, BigInt.asIntN(type === 'i64' ? 64 : 32, value!)));
  };

const branchIf: Rule = (t, { index }) => {
  const condition = t.pop();
  const next = t.builder.block();
  const target = t.branchTarget(index!);
  t.builder.end({ op: 'branch', condition, then: target, else: t.builder.target(next) });
  t.builder.start(next);
};

const branchTable: Rule = (t, { labels, index }) => {
  const value = t.pop();
  const targets = labels!.map((label) => t.branchTarget(label));
  t.builder.end({ op: 'switch', index: value, targets, default: t.branchTarget(index!) });
};

const globalGet: Rule = (t, { index }) => {
  const meaning = t.context.globals[index!];
  switch (meaning?.kind) {
    case 'constant':
      t.stack.push(t.builder.constant(meaning.type, meaning.value));
      return;
    case 'address':
      t.stack.push(symbolAddress(t, meaning.symbol, meaning.offset));
      return;
    case 'function':
      t.stack.push(functionReference(t, meaning.name));
      return;
    case 'variable': {
      const address = symbolAddress(t, meaning.symbol, 0);
      t.stack.push(t.builder.emit(meaning.type, { op: 'load', args: [address], access: globalAccess(meaning.type) }));
      return;
    }
    default:
      // An import that is not known and has been refused.
      t.stack.push(t.builder.constant('i32', 0n));
  }
};

const globalSet: Rule = (t, { index }) => {
  const value = t.pop();
  const meaning = t.context.globals[index!];
  if (meaning?.kind !== 'variable') return;
  const address = symbolAddress(t, meaning.symbol, 0);
  t.builder.append({ op: 'store', args: [address, value], results: [], access: globalAccess(meaning.type) });
};

export function symbolAddress(t: FunctionTranslator, symbol: string, offset: number): ValueId {
  return t.builder.emit('i32', { op: 'symbolAddress', args: [], symbol, offset });
}

const globalAccess = (type: ValueType): MemoryAccess => {
  const width = type === 'i64' ? 8 : 4;
  return { width, signed: false, offset: 0, volatile: false, alignment: width };
};

const bulk =
  (op: 'memoryCopy' | 'memoryFill'): Rule =>
  (t) => {
    t.builder.append({ op, args: t.popMany(3), results: [] } as Inst);
  };

/** A passive segment lies in flash; like every access, the copy is not checked against its end. */
const memoryInit: Rule = (t, { index }) => {
  const [to, from, size] = t.popMany(3);
  const segment = symbolAddress(t, segmentSymbol(index!), 0);
  const source = t.builder.emit('i32', { op: 'add', args: [segment, from] });
  t.builder.append({ op: 'memoryCopy', args: [to, source, size], results: [] });
};

/** Memory is the whole address space: as many pages as there are. */
const memorySize: Rule = (t) => {
  t.stack.push(t.builder.constant('i32', 65536n));
};

const RULES: Readonly<Record<string, Rule>> = {
  'i32.const': constant('i32'),
  'i64.const': constant('i64'),
  'f32.const': constant('i32'),
  'f64.const': constant('i64'),
  'local.get': (t, { index }) => void t.stack.push(t.local(index!)),
  'local.set': (t, { index }) => {
    t.setLocal(index!, t.pop());
  },
  'local.tee': (t, { index }) => {
    t.setLocal(index!, t.stack[t.stack.length - 1]);
  },
  'global.get': globalGet,
  'global.set': globalSet,
  drop: (t) => void t.pop(),
  nop: () => {},
  select: (t) => {
    const condition = t.pop();
    const [a, b] = t.popMany(2);
    t.stack.push(t.builder.emit(t.builder.func.values[a], { op: 'select', args: [condition, a, b] }));
  },
  unreachable: (t) => t.builder.end({ op: 'trap', reason: 'unreachable' }),
  br: (t, { index }) => t.builder.end({ op: 'jump', target: t.branchTarget(index!) }),
  br_if: branchIf,
  br_table: branchTable,
  return: (t) => t.builder.end({ op: 'jump', target: t.branchTarget(t.depth) }),
  call: translateCall,
  call_indirect: translateCall,
  'memory.copy': bulk('memoryCopy'),
  'memory.fill': bulk('memoryFill'),
  'memory.size': memorySize,
  'memory.init': memoryInit,
  'data.drop': () => {},
};

/** What firmware cannot have is refused at its place; the stack is kept right, so that all of it is found at once. */
function translateUnsupported(t: FunctionTranslator, instruction: Instruction): void {
  const { op, offset } = instruction;
  if (op === 'memory.grow') {
    t.context.complain('GEN004', 'firmware has no heap to grow', offset, {
      why: "memory is the microcontroller's RAM, laid out before the program runs",
      fix: 'use static data (a StaticArray literal, memory.data) in place of `new` and of growing arrays or strings',
    });
    return;
  }
  const { params, results } = OPCODES_BY_NAME.get(op)!.signature!;
  t.context.complain('GEN005', `the instruction ${op} is not supported`, offset, {
    why: 'a table of functions lies in flash and never changes',
    fix: 'choose among functions with a switch, or by the index into the table',
  });
  t.popMany(params.length);
  for (const type of results) t.stack.push(t.builder.constant(bitsOf(type), 0n));
}
