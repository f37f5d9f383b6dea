/**
 * The IR as text: for goldens, for people, and for tests that write IR by hand. `parse.ts` reads it back; printing what
 * was parsed gives the same text. Grammar by example:
 *
 *     data bss "global.ticks" align 4 size 4
 *     data data message align 1 size 2 bytes 6869 at 0 other + 4
 *     table table.0 add null
 *     extern import.0 (i32) -> ()
 *     func add (i32, i32) -> (i32) export "add" {
 *     b0(v0: i32, v1: i32):
 *       v2: i32 = load v0 width 1 signed align 1 offset 8 volatile
 *       branch v2, b1(v1), b2
 *     }
 *
 * A function type with floats has them behind it: `(i32) -> (i32) wasm "f32->f32"`.
 * A name that is not a plain word is quoted as in JSON. A source place follows an instruction as `@ "file" 3 14`.
 */
import type { SourcePlace } from '@kickstage/object/source-place';
import type {
  Block,
  BlockTarget,
  DataObject,
  Func,
  FuncTable,
  FuncType,
  Inst,
  IrModule,
  MemoryAccess,
  Terminator,
  ValueId,
} from './types.ts';

export interface PrintOptions {
  /** Print source places behind instructions. */
  readonly places?: boolean;
}

/** The whole module. */
export function printModule(module: IrModule, options: PrintOptions = {}): string {
  const parts = [
    `module ${nameText(module.name)}`,
    ...module.data.map(printData),
    ...module.tables.map(printTable),
    ...(module.externals ?? []).map(({ name, type }) => `extern ${nameText(name)} ${typeText(type)}`),
    ...module.functions.map((func) => `\n${printFunction(func, options)}`),
  ];
  return `${parts.join('\n')}\n`;
}

export function nameText(name: string): string {
  return /^[A-Za-z_][\w.]*$/.test(name) ? name : JSON.stringify(name);
}

function printData({ name, kind, alignment, size, bytes, relocations }: DataObject): string {
  const head = `data ${kind} ${nameText(name)} align ${alignment} size ${size}`;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const words = relocations.map(({ offset, symbol, addend }) => ` at ${offset} ${symbolText(symbol, addend)}`);
  return `${head}${hex === '' ? '' : ` bytes "${hex}"`}${words.join('')}`;
}

function printTable({ name, elements, mutable }: FuncTable): string {
  return [
    'table',
    nameText(name),
    ...(mutable ? ['mutable'] : []),
    ...elements.map((e) => (e === null ? 'null' : nameText(e))),
  ].join(' ');
}

export function typeText({ params, results, wasm }: FuncType): string {
  return `(${params.join(', ')}) -> (${results.join(', ')})${wasm === undefined ? '' : ` wasm ${JSON.stringify(wasm)}`}`;
}

function symbolText(symbol: string, offset: number): string {
  return offset === 0 ? nameText(symbol) : `${nameText(symbol)} ${offset < 0 ? '-' : '+'} ${Math.abs(offset)}`;
}

/** One function. */
export function printFunction(func: Func, options: PrintOptions = {}): string {
  const exports = func.exports.map((name) => ` export ${JSON.stringify(name)}`).join('');
  const head = `func ${nameText(func.name)} ${typeText(func.type)}${exports}${placeText(func.place, options)} {`;
  return [head, ...func.blocks.flatMap((block) => printBlock(func, block, options)), '}'].join('\n');
}

function printBlock(func: Func, block: Block, options: PrintOptions): string[] {
  const params = block.params.map((param) => definition(func, param)).join(', ');
  return [
    `b${block.id}${params === '' ? '' : `(${params})`}:`,
    ...block.insts.map((inst) => `  ${printInst(func, inst)}${placeText(inst.place, options)}`),
    `  ${printTerminator(block.terminator)}${placeText(block.terminator.place, options)}`,
  ];
}

const definition = (func: Func, value: ValueId) => `v${value}: ${func.values[value]}`;
const valuesText = (values: readonly ValueId[]) => values.map((value) => `v${value}`).join(', ');

function placeText(place: SourcePlace | undefined, options: PrintOptions): string {
  if (!options.places || !place) return '';
  return ` @ ${JSON.stringify(place.file)} ${place.line} ${place.column}`;
}

function printInst(func: Func, inst: Inst): string {
  const results = inst.results.map((value) => definition(func, value)).join(', ');
  const text = operationText(inst);
  return results === '' ? text : `${results} = ${text}`;
}

function operationText(inst: Inst): string {
  const args = valuesText(inst.args);
  switch (inst.op) {
    case 'const':
      return `const ${inst.value}`;
    case 'symbolAddress':
      return `symbolAddress ${symbolText(inst.symbol, inst.offset)}`;
    case 'load':
    case 'store':
      return `${inst.op} ${args} ${accessText(inst.access)}`;
    case 'call':
      return `call ${nameText(inst.callee)}(${args})`;
    case 'callIndirect':
      return `callIndirect ${nameText(inst.table)} ${typeText(inst.type)} (${args})`;
    case 'trapIf':
      return `trapIf ${inst.reason} ${args}`;
    case 'intrinsic':
      return `intrinsic ${nameText(inst.name)}(${args})`;
    default:
      return `${inst.op} ${args}`;
  }
}

function accessText({ width, signed, alignment, offset, volatile }: MemoryAccess): string {
  const words = [`width ${width}`];
  if (signed) words.push('signed');
  words.push(`align ${alignment}`);
  if (offset !== 0) words.push(`offset ${offset}`);
  if (volatile) words.push('volatile');
  return words.join(' ');
}

function printTerminator(terminator: Terminator): string {
  switch (terminator.op) {
    case 'jump':
      return `jump ${targetText(terminator.target)}`;
    case 'branch':
      return `branch v${terminator.condition}, ${targetText(terminator.then)}, ${targetText(terminator.else)}`;
    case 'switch': {
      const targets = terminator.targets.map(targetText).join(', ');
      return `switch v${terminator.index}, [${targets}], ${targetText(terminator.default)}`;
    }
    case 'return':
      return ['return', valuesText(terminator.values)].join(' ').trimEnd();
    case 'trap':
      return `trap ${terminator.reason}`;
    case 'unreachable':
      return 'unreachable';
  }
}

function targetText({ block, args }: BlockTarget): string {
  return args.length === 0 ? `b${block}` : `b${block}(${valuesText(args)})`;
}
