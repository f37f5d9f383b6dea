/** Ends of blocks. A branch falls through to the next block where layout allows: emission decides that. */
import { isModifiedImmediate } from '@kickstage/armv7m/immediates';
import type { Terminator } from '../ir/types.ts';
import type { SelectionContext } from './context.ts';
import { emitReturn } from './select-call.ts';
import { testOf } from './select-compare.ts';

export function selectTerminator(ctx: SelectionContext, terminator: Terminator): void {
  switch (terminator.op) {
    case 'jump':
      return ctx.emit('b', [], [], { targets: [terminator.target.block] });
    case 'branch': {
      const targets = [terminator.then.block, terminator.else.block];
      const test = testOf(ctx, terminator.condition);
      if (test.kind === 'flags') return ctx.emit('bcc', [], [], { cond: test.cond, targets, usesFlags: true });
      return ctx.emit(test.zero ? 'cbz' : 'cbnz', [], [test.reg], { targets });
    }
    case 'switch': {
      const targets = [...terminator.targets, terminator.default].map((target) => target.block);
      // The number of cases is compared with: where no immediate holds it, it needs a register.
      const { length } = terminator.targets;
      const count = isModifiedImmediate(length) ? [] : [ctx.makeConst(length)];
      return ctx.emit('switch', [], [ctx.use(terminator.index), ...count], { targets, setsFlags: true });
    }
    case 'return':
      return emitReturn(ctx, terminator.values);
    case 'trap':
      return ctx.emit('trap', [], [], { name: terminator.reason });
    case 'unreachable':
      return ctx.emit('unreachable', [], []);
  }
}
