/** What the translation of a function needs of its module: names, types, what imports mean, and where complaints go. */
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { nearMiss } from '@kickstage/base/near-miss';
import type { Instruction, Module, ValueType, FuncType as WasmFuncType } from '@kickstage/wasm/module';
import { INTRINSICS, type Intrinsic } from '../intrinsics/table.ts';
import { bitsOf } from '../ir/float-operations.ts';
import type { DataObject, FuncType } from '../ir/types.ts';
import type { CompileInput } from './input.ts';
import { Sandbox } from './sandbox.ts';

export type Callee =
  | { readonly kind: 'function'; readonly name: string; readonly type: WasmFuncType }
  | { readonly kind: 'intrinsic'; readonly name: string; readonly intrinsic: Intrinsic; readonly type: WasmFuncType }
  /** Defined elsewhere: the linker knows its address. */
  | { readonly kind: 'external'; readonly name: string; readonly type: WasmFuncType }
  /** An address that the linker knows. */
  | { readonly kind: 'symbol'; readonly symbol: string; readonly type: WasmFuncType }
  | { readonly kind: 'unknown'; readonly name: string; readonly type: WasmFuncType };

export type GlobalMeaning =
  | { readonly kind: 'constant'; readonly type: 'i32' | 'i64'; readonly value: bigint }
  | { readonly kind: 'variable'; readonly type: 'i32' | 'i64'; readonly symbol: string }
  | { readonly kind: 'address'; readonly symbol: string; readonly offset: number };

export class ModuleContext {
  readonly input: CompileInput;
  readonly module: Module;
  readonly diagnostics: Diagnostic[] = [];
  readonly callees: Callee[] = [];
  readonly globals: (GlobalMeaning | undefined)[] = [];
  /** Data objects of mutable globals. */
  readonly globalData: DataObject[] = [];
  readonly sandbox: Sandbox | undefined;

  constructor(input: CompileInput, module: Module) {
    this.input = input;
    this.module = module;
    this.sandbox = input.linearMemory === 'sandboxed' ? new Sandbox(module) : undefined;
    this.collectCallees();
    this.collectGlobals();
  }

  complain(
    code: string,
    what: string,
    offset: number | undefined,
    more: Pick<Diagnostic, 'why' | 'fix' | 'got'> = {},
  ): void {
    const place = offset === undefined ? undefined : this.input.locate?.(offset);
    const at = place ?? { file: this.input.name };
    const got = more.got ?? (place || offset === undefined ? undefined : `at byte offset ${offset} of the module`);
    this.diagnostics.push({ code, severity: 'error', what, at, ...more, ...(got === undefined ? {} : { got }) });
  }

  private collectCallees(): void {
    const { module } = this;
    for (const { module: from, name, of } of module.imports) {
      if (of.kind !== 'function') continue;
      this.callees.push(this.importedFunction(from, name, module.types[of.type]));
    }
    const taken = new Set((this.input.data ?? []).map(({ name }) => name));
    module.functions.forEach((type) => {
      const index = this.callees.length;
      const exported = module.exports.find((e) => e.kind === 'function' && e.index === index)?.name;
      const plain = exported ?? module.functionNames.get(index) ?? `function${index}`;
      // A sandboxed module may use any name, that of a symbol of ours too.
      const base = this.sandbox ? `wasm.${plain}` : plain;
      let name = base;
      for (let i = 1; taken.has(name); i++) name = `${base}.${i}`;
      taken.add(name);
      this.callees.push({ kind: 'function', name, type: module.types[type] });
    });
  }

  private importedFunction(from: string, name: string, type: WasmFuncType): Callee {
    if (this.sandbox) return { kind: 'external', name: `import.${this.callees.length}`, type };
    if (from === 'link') return { kind: 'symbol', symbol: name, type };
    const full = `${from}.${name}`;
    const intrinsic = INTRINSICS.get(full);
    const same = intrinsic && sameType(intrinsic.type, type);
    if (intrinsic && same) return { kind: 'intrinsic', name: full, intrinsic, type };
    return { kind: 'unknown', name: full, type };
  }

  /** Said where it is called, because only calls have a place. */
  complainOfImport(name: string, offset: number): void {
    const known = INTRINSICS.get(name);
    const near = nearMiss(name, INTRINSICS.keys());
    this.complain('GEN002', `the import ${name} is not known`, offset, {
      why: known
        ? `${name} takes ${known.type.params.length} and gives ${known.type.results.length} i32 values`
        : 'firmware has no host to import from: only mmio, volatile, cpu and link are there',
      fix: near && near !== name ? `did you mean ${near}?` : 'remove the call',
    });
  }

