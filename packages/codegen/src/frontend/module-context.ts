/** What the translation of a function needs of its module: names, types, what imports mean, and where complaints go. */
import type { Diagnostic } from '@kickstage/base/diagnostic';
import { nearMiss } from '@kickstage/base/near-miss';
import type { ElementItem, Instruction, Module, ValueType, FuncType as WasmFuncType } from '@kickstage/wasm/module';
import { typeId } from '../emit/tables.ts';
import { INTRINSICS, type Intrinsic } from '../intrinsics/table.ts';
import { bitsOf } from '../ir/float-operations.ts';
import type { DataObject, FuncType } from '../ir/types.ts';
import { type ConstantValue, evaluateConstant } from './constant-expression.ts';
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
  | { readonly kind: 'address'; readonly symbol: string; readonly offset: number }
  /** A reference to a function that never changes. */
  | { readonly kind: 'function'; readonly name: string };

export class ModuleContext {
  readonly input: CompileInput;
  readonly module: Module;
  readonly diagnostics: Diagnostic[] = [];
  readonly callees: Callee[] = [];
  readonly globals: (GlobalMeaning | undefined)[] = [];
  /** Data objects of mutable globals. */
  readonly globalData: DataObject[] = [];
  readonly sandbox: Sandbox | undefined;
  /** Functions that are referred to, in the order of the table REFERENCES. */
  readonly references: string[] = [];

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

  /** What an offset is. Unsigned. */
  constantOf(expression: readonly Instruction[]): number {
    const value = evaluateConstant(expression, this);
    return value.kind === 'number' ? Number(BigInt.asUintN(32, value.value)) : 0;
  }

  /** The function that an element names; null where it is null. */
  functionOf(item: ElementItem): string | null {
    if (item === null) return null;
    const instruction =
      typeof item === 'number' ? { op: 'ref.func', index: item } : { op: 'global.get', index: item.global };
    const value = evaluateConstant([{ ...instruction, offset: 0 }], this);
    return value.kind === 'function' ? value.name : null;
  }

  /** Where the function stands in the table REFERENCES. */
  referenceTo(name: string): number {
    const known = this.references.indexOf(name);
    return known >= 0 ? known : this.references.push(name) - 1;
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
    return this.globalOf(this.globalSymbol(this.globals.length), type, mutable, { kind: 'number', value });
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

  private definedGlobal(symbol: string, { type, mutable, init }: Module['globals'][number]): GlobalMeaning {
    return this.globalOf(symbol, type, mutable, evaluateConstant(init, this));
  }

  private globalOf(symbol: string, wasmType: ValueType, mutable: boolean, first: ConstantValue): GlobalMeaning {
    const type = bitsOf(wasmType);
    if (!mutable) {
      if (first.kind === 'number') return { kind: 'constant', type, value: BigInt.asIntN(bitCount(type), first.value) };
      return first;
    }
    // A function that data alone names would be left out.
    if (first.kind === 'function') this.referenceTo(first.name);
    this.globalData.push(globalObject(symbol, type, first, this.callees));
    return { kind: 'variable', type, symbol };
  }
}

const bitCount = (type: 'i32' | 'i64') => (type === 'i64' ? 64 : 32);

/** A global that changes, with its first value. */
function globalObject(name: string, type: 'i32' | 'i64', first: ConstantValue, callees: readonly Callee[]): DataObject {
  const size = bitCount(type) / 8;
  const bytes = new Uint8Array(size);
  const base = { name, size, alignment: size };
  if (first.kind === 'number') {
    writeValue(bytes, first.value);
    const zero = bytes.every((byte) => byte === 0);
    return { ...base, kind: zero ? 'bss' : 'data', bytes: zero ? new Uint8Array(0) : bytes, relocations: [] };
  }
  if (first.kind === 'address')
    return { ...base, kind: 'data', bytes, relocations: [{ offset: 0, symbol: first.symbol, addend: first.offset }] };
  const callee = callees.find((c) => 'name' in c && c.name === first.name)!;
  writeValue(bytes, BigInt(typeId(irType(callee.type))));
  return { ...base, kind: 'data', bytes, relocations: [{ offset: 4, symbol: first.name, addend: 0 }] };
}

/** A function type over bit patterns. */
export function irType(type: WasmFuncType): FuncType {
  const { params, results } = type;
  const hasMore = [...params, ...results].some((t) => t !== 'i32' && t !== 'i64');
  const wasm = hasMore ? { wasm: `${params.join()}->${results.join()}` } : {};
  return { params: params.map(bitsOf), results: results.map(bitsOf), ...wasm };
}

function writeValue(bytes: Uint8Array, value: bigint): void {
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number((value >> BigInt(8 * i)) & 0xffn);
}

function sameType(a: FuncType, b: WasmFuncType): boolean {
  return a.params.join() === b.params.join() && a.results.join() === b.results.join();
}
