/**
 * A module as a readable listing, close to the text format: each section's definitions with their indices, each
 * instruction with its byte offset. For people and goldens; nothing reads it back.
 */
import {
  type Code,
  type ElementItem,
  type FuncType,
  type Instruction,
  importsOf,
  type Limits,
  type Module,
  type Table,
} from './module.ts';

export function printModule(module: Module): string {
  const lines = [...printHead(module), ...printFunctions(module), ...printSegments(module)];
  return `${lines.join('\n')}\n`;
}

const typeText = ({ params, results }: FuncType) => `(${params.join(' ')}) -> (${results.join(' ')})`;
const limitsText = ({ minimum, maximum }: Limits) => (maximum === undefined ? `${minimum}` : `${minimum}..${maximum}`);

const tableText = (table: Table) => `${limitsText(table)}${table.type === 'funcref' ? '' : ` ${table.type}`}`;

function printHead(module: Module): string[] {
  const types = module.types.map((type, i) => `type ${i} ${typeText(type)}`);
  const imports = module.imports.map(({ module: from, name, of }) => {
    const head = `import "${from}" "${name}" ${of.kind}`;
    if (of.kind === 'function') return `${head} ${typeText(module.types[of.type])}`;
    if (of.kind === 'global') return `${head} ${of.mutable ? 'mutable ' : ''}${of.type}`;
    return `${head} ${of.kind === 'table' ? tableText(of.limits) : limitsText(of.limits)}`;
  });
  const tables = module.tables.map((table) => `table ${tableText(table)}`);
  const memories = module.memories.map((limits) => `memory ${limitsText(limits)}`);
  const first = importsOf(module, 'global').length;
  const globals = module.globals.map(({ type, mutable, init }, i) => {
    const name = module.globalNames.get(first + i);
    const value = init.map(instructionText).join(' ');
    return `global ${first + i}${name ? ` $${name}` : ''} ${mutable ? 'mutable ' : ''}${type} = ${value}`;
  });
  const exports = module.exports.map(({ name, kind, index }) => `export "${name}" ${kind} ${index}`);
  const start = module.start === undefined ? [] : [`start ${module.start}`];
  return [...types, ...imports, ...tables, ...memories, ...globals, ...exports, ...start];
}

function printFunctions(module: Module): string[] {
  const first = importsOf(module, 'function').length;
  return module.code.flatMap((code, i) => {
    const name = module.functionNames.get(first + i);
    const head = `function ${first + i}${name ? ` $${name}` : ''} ${typeText(module.types[module.functions[i]])}`;
    const locals = code.locals.length > 0 ? [`  local ${code.locals.join(' ')}`] : [];
    return [head, ...locals, ...printBody(code)];
  });
}

function printBody({ body, endOffset }: Code): string[] {
  let depth = 1;
  const line = (offset: number, text: string) =>
    `${offset.toString(16).padStart(6, '0')}  ${'  '.repeat(depth)}${text}`;
  const lines = body.map((instruction) => {
    if (instruction.op === 'end' || instruction.op === 'else') depth--;
    const text = line(instruction.offset, instructionText(instruction));
    if (instruction.block || instruction.op === 'else') depth++;
    return text;
  });
  depth--;
  return [...lines, line(endOffset, 'end')];
}

/** An instruction with its immediates, as in the text format. */
export function instructionText(instruction: Instruction): string {
  const { op, index, index2, value, memory, labels, block, types } = instruction;
  if (block) return `${op}${block.params.length + block.results.length > 0 ? ` ${typeText(block)}` : ''}`;
  if (labels) return `${op} ${[...labels, index].join(' ')}`;
  if (memory)
    return `${op}${memory.index > 0 ? ` ${memory.index}` : ''} offset=${memory.offset} align=${2 ** memory.align}`;
  if (types) return `${op} (${types.join(' ')})`;
  if (op === 'f32.const') return `${op} bits 0x${value!.toString(16).padStart(8, '0')}`;
  if (op === 'f64.const') return `${op} bits 0x${value!.toString(16).padStart(16, '0')}`;
  return [op, value, index, index2].filter((part) => part !== undefined).join(' ');
}

const elementText = (item: ElementItem) =>
  typeof item === 'number' ? `${item}` : item ? `global ${item.global}` : 'null';

function printSegments(module: Module): string[] {
  const at = (offset: readonly Instruction[] | undefined) => offset?.map(instructionText).join(' ') ?? 'passive';
  const elements = module.elements.map(
    ({ mode, offset, functions }) =>
      `element ${mode === 'active' ? at(offset) : mode}: ${functions.map(elementText).join(' ')}`,
  );
  const data = module.data.map(({ offset, bytes }, i) => {
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    return `data ${i} ${at(offset)}: ${hex}`;
  });
  return [...elements, ...data];
}
