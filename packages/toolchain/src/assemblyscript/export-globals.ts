/** Exports the variables of a module, so that a host can put them back to what they were. */
import binaryen from 'binaryen';

/** The module with each of its mutable globals exported, as `global:` and its name. */
export function exportGlobals(wasm: Uint8Array): Uint8Array {
  const module = binaryen.readBinary(wasm);
  try {
    for (let i = 0; i < module.getNumGlobals(); i++) {
      const { name, mutable, module: from } = binaryen.getGlobalInfo(module.getGlobalByIndex(i));
      if (mutable && !from) module.addGlobalExport(name, `global:${name}`);
    }
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}
