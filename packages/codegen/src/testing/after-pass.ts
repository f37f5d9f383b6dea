/** Small functions written by hand, and what a pass makes of them. */
import { parseIr } from '../ir/parse.ts';
import { printModule } from '../ir/print.ts';
import type { Func, IrModule } from '../ir/types.ts';
import { verifyModule } from '../ir/verify.ts';

export function parseModule(text: string): IrModule {
  const { value, diagnostics } = parseIr(text, 'test.ir');
  if (!value) throw new Error(diagnostics.map(({ what }) => what).join('; '));
  verifyModule(value, 'parse');
  return value;
}

export const HEAD = `module m
data bss g align 4 size 8
data bss h align 4 size 4
data rodata constant align 4 size 4 bytes "01fe0380"`;

/** The body of the function `f` after a pass, from its first block on. */
export function after(pass: (func: Func, module: IrModule) => unknown, type: string, body: string): string {
  const module = parseModule(
    `${HEAD}\nfunc other (i32) -> (i32) {\nb0(v0: i32):\n  return v0\n}\nfunc f ${type} {\n${body}\n}`,
  );
  pass(module.functions[1], module);
  verifyModule(module, 'pass');
  return printModule(module).split('func f ')[1].split('\n').slice(1, -2).join('\n');
}
