/** Gathers what was emitted into an object file, and what is known of each function's stack. */
import type { FunctionDebug } from '@kickstage/object/function-debug';
import type { ObjectFile, ObjectSymbol, Section } from '@kickstage/object/object-file';
import type { DataObject, Func, IrModule } from '../ir/types.ts';
import type { MFunc } from '../isel/mir.ts';
import type { Frame } from './frame.ts';
import { tableData } from './tables.ts';

export interface FunctionReport {
  readonly name: string;
  readonly exports: readonly string[];
  readonly codeSize: number;
  /** Bytes of stack that the function takes itself. */
  readonly frameSize: number;
  readonly callees: readonly string[];
  /** Names of the functions that an indirect call may reach. */
  readonly indirect: readonly string[];
}

export interface EmittedModule {
  readonly object: ObjectFile;
  readonly functions: readonly FunctionReport[];
}

interface Emitted {
  readonly func: Func;
  readonly machine: MFunc;
  readonly section: Section;
  readonly frame: Frame;
  readonly debug: Omit<FunctionDebug, 'localsAreExact'>;
}

export function buildObject(module: IrModule, emitted: readonly Emitted[], localsAreExact = false): EmittedModule {
  const sections: Section[] = [];
  const symbols: ObjectSymbol[] = [];
  const add = (section: Section, symbol: Omit<ObjectSymbol, 'section' | 'offset' | 'size'>) => {
    symbols.push({ ...symbol, section: sections.length, offset: 0, size: section.size });
    sections.push(section);
  };
  for (const { func, section, debug } of emitted) {
    add(
      {
        ...section,
        debug: { ...debug, localsAreExact, ...(func.source === undefined ? {} : { source: func.source }) },
      },
      { name: func.name, kind: 'function', binding: func.exports.length > 0 ? 'global' : 'local' },
    );
    for (const name of func.exports) {
      if (name !== func.name)
        symbols.push({
          name,
          kind: 'function',
          binding: 'global',
          section: sections.length - 1,
          offset: 0,
          size: section.size,
        });
    }
  }
  for (const object of [...module.data, ...module.tables.map((table) => tableData(table, module))]) {
    add(dataSection(object), { name: object.name, kind: 'object', binding: 'local' });
  }
  return { object: { name: module.name, sections, symbols }, functions: emitted.map((e) => report(e, module)) };
}

const PREFIXES = { rodata: '.rodata', data: '.data', bss: '.bss' } as const;

function dataSection({ name, kind, bytes, size, alignment, relocations }: DataObject): Section {
  return {
    name: `${PREFIXES[kind]}.${name}`,
    kind,
    bytes,
    size,
    alignment: Math.max(alignment, relocations.length > 0 ? 4 : 1),
    relocations: relocations.map((r) => ({ ...r, kind: 'R_ARM_ABS32' as const })),
  };
}

function report({ func, machine, section, frame }: Emitted, module: IrModule): FunctionReport {
  const insts = machine.blocks.flatMap((block) => block.insts);
  const callees = [...new Set(insts.flatMap((inst) => (inst.op === 'bl' ? [inst.symbol!] : [])))];
  const isIndirect = insts.some((inst) => inst.op === 'blx');
  const indirect = isIndirect ? module.tables.flatMap((t) => t.elements.filter((e): e is string => e !== null)) : [];
  return {
    name: func.name,
    exports: func.exports,
    codeSize: section.size,
    frameSize: frame.size,
    callees,
    indirect: [...new Set(indirect)],
  };
}
