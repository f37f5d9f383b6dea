/**
 * Walking and rewriting binaryen's expression trees. Binaryen's JavaScript interface gives each kind of expression its
 * own accessors; the table below turns them into one list of child slots, in the order of evaluation, which is the
 * order of the binary format. A kind that is not in the table is one that firmware cannot use.
 */
import binaryen from 'binaryen';
import { accessorsOf, ExpressionIds } from './binaryen-api.ts';

export type Expression = number;

/** A place in a parent that holds a child expression; 0 means that the optional child is absent. */
export interface ChildSlot {
  get(): Expression;
  set(child: Expression): void;
}

interface Kind {
  readonly name: string;
  /** Names of single children: `Left` stands for getLeft and setLeft. */
  readonly children?: readonly string[];
  /** Names of a list's accessors: `Operand` stands for getNumOperands, getOperandAt, setOperandAt. */
  readonly list?: { readonly count: string; readonly item: string };
  /** Whether the list comes before the single children. */
  readonly listFirst?: boolean;
}

const OPERANDS = { count: 'getNumOperands', item: 'OperandAt' };

const KINDS: readonly Kind[] = [
  { name: 'Nop' },
  { name: 'Block', list: { count: 'getNumChildren', item: 'ChildAt' } },
  { name: 'If', children: ['Condition', 'IfTrue', 'IfFalse'] },
  { name: 'Loop', children: ['Body'] },
  { name: 'Break', children: ['Value', 'Condition'] },
  { name: 'Switch', children: ['Value', 'Condition'] },
  { name: 'Call', list: OPERANDS },
  { name: 'CallIndirect', list: OPERANDS, listFirst: true, children: ['Target'] },
  { name: 'LocalGet' },
  { name: 'LocalSet', children: ['Value'] },
  { name: 'GlobalGet' },
  { name: 'GlobalSet', children: ['Value'] },
  { name: 'Load', children: ['Ptr'] },
  { name: 'Store', children: ['Ptr', 'Value'] },
  { name: 'MemoryCopy', children: ['Dest', 'Source', 'Size'] },
  { name: 'MemoryFill', children: ['Dest', 'Value', 'Size'] },
  { name: 'Const' },
  { name: 'Unary', children: ['Value'] },
  { name: 'Binary', children: ['Left', 'Right'] },
  { name: 'Select', children: ['IfTrue', 'IfFalse', 'Condition'] },
  { name: 'Drop', children: ['Value'] },
  { name: 'Return', children: ['Value'] },
  { name: 'MemorySize' },
  { name: 'MemoryGrow', children: ['Delta'] },
  { name: 'Unreachable' },
];

const BY_ID = new Map(KINDS.map((kind) => [ExpressionIds[kind.name], kind]));

/** Name of an expression's kind, `Call` for instance; undefined when it is one that firmware cannot use. */
export function kindOf(expression: Expression): string | undefined {
  return BY_ID.get(binaryen.getExpressionId(expression))?.name;
}

/** The children of an expression in order of evaluation, absent ones left out. */
export function childrenOf(expression: Expression): ChildSlot[] {
  const kind = BY_ID.get(binaryen.getExpressionId(expression));
  if (!kind) return [];
  const accessors = accessorsOf(kind.name);
  const single = (kind.children ?? []).map((name) => ({
    get: () => accessors[`get${name}`](expression),
    set: (child: Expression) => void accessors[`set${name}`](expression, child),
  }));
  const { list } = kind;
  const listed = Array.from({ length: list ? accessors[list.count](expression) : 0 }, (_, i) => ({
    get: () => accessors[`get${list!.item}`](expression, i),
    set: (child: Expression) => void accessors[`set${list!.item}`](expression, i, child),
  }));
  return (kind.listFirst ? [...listed, ...single] : [...single, ...listed]).filter((slot) => slot.get() !== 0);
}

/** Calls `visit` for every expression below and including `root`, children before parents. */
export function walk(root: Expression, visit: (expression: Expression) => void): void {
  for (const slot of childrenOf(root)) walk(slot.get(), visit);
  visit(root);
}

/**
 * Replaces expressions, children before parents: `replace` gives the new expression, or the one that it got. Returns
 * the new root. What `replace` made is not walked again.
 */
export function rewrite(root: Expression, replace: (expression: Expression) => Expression): Expression {
  for (const slot of childrenOf(root)) {
    const before = slot.get();
    const after = rewrite(before, replace);
    if (after !== before) slot.set(after);
  }
  return replace(root);
}

/** A function of the module that has a body. */
export interface FunctionBody {
  readonly ref: number;
  readonly name: string;
  readonly body: Expression;
}

/** The module's functions in order, imports left out. */
export function functionsOf(module: binaryen.Module): FunctionBody[] {
  const all = Array.from({ length: module.getNumFunctions() }, (_, i) => {
    const ref = module.getFunctionByIndex(i);
    const { name, body } = binaryen.getFunctionInfo(ref);
    return { ref, name, body };
  });
  return all.filter(({ body }) => body !== 0);
}

/** Gives a function another body. */
export function setBody(fn: FunctionBody, body: Expression): void {
  if (body !== fn.body) void accessorsOf('Function').setBody(fn.ref, body);
}

/** Rewrites every function of the module. */
export function rewriteModule(
  module: binaryen.Module,
  replace: (expression: Expression, fn: FunctionBody) => Expression,
): void {
  for (const fn of functionsOf(module))
    setBody(
      fn,
      rewrite(fn.body, (expression) => replace(expression, fn)),
    );
}
