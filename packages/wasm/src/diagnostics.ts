/** The package's diagnostics; catalogue.ts explains the codes. */
import type { Diagnostic } from '@kickstage/base/diagnostic';

function at(name: string, offset: number): Pick<Diagnostic, 'severity' | 'at' | 'got'> {
  return { severity: 'error', at: { file: name }, got: `at byte offset 0x${offset.toString(16)}` };
}

export function malformedModule(name: string, offset: number, message: string): Diagnostic {
  return {
    ...at(name, offset),
    code: 'WASM001',
    what: `malformed WebAssembly module: ${message}`,
    fix: 'compile the module again; the file may be cut short, or not be a WebAssembly module',
  };
}

export function invalidModule(name: string, offset: number, message: string): Diagnostic {
  return {
    ...at(name, offset),
    code: 'WASM002',
    what: `invalid WebAssembly module: ${message}`,
    why: 'types and indices must agree before a module has a meaning',
    fix: 'this is a fault of the compiler that made the module: compile it again with another version',
  };
}

export function unsupportedFeature(name: string, offset: number, feature: string): Diagnostic {
  return {
    ...at(name, offset),
    code: 'WASM003',
    what: `the WebAssembly module uses ${feature}, which is not supported`,
    why: 'there is WebAssembly 2.0 without SIMD, and of 3.0 several memories, typed references and longer constants',
    fix: `switch ${feature} off in the compiler that made the module`,
  };
}