  private collectGlobals(): void {
    const { module } = this;
    for (const { module: from, name, of } of module.imports) {
      if (of.kind !== 'global') continue;
      if (this.sandbox) {
        this.globals.push(this.suppliedGlobal(`${from}.${name}`, of));
        continue;
      }
      const address = from === 'data' ? this.dataAddress(name) : undefined;
      if (address) this.globals.push(address);
      else {
        const near =
          from === 'data'
            ? nearMiss(
                name,
                (this.input.data ?? []).map((datum) => datum.name),
              )
            : undefined;
        this.complain('GEN002', `the imported global ${from}.${name} is not known`, undefined, {
          why: 'firmware imports addresses of its static data, and nothing else that is a global',
          ...(near ? { fix: `did you mean data.${near}?` } : {}),
        });
        this.globals.push(undefined);
      }
    }
    for (const global of module.globals) {
      const index = this.globals.length;
      this.globals.push(this.definedGlobal(this.globalSymbol(index), global));
    }
  }

  /** What an offset or a first value is: a constant, or an imported global. Unsigned. */
  constantOf([first]: readonly Instruction[]): number {
    const source = first?.op === 'global.get' ? this.globals[first.index!] : undefined;
    const value = source?.kind === 'constant' ? source.value : (first?.value ?? 0n);
    return Number(BigInt.asUintN(32, value));
  }

  /** An imported global of a sandboxed module: whoever instantiates it says its value. */
  private suppliedGlobal(
    name: string,
    { type, mutable }: { type: ValueType; mutable: boolean },
  ): GlobalMeaning | undefined {
    const value = this.input.globals?.get(name);
    if (value === undefined) {
      this.complain('GEN002', `the imported global ${name} has no value`, undefined, {
        why: 'whoever instantiates a module supplies its imports',
      });
      return undefined;
    }
    const width = type === 'i64' || type === 'f64' ? 64 : 32;
    const init = [{ op: `${type}.const`, offset: 0, value: BigInt.asIntN(width, value) }];
    return this.definedGlobal(this.globalSymbol(this.globals.length), { type, mutable, init, offset: 0 });
  }

  /** The imported global ("data", "name+16") is the address 16 bytes into the datum. */
  private dataAddress(text: string): GlobalMeaning | undefined {
    const known = (this.input.data ?? []).map(({ name }) => name);
    if (known.includes(text)) return { kind: 'address', symbol: text, offset: 0 };
    const match = /^(.*)\+(\d+)$/.exec(text);
    if (!match || !known.includes(match[1])) return undefined;
    return { kind: 'address', symbol: match[1], offset: Number(match[2]) };
  }

  /** Names of globals in the name section need not differ from one another. */
  private globalSymbol(index: number): string {
    if (this.sandbox) return `global.${index}`;
    const name = this.module.globalNames.get(index) ?? `${index}`;
    const same = [...this.module.globalNames].filter(([, other]) => other === name);
    return same.length > 1 ? `global.${name}.${index}` : `global.${name}`;
  }

  private definedGlobal(symbol: string, global: Module['globals'][number]): GlobalMeaning {
    const { mutable, init } = global;
    const type = bitsOf(global.type);
    const [first] = init;
    const source = first?.op === 'global.get' ? this.globals[first.index!] : undefined;
    if (source?.kind === 'address' && !mutable) return source;
    const value = BigInt.asIntN(
      type === 'i64' ? 64 : 32,
      first?.value ?? (source?.kind === 'constant' ? source.value : 0n),
    );
    if (!mutable) return { kind: 'constant', type, value };
    const size = type === 'i64' ? 8 : 4;
    const relocations = source?.kind === 'address' ? [{ offset: 0, symbol: source.symbol, addend: source.offset }] : [];
    const bytes = new Uint8Array(size);
    writeValue(bytes, value);
    const zero = value === 0n && relocations.length === 0;
    this.globalData.push({
      name: symbol,
      kind: zero ? 'bss' : 'data',
      bytes: zero ? new Uint8Array(0) : bytes,
      size,
      alignment: size,
      relocations,
    });
    return { kind: 'variable', type, symbol };
  }
}

/** A function type over bit patterns. */
export function irType(type: WasmFuncType): FuncType {
  const { params, results } = type;
  const hasFloats = [...params, ...results].some((t) => t.startsWith('f'));
  const wasm = hasFloats ? { wasm: `${params.join()}->${results.join()}` } : {};
  return { params: params.map(bitsOf), results: results.map(bitsOf), ...wasm };
}

function writeValue(bytes: Uint8Array, value: bigint): void {
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number((value >> BigInt(8 * i)) & 0xffn);
}

function sameType(a: FuncType, b: WasmFuncType): boolean {
  return a.params.join() === b.params.join() && a.results.join() === b.results.join();
}
