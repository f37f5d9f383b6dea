/**
 * Rewrites what is shared with interrupt handlers: a variable becomes a word of RAM with a symbol of its own, and its
 * accesses become calls to the imports of module `volatile`, which no optimiser merges, moves or removes and which the
 * code generator turns into one load or store each. A float travels as its bit pattern.
 *
 * A 64-bit variable takes two accesses, low word first; an interrupt between them is seen as a mixture of both values.
 */
import type { Diagnostic } from '@kickstage/base/diagnostic';
import binaryen from 'binaryen';
import type { BlockAddress } from './addresses.ts';
import { bitsOfConstant, i64Const } from './binaryen-api.ts';
import { type Expression, type FunctionBody, kindOf, rewriteModule } from './expressions.ts';
import type { SharedState } from './shared-state.ts';

/** A variable that lives in RAM under a symbol. */
export interface RamVariable {
  /** The import `link.SYMBOL` yields its address. */
  readonly symbol: string;
  /** The wasm global that it was. */
  readonly global: string;
  readonly size: 4 | 8;
  /** Of a float the bit pattern. */
  readonly initial: bigint;
  /** Its first value when that is an address. */
  readonly initialAddress?: BlockAddress;
}

const prefix = 'kickstage/volatile.';

export interface VolatileLowering {
  readonly variables: readonly RamVariable[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Lowers `shared`, and the globals of `inRam` (mutable ones that start as an address), which become RAM
 * variables too but stay plain where they are not shared.
 */
export function lowerSharedState(
  module: binaryen.Module,
  shared: SharedState,
  inRam: ReadonlyMap<string, BlockAddress>,
): VolatileLowering {
  const access = new VolatileAccess(module);
  const variables = new Map<string, RamVariable>();
  const diagnostics: Diagnostic[] = [];
  for (const name of new Set([...shared.globals, ...inRam.keys()])) {
    const { variable, diagnostic } = ramVariable(module, name, inRam.get(name), shared.globals.has(name));
    if (diagnostic) diagnostics.push(diagnostic);
    variables.set(name, variable);
    module.addFunctionImport(linkName(variable), 'link', variable.symbol, binaryen.none, binaryen.i32);
  }
  const typeOf = (global: string) => binaryen.getGlobalInfo(module.getGlobal(global)).type;
  const addressOf = (variable: RamVariable) => module.call(linkName(variable), [], binaryen.i32);

  const replace = (expression: Expression, fn: FunctionBody): Expression => {
    switch (kindOf(expression)) {
      case 'GlobalGet': {
        const { name } = binaryen.getExpressionInfo(expression) as binaryen.GlobalGetInfo;
        const variable = variables.get(name);
        if (!variable) return expression;
        return shared.globals.has(name)
          ? access.load(addressOf(variable), variable.size, false, typeOf(name))
          : module.i32.load(0, 4, addressOf(variable));
      }
      case 'GlobalSet': {
        const { name, value } = binaryen.getExpressionInfo(expression) as binaryen.GlobalSetInfo;
        const variable = variables.get(name);
        if (!variable) return expression;
        return shared.globals.has(name)
          ? access.store(addressOf(variable), value, variable.size, typeOf(name))
          : module.i32.store(0, 4, addressOf(variable), value);
      }
      case 'Load':
        return shared.loadsIn.has(fn.name) ? lowerLoad(module, access, expression) : expression;
      case 'Store':
        return shared.storesIn.has(fn.name) ? lowerStore(module, access, expression) : expression;
      default:
        return expression;
    }
  };
  rewriteModule(module, replace);
  return { variables: [...variables.values()], diagnostics };
}

const linkName = (variable: RamVariable) => `kickstage/link.${variable.symbol}`;
const isNumber = (type: number) => [binaryen.i32, binaryen.i64, binaryen.f32, binaryen.f64].includes(type);

function ramVariable(
  module: binaryen.Module,
  global: string,
  initialAddress: BlockAddress | undefined,
  isShared: boolean,
): { variable: RamVariable; diagnostic?: Diagnostic } {
  const info = binaryen.getGlobalInfo(module.getGlobal(global));
  const size = info.type === binaryen.i64 || info.type === binaryen.f64 ? 8 : 4;
  const initial = initialAddress === undefined ? bitsOfConstant(info.init) : 0n;
  const variable = { symbol: global, global, size, initial, initialAddress } as const;
  return { variable, diagnostic: isShared && size === 8 ? sharedWide(global) : undefined };
}

function lowerLoad(module: binaryen.Module, access: VolatileAccess, expression: Expression): Expression {
  const info = binaryen.getExpressionInfo(expression) as binaryen.LoadInfo;
  if (!isNumber(info.type)) return expression;
  return access.load(offsetBy(module, info.ptr, info.offset), info.bytes, info.isSigned, info.type);
}

function lowerStore(module: binaryen.Module, access: VolatileAccess, expression: Expression): Expression {
  const info = binaryen.getExpressionInfo(expression) as binaryen.StoreInfo;
  const type = binaryen.getExpressionType(info.value);
  if (!isNumber(type)) return expression;
  return access.store(offsetBy(module, info.ptr, info.offset), info.value, info.bytes, type);
}

function offsetBy(module: binaryen.Module, address: Expression, offset: number): Expression {
  return offset === 0 ? address : module.i32.add(address, module.i32.const(offset));
}

/** Makes volatile accesses in a module, and the imports and functions that they need, each once. */
class VolatileAccess {
  private readonly module: binaryen.Module;
  private readonly known = new Set<string>();

  constructor(module: binaryen.Module) {
    this.module = module;
  }

  load(address: Expression, bytes: number, isSigned: boolean, type: number): Expression {
    const { module } = this;
    if (type === binaryen.f32) return module.f32.reinterpret(this.load(address, bytes, false, binaryen.i32));
    if (type === binaryen.f64) return module.f64.reinterpret(this.load(address, bytes, false, binaryen.i64));
    if (bytes === 8) return module.call(this.wideLoad(), [address], binaryen.i64);
    const narrow = module.call(this.import(`ld${bytes * 8}`), [address], binaryen.i32);
    const wide = type === binaryen.i64;
    if (!isSigned) return wide ? module.i64.extend_u(narrow) : narrow;
    const signed = bytes === 1 ? module.i32.extend8_s(narrow) : bytes === 2 ? module.i32.extend16_s(narrow) : narrow;
    return wide ? module.i64.extend_s(signed) : signed;
  }

  store(address: Expression, value: Expression, bytes: number, type: number): Expression {
    const { module } = this;
    if (type === binaryen.f32) return this.store(address, module.i32.reinterpret(value), bytes, binaryen.i32);
    if (type === binaryen.f64) return this.store(address, module.i64.reinterpret(value), bytes, binaryen.i64);
    if (bytes === 8) return module.call(this.wideStore(), [address, value], binaryen.none);
    const word = type === binaryen.i64 ? module.i32.wrap(value) : value;
    return module.call(this.import(`st${bytes * 8}`), [address, word], binaryen.none);
  }

  private import(name: string): string {
    const internal = `${prefix}${name}`;
    if (!this.known.has(name)) {
      this.known.add(name);
      const isLoad = name.startsWith('ld');
      const params = isLoad ? binaryen.i32 : binaryen.createType([binaryen.i32, binaryen.i32]);
      this.module.addFunctionImport(internal, 'volatile', name, params, isLoad ? binaryen.i32 : binaryen.none);
    }
    return internal;
  }

  /** A function that loads two words; a function, since the address is needed twice. */
  private wideLoad(): string {
    const name = `${prefix}ld64`;
    if (this.known.has(name)) return name;
    this.known.add(name);
    const { module } = this;
    const word = (offset: number) =>
      module.i64.extend_u(
        module.call(this.import('ld32'), [offsetBy(module, module.local.get(0, binaryen.i32), offset)], binaryen.i32),
      );
    const body = module.i64.or(word(0), module.i64.shl(word(4), i64Const(module, 32n)));
    module.addFunction(name, binaryen.i32, binaryen.i64, [], body);
    return name;
  }

  private wideStore(): string {
    const name = `${prefix}st64`;
    if (this.known.has(name)) return name;
    this.known.add(name);
    const { module } = this;
    const value = () => module.local.get(1, binaryen.i64);
    const word = (offset: number, part: Expression) =>
      module.call(
        this.import('st32'),
        [offsetBy(module, module.local.get(0, binaryen.i32), offset), part],
        binaryen.none,
      );
    const high = module.i32.wrap(module.i64.shr_u(value(), i64Const(module, 32n)));
    const body = module.block(null, [word(0, module.i32.wrap(value())), word(4, high)]);
    module.addFunction(name, binaryen.createType([binaryen.i32, binaryen.i64]), binaryen.none, [], body);
    return name;
  }
}

function sharedWide(global: string): Diagnostic {
  return {
    code: 'ASC023',
    severity: 'warning',
    what: `the 64-bit variable \`${global}\` is shared with an interrupt handler`,
    at: { path: global },
    why: 'it takes two accesses, and an interrupt between them mixes the old value with the new one',
    fix: 'share 32 bits, or switch interrupts off around the access with cpu.cpsid and cpu.cpsie',
  };
}
