/**
 * Accesses that are imported (modules `volatile` and `mmio`) and lie in a module's own memory, done by the module itself:
 * for a host that has nothing to do with those.
 */
import binaryen from 'binaryen';

const MODULES = new Set(['volatile', 'mmio']);
const ACCESS = /^(ld|st)(8|16|32)$/;

/** The module with its accesses below `end` done in its memory; it still imports what it needs for the others. */
export function accessOwnMemory(wasm: Uint8Array, end: number): Uint8Array {
  const module = binaryen.readBinary(wasm);
  try {
    const functions = Array.from({ length: module.getNumFunctions() }, (_, i) =>
      binaryen.getFunctionInfo(module.getFunctionByIndex(i)),
    );
    for (const { name, module: from, base } of functions) {
      const [, kind, bits] = ACCESS.exec(base ?? '') ?? [];
      if (!from || !base || !MODULES.has(from) || !kind) continue;
      module.removeFunction(name);
      if (kind === 'ld') addLoad(module, name, { from, base, bits, end });
      else addStore(module, name, { from, base, bits, end });
    }
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}

interface Access {
  readonly from: string;
  readonly base: string;
  readonly bits: string;
  readonly end: number;
}

const { i32, none } = binaryen;

function addLoad(module: binaryen.Module, name: string, { from, base, bits, end }: Access): void {
  const outside = `outside:${name}`;
  module.addFunctionImport(outside, from, base, i32, i32);
  const address = () => module.local.get(0, i32);
  const loads = { 8: module.i32.load8_u, 16: module.i32.load16_u, 32: module.i32.load };
  const own = loads[bits as '8' | '16' | '32'](0, 1, address());
  const isOwn = module.i32.lt_u(address(), module.i32.const(end));
  module.addFunction(name, i32, i32, [], module.if(isOwn, own, module.call(outside, [address()], i32)));
}

function addStore(module: binaryen.Module, name: string, { from, base, bits, end }: Access): void {
  const outside = `outside:${name}`;
  const params = binaryen.createType([i32, i32]);
  module.addFunctionImport(outside, from, base, params, none);
  const [address, value] = [() => module.local.get(0, i32), () => module.local.get(1, i32)];
  const stores = { 8: module.i32.store8, 16: module.i32.store16, 32: module.i32.store };
  const own = stores[bits as '8' | '16' | '32'](0, 1, address(), value());
  const isOwn = module.i32.lt_u(address(), module.i32.const(end));
  module.addFunction(name, params, none, [], module.if(isOwn, own, module.call(outside, [address(), value()], none)));
}
