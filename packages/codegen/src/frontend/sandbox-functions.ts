/** Functions that a sandboxed module gets beside its own: memory.grow, and what has to happen before its first call. */
import { LOADER_SYMBOLS, ofMemory, SANDBOX_SYMBOLS } from '../ir/sandbox-facts.ts';
import type { Func, Inst, ValueId } from '../ir/types.ts';
import { Routine } from '../runtime/emitter.ts';
import type { ModuleContext } from './module-context.ts';
import type { Sandbox, SandboxTable } from './sandbox.ts';
import { WORD } from './sandbox-access.ts';
import { ENTRY } from './sandbox-tables.ts';
import { segmentSymbol, tableGrowSymbol, tableSizeSymbol } from './symbol-names.ts';

export function sandboxFunctions(context: ModuleContext, sandbox: Sandbox): Func[] {
  const grow = sandbox.memories.flatMap(({ grows }, i) => (grows ? [memoryGrow(i)] : []));
  const tables = sandbox.tables.some(({ changes }) => changes) ? [tableFill()] : [];
  const growTables = sandbox.tables.filter((table) => table.grows).map(tableGrow);
  return [...grow, ...tables, ...growTables, instantiate(context, sandbox)];
}

/** A loop over entries; what fills nothing is left out where nobody calls it. */
function tableFill(): Func {
  const r = new Routine(SANDBOX_SYMBOLS.tableFill, ['i32', 'i64', 'i32'], []);
  const [address, value, count] = r.params;
  const [head, body, done] = [r.block('i32', 'i32'), r.block(), r.block()];
  r.builder.jump(head, [address, count]);
  r.builder.start(head);
  const [at, left] = head.params;
  r.branch(left, body, [], done, []);
  r.builder.start(body);
  r.builder.append({ op: 'store', args: [at, value], results: [], access: ENTRY });
  r.builder.jump(head, [r.op('add', at, r.i32(8)), r.op('sub', left, r.i32(1))]);
  r.builder.start(done);
  r.return();
  return r.func;
}

/** A reference and elements to add → elements before, or -1. */
function tableGrow({ index, symbol: name, capacity }: SandboxTable): Func {
  const r = new Routine(tableGrowSymbol(index), ['i64', 'i32'], ['i32']);
  const [value, delta] = r.params;
  const sizeSymbol = tableSizeSymbol(index);
  const old = r.builder.emit('i32', { op: 'load', args: [symbol(r, sizeSymbol)], access: WORD });
  const [fits, fails] = [r.block(), r.block()];
  r.branch(r.test('gtU', delta, r.op('sub', r.i32(capacity), old)), fails, [], fits, []);
  r.builder.start(fails);
  r.return(r.i32(-1));
  r.builder.start(fits);
  const address = r.op('add', symbol(r, name), r.op('shl', old, r.i32(3)));
  r.builder.append({ op: 'call', callee: SANDBOX_SYMBOLS.tableFill, args: [address, value, delta], results: [] });
  const grown = r.op('add', old, delta);
  r.builder.append({ op: 'store', args: [symbol(r, sizeSymbol), grown], results: [], access: WORD });
  r.return(old);
  return r.func;
}

const symbol = (r: Routine, name: string): ValueId =>
  r.builder.emit('i32', { op: 'symbolAddress', args: [], symbol: name, offset: 0 });

/** Pages to add → pages before, or -1. The pages that it adds are zero: nobody has written there. */
function memoryGrow(memory: number): Func {
  const sizeSymbol = ofMemory(SANDBOX_SYMBOLS.memorySize, memory);
  const r = new Routine(ofMemory(SANDBOX_SYMBOLS.memoryGrow, memory), ['i32'], ['i32']);
  const [delta] = r.params;
  const size = r.builder.emit('i32', { op: 'load', args: [symbol(r, sizeSymbol)], access: WORD });
  const old = r.op('shrU', size, r.i32(16));
  const room = r.op('sub', symbol(r, ofMemory(LOADER_SYMBOLS.memoryLimit, memory)), old);
  const fits = r.block();
  const fails = r.block();
  r.branch(r.test('gtU', delta, room), fails, [], fits, []);
  r.builder.start(fails);
  r.return(r.i32(-1));
  r.builder.start(fits);
  const grown = r.op('add', size, r.op('shl', delta, r.i32(16)));
  r.builder.append({
    op: 'store',
    args: [symbol(r, sizeSymbol), grown],
    results: [],
    access: WORD,
  } as Inst);
  r.return(old);
  return r.func;
}

/**
 * Instantiation in the specification's order (4.5.4): element segments, data segments, start function. Elements are in
 * the table already; those that do not fit it trap here.
 */
function instantiate(context: ModuleContext, sandbox: Sandbox): Func {
  const r = new Routine(SANDBOX_SYMBOLS.instantiate, [], [], [SANDBOX_SYMBOLS.instantiate]);
  const { module } = context;
  const misfit = module.elements.some(
    ({ mode, table, offset, functions }) =>
      mode === 'active' && context.constantOf(offset!) + functions.length > sandbox.tables[table].minimum,
  );
  if (misfit) {
    r.builder.end({ op: 'trap', reason: 'outOfBoundsTable' });
    return r.func;
  }
  for (const [i, { offset, bytes, memory }] of module.data.entries()) {
    if (!offset) continue;
    const start = context.constantOf(offset);
    if (start + bytes.length > sandbox.minimumBytes(memory)) {
      r.builder.end({ op: 'trap', reason: 'outOfBoundsMemory' });
      return r.func;
    }
    if (bytes.length > 0) fillFrom(r, memory, start, segmentSymbol(i), bytes.length);
  }
  if (module.start !== undefined) callStart(r, context);
  r.return();
  return r.func;
}

function fillFrom(r: Routine, memory: number, start: number, segment: string, size: number): void {
  const to = r.op('add', symbol(r, ofMemory(LOADER_SYMBOLS.memory, memory)), r.i32(start | 0));
  r.builder.append({ op: 'memoryCopy', args: [to, symbol(r, segment), r.i32(size)], results: [] });
}

function callStart(r: Routine, { module, callees }: ModuleContext): void {
  const callee = callees[module.start!];
  if (callee.kind !== 'function' && callee.kind !== 'external') return;
  r.builder.append({ op: 'call', callee: callee.name, args: [], results: [] });
}
