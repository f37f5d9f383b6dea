/** Functions that a sandboxed module gets beside its own: memory.grow, and what has to happen before its first call. */
import { LOADER_SYMBOLS, SANDBOX_SYMBOLS } from '../ir/sandbox-facts.ts';
import type { Func, Inst, ValueId } from '../ir/types.ts';
import { Routine } from '../runtime/emitter.ts';
import type { ModuleContext } from './module-context.ts';
import type { Sandbox } from './sandbox.ts';
import { WORD } from './sandbox-access.ts';
import { segmentSymbol } from './symbol-names.ts';

export function sandboxFunctions(context: ModuleContext, sandbox: Sandbox): Func[] {
  const grow = sandbox.memory?.grows ? [memoryGrow()] : [];
  return [...grow, instantiate(context, sandbox)];
}

const symbol = (r: Routine, name: string): ValueId =>
  r.builder.emit('i32', { op: 'symbolAddress', args: [], symbol: name, offset: 0 });

/** Pages to add → pages before, or -1. The pages that it adds are zero: nobody has written there. */
function memoryGrow(): Func {
  const r = new Routine(SANDBOX_SYMBOLS.memoryGrow, ['i32'], ['i32']);
  const [delta] = r.params;
  const size = r.builder.emit('i32', { op: 'load', args: [symbol(r, SANDBOX_SYMBOLS.memorySize)], access: WORD });
  const old = r.op('shrU', size, r.i32(16));
  const room = r.op('sub', symbol(r, LOADER_SYMBOLS.memoryLimit), old);
  const fits = r.block();
  const fails = r.block();
  r.branch(r.test('gtU', delta, room), fails, [], fits, []);
  r.builder.start(fails);
  r.return(r.i32(-1));
  r.builder.start(fits);
  const grown = r.op('add', size, r.op('shl', delta, r.i32(16)));
  r.builder.append({
    op: 'store',
    args: [symbol(r, SANDBOX_SYMBOLS.memorySize), grown],
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
    ({ mode, offset, functions }) =>
      mode === 'active' && context.constantOf(offset!) + functions.length > sandbox.tableSize,
  );
  if (misfit) {
    r.builder.end({ op: 'trap', reason: 'outOfBoundsTable' });
    return r.func;
  }
  for (const [i, { offset, bytes }] of module.data.entries()) {
    if (!offset) continue;
    const start = context.constantOf(offset);
    if (start + bytes.length > sandbox.minimumBytes) {
      r.builder.end({ op: 'trap', reason: 'outOfBoundsMemory' });
      return r.func;
    }
    if (bytes.length > 0) fillFrom(r, start, segmentSymbol(i), bytes.length);
  }
  if (module.start !== undefined) callStart(r, context);
  r.return();
  return r.func;
}

function fillFrom(r: Routine, start: number, segment: string, size: number): void {
  const to = r.op('add', symbol(r, LOADER_SYMBOLS.memory), r.i32(start | 0));
  r.builder.append({ op: 'memoryCopy', args: [to, symbol(r, segment), r.i32(size)], results: [] });
}

function callStart(r: Routine, { module, callees }: ModuleContext): void {
  const callee = callees[module.start!];
  if (callee.kind !== 'function' && callee.kind !== 'external') return;
  r.builder.append({ op: 'call', callee: callee.name, args: [], results: [] });
}
