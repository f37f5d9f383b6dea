/** What a loader is told of a sandboxed module: its imports, and what its exports are. */
import { importsOf } from '@kickstage/wasm/module';
import type { FunctionFacts, GlobalFacts, ImportFacts, SandboxFacts } from '../ir/sandbox-facts.ts';
import type { ModuleContext } from './module-context.ts';
import type { Sandbox } from './sandbox.ts';

export function sandboxFacts(context: ModuleContext, sandbox: Sandbox): SandboxFacts {
  const functions = new Map<string, FunctionFacts>();
  const globals = new Map<string, GlobalFacts>();
  for (const { kind, name, index } of context.module.exports) {
    if (kind === 'function') {
      const callee = context.callees[index] as { name: string } & Pick<FunctionFacts, 'type'>;
      functions.set(name, { symbol: callee.name, type: callee.type });
    }
    const global = kind === 'global' ? globalFacts(context, index) : undefined;
    if (global) globals.set(name, global);
  }
  const { memories } = sandbox;
  return { memories, imports: imports(context), functions, globals };
}

function imports({ module, callees }: ModuleContext): ImportFacts[] {
  const functions = module.imports.filter(({ of }) => of.kind === 'function');
  return functions.map(({ module: from, name }, i) => {
    const { name: symbol, type } = callees[i] as { name: string } & Pick<ImportFacts, 'type'>;
    return { symbol, module: from, name, type };
  });
}

function globalFacts({ module, globals }: ModuleContext, index: number): GlobalFacts | undefined {
  const imported = importsOf(module, 'global');
  const { type, mutable } = imported[index] ?? module.globals[index - imported.length];
  const meaning = globals[index];
  if (meaning?.kind === 'constant') return { type, mutable, value: meaning.value };
  return meaning?.kind === 'variable' ? { type, mutable, symbol: meaning.symbol } : undefined;
}
